"""Losses, with the reductions that PyTorch numbers: 0 none, 1 the mean, 2 the sum."""

from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.pytorch.aten.table import aten

NONE, MEAN, SUM = 0, 1, 2
KINDS = {NONE: "none", MEAN: "mean", SUM: "sum"}


def _reduced(values: Any, reduction: int) -> Any:
    if reduction == NONE:
        return values
    return np.mean(values) if reduction == MEAN else np.sum(values)


@aten("mse_loss")
def squared_error(x: Any, y: Any, reduction: int = MEAN) -> Any:
    if reduction == NONE or np.shape(x) != np.shape(y):
        return _reduced((x - y) ** 2, reduction)
    return nn.mean_squared_error(x, y) if reduction == MEAN else nn.squared_error(x, y)


@aten("l1_loss")
def absolute_error(x: Any, y: Any, reduction: int = MEAN) -> Any:
    return _reduced(np.abs(x - y), reduction)


@aten("huber_loss")
def huber(x: Any, y: Any, reduction: int = MEAN, delta: float = 1.0) -> Any:
    if reduction == MEAN and np.shape(x) == np.shape(y):
        return nn.huber(x, y, delta)
    return _reduced(_bent(x - y, delta), reduction)


@aten("smooth_l1_loss")
def smooth_absolute_error(x: Any, y: Any, reduction: int = MEAN, beta: float = 1.0) -> Any:
    if beta == 0:
        return absolute_error(x, y, reduction)
    if beta == 1:
        return huber(x, y, reduction, 1.0)
    return _reduced(_bent(x - y, beta) / beta, reduction)


def _bent(difference: Any, delta: float) -> Any:
    near = np.clip(difference, -delta, delta)
    return near * (difference - near / 2)


@aten("soft_margin_loss")
def soft_margin(x: Any, y: Any, reduction: int = MEAN) -> Any:
    return _reduced(nn.softplus(-y * x), reduction)


@aten("hinge_embedding_loss")
def hinge_embedding(x: Any, y: Any, margin: float = 1.0, reduction: int = MEAN) -> Any:
    return _reduced(np.where(y == 1, x, 0) + np.where(y == -1, np.maximum(margin - x, 0), 0), reduction)


@aten("margin_ranking_loss")
def margin_ranking(x: Any, other: Any, y: Any, margin: float = 0.0, reduction: int = MEAN) -> Any:
    return _reduced(np.maximum(-y * (x - other) + margin, 0), reduction)


@aten("binary_cross_entropy")
def binary_cross_entropy(p: Any, y: Any, weight: Any = None, reduction: int = MEAN) -> Any:
    # PyTorch keeps logarithms from going below -100.
    terms = -(y * np.maximum(np.log(p), -100) + (1 - y) * np.maximum(np.log(1 - p), -100))
    if weight is None and reduction == MEAN:
        return nn.binary_cross_entropy(p, y)
    return _reduced(terms if weight is None else terms * weight, reduction)


@aten("binary_cross_entropy_with_logits")
def binary_cross_entropy_with_logits(
    z: Any, y: Any, weight: Any = None, pos_weight: Any = None, reduction: int = MEAN
) -> Any:
    if weight is None and pos_weight is None and reduction == MEAN:
        return nn.binary_cross_entropy_with_logits(z, y)
    positive = y * nn.softplus(-z)
    terms = (positive if pos_weight is None else positive * pos_weight) + (1 - y) * nn.softplus(z)
    return _reduced(terms if weight is None else terms * weight, reduction)


@aten("kl_div")
def kl_divergence(log_q: Any, p: Any, reduction: int = MEAN, *, log_target: bool = False) -> Any:
    if log_target:
        return _reduced(np.exp(p) * (p - log_q), reduction)
    # Where p is 0, its logarithm counts nothing.
    is_there = p > 0
    terms = np.where(is_there, p * (np.log(np.where(is_there, p, 1)) - log_q), 0)
    return _reduced(terms, reduction)


@aten("nll_loss", "nll_loss2d", "nll_loss_nd")
def negative_log_likelihood(
    log_p: Any, labels: Any, weight: Any = None, reduction: int = MEAN, ignore_index: int = -100
) -> Any:
    return nn.negative_log_likelihood(log_p, labels, weight, KINDS[reduction], ignore_index)


@aten("cross_entropy_loss")
def cross_entropy(
    z: Any,
    y: Any,
    weight: Any = None,
    reduction: int = MEAN,
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
) -> Any:
    if y.dtype.kind in "iu":
        return nn.cross_entropy_with_labels(z, y, weight, KINDS[reduction], ignore_index, label_smoothing)
    if label_smoothing:
        y = y * (1 - label_smoothing) + label_smoothing / np.shape(z)[min(1, np.ndim(z) - 1)]
    # Probabilities needn't add up to 1 here, as nn.cross_entropy_with_logits takes for granted.
    axis = min(1, np.ndim(z) - 1)
    terms = y * nn.log_softmax(z, axis)
    if weight is not None:
        terms = terms * np.reshape(weight, (-1, *(1,) * (np.ndim(z) - axis - 1)))
    total = -np.sum(terms, axis=axis)
    return _reduced(total, reduction)
