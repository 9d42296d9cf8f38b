"""Formulas of attention; their softmax is already recognised."""

from typing import Any

import numpy as np

from graphviz_nn.nn.activations import softmax
from graphviz_nn.nn.formulas.table import NUMBER, ROWS, VECTOR, formula

SEVERAL: dict[str, Any] = {"query": [ROWS, (2, 7, 5)], "key": [(6, 5), (2, 6, 5)], "value": [(6, 4), (2, 6, 4)]}

formula("attention", **SEVERAL)(
    lambda query, key, value: softmax(query @ np.swapaxes(key, -1, -2) / np.sqrt(np.shape(query)[-1])) @ value
)
formula("attention", **SEVERAL, scale=NUMBER)(
    lambda query, key, value, scale: softmax(query @ np.swapaxes(key, -1, -2) * scale) @ value
)
formula("attention", query=VECTOR, key=(6, 5), value=(6, 4))(
    lambda query, key, value: softmax(key @ query / np.sqrt(np.shape(query)[-1])) @ value
)
formula("attention", **SEVERAL)(
    lambda query, key, value: softmax((query / np.sqrt(np.shape(query)[-1])) @ np.swapaxes(key, -1, -2)) @ value
)
MASKED: dict[str, Any] = {**SEVERAL, "mask": [(7, 6), (7, 6)], "hidden": NUMBER}

formula("attention", **MASKED)(
    lambda query, key, value, mask, hidden: (
        softmax(np.where(mask, query @ np.swapaxes(key, -1, -2) / np.sqrt(np.shape(query)[-1]), hidden)) @ value
    )
)
formula("attention", **MASKED, scale=NUMBER)(
    lambda query, key, value, mask, hidden, scale: (
        softmax(np.where(mask, query @ np.swapaxes(key, -1, -2) * scale, hidden)) @ value
    )
)
