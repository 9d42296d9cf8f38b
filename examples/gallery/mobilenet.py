"""An inverted residual block of MobileNetV2 (M. Sandler et al., 2018)."""

import torch
from torch import nn

import graphviz_nn as gnn


class InvertedResidual(nn.Module):
    def __init__(self, width=24, expansion=6):
        super().__init__()
        wide = expansion * width
        self.expand = nn.Sequential(nn.Conv2d(width, wide, 1), nn.BatchNorm2d(wide), nn.ReLU6())
        self.depthwise = nn.Sequential(
            nn.Conv2d(wide, wide, 3, padding=1, groups=wide), nn.BatchNorm2d(wide), nn.ReLU6()
        )
        self.project = nn.Sequential(nn.Conv2d(wide, width, 1), nn.BatchNorm2d(width))

    def forward(self, x):
        return x + self.project(self.depthwise(self.expand(x)))


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = InvertedResidual()
    return gnn.draw(model.eval(), example=gnn.input((1, 24, 56, 56)), view="blocks")


if __name__ == "__main__":
    picture().save("mobilenet.svg")
