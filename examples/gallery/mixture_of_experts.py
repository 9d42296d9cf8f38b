"""A mixture of experts with a soft gate."""

import torch
from torch import nn

import graphviz_nn as gnn


class Expert(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        return self.down(torch.relu(self.up(x)))


class MixtureOfExperts(nn.Module):
    def __init__(self, width=256, count=4):
        super().__init__()
        self.gate = nn.Linear(width, count)
        self.experts = nn.ModuleList(Expert(width) for _ in range(count))

    def forward(self, x):
        weights = torch.softmax(self.gate(x), -1)
        outputs = torch.stack([expert(x) for expert in self.experts], -1)
        return (outputs * weights.unsqueeze(-2)).sum(-1)


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = MixtureOfExperts()
    return gnn.draw(model.eval(), example=gnn.input((1, 10, 256)), view="blocks")


if __name__ == "__main__":
    picture().save("mixture_of_experts.svg")
