"""Feature maps as volumes: each layer in one of them, at its size, for any spelling of the model; errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import UsageError
from graphviz_nn.figure.picture import rendered
from graphviz_nn.forms import Shown
from graphviz_nn.forms.volumes import volumes
from graphviz_nn.layout import in_perspective
from graphviz_nn.views import detailed


def lenet():
    features = [nn.Convolution2d(1, 6, 5), nn.Tanh(), nn.Convolution2d(6, 16, 5), nn.Tanh()]
    head = [nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 10)]

    def model(image):
        first = nn.average_pooling_2d(features[1](features[0](image)), 2)
        second = nn.average_pooling_2d(features[3](features[2](first)), 2)
        return head[2](head[1](head[0](np.reshape(second, 400))))

    return gnn.trace(model, image=gnn.input((1, 32, 32)))


def diagram(graph, **shown):
    return volumes(detailed("layers", graph), Shown(**shown))


def sizes(found):
    return [(each.volume.channels, *each.volume.extent) for each in found.shapes]


def ways(found):
    names = {each.name: number for number, each in enumerate(found.shapes)}
    said = [
        each.label.replace("\n", " ").replace(r"\mathrm", "").replace("{", "").replace("}", "") for each in found.links
    ]
    pairs = [(names[each.tail], names[each.head]) for each in found.links]
    return list(zip(pairs, said, [each.mark for each in found.links], strict=True))


def residual(projected):
    first, second = nn.Convolution2d(4, 8, 3, padding=1), nn.Convolution2d(8, 8 if projected else 4, 3, padding=1)
    project = nn.Convolution2d(4, 8, 1)

    def model(x):
        return nn.relu(second(nn.relu(first(x))) + (project(x) if projected else x))

    return gnn.trace(model, x=gnn.input((4, 8, 8)))


def u_net():
    down, bottom, up = (nn.Convolution2d(a, b, 3, padding=1) for a, b in ((1, 4), (4, 8), (12, 2)))

    def model(image):
        x1 = nn.relu(down(image))
        x2 = nn.relu(bottom(nn.max_pooling_2d(x1, 2)))
        wide = np.repeat(np.repeat(x2, 2, axis=1), 2, axis=2)
        return up(np.concatenate([x1, wide]))

    return gnn.trace(model, image=gnn.input((1, 16, 16)))


def test_lenet_reads_as_in_its_paper():
    found = diagram(lenet())
    assert sizes(found) == [(1, 32, 32), (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120,), (10,)]
    assert [each.kind for each in found.shapes] == ["data", "layer", "function", "layer", "function", "layer", "layer"]
    assert [each.volume.last for each in found.shapes] == ["", "activation", "", "activation", "", "activation", ""]
    pool = "2×2 average pool /2"
    assert [said for _, said, _ in ways(found)] == ["5×5 conv", pool, "5×5 conv", pool, "linear", "linear"]
    assert [each.taken for each in found.links] == [(5, 5), (2, 2), (5, 5), (2, 2), (), ()]


def test_few_channels_are_sheets_unless_asked():
    graph = lenet()
    assert [each.volume.in_sheets for each in diagram(graph).shapes] == [True] * 5 + [False] * 2
    assert not any(each.volume.in_sheets for each in diagram(graph, sheets=False).shapes)
    many = gnn.trace(nn.Sequential(nn.Convolution2d(1, 17, 3)), x=gnn.input((1, 8, 8)))
    assert not any(each.volume.in_sheets for each in diagram(many).shapes)
    assert all(each.volume.in_sheets for each in diagram(many, sheets=True).shapes)


def test_a_sum_goes_into_the_last_map_over_a_skip():
    assert ways(diagram(residual(False)))[1:] == [((1, 2), "3×3 conv", ""), ((0, 2), "", "+")]


def test_a_projection_is_written_on_its_skip():
    found = diagram(residual(True))
    assert ways(found)[1:] == [((1, 2), "3×3 conv", ""), ((0, 2), "1×1 conv", "+")]
    assert len(found.shapes) == 3


def test_what_is_concatenated_lies_side_by_side():
    found = diagram(u_net())
    assert sizes(found) == [(1, 16, 16), (4, 16, 16), (4, 8, 8), (8, 8, 8), (12, 16, 16), (2, 16, 16)]
    joined = found.shapes[4].volume
    assert [(slab.channels, slab.is_copy) for slab in joined.slabs] == [(4, True), (8, False)]
    assert ((1, 4), "", "") in ways(found)


@settings(max_examples=15, deadline=None)
@given(
    channels=st.lists(st.integers(1, 6), min_size=2, max_size=4),
    kernels=st.lists(st.sampled_from([1, 3]), min_size=3, max_size=3),
    pooled=st.lists(st.booleans(), min_size=3, max_size=3),
    is_batch=st.booleans(),
    is_wrapped=st.booleans(),
)
def test_every_layer_is_in_one_volume_of_its_size(channels, kernels, pooled, is_batch, is_wrapped):
    layers = [
        nn.Convolution2d(a, b, k, padding=k // 2) for a, b, k in zip(channels, channels[1:], kernels, strict=False)
    ]

    def block(x, layer, is_pooled):
        x = nn.relu(layer(x))
        return nn.max_pooling_2d(x, 2) if is_pooled else x

    call = gnn.function(block) if is_wrapped else block

    def model(x):
        for layer, is_pooled in zip(layers, pooled, strict=False):
            x = call(x, layer, is_pooled)
        return x

    shape = (channels[0], 16, 16)
    found = diagram(gnn.trace(model, x=gnn.input((1, *shape) if is_batch else shape)))
    expected, side = [shape], 16
    for count, is_pooled in zip(channels[1:], pooled, strict=False):
        expected.append((count, side, side))
        if is_pooled:
            side //= 2
            expected.append((count, side, side))
    assert sizes(found) == expected
    names = [name for each in found.shapes for name in (each.name, *each.also)] + [
        each.variable for each in found.links
    ]
    assert len(names) == len(set(names))
    assert [(a, b) for (a, b), _, _ in ways(found)] == [(n, n + 1) for n in range(len(expected) - 1)]


def test_the_graph_that_is_drawn_has_the_gradients_of_the_model():
    graph = residual(True)
    feeds = {
        name: np.random.default_rng(1).uniform(-1, 1, v.shape) for name, v in graph.leaves.items() if v.value is None
    }
    seen, (end,) = gnn.draw(graph, view="volumes").graph, graph.outputs
    assert np.array_equal(gnn.evaluate(seen, feeds, outputs=end), gnn.evaluate(graph, feeds, outputs=end))
    total = np.ones(graph.variable(end).shape)
    one, other = (gnn.gradient(each, of=end, wrt=["x"], cotangent=total) for each in (graph, seen))
    results = [gnn.evaluate(each, feeds, outputs=each.graph["gradients"]["x"]) for each in (one, other)]
    np.testing.assert_allclose(*results, rtol=1e-12)


def test_a_layer_is_named_by_its_operation():
    found = gnn.draw(residual(False), view="volumes", rename={"convolution_2d_2": "C2"}, highlight="convolution_2d_2")
    (link,) = [each for each in found.panels[0].diagram.links if each.variable == "convolution_2d_2"]
    assert (link.label, link.emphasis) == ("C_{2}", "strong")


def test_each_number_is_written_once():
    layer = nn.Convolution2d(1, 2, 3)
    graph = gnn.trace(lambda x: np.sum(nn.relu(layer(x)) ** 2), x=gnn.input((1, 5, 5)))
    picture = gnn.draw(graph, view="volumes", feeds={"x": np.ones((1, 5, 5))}, show="gradients")
    (panel,) = picture.panels
    numbers = [(each.owner, each.kind) for each in in_perspective(panel.diagram, picture.sheet).notes if each.kind]
    assert sorted(numbers) == sorted(
        (each.name, kind) for each in panel.diagram.shapes for kind in ("value", "gradient")
    )


@pytest.mark.parametrize("suffix", [".svg", ".tex", ".pdf", ".pptx", ".drawio", ".mmd", ".dot", ".html"])
def test_volumes_are_drawn_in_every_format(suffix):
    assert rendered(gnn.draw(residual(True), view="volumes", legend=True), suffix)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "no convolution and no pooling"),
        ({"show": "sheets", "view": "layers"}, "belongs to the view 'volumes'"),
    ],
)
def test_what_has_no_feature_maps_is_refused(options, said):
    graph = gnn.trace(lambda x, W: np.tanh(W @ x), x=gnn.input(2), W=gnn.parameter((3, 2)))
    with pytest.raises(UsageError, match=said):
        gnn.draw(graph, **{"view": "volumes", **options})


@pytest.mark.parametrize(
    ("options", "said"),
    [({"show": "backward"}, "can't show the backward pass"), ({"align": [("x", "h")]}, "whose order is fixed")],
)
def test_what_volumes_cannot_show_is_refused(options, said):
    layer = nn.Convolution2d(1, 2, 3)

    def model(x):
        h = layer(x)
        return np.sum(h**2)

    with pytest.raises(UsageError, match=said):
        gnn.draw(gnn.trace(model, x=gnn.input((1, 4, 4))), view="volumes", **options)


def test_hidden_volumes_are_passed_by_arrows():
    whole = gnn.draw(residual(False), view="volumes").panels[0].diagram
    found = gnn.draw(residual(False), view="volumes", hide=whole.shapes[1].name).panels[0].diagram
    assert {(each.tail, each.head, each.taken) for each in found.links} == {
        (whole.shapes[0].name, whole.shapes[2].name, None)
    }
