"""A generative adversarial network (I. Goodfellow et al., 2014)."""

import torch
from torch import nn

import graphviz_nn as gnn


class GAN(nn.Module):
    def __init__(self):
        super().__init__()
        self.generator = nn.Sequential(nn.Linear(100, 256), nn.ReLU(), nn.Linear(256, 784), nn.Tanh())
        self.discriminator = nn.Sequential(nn.Linear(784, 256), nn.LeakyReLU(0.2), nn.Linear(256, 1), nn.Sigmoid())

    def forward(self, noise, real):
        return {"fake": self.discriminator(self.generator(noise)), "real": self.discriminator(real)}


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = GAN()
    return gnn.draw(model.eval(), example=(gnn.input((8, 100)), gnn.input((8, 784))), view="blocks")


if __name__ == "__main__":
    picture().save("gan.svg")
