"""A U-Net (O. Ronneberger et al., 2015), with padding."""

import torch
from torch import nn

import graphviz_nn as gnn


class Double(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.Conv2d(outputs, outputs, 3, padding=1), nn.ReLU()
        )

    def forward(self, x):
        return self.layers(x)


class UNet(nn.Module):
    def __init__(self, widths=(64, 128, 256, 512)):
        super().__init__()
        self.down = nn.ModuleList(map(Double, (1, *widths), widths))
        self.bottom = Double(widths[-1], 2 * widths[-1])
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * width, width, 2, 2) for width in reversed(widths))
        self.join = nn.ModuleList(Double(2 * width, width) for width in reversed(widths))
        self.out = nn.Conv2d(widths[0], 2, 1)

    def forward(self, x):
        skips = []
        for down in self.down:
            skips.append(down(x))
            x = nn.functional.max_pool2d(skips[-1], 2)
        x = self.bottom(x)
        for up, join, skip in zip(self.up, self.join, reversed(skips), strict=True):
            x = join(torch.cat([skip, up(x)], 1))
        return self.out(x)


def picture(view="blocks") -> gnn.Picture:
    with torch.device("meta"):
        model = UNet()
    # The way up beside the way down; volumes find it themselves.
    levels = [("Double", "Double_9"), ("Double_2", "Double_8"), ("Double_3", "Double_7"), ("Double_4", "Double_6")]
    aligned = levels if view == "blocks" else ()
    return gnn.draw(model.eval(), example=gnn.input((1, 1, 256, 256)), view=view, align=aligned)


if __name__ == "__main__":
    picture().save("unet.svg")
