"""A language model with two layers of LSTM."""

import torch
from torch import nn

import graphviz_nn as gnn


class LanguageModel(nn.Module):
    def __init__(self, words=1000, width=128):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.lstm = nn.LSTM(width, width, num_layers=2, batch_first=True)
        self.head = nn.Linear(width, words)

    def forward(self, tokens):
        states, _ = self.lstm(self.embedding(tokens))
        return self.head(states)


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = LanguageModel()
    return gnn.draw(model.eval(), example=gnn.input((1, 12), dtype="int64"), view="blocks")


if __name__ == "__main__":
    picture().save("lstm.svg")
