"""Leaves that are drawn again at their uses."""

import pytest
from models import MODELS

from graphviz_nn.forms import FORMS
from graphviz_nn.forms.copies import SMALL, copied
from graphviz_nn.views import detailed


def uses(diagram):
    """What each shape takes, copies by the names of what they are copies of."""
    names = {shape.name: shape.name.partition(" at ")[0] for shape in diagram.shapes}
    return sorted((names[link.tail], link.head, link.mark, link.variable) for link in diagram.links)


@pytest.mark.parametrize("form", ["operations", "compact", "arrows"])
@pytest.mark.parametrize("name", ["word2vec", "gru", "tied_autoencoder", "matrix_factorisation"])
def test_copies_have_the_uses_of_their_leaf(name, form):
    detail = "operations" if form == "operations" else "layers"
    diagram = FORMS[form](detailed(detail, MODELS[name].graph))
    small = {shape.name for shape in diagram.shapes if shape.kind in SMALL}
    taken = [(link.tail, link.head) for link in diagram.links if link.tail in small]
    again = copied(diagram, taken[1:])
    assert uses(again) == uses(diagram)
    assert len(again.shapes) == len(diagram.shapes) + len({*taken[1:]})
    leaves = {shape.name: shape for shape in diagram.shapes}
    for shape in again.shapes:
        if " at " in shape.name:
            whole = leaves[shape.name.partition(" at ")[0]]
            assert (shape.label, shape.kind, shape.note) == (whole.label, whole.kind, "")
    hung = {each.leaf: each.consumers for each in again.hanging}
    ends = {(link.tail, link.head) for link in again.links}
    assert all((leaf, head) in ends for leaf, heads in hung.items() for head in heads)
