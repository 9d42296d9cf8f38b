"""Attention, and what is built of it; tokens in rows."""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn
from models.model import model, one_hot


@model()
def attention(
    X=gnn.input((4, 6)),
    Y=gnn.target((4, 3)),
    WQ=gnn.parameter((6, 3)),
    WK=gnn.parameter((6, 3)),
    WV=gnn.parameter((6, 3)),
):
    """One head of self-attention (Vaswani et al., 2017, equation 1), by hand."""
    Q = X @ WQ
    K = X @ WK
    V = X @ WV
    scores = Q @ K.T / np.sqrt(3)
    weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    A = weights / np.sum(weights, axis=1, keepdims=True)
    return np.mean((A @ V - Y) ** 2)


@model()
def multi_head(
    X=gnn.input((4, 6)),
    Y=gnn.target((4, 6)),
    WQ=tuple(gnn.parameter((6, 2)) for _ in range(3)),
    WK=tuple(gnn.parameter((6, 2)) for _ in range(3)),
    WV=tuple(gnn.parameter((6, 2)) for _ in range(3)),
    WO=gnn.parameter((6, 6)),
):
    """Three heads side by side, joined and mixed (Vaswani et al., 2017, figure 2)."""
    heads = []
    for i in range(3):
        Q, K, V = X @ WQ[i], X @ WK[i], X @ WV[i]
        head = nn.softmax(Q @ K.T / np.sqrt(2)) @ V
        heads.append(head)
    out = np.concatenate(heads, axis=1) @ WO
    return nn.mean_squared_error(out, Y)


class FeedForward:
    """Two linear layers, the first four times as wide."""

    def __init__(self, width, activation):
        self.first = nn.Linear(width, 4 * width)
        self.second = nn.Linear(4 * width, width)
        self.activation = activation

    def __call__(self, x):
        return self.second(self.activation(self.first(x)))


class Attention:
    """Queries from x, keys and values from what is looked at."""

    def __init__(self, width, heads):
        self.query, self.key, self.value, self.output = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.heads = heads

    def split(self, x):
        return np.swapaxes(np.reshape(x, (x.shape[0], self.heads, -1)), 0, 1)

    def __call__(self, x, memory, mask=None):
        q, k, v = self.query(x), self.key(memory), self.value(memory)
        mixed = nn.attention(self.split(q), self.split(k), self.split(v), mask)
        return self.output(np.reshape(np.swapaxes(mixed, 0, 1), x.shape))


class Encoder:
    """A layer of the encoder: attention, feed-forward, each added to its input and normalized."""

    def __init__(self, width, heads):
        self.attention = Attention(width, heads)
        self.norm1 = nn.LayerNorm(width)
        self.feed_forward = FeedForward(width, nn.relu)
        self.norm2 = nn.LayerNorm(width)

    def __call__(self, x):
        x = self.norm1(x + self.attention(x, x))
        return self.norm2(x + self.feed_forward(x))


class Decoder:
    """A layer of the decoder: masked attention, attention to the encoder, feed-forward."""

    def __init__(self, width, heads):
        self.masked = Attention(width, heads)
        self.norm1 = nn.LayerNorm(width)
        self.cross = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.feed_forward = FeedForward(width, nn.relu)
        self.norm3 = nn.LayerNorm(width)

    def __call__(self, x, memory):
        causal = np.tri(len(x), dtype=bool)
        x = self.norm1(x + self.masked(x, x, causal))
        x = self.norm2(x + self.cross(x, memory))
        return self.norm3(x + self.feed_forward(x))


encoder, decoder, vocabulary = Encoder(8, 2), Decoder(8, 2), nn.Linear(8, 11)


@model(target=one_hot([2, 7, 1], 11))
def transformer(source=gnn.input((4, 8)), shifted=gnn.input((3, 8)), target=gnn.target((3, 11))):
    """Encoder and decoder with one layer each (Vaswani et al., 2017, figure 1), after the embeddings."""
    memory = encoder(source)
    y = decoder(shifted, memory)
    return nn.cross_entropy(nn.softmax(vocabulary(y)), target)


class GPTBlock:
    """Normalize, attend, add; normalize, feed forward, add.

    Source: A. Radford et al., Language models are unsupervised multitask learners, 2019, section 2.3.
    """

    def __init__(self, width, heads, tokens):
        self.ln1 = nn.LayerNorm(width)
        self.attention = nn.MultiHeadAttention(width, heads, np.tri(tokens, dtype=bool))
        self.ln2 = nn.LayerNorm(width)
        self.mlp = FeedForward(width, nn.gelu)

    def __call__(self, x):
        x = x + self.attention(self.ln1(x))
        return x + self.mlp(self.ln2(x))


tokens, positions, gpt = nn.Embedding(11, 8), nn.Embedding(5, 8), GPTBlock(8, 2, 5)
last_norm, head = nn.LayerNorm(8), nn.Linear(8, 11, bias=False)


@model(ids=np.array([3, 1, 4, 1, 5]), following=one_hot([1, 4, 1, 5, 9], 11))
def gpt_block(ids=gnn.input(5, dtype="int64"), following=gnn.target((5, 11))):
    """Embeddings of tokens and positions, one block of GPT-2, and the next token."""
    x = gpt(tokens(ids) + positions(np.arange(5)))
    return nn.cross_entropy_with_logits(head(last_norm(x)), following)
