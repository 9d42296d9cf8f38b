"""A graph convolutional network (T. Kipf and M. Welling, 2016)."""

import torch
from torch import nn

import graphviz_nn as gnn


class GraphConvolution(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)

    def forward(self, nodes, adjacency):
        return adjacency @ self.linear(nodes)


class GCN(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = GraphConvolution(1433, 16), GraphConvolution(16, 7)

    def forward(self, nodes, adjacency):
        h = torch.relu(self.first(nodes, adjacency))
        return torch.softmax(self.second(h, adjacency), -1)


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = GCN()
    return gnn.draw(model.eval(), example=(gnn.input((100, 1433)), gnn.input((100, 100))), view="blocks")


if __name__ == "__main__":
    picture().save("graph_convolution.svg")
