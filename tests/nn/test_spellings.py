"""Layers in the spellings of course code are recognised, nothing else is, and all numbers stay the same."""

import numpy as np
import pytest

import graphviz_nn as gnn
from docs.spellings import PAGE, page
from graphviz_nn.views import detailed
from tests.nn.spellings import NEAR_MISSES, SPELLINGS, spec


def label(row):
    return f"{row.layer}: {row.source} of {', '.join(f'{name} {shape}' for name, shape in row.shapes.items())}"


def layers(graph):
    return [operation.op for operation in detailed("layers", graph).operations.values()]


def numbers(row):
    """Feeds: probabilities that sum to 1; other values are of either sign."""
    random = np.random.default_rng(1)
    found = {}
    for name, shape in row.shapes.items():
        if name == "labels":
            found[name] = random.integers(0, 3, shape)
        elif name in "pqyY":
            powers = random.uniform(0.2, 1.0, shape)
            found[name] = powers / powers.sum() if powers.size > 1 else powers / 2
        else:
            found[name] = random.uniform(-2, 2, shape)
    return found


def test_the_list_is_long_enough_to_mean_something():
    assert len(SPELLINGS) >= 300
    assert len(NEAR_MISSES) >= 140


@pytest.mark.parametrize("row", SPELLINGS, ids=label)
def test_what_course_code_writes_is_found(row):
    graph = row.graph()
    gnn.check(detailed("layers", graph))
    assert row.layer in layers(graph)


@pytest.mark.parametrize("row", NEAR_MISSES, ids=label)
def test_what_only_looks_like_it_is_not(row):
    graph = row.graph()
    assert row.layer not in layers(graph)
    assert f"{row.layer} isn't there" in gnn.why_not(graph, row.layer)


@pytest.mark.parametrize("row", SPELLINGS, ids=label)
def test_value_and_gradient_stay_what_was_written(row):
    """`np.sin` belongs to no layer, so that what comes before it is folded alone."""
    function = row.function
    scope = {"function": function, "np": np}
    names = ", ".join(row.shapes)
    total = eval(f"lambda {names}: np.sum(np.sin(function({names})))", scope)
    graph = gnn.trace(total, **{name: spec(name, shape) for name, shape in row.shapes.items()})
    feeds = numbers(row)
    wrt = [name for name in row.shapes if name not in ("labels",)]
    value, gradients = gnn.value_and_gradient(graph, feeds, wrt=wrt)
    seen = detailed("layers", graph)
    gnn.check(seen)
    again, found = gnn.value_and_gradient(seen, feeds, wrt=wrt)
    np.testing.assert_allclose(again, value, rtol=1e-10)
    for name in wrt:
        np.testing.assert_allclose(found[name], gradients[name], rtol=1e-8, atol=1e-12)


def test_the_page_of_spellings_is_current():
    assert page() == PAGE.read_text(encoding="utf-8"), "run python -m docs.spellings"
