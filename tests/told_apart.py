"""Unique symbols: the symbols of a diagram's variables, and a check of every picture that the tests draw."""

import re
from functools import lru_cache

from graphviz_nn.figure import pipeline
from graphviz_nn.style.labels import plain

VARIABLES = ("data", "target", "parameter", "loss", "constant")
# Between the symbols of a shape that stands for several variables, but not within the index of one.
BETWEEN = re.compile(r",\\ (?![^{]*\})")
seen = lru_cache(maxsize=4096)(plain)


def assert_told_apart(diagram):
    """No two variables of a picture are written alike; numbers may be."""
    known = {}
    for shape in diagram.shapes:
        is_variable = shape.kind in VARIABLES and shape.text == "name"
        # A box of numbers alone has no symbol.
        if is_variable and shape.label and not re.match(r"[\d.-]", shape.label):
            for label, name in zip(BETWEEN.split(shape.label), (shape.of or shape.name, *shape.also), strict=False):
                known.setdefault(seen(label), set()).add(name)
    for link in diagram.links:
        if link.label and not link.layer and not link.is_back and not link.plain:
            known.setdefault(seen(link.label), set()).add(link.variable)
    for column in diagram.columns:
        if column.heading:
            known.setdefault(seen(column.heading), set()).add(column.name)
    alike = {symbol: sorted(names) for symbol, names in known.items() if len(names) > 1}
    assert not alike, f"written alike: {alike}"


def watch():
    """Look at every diagram from now on, once the author's wishes are in it and before it is laid out."""
    composed = pipeline.composed

    def watched(*arguments, **options):
        diagrams = composed(*arguments, **options)
        for diagram in diagrams:
            assert_told_apart(diagram)
        return diagrams

    pipeline.composed = watched
