"""Formulas of linear layers; they stay as written, since another definition has no advantage."""

from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn.nn.formulas.roles import DATA
from graphviz_nn.nn.formulas.table import ROWS, VECTOR, Many, formula

# A row on its own or several, weights with a row or a column for each result, and examples in columns.
EACH, BY_ROW, BY_COLUMN, BIASES = [ROWS, VECTOR], [(3, 5), (3, 5)], [(5, 3), (5, 3)], [(3,), (3,)]
COLUMNS, ACROSS, UPRIGHT = [(5, 7), (5, 7)], [(5, 1), (5, 3)], [(1, 1), (3, 1)]


def _linear(written: Callable[..., Any], x: Any, **learned: Any) -> None:
    formula("linear", roles={"x": DATA}, x=x, parameters=tuple(learned), **learned)(written)


_linear(lambda x, weight: weight @ x, VECTOR, weight=VECTOR)
_linear(lambda x, weight: weight @ x, VECTOR, weight=(3, 5))
_linear(lambda x, weight: x @ weight, EACH, weight=BY_COLUMN)
_linear(lambda x, weight: x @ weight.T, EACH, weight=BY_ROW)
_linear(lambda x, weight: weight.T @ x, COLUMNS, weight=ACROSS)
_linear(lambda x, weight: np.sum(weight * x), VECTOR, weight=VECTOR)
_linear(lambda x, weight: np.sum(x * weight, axis=-1), ROWS, weight=VECTOR)
_linear(lambda x, weight, bias: weight @ x + bias, VECTOR, weight=VECTOR, bias=())
_linear(lambda x, weight, bias: weight @ x + bias, VECTOR, weight=(3, 5), bias=(3,))
_linear(lambda x, weight, bias: x @ weight + bias, EACH, weight=BY_COLUMN, bias=BIASES)
_linear(lambda x, weight, bias: x @ weight.T + bias, EACH, weight=BY_ROW, bias=BIASES)
_linear(lambda x, weight, bias: weight.T @ x + bias, COLUMNS, weight=ACROSS, bias=UPRIGHT)
_linear(lambda x, weight, bias: np.sum(weight * x) + bias, VECTOR, weight=VECTOR, bias=())
_linear(lambda x, weight, bias: np.sum(x * weight, axis=-1) + bias, ROWS, weight=VECTOR, bias=())
_linear(lambda x, rows: np.stack([row @ x for row in rows]), VECTOR, rows=Many(VECTOR))
_linear(lambda x, rows: np.stack([np.sum(row * x) for row in rows]), VECTOR, rows=Many(VECTOR))
_linear(
    lambda x, rows, biases: np.stack([row @ x + bias for row, bias in zip(rows, biases, strict=True)]),
    VECTOR,
    rows=Many(VECTOR),
    biases=Many(()),
)
