"""The example of `docs/views.md`: a transformer of twelve equal blocks, drawn as papers draw it."""

import graphviz_nn as gnn
from graphviz_nn import nn

WORDS, LENGTH, WIDTH, BLOCKS = 1000, 32, 64, 12


@gnn.function
def attention(x, weights):
    return nn.multi_head_attention(x, *weights, heads=4)


@gnn.function
def feed_forward(x, W1, b1, W2, b2):
    return nn.linear(nn.gelu(nn.linear(x, W1, b1)), W2, b2)


@gnn.function
def block(x, p):
    x = x + attention(nn.layer_norm(x, *p["norm1"]), p["attention"])
    return x + feed_forward(nn.layer_norm(x, *p["norm2"]), *p["feed_forward"])


def transformer(tokens, embedding, position, blocks, norm, head):
    x = nn.embedding(tokens, embedding) + position
    for p in blocks:
        x = block(x, p)
    return nn.linear(nn.layer_norm(x, *norm), head)


def norm():
    return gnn.parameter(WIDTH), gnn.parameter(WIDTH)


def weights():
    shapes = [(4 * WIDTH, WIDTH), 4 * WIDTH, (WIDTH, 4 * WIDTH), WIDTH]
    return {
        "norm1": norm(),
        "attention": [gnn.parameter((WIDTH, WIDTH)) for _ in range(4)],
        "norm2": norm(),
        "feed_forward": [gnn.parameter(shape) for shape in shapes],
    }


graph = gnn.trace(
    transformer,
    tokens=gnn.input(LENGTH, dtype="int64"),
    embedding=gnn.parameter((WORDS, WIDTH)),
    position=gnn.parameter((LENGTH, WIDTH)),
    blocks=[weights() for _ in range(BLOCKS)],
    norm=norm(),
    head=gnn.parameter((WORDS, WIDTH)),
)


def picture() -> gnn.Picture:
    return gnn.draw(graph, view="blocks")


if __name__ == "__main__":
    picture().save("transformer.svg")
