"""Every strategy to fit a page: its result fits, and a remark describes the change."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.figure import pipeline
from graphviz_nn.figure.fitting import STRATEGIES
from graphviz_nn.figure.options import checked
from graphviz_nn.figure.plan import planned

WIDTHS = (60.0, 120.0, 200.0, 300.0, 450.0, 700.0)


def chain(x, W):
    return np.tanh(W @ np.tanh(W @ np.tanh(W @ np.tanh(W @ x))))


GRAPH = gnn.trace(chain, x=gnn.input(2), W=gnn.parameter((2, 2)))


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda each: each.__name__)
def test_what_fits_says_what_was_changed(strategy, direction, monkeypatch):
    monkeypatch.setattr(pipeline, "STRATEGIES", (strategy,))
    fitting = 0
    for width in WIDTHS:
        plan = planned([GRAPH], checked({"width": width, "direction": direction, "view": "layers"}))
        changes = [change for _, change in strategy(plan)]
        found = pipeline.drawn(plan, folding=False) if changes else None
        if found is not None:
            assert found.scene.width <= width + 1e-6
            assert plan.page.letters(found.scene) >= plan.look.sheet.text.least_size - 1e-6
            assert any(not change or each.startswith(change) for change in changes for each in ("", *found.noticed))
            fitting += 1
    assert fitting or (strategy.__name__, direction) == ("turned", "TB")
