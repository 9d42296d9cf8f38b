"""A variational autoencoder (D. Kingma and M. Welling, 2013)."""

import torch
from torch import nn

import graphviz_nn as gnn


class VAE(nn.Module):
    def __init__(self, size=784, width=400, latent=20):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(size, width), nn.ReLU())
        self.mean, self.log_variance = nn.Linear(width, latent), nn.Linear(width, latent)
        self.decoder = nn.Sequential(nn.Linear(latent, width), nn.ReLU(), nn.Linear(width, size), nn.Sigmoid())

    def forward(self, x, noise):
        h = self.encoder(x)
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.exp(0.5 * log_variance) * noise
        return {"reconstruction": self.decoder(z), "mean": mean, "log_variance": log_variance}


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = VAE()
    return gnn.draw(model.eval(), example=(gnn.input((8, 784)), gnn.input((8, 20))), view="blocks")


if __name__ == "__main__":
    picture().save("vae.svg")
