"""How linear layers are written: nothing is gained by another definition, what is written is kept."""

from typing import Any

import numpy as np

from graphviz_nn.nn.formulas.roles import DATA
from graphviz_nn.nn.formulas.table import ROWS, VECTOR, Many, formula


@formula("linear", roles={"x": DATA}, x=VECTOR, weight=(3, 5), parameters=("weight",))
@formula("linear", roles={"x": DATA}, x=VECTOR, weight=VECTOR, parameters=("weight",))
def _(x: Any, weight: Any) -> Any:
    return weight @ x


@formula("linear", roles={"x": DATA}, x=[ROWS, VECTOR], weight=[(5, 3), (5, 3)], parameters=("weight",))
def _(x: Any, weight: Any) -> Any:
    return x @ weight


@formula("linear", roles={"x": DATA}, x=[ROWS, VECTOR], weight=[(3, 5), (3, 5)], parameters=("weight",))
def _(x: Any, weight: Any) -> Any:
    return x @ weight.T


@formula("linear", roles={"x": DATA}, x=[(5, 7), (5, 7)], weight=[(5, 1), (5, 3)], parameters=("weight",))
def _(x: Any, weight: Any) -> Any:
    return weight.T @ x


@formula("linear", roles={"x": DATA}, x=VECTOR, weight=VECTOR, parameters=("weight",))
def _(x: Any, weight: Any) -> Any:
    return np.sum(weight * x)


@formula("linear", roles={"x": DATA}, x=ROWS, weight=VECTOR, parameters=("weight",))
def _(x: Any, weight: Any) -> Any:
    return np.sum(x * weight, axis=-1)


@formula("linear", roles={"x": DATA}, x=VECTOR, weight=(3, 5), bias=(3,), parameters=("weight", "bias"))
@formula("linear", roles={"x": DATA}, x=VECTOR, weight=VECTOR, bias=(), parameters=("weight", "bias"))
def _(x: Any, weight: Any, bias: Any) -> Any:
    return weight @ x + bias


@formula(
    "linear",
    roles={"x": DATA},
    x=[ROWS, VECTOR],
    weight=[(5, 3), (5, 3)],
    bias=[(3,), (3,)],
    parameters=("weight", "bias"),
)
def _(x: Any, weight: Any, bias: Any) -> Any:
    return x @ weight + bias


@formula(
    "linear",
    roles={"x": DATA},
    x=[ROWS, VECTOR],
    weight=[(3, 5), (3, 5)],
    bias=[(3,), (3,)],
    parameters=("weight", "bias"),
)
def _(x: Any, weight: Any, bias: Any) -> Any:
    return x @ weight.T + bias


@formula(
    "linear",
    roles={"x": DATA},
    x=[(5, 7), (5, 7)],
    weight=[(5, 1), (5, 3)],
    bias=[(1, 1), (3, 1)],
    parameters=("weight", "bias"),
)
def _(x: Any, weight: Any, bias: Any) -> Any:
    return weight.T @ x + bias


@formula("linear", roles={"x": DATA}, x=VECTOR, weight=VECTOR, bias=(), parameters=("weight", "bias"))
def _(x: Any, weight: Any, bias: Any) -> Any:
    return np.sum(weight * x) + bias


@formula("linear", roles={"x": DATA}, x=ROWS, weight=VECTOR, bias=(), parameters=("weight", "bias"))
def _(x: Any, weight: Any, bias: Any) -> Any:
    return np.sum(x * weight, axis=-1) + bias


@formula("linear", roles={"x": DATA}, x=VECTOR, rows=Many(VECTOR), parameters=("rows",))
def _(x: Any, rows: Any) -> Any:
    return np.stack([row @ x for row in rows])


@formula("linear", roles={"x": DATA}, x=VECTOR, rows=Many(VECTOR), parameters=("rows",))
def _(x: Any, rows: Any) -> Any:
    return np.stack([np.sum(row * x) for row in rows])


@formula("linear", roles={"x": DATA}, x=VECTOR, rows=Many(VECTOR), biases=Many(()), parameters=("rows", "biases"))
def _(x: Any, rows: Any, biases: Any) -> Any:
    return np.stack([row @ x + bias for row, bias in zip(rows, biases, strict=True)])
