"""What the page is told about a model: its parameters, its data, and what can be shown of it."""

from typing import Any

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.playground.choices import VIEWS
from graphviz_nn.playground.frames import Frames
from graphviz_nn.playground.responses import POINTS
from graphviz_nn.playground.state import State
from graphviz_nn.style.labels import label

NOTHING: dict[str, Any] = {"svg": "", "lines": [], "units": [], "numbers": [], "parts": []}
"""The picture of a model that no view can show."""
SHOWN = 2_000
"""The most examples of each part that the page gets."""


def model_of(frames: Frames, page: State, name: str) -> dict[str, Any]:
    """Everything about a model that stays while it trains."""
    subject, responses = frames.subject, frames.responses
    train, why = subject.train, responses.why_not
    variables = subject.graph.variables
    found: dict[str, Any] = {
        "revision": frames.revision,
        "name": name or str(subject.graph.graph.get("name", "model")),
        "kind": "own" if subject.own else "classic",
        "view": page.view,
        "picture": NOTHING if page.view in frames.why_not else frames.picture(page),
        "parameters": [
            {"name": each, "label": label(each, variables[each]), "shape": list(shape)}
            for each, shape in subject.layout.shapes.items()
        ],
        "plane": None,
        "columns": list(train.names),
        "classes": list(train.classes),
        "problem": "classification" if train.classes else "regression",
        "views": list(VIEWS),
        "why_not": dict(frames.why_not),
        "data": {"train": _sent(train), **({} if subject.test is None else {"test": _sent(subject.test)})},
    }
    if not why:
        low, high = responses.limits
        shows = "numbers" if not train.classes else "share" if len(train.classes) == 2 else "classes"
        found["plane"] = {
            "names": list(train.names),
            "low": low.tolist(),
            "high": high.tolist(),
            "points": POINTS,
            "shows": shows,
            **({"range": list(responses.scale)} if shows == "numbers" else {}),
        }
    return found


def _sent(data: Data) -> dict[str, Any]:
    part = data[:SHOWN]
    return {"inputs": part.inputs.astype(np.float32), "targets": part.targets.astype(np.float32), "count": len(data)}
