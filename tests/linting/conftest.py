"""Models to lint, as text, so that their lines are known."""

import inspect
from typing import Any

import numpy as np
import pytest

import graphviz_nn as gnn

ARGUMENTS: dict[str, Any] = {
    "x": gnn.input(2),
    "rows": gnn.input((4, 2)),
    "z": gnn.input(3),
    "i": gnn.input((), dtype="int64"),
    "y": gnn.target(3),
    "r": gnn.target(()),
    "Y": gnn.target((4, 3)),
    "W": gnn.parameter((3, 2)),
    "V": gnn.parameter((3, 3)),
    "U": gnn.parameter((2, 3)),
    "L": gnn.parameter((3, 5)),
    "w": gnn.parameter(2),
    "b": gnn.parameter(3),
    "c": gnn.parameter(2),
    "A": gnn.parameter(np.array([[1.0, 2.0], [3.0, 4.0]])),
    "B": gnn.parameter(np.array([[1.0, 0.0], [0.0, 2.0]])),
    "narrow": gnn.parameter((1, 2)),
    "wide": gnn.parameter((3, 1)),
}


def _traced(text):
    scope: dict[str, Any] = {"np": np, "nn": gnn.nn, "gnn": gnn}
    exec(compile(text, "model.py", "exec"), scope)
    names = inspect.signature(scope["model"]).parameters
    return gnn.trace(scope["model"], **{name: ARGUMENTS[name] for name in names})


@pytest.fixture
def traced():
    """The graph of the function ``model`` in a text; `ARGUMENTS` has the specs of its arguments."""
    return _traced
