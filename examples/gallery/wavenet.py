"""A stack of dilated convolutions as in WaveNet (A. van den Oord et al., 2016)."""

import torch
from torch import nn

import graphviz_nn as gnn


class Gated(nn.Module):
    def __init__(self, width, dilation):
        super().__init__()
        self.padding = dilation
        self.filter = nn.Conv1d(width, width, 2, dilation=dilation)
        self.gate = nn.Conv1d(width, width, 2, dilation=dilation)
        self.residual, self.skip = nn.Conv1d(width, width, 1), nn.Conv1d(width, width, 1)

    def forward(self, x):
        padded = nn.functional.pad(x, (self.padding, 0))
        h = torch.tanh(self.filter(padded)) * torch.sigmoid(self.gate(padded))
        return x + self.residual(h), self.skip(h)


class WaveNet(nn.Module):
    def __init__(self, width=32, count=4):
        super().__init__()
        self.enter = nn.Conv1d(1, width, 1)
        self.layers = nn.ModuleList(Gated(width, 2**number) for number in range(count))
        self.leave = nn.Sequential(nn.ReLU(), nn.Conv1d(width, 256, 1))

    def forward(self, sound):
        x, total = self.enter(sound), 0
        for layer in self.layers:
            x, skip = layer(x)
            total = total + skip
        return self.leave(total)


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = WaveNet()
    return gnn.draw(model.eval(), example=gnn.input((1, 1, 64)), view="blocks")


if __name__ == "__main__":
    picture().save("wavenet.svg")
