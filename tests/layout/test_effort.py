"""What Graphviz would work on for minutes is refused before; the limit counts work that a diagram tells."""

from dataclasses import replace
from itertools import pairwise

import pytest

from graphviz_nn.errors import LayoutError
from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.layout import engine, place
from graphviz_nn.layout import place as placing
from graphviz_nn.layout.effort import MOST, laborious, passed
from graphviz_nn.style.sheet import load

SHEET = load("lecture")


def diagram(*links):
    names = dict.fromkeys(name for ends in links for name in ends)
    return Diagram(tuple(Shape(name, "operation", "f") for name in names), tuple(Link(*e, e[0]) for e in links))


def nested(depth):
    """A line with arrows from each of its first shapes to the counterpart from its end."""
    names = [f"a{number}" for number in range(2 * depth + 1)]
    return diagram(*pairwise(names), *zip(names[:depth], reversed(names[depth + 1 :]), strict=True))


def dense(count):
    """Every shape leads to every later one."""
    return diagram(*((f"a{one}", f"a{other}") for other in range(count) for one in range(other)))


@pytest.fixture
def no_engine(monkeypatch):
    def called(*_):
        pytest.fail("the engine was called")

    monkeypatch.setitem(engine.ENGINES, "wasm", called)
    monkeypatch.setitem(engine.ENGINES, "composed", called)


@pytest.mark.parametrize("large", [nested(150), nested(400), dense(60)], ids=["nested", "deep", "dense"])
@pytest.mark.parametrize("by", ["wasm", "composed"])
def test_what_takes_minutes_is_refused_before_any_work(large, by, no_engine):
    with pytest.raises(LayoutError, match="others is too large, the most is 8,000; draw a folded view"):
        place(large, SHEET, engine=by)


@pytest.mark.parametrize("depth", [3, 20, 60])
def test_what_takes_seconds_is_not(depth):
    assert not laborious(nested(depth))
    assert not laborious(diagram(*pairwise(f"a{number}" for number in range(100 * depth))))


def test_an_arrow_passes_as_many_as_are_beside_it():
    assert passed(nested(3)) == 6 + 2 + 4 + 6
    # What leads to a far shape alone is near it.
    chain = list(pairwise("abcdefgh"))
    assert passed(diagram(*chain, ("x", "y"), ("y", "h"))) == len(chain) + 2


def test_what_is_composed_already_is_drawn_however_laborious(monkeypatch, no_engine):
    crowded = nested(60)
    monkeypatch.setattr("graphviz_nn.layout.effort.MOST", passed(crowded) - 1)
    assert laborious(crowded)
    # Even if labels found no place, which Graphviz would be asked for in so small a picture.
    placed = placing.__globals__["_placed"]
    monkeypatch.setitem(placing.__globals__, "FEW", MOST)
    monkeypatch.setitem(placing.__globals__, "_placed", lambda *a, **k: replace(placed(*a, **k), crowded=1))
    assert place(crowded, SHEET).boxes.keys() == {shape.name for shape in crowded.shapes}
