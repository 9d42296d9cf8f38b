"""The example of `docs/composition.md`: a U-Net, its way down beside its way up."""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn

CHANNELS = [1, 2, 4, 8]


@gnn.function
def encode(image, first, second):
    return nn.relu(second(nn.relu(first(image))))


@gnn.function
def decode(skip, below, first, second):
    wide = np.repeat(np.repeat(below, 2, axis=1), 2, axis=2)
    return nn.relu(second(nn.relu(first(np.concatenate([skip, wide])))))


def convolutions(inputs, outputs):
    return nn.Convolution2d(inputs, outputs, 3, padding=1), nn.Convolution2d(outputs, outputs, 3, padding=1)


class UNet:
    def __init__(self):
        self.down = [convolutions(CHANNELS[n], CHANNELS[n + 1]) for n in range(3)]
        self.up = [convolutions(CHANNELS[n + 1] + CHANNELS[n + 2], CHANNELS[n + 1]) for n in (1, 0)]
        self.out = nn.Convolution2d(CHANNELS[1], 1, 1)

    def __call__(self, image):
        x1 = encode(image, *self.down[0])
        x2 = encode(nn.max_pooling_2d(x1, 2), *self.down[1])
        x3 = encode(nn.max_pooling_2d(x2, 2), *self.down[2])
        y2 = decode(x2, x3, *self.up[0])
        y1 = decode(x1, y2, *self.up[1])
        return nn.sigmoid(self.out(y1))


def picture() -> gnn.Picture:
    graph = gnn.trace(UNet(), image=gnn.input((1, 16, 16)))
    return gnn.draw(graph, view="compact", align=[("encode", "decode_2"), ("encode_2", "decode")])


if __name__ == "__main__":
    picture().save("u_net.svg")
