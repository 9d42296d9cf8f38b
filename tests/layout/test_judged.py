"""Which of two layouts of a small picture is easier to follow."""

from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.layout import place
from graphviz_nn.layout.geometry import Box
from graphviz_nn.layout.judged import CORNER, CROOKED, tangled
from graphviz_nn.layout.result import Layout, Route
from graphviz_nn.style.sheet import load


def layout(*ends, **places):
    boxes = {name: Box(*at, 10, 10, "box") for name, at in places.items()}
    routes = tuple(Route(Link(*pair, pair[0]), (places[pair[0]], places[pair[1]])) for pair in ends)
    return Layout(100, 100, boxes, routes)


def test_crossings_count_and_a_bent_main_line():
    places = {"a": (0, 0), "b": (100, 100), "c": (0, 100), "d": (100, 0)}
    assert tangled(layout("ad", "cb", **places), "ad") == 0.0
    assert tangled(layout("ab", "cd", **places), "a") == 1.0
    assert tangled(layout("ab", "cd", **places), "ab") == 1.0 + CROOKED
    # Lines that share a shape meet there.
    assert tangled(layout("ab", "ad", **places), "a") == 0.0


def test_corners_count_where_lines_cross():
    straight = layout("ab", "cd", a=(0, 0), b=(100, 100), c=(0, 100), d=(100, 0))
    first, second = straight.routes
    bent = Route(second.link, ((0, 100), (0, 60), (0, 40), (0, 0.5), (30, 0.5), (70, 0.5), (100, 0.5)))
    assert tangled(Layout(100, 100, straight.boxes, (first, bent)), "a") == 1.0 + CORNER


def test_a_small_tangle_is_drawn_with_fewer_crossings():
    links = [Link(*ends, ends[0]) for ends in ("xa", "xb", "ac", "bc", "ad", "bd", "cy", "dy")]
    diagram = Diagram(tuple(Shape(name, "operation", name) for name in "xabcdy"), tuple(links), ("x", "y"))
    found = {engine: place(diagram, load("lecture"), engine=engine) for engine in ("composed", "wasm")}
    assert tangled(found["composed"], diagram.spine) <= tangled(found["wasm"], diagram.spine)
