"""Several answers, and how much each counts."""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn
from models.model import model

gate = nn.Linear(4, 3)
experts = [nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 2)) for _ in range(3)]


@model()
def mixture_of_experts(x=gnn.input(4), y=gnn.target(2)):
    """Three experts, their answers weighed by a gate (Jacobs et al., 1991)."""
    g = nn.softmax(gate(x))
    y_hat = sum(g[i] * expert(x) for i, expert in enumerate(experts))
    return nn.squared_error(y_hat, y)


hidden = nn.Sequential(nn.Linear(2, 8), nn.Tanh())
to_weights, to_means, to_deviations = nn.Linear(8, 3), nn.Linear(8, 3), nn.Linear(8, 3)


@model()
def mixture_density(x=gnn.input(2), y=gnn.target(())):
    """The density of y as a mixture of three bells whose places depend on x (Bishop, 1994)."""
    h = hidden(x)
    pi = nn.softmax(to_weights(h))
    mu = to_means(h)
    sigma = np.exp(to_deviations(h))
    densities = np.exp(-0.5 * ((y - mu) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
    return -np.log(pi @ densities)
