"""A multilayer perceptron for digits."""

import torch
from torch import nn

import graphviz_nn as gnn


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
        )

    def forward(self, image):
        return torch.softmax(self.layers(image), dim=1)


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = MLP()
    return gnn.draw(model.eval(), example=gnn.input((1, 28, 28)), view="blocks")


if __name__ == "__main__":
    picture().save("mlp.svg")
