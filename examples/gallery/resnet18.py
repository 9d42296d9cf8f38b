"""ResNet-18 (K. He et al., 2015)."""

import torch
from torch import nn

import graphviz_nn as gnn


class BasicBlock(nn.Module):
    def __init__(self, inputs, width, stride=1):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        self.project = nn.Identity()
        if stride > 1 or inputs != width:
            self.project = nn.Sequential(nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        h = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(h)) + self.project(x))


class ResNet18(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.layer1, self.layer2 = stage(64, 64, 2), stage(1 * 64, 128, 2, 2)
        self.layer3, self.layer4 = stage(1 * 128, 256, 2, 2), stage(1 * 256, 512, 2, 2)
        self.fc = nn.Linear(1 * 512, 1000)

    def forward(self, image):
        x = self.pool(torch.relu(self.bn1(self.conv1(image))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


def stage(inputs, width, count, stride=1):
    first = BasicBlock(inputs, width, stride)
    return nn.Sequential(first, *(BasicBlock(1 * width, width) for _ in range(count - 1)))


def picture(view="blocks") -> gnn.Picture:
    with torch.device("meta"):
        model = ResNet18()
    return gnn.draw(model.eval(), example=gnn.input((1, 3, 224, 224)), view=view)


if __name__ == "__main__":
    picture().save("resnet18.svg")
