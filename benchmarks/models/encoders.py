"""Autoencoders: what goes in must come out."""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn
from models.model import model


class Variational:
    """Encoder and decoder with one hidden layer each."""

    def __init__(self, entries, hidden, latent):
        self.encoder = nn.Linear(entries, hidden)
        self.mean = nn.Linear(hidden, latent)
        self.log_variance = nn.Linear(hidden, latent)
        self.decoder = nn.Linear(latent, hidden)
        self.out = nn.Linear(hidden, entries)


autoencoder = Variational(8, 6, 2)


@model(x=np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0]))
def vae(x=gnn.input(8)):
    """A variational autoencoder: reconstruction and divergence from the normal distribution (Kingma, Welling, 2014)."""
    h = nn.relu(autoencoder.encoder(x))
    mu, log_var = autoencoder.mean(h), autoencoder.log_variance(h)
    epsilon = gnn.random(2)
    z = mu + np.exp(0.5 * log_var) * epsilon
    x_hat = nn.sigmoid(autoencoder.out(nn.relu(autoencoder.decoder(z))))
    reconstruction = nn.binary_cross_entropy(x_hat, x)
    divergence = -0.5 * np.sum(1 + log_var - mu**2 - np.exp(log_var))
    return reconstruction + divergence


@model()
def tied_autoencoder(x=gnn.input(6), W=gnn.parameter((2, 6)), b=gnn.parameter(2), c=gnn.parameter(6)):
    """An autoencoder whose decoder is the encoder's matrix transposed, by hand."""
    h = np.tanh(W @ x + b)
    x_hat = W.T @ h + c
    return np.sum((x_hat - x) ** 2)
