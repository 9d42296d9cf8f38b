"""Vectors that are near each other where things are alike."""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn
from models.model import model

twin = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))


@model(y=1.0)
def siamese(x1=gnn.input(6), x2=gnn.input(6), y=gnn.target(())):
    """Twins with the same weights, and the contrastive loss (Hadsell et al., 2006)."""
    e1, e2 = twin(x1), twin(x2)
    d = np.sqrt(np.sum((e1 - e2) ** 2) + 1e-6)
    return y * d**2 + (1 - y) * np.maximum(0, 2 - d) ** 2


users, items = nn.Embedding(7, 4), nn.Embedding(9, 4)
user_tower = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
item_tower = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))


@model(user=np.array(2), item=np.array(5), clicked=1.0)
def two_tower(user=gnn.input((), dtype="int64"), item=gnn.input((), dtype="int64"), clicked=gnn.target(())):
    """A recommender: a tower for the user, one for the item, and their product."""
    u = user_tower(users(user))
    v = item_tower(items(item))
    return nn.binary_cross_entropy_with_logits(u @ v, clicked)


projection = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))


@model()
def contrastive(a=gnn.input((4, 5)), b=gnn.input((4, 5))):
    """Two views of each of four images: each must be nearest to its other view (SimCLR, CLIP)."""
    za, zb = projection(a), projection(b)
    za = za / np.sqrt(np.sum(za**2, axis=1, keepdims=True))
    zb = zb / np.sqrt(np.sum(zb**2, axis=1, keepdims=True))
    similarity = za @ zb.T / 0.5
    return nn.cross_entropy_with_logits(similarity, np.eye(4))


@model(center=np.array(4), context=np.array(2), negatives=np.array([0, 7, 5]))
def word2vec(
    center=gnn.input((), dtype="int64"),
    context=gnn.input((), dtype="int64"),
    negatives=gnn.input(3, dtype="int64"),
    E=gnn.parameter((9, 4)),
    C=gnn.parameter((9, 4)),
):
    """Skip-gram with negative sampling (Mikolov et al., 2013), by hand."""
    v = E[center]
    positive = np.log(nn.sigmoid(C[context] @ v))
    negative = np.sum(np.log(nn.sigmoid(-(C[negatives] @ v))))
    return -(positive + negative)


@model(user=np.array([0, 3, 1]), item=np.array([2, 2, 4]))
def matrix_factorisation(
    user=gnn.input(3, dtype="int64"),
    item=gnn.input(3, dtype="int64"),
    r=gnn.target(3),
    U=gnn.parameter((5, 2)),
    V=gnn.parameter((6, 2)),
    bu=gnn.parameter(5),
    bi=gnn.parameter(6),
):
    """Ratings from factors and biases of users and items, with a penalty, by hand."""
    u, v = U[user], V[item]
    r_hat = np.sum(u * v, axis=1) + bu[user] + bi[item]
    return np.mean((r_hat - r) ** 2) + 0.1 * (np.sum(u**2) + np.sum(v**2))
