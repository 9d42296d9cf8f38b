"""Batch normalization, step by step."""

import numpy as np

import graphviz_nn as gnn
from models.model import model


@model()
def batch_norm(X=gnn.input((4, 3)), Y=gnn.target((4, 3)), gamma=gnn.parameter(3), beta=gnn.parameter(3)):
    """As in the assignments of courses (Ioffe, Szegedy, 2015, algorithm 1), by hand."""
    mu = np.mean(X, axis=0)
    centred = X - mu
    variance = np.mean(centred**2, axis=0)
    x_hat = centred / np.sqrt(variance + 1e-5)
    out = gamma * x_hat + beta
    return np.mean((out - Y) ** 2)
