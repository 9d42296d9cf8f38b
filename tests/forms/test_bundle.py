"""Parameters that the same layers share are one shape, and no others."""

from hypothesis import given
from hypothesis import strategies as st

from graphviz_nn.forms.bundle import bundled
from graphviz_nn.forms.diagram import Link, Shape

LAYERS = "fgh"
USES = st.dictionaries(st.sampled_from("UVWXYZ"), st.sets(st.sampled_from(LAYERS), min_size=1), min_size=1)


@given(uses=USES, kind=st.sampled_from(["parameter", "data", "constant", "target"]))
def test_only_parameters_of_the_same_several_layers_are_one(uses, kind):
    shapes = [Shape(name, kind, name) for name in uses] + [Shape(name, "layer", name) for name in LAYERS]
    links = [Link(name, head, name) for name, heads in uses.items() for head in sorted(heads)]
    found, ways = bundled(shapes, links)
    groups = {}
    for name, heads in uses.items():
        is_shared = kind == "parameter" and len(heads) > 1
        groups.setdefault(frozenset(heads) if is_shared else name, []).append(name)
    kept = {group[0]: group for group in groups.values()}
    assert [shape.name for shape in found] == [name for name in (*uses, *LAYERS) if name in kept or name in LAYERS]
    for shape in found[: -len(LAYERS)]:
        assert shape.label == r",\ ".join(kept[shape.name])
        assert shape.also == tuple(kept[shape.name][1:])
    assert ways == [link for link in links if link.tail in kept]
