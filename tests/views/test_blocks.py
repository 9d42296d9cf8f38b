"""The view of blocks: modules close, layers are named as papers name them, moves of entries are left out."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms import FORMS, Shown
from graphviz_nn.graph.ir import ModuleCall
from graphviz_nn.importers.replay import Known, Replay
from graphviz_nn.views import detailed, drawn


class Network:
    """A network of modules, replayed as an importer does it."""

    def __init__(self):
        self.replay, self.around, self.count = Replay(), (), 0

    def weight(self, shape, value=None):
        self.count += 1
        values = np.random.default_rng(self.count).normal(size=shape)
        return self.replay.leaf(f"w{self.count}.weight", "parameter", Known(shape, "float64"), values)

    def inside(self, path, kind):
        self.around = (*self.around, ModuleCall(path, kind))

    def outside(self):
        self.around = self.around[:-1]

    def step(self, rule, *given):
        shape = np.shape(rule(*(np.zeros(each.shape) for each in given)))
        with self.replay.at(self.around):
            return self.replay.step("step", rule, given, {}, [Known(shape, "float64")])


def convolution(stride, padding=0):
    return lambda x, w: nn.convolution_2d(x, w, None, stride, padding)


def residual_network(blocks=(2, 1), widths=(4, 8)):
    net = Network()
    x = net.replay.leaf("x", "input", Known((1, 3, 16, 16), "float64"))
    given = 3
    for number, (count, width) in enumerate(zip(blocks, widths, strict=True), 1):
        net.inside(f"layer{number}", "Sequential")
        for place in range(count):
            net.inside(f"layer{number}.{place}", "BasicBlock")
            stride = 2 if place == 0 and number > 1 else 1
            h = net.step(
                lambda x, w, s=stride: nn.convolution_2d(x, w, None, s, 1), x, net.weight((width, given, 3, 3))
            )
            h = net.step(nn.relu, h)
            h = net.step(convolution(1, 1), h, net.weight((width, width, 3, 3)))
            if given != width:
                x = net.step(
                    lambda x, w, s=stride: nn.convolution_2d(x, w, None, s), x, net.weight((width, given, 1, 1))
                )
            x, given = net.step(nn.relu, net.step(lambda a, b: a + b, h, x)), width
            net.outside()
        net.outside()
    h = net.step(lambda x: np.mean(x, axis=(2, 3)), x)
    y = net.step(nn.linear, h, net.weight((10, given)))
    return net.replay.graph({"y": y}, {"name": "network"})


def titles(graph):
    return [each.op for each in graph.operations.values()]


def test_layers_are_named_as_papers_name_them():
    found = titles(detailed("blocks", residual_network((1,), (4,))))
    assert found == ["3×3 conv, 4", "relu", "3×3 conv, 4", "1×1 conv, 4", "add", "relu", "mean", "linear, 10"]


def test_what_follows_a_layer_joins_it_before_modules_close():
    found = detailed("blocks", residual_network((1,), (4,)), further=1)
    assert titles(found)[:3] == ["3×3 conv, 4; relu", "3×3 conv, 4", "1×1 conv, 4"]
    notes = [shape.note for shape in FORMS["blocks"](found, Shown()).shapes]
    assert sum("ReLU" in note for note in notes) == 1


def test_modules_close_from_the_deepest_and_say_what_differs():
    found = titles(detailed("blocks", residual_network(), further=2))
    assert found == ["BasicBlock, 4", "BasicBlock, 4", "BasicBlock, 8, /2", "mean", "linear, 10"]
    assert titles(detailed("blocks", residual_network(), further=3))[:2] == ["layer1, 4", "BasicBlock, 8, /2"]


def test_a_large_network_closes_by_itself():
    few = detailed("blocks", residual_network((2, 3, 5, 2), (2, 3, 4, 5)))
    assert len(few.operations) <= 24 and "BasicBlock, 3, /2" in titles(few)


def test_frames_surround_modules_and_name_repeats():
    graph = residual_network((4,), (3,))
    found = detailed("blocks", graph, repeats="fold")
    (fact,) = found.graph["repeats"].values()
    assert fact.title == "BasicBlock ×4"
    single = FORMS["blocks"](drawn(detailed("blocks", graph, repeats="fold", further=2)), Shown())
    assert not single.frames and [shape.label for shape in single.shapes if "×4" in shape.label]
    frames = detailed("blocks", residual_network((2, 1)), repeats="show").graph["frames"]
    assert [title for title, _ in frames.values()] == ["layer1", "layer2 · BasicBlock", "BasicBlock", "BasicBlock"]


@gnn.function
def post_norm(x, W, s, b):
    return nn.layer_norm(x + nn.linear(x, W), s, b)


@gnn.function
def pre_norm(x, W, s, b):
    return x + nn.linear(nn.layer_norm(x, s, b), W)


@pytest.mark.parametrize(
    "layer, found",
    [
        (post_norm, ["linear, 4", "add & norm"] * 3 + ["layer_norm"]),
        # The last norm isn't part of the last layer.
        (pre_norm, ["layer_norm", "linear, 4", "add"] * 3 + ["layer_norm"]),
    ],
)
def test_a_sum_and_its_norm_are_one_block(layer, found):
    def model(x, Ws, s, b):
        for W in Ws:
            x = layer(x, W, s, b)
        return nn.layer_norm(x, s, b)

    Ws, scales = tuple(gnn.parameter((4, 4)) for _ in range(3)), {"s": gnn.parameter(4), "b": gnn.parameter(4)}
    assert titles(detailed("blocks", gnn.trace(model, x=gnn.input((2, 4)), Ws=Ws, **scales), further=1)) == found


def test_layers_that_share_a_move_have_one_each():
    def model(x, W, V):
        flat = np.reshape(x, (1, 6))
        return nn.linear(flat, W) * nn.linear(flat, V)

    graph = gnn.trace(model, x=gnn.input((2, 3)), W=gnn.parameter((4, 6)), V=gnn.parameter((4, 6)))
    found = detailed("blocks", graph)
    assert titles(found) == ["linear, 4", "linear, 4", "multiply"]
    feeds = {name: np.random.default_rng(0).normal(size=v.shape) for name, v in graph.leaves.items()}
    np.testing.assert_allclose(*(gnn.evaluate(each, feeds, outputs=graph.outputs[0]) for each in (graph, found)))


def test_moves_of_entries_join_a_layer():
    def model(x, W, V):
        h = np.transpose(np.reshape(nn.linear(x, W), (3, 2)))
        return nn.linear(np.reshape(h, (1, 6)), V)

    graph = gnn.trace(model, x=gnn.input((1, 4)), W=gnn.parameter((6, 4)), V=gnn.parameter((2, 6)))
    found = detailed("blocks", graph)
    assert titles(found) == ["linear, 6", "linear, 2"]
    feeds = {name: np.random.default_rng(0).normal(size=v.shape) for name, v in graph.leaves.items()}
    np.testing.assert_allclose(*(gnn.evaluate(each, feeds, outputs=graph.outputs[0]) for each in (graph, found)))


def test_a_layer_that_takes_in_a_move_stays_in_its_module():
    net = Network()
    x = net.replay.leaf("x", "input", Known((1, 2, 3), "float64"))
    flat = net.step(lambda x: np.reshape(x, (1, 6)), x)
    net.inside("head", "Head")
    y = net.step(nn.linear, flat, net.weight((4, 6)))
    net.outside()
    found = detailed("blocks", net.replay.graph({"y": net.step(lambda y: np.reshape(y, (4,)), y)}, {}))
    assert [each.modules for each in found.operations.values()] == [(ModuleCall("head", "Head"),)]


@pytest.mark.parametrize("further", range(4))
def test_blocks_compute_the_same(further):
    graph = residual_network()
    x = np.random.default_rng(1).normal(size=(1, 3, 16, 16))
    found = detailed("blocks", graph, further=further)
    np.testing.assert_allclose(*(gnn.evaluate(each, x=x, outputs="y") for each in (graph, found)), rtol=1e-12)


def test_blocks_run_down_unless_asked():
    graph = residual_network((1,), (4,))
    assert gnn.draw(graph, view="blocks").direction == "TB"
    assert gnn.draw(graph, view="blocks", direction="LR").direction == "LR"
    assert gnn.draw(graph, view="layers").direction == "LR"


def test_a_picture_of_blocks_closes_modules_until_it_fits():
    graph = residual_network((6, 6), (4, 8))
    tall, low = gnn.draw(graph, view="blocks"), gnn.draw(graph, view="blocks", width="column", height="8 cm")
    assert tall.scene.height > low.scene.height and low.scene.height <= 8 / 2.54 * 72 + 1
    assert any("more modules closed" in remark for remark in low.remarks)


def test_a_closed_module_opens_by_name():
    graph = residual_network((6, 6), (4, 8))
    closed = titles(detailed("blocks", graph, further=3))
    assert closed[0] == "layer1, 4"
    for name in ("layer1", "layer1, 4"):
        opened = detailed("blocks", graph, [name], further=3)
        assert titles(opened)[:6] == ["BasicBlock, 4"] * 6 and "layer1" in dict(opened.graph["frames"].values())


@gnn.function
def inner(x, W):
    return np.tanh(nn.linear(x, W))


@gnn.function
def outer(x, W, V):
    return x + inner(inner(x, W), V)


def model(x, W, V, U):
    return nn.linear(outer(outer(x, W, V), V, W), U)


def test_the_authors_functions_are_modules():
    specs = {"x": gnn.input(3), "W": gnn.parameter((3, 3)), "V": gnn.parameter((3, 3)), "U": gnn.parameter((1, 3))}
    graph = gnn.trace(model, **specs)
    found = [detailed("blocks", graph, further=further, repeats="show") for further in range(4)]
    assert [len(each.operations) for each in found] == [11, 7, 7, 3]
    assert {title for title, _ in found[0].graph["frames"].values()} == {"outer", "inner"}
    kept = detailed("blocks", graph, ["inner"], further=3, repeats="show")
    assert len(kept.operations) == 7
    feeds = {name: np.random.default_rng(0).normal(size=v.shape) for name, v in graph.leaves.items()}
    values = [gnn.evaluate(each, feeds, outputs=graph.outputs[0]) for each in (graph, *found, kept)]
    np.testing.assert_allclose(values, [values[0]] * len(values))


def test_values_have_no_names():
    diagram = gnn.draw(residual_network(), view="blocks").diagrams[0]
    assert not any(link.label for link in diagram.links)


@pytest.mark.parametrize(
    "layer, shape, caption",
    [
        (lambda x, w: nn.convolution_2d(x, w, None, 4, 2), (1, 3, 224, 224), "11×11 conv, 5, /4"),
        (lambda x, w: nn.convolution_2d(x, w), (1, 3, 13, 13), "11×11 conv, 5"),
        (lambda x, w: nn.max_pooling_2d(x, 3, 2) * np.sum(w), (1, 3, 55, 55), "3×3 max pool, /2"),
        (lambda x, w: nn.average_pooling_2d(x, (2, 3), 1) * np.sum(w), (1, 3, 4, 4), "2×3 average pool"),
        (lambda x, w: nn.transposed_convolution_2d(x, w, None, 2), (1, 5, 4, 4), "11×11 up-conv, 3"),
    ],
)
def test_captions_are_those_of_what_is_computed(layer, shape, caption):
    graph = gnn.trace(layer, x=gnn.input(shape), w=gnn.parameter((5, 3, 11, 11)))
    assert caption in titles(detailed("blocks", graph))


def test_parts_of_an_array_join_what_takes_them():
    def model(x, W):
        query, key, value = np.split(nn.linear(x, W), 3, axis=-1)
        return nn.attention(query, key, value)

    graph = gnn.trace(model, x=gnn.input((5, 4)), W=gnn.parameter((12, 4)))
    assert titles(detailed("blocks", graph)) == ["linear, 12", "attention"]
    last = gnn.trace(lambda x, W: nn.relu(nn.linear(x, W)[-1]), x=gnn.input((5, 4)), W=gnn.parameter((12, 4)))
    assert titles(detailed("blocks", last)) == ["linear, 12", "getitem", "relu"]


@pytest.mark.parametrize(
    "groups, dilation, filters, caption",
    [
        (4, 1, (4, 1, 3, 3), "3×3 depthwise conv, 4"),
        (2, 1, (6, 2, 3, 3), "3×3 conv, 6, 2 groups"),
        (1, 2, (6, 4, 3, 3), "3×3 conv, 6, dilation 2"),
    ],
)
def test_captions_tell_groups_and_dilation(groups, dilation, filters, caption):
    def layer(x, w):
        return nn.convolution_2d(x, w, groups=groups, dilation=dilation)

    graph = gnn.trace(layer, x=gnn.input((1, 4, 9, 9)), w=gnn.parameter(filters))
    assert titles(detailed("blocks", graph)) == [caption]
