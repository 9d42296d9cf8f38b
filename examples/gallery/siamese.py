"""A Siamese network (J. Bromley et al., 1993): one encoder for both images."""

import torch
from torch import nn

import graphviz_nn as gnn


class Siamese(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 32, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(32 * 12 * 12, 64)
        )

    def forward(self, one, other):
        return (self.encoder(one) - self.encoder(other)).pow(2).sum(1)


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = Siamese()
    return gnn.draw(model.eval(), example=(gnn.input((1, 1, 28, 28)), gnn.input((1, 1, 28, 28))), view="blocks")


if __name__ == "__main__":
    picture().save("siamese.svg")
