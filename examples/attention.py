"""Attention by hand: its softmax is one function, its products stay."""

import numpy as np

import graphviz_nn as gnn


def attention(X, WQ, WK, WV):
    d_k = WK.shape[1]
    Q, K, V = X @ WQ, X @ WK, X @ WV
    scores = Q @ K.T / np.sqrt(d_k)
    weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    A = weights / np.sum(weights, axis=1, keepdims=True)
    return A @ V


def picture() -> gnn.Picture:
    weight = gnn.parameter((6, 3))
    graph = gnn.trace(attention, X=gnn.input((4, 6)), WQ=weight, WK=weight, WV=weight)
    return gnn.draw(graph, view="functions", style="column")
