"""VGG-16 (K. Simonyan and A. Zisserman, 2014)."""

import torch
from torch import nn

import graphviz_nn as gnn


def stage(inputs, outputs, count):
    layers = []
    for number in range(count):
        layers += [nn.Conv2d(outputs if number else inputs, outputs, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.MaxPool2d(2))


class VGG16(nn.Module):
    def __init__(self):
        super().__init__()
        self.stage1, self.stage2 = stage(3, 64, 2), stage(64, 128, 2)
        self.stage3, self.stage4, self.stage5 = stage(128, 256, 3), stage(256, 512, 3), stage(512, 512, 3)
        self.classifier = nn.Sequential(
            nn.Linear(25088, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000)
        )

    def forward(self, image):
        x = self.stage5(self.stage4(self.stage3(self.stage2(self.stage1(image)))))
        return self.classifier(x.flatten(1))


def picture(view="blocks") -> gnn.Picture:
    with torch.device("meta"):
        model = VGG16()
    return gnn.draw(model.eval(), example=gnn.input((1, 3, 224, 224)), view=view)


if __name__ == "__main__":
    picture().save("vgg16.svg")
