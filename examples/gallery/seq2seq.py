"""Sequence to sequence with attention (D. Bahdanau et al., 2014)."""

import torch
from torch import nn

import graphviz_nn as gnn


class Seq2Seq(nn.Module):
    def __init__(self, words=1000, width=64):
        super().__init__()
        self.source, self.target = nn.Embedding(words, width), nn.Embedding(words, width)
        self.encoder = nn.LSTM(width, width, batch_first=True)
        self.decoder = nn.LSTM(width, width, batch_first=True)
        self.attention = nn.MultiheadAttention(width, 1, batch_first=True)
        self.head = nn.Linear(2 * width, words)

    def forward(self, source, target):
        memory, state = self.encoder(self.source(source))
        states, _ = self.decoder(self.target(target), state)
        context, _ = self.attention(states, memory, memory, need_weights=False)
        return self.head(torch.cat([states, context], -1))


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = Seq2Seq()
    return gnn.draw(
        model.eval(), example=(gnn.input((1, 7), dtype="int64"), gnn.input((1, 6), dtype="int64")), view="blocks"
    )


if __name__ == "__main__":
    picture().save("seq2seq.svg")
