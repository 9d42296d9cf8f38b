"""An Inception block (C. Szegedy et al., 2014)."""

import torch
from torch import nn

import graphviz_nn as gnn


def convolution(inputs, outputs, window):
    return nn.Sequential(nn.Conv2d(inputs, outputs, window, padding=window // 2), nn.ReLU())


class Inception(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = convolution(192, 64, 1)
        self.three = nn.Sequential(convolution(192, 96, 1), convolution(96, 128, 3))
        self.five = nn.Sequential(convolution(192, 16, 1), convolution(16, 32, 5))
        self.pool = nn.Sequential(nn.MaxPool2d(3, 1, 1), convolution(192, 32, 1))

    def forward(self, x):
        return torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], 1)


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = Inception()
    return gnn.draw(model.eval(), example=gnn.input((1, 192, 28, 28)), view="blocks")


if __name__ == "__main__":
    picture().save("inception.svg")
