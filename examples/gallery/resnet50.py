"""ResNet-50 (K. He et al., 2015)."""

import torch
from torch import nn

import graphviz_nn as gnn


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride=1):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, 4 * width, 1, bias=False), nn.BatchNorm2d(4 * width)
        self.project = nn.Identity()
        if stride > 1 or inputs != 4 * width:
            self.project = nn.Sequential(nn.Conv2d(inputs, 4 * width, 1, stride, bias=False), nn.BatchNorm2d(4 * width))

    def forward(self, x):
        h = torch.relu(self.bn1(self.conv1(x)))
        h = torch.relu(self.bn2(self.conv2(h)))
        return torch.relu(self.bn3(self.conv3(h)) + self.project(x))


class ResNet50(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.layer1, self.layer2 = stage(64, 64, 3), stage(4 * 64, 128, 4, 2)
        self.layer3, self.layer4 = stage(4 * 128, 256, 6, 2), stage(4 * 256, 512, 3, 2)
        self.fc = nn.Linear(4 * 512, 1000)

    def forward(self, image):
        x = self.pool(torch.relu(self.bn1(self.conv1(image))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


def stage(inputs, width, count, stride=1):
    first = Bottleneck(inputs, width, stride)
    return nn.Sequential(first, *(Bottleneck(4 * width, width) for _ in range(count - 1)))


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = ResNet50()
    return gnn.draw(model.eval(), example=gnn.input((1, 3, 224, 224)), view="blocks")


if __name__ == "__main__":
    picture().save("resnet50.svg")
