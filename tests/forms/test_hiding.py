"""Hiding removes the named parts of a diagram and nothing else."""

from itertools import combinations

import numpy as np
import pytest

import graphviz_nn as gnn

ROWS = ("u", "v", "w")
SOME = [some for count in range(len(ROWS) + 1) for some in combinations(ROWS, count)]


def by_rows(x, u, v, w):
    z = np.stack([u @ x, v @ x, w @ x])
    return np.tanh(z)


@pytest.mark.parametrize("hidden", SOME, ids=" ".join)
def test_a_column_has_its_title_while_a_line_leads_to_it(hidden):
    graph = gnn.trace(by_rows, x=gnn.input(2), **{name: gnn.parameter([1.0, -2.0]) for name in ROWS})
    whole, found = (gnn.draw(graph, view="units", hide=names).panels[0].diagram for names in ((), hidden))
    assert [column.members for column in found.columns] == [column.members for column in whole.columns]
    for before, link in zip(whole.links, found.links, strict=True):
        assert (link.tail, link.head) == (before.tail, before.head)
        assert link.label == ("" if link.variable in hidden else before.label)
    titles = [(column.title, column.subtitle) for column in whole.columns]
    assert any(title for title, _ in titles)
    # Without lines there is no layer to be seen.
    expected = [("", "")] * len(titles) if set(hidden) == set(ROWS) else titles
    assert [(column.title, column.subtitle) for column in found.columns] == expected
