"""A block of a DenseNet (G. Huang et al., 2016)."""

import torch
from torch import nn

import graphviz_nn as gnn


class Layer(nn.Module):
    def __init__(self, inputs, growth):
        super().__init__()
        self.norm, self.conv = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, growth, 3, padding=1)

    def forward(self, x):
        return torch.cat([x, self.conv(torch.relu(self.norm(x)))], 1)


class DenseBlock(nn.Module):
    def __init__(self, inputs=64, growth=32, count=4):
        super().__init__()
        self.layers = nn.Sequential(*(Layer(inputs + number * growth, growth) for number in range(count)))
        self.transition = nn.Sequential(nn.Conv2d(inputs + count * growth, 96, 1), nn.AvgPool2d(2))

    def forward(self, x):
        return self.transition(self.layers(x))


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = DenseBlock()
    return gnn.draw(model.eval(), example=gnn.input((1, 64, 56, 56)), view="blocks")


if __name__ == "__main__":
    picture().save("densenet.svg")
