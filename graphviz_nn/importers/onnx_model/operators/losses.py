"""Losses of classifications."""

from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.onnx_model.table import operator, refuse, taken


@operator("NegativeLogLikelihoodLoss", call="negative_log_likelihood")
def negative_log_likelihood(
    logs: Any, target: Any, weight: Any = None, *, ignore_index: int | None = None, reduction: str = "mean"
) -> Any:
    """The negative entry of each target, times the weight of its class."""
    if reduction not in ("none", "sum", "mean"):
        refuse(f"its reduction {reduction!r} isn't none, sum or mean")
    ignored = None if ignore_index is None else np.equal(target, ignore_index)
    places = target if ignored is None else np.where(ignored, 0, target)
    chosen = -np.squeeze(np.take_along_axis(logs, np.expand_dims(places, 1), 1), 1)
    factor = None if weight is None else taken(weight, places)
    if ignored is not None:
        factor = np.where(ignored, 0, 1 if factor is None else factor).astype(logs.dtype)
    loss = chosen if factor is None else chosen * factor
    if reduction == "none":
        return loss
    if reduction == "sum":
        return np.sum(loss)
    return np.mean(loss) if factor is None else np.sum(loss) / np.sum(factor)


@operator("SoftmaxCrossEntropyLoss", call="softmax_cross_entropy")
def softmax_cross_entropy(
    scores: Any,
    target: Any,
    weight: Any = None,
    *,
    ignore_index: int | None = None,
    reduction: str = "mean",
    results: int,
) -> Any:
    logs = nn.log_softmax(scores, 1)
    loss = negative_log_likelihood(logs, target, weight, ignore_index=ignore_index, reduction=reduction)
    return (loss, logs) if results > 1 else loss
