"""LeNet-5 (Y. LeCun et al., 1998)."""

import torch
from torch import nn

import graphviz_nn as gnn


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2)
        )
        self.classifier = nn.Sequential(
            nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)
        )

    def forward(self, image):
        return self.classifier(self.features(image).flatten(1))


def picture(view="blocks") -> gnn.Picture:
    with torch.device("meta"):
        model = LeNet()
    return gnn.draw(model.eval(), example=gnn.input((1, 1, 32, 32)), view=view)


if __name__ == "__main__":
    picture().save("lenet.svg")
