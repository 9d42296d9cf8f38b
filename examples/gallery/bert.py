"""BERT's encoder (J. Devlin et al., 2018)."""

import torch
from torch import nn

import graphviz_nn as gnn


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.qkv, self.out = heads, nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        split = (each.unflatten(-1, (self.heads, -1)).transpose(1, 2) for each in self.qkv(x).chunk(3, -1))
        found = nn.functional.scaled_dot_product_attention(*split, is_causal=False)
        return self.out(found.transpose(1, 2).flatten(2))


class MLP(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        return self.down(nn.functional.gelu(self.up(x)))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), Attention(width, heads)
        self.norm2, self.mlp = nn.LayerNorm(width), MLP(width)

    def forward(self, x):
        x = self.norm1(x + self.attention(x))
        return self.norm2(x + self.mlp(x))


class BERT(nn.Module):
    def __init__(self, words=30522, width=768, heads=12, count=12):
        super().__init__()
        self.words, self.segments = nn.Embedding(words, width), nn.Embedding(2, width)
        self.positions = nn.Parameter(torch.zeros(64, width))
        self.norm = nn.LayerNorm(width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(count))
        self.pooler = nn.Linear(width, width)

    def forward(self, tokens, segments):
        x = self.norm(self.words(tokens) + self.segments(segments) + self.positions)
        for block in self.blocks:
            x = block(x)
        return torch.tanh(self.pooler(x[:, 0]))


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = BERT()
    return gnn.draw(
        model.eval(),
        example=(gnn.input((1, 64), dtype="int64"), gnn.input((1, 64), dtype="int64")),
        view="blocks",
        direction="BT",
    )


if __name__ == "__main__":
    picture().save("bert.svg")
