"""The transformer (A. Vaswani et al., 2017), figure 1."""

import torch
from torch import nn

import graphviz_nn as gnn


class Transformer(nn.Module):
    def __init__(self, words=37000, width=512):
        super().__init__()
        self.source, self.target = nn.Embedding(words, width), nn.Embedding(words, width)
        self.transformer = nn.Transformer(width, 8, 6, 6, batch_first=True)
        self.head = nn.Linear(width, words)

    def forward(self, inputs, outputs):
        return torch.softmax(self.head(self.transformer(self.source(inputs), self.target(outputs))), -1)


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = Transformer()
    return gnn.draw(
        model.eval(),
        example=(gnn.input((1, 10), dtype="int64"), gnn.input((1, 9), dtype="int64")),
        view="blocks",
        direction="BT",
        height="27 cm",
    )


if __name__ == "__main__":
    picture().save("transformer.svg")
