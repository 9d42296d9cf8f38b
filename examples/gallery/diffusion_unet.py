"""The U-Net of a diffusion model (J. Ho et al., 2020), small."""

import torch
from torch import nn

import graphviz_nn as gnn


class Residual(nn.Module):
    def __init__(self, inputs, outputs, time):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(8, inputs), nn.Conv2d(inputs, outputs, 3, padding=1)
        self.time = nn.Linear(time, outputs)
        self.norm2, self.conv2 = nn.GroupNorm(8, outputs), nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x, time):
        h = self.conv1(nn.functional.silu(self.norm1(x))) + self.time(time)[:, :, None, None]
        return self.skip(x) + self.conv2(nn.functional.silu(self.norm2(h)))


class DiffusionUNet(nn.Module):
    def __init__(self, width=64, time=128):
        super().__init__()
        self.time = nn.Sequential(nn.Linear(width, time), nn.SiLU(), nn.Linear(time, time))
        self.enter = nn.Conv2d(3, width, 3, padding=1)
        self.down1, self.down2 = Residual(width, width, time), Residual(width, 2 * width, time)
        self.middle = Residual(2 * width, 2 * width, time)
        self.up2, self.up1 = Residual(4 * width, width, time), Residual(2 * width, width, time)
        self.leave = nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, image, time):
        time = self.time(time)
        x1 = self.down1(self.enter(image), time)
        x2 = self.down2(nn.functional.avg_pool2d(x1, 2), time)
        x = self.middle(x2, time)
        x = self.up2(torch.cat([x, x2], 1), time)
        x = nn.functional.interpolate(x, scale_factor=2)
        return self.leave(self.up1(torch.cat([x, x1], 1), time))


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = DiffusionUNet()
    return gnn.draw(model.eval(), example=(gnn.input((1, 3, 32, 32)), gnn.input((1, 64))), view="blocks")


if __name__ == "__main__":
    picture().save("diffusion_unet.svg")
