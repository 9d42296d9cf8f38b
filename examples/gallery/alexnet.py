"""AlexNet (A. Krizhevsky et al., 2012)."""

import torch
from torch import nn

import graphviz_nn as gnn


class AlexNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 96, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(96, 256, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 384, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        )  # fmt: skip
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(),
            nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000),
        )  # fmt: skip

    def forward(self, image):
        return self.classifier(self.features(image).flatten(1))


def picture(view="blocks") -> gnn.Picture:
    with torch.device("meta"):
        model = AlexNet()
    return gnn.draw(model.eval(), example=gnn.input((1, 3, 224, 224)), view=view)


if __name__ == "__main__":
    picture().save("alexnet.svg")
