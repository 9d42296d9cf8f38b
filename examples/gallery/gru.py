"""A GRU over a sequence, step by step."""

import torch
from torch import nn

import graphviz_nn as gnn


class Sentiment(nn.Module):
    def __init__(self, words=1000, width=64):
        super().__init__()
        self.embedding, self.cell, self.head = nn.Embedding(words, width), nn.GRUCell(width, width), nn.Linear(width, 2)

    def forward(self, tokens):
        x = self.embedding(tokens)
        state = torch.zeros_like(x[:, 0])
        for step in range(x.shape[1]):
            state = self.cell(x[:, step], state)
        return self.head(state)


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = Sentiment()
    return gnn.draw(model.eval(), example=gnn.input((1, 8), dtype="int64"), view="blocks")


if __name__ == "__main__":
    picture().save("gru.svg")
