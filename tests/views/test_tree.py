"""The tree of a graph's blocks: all of it, in an order in which nothing leads back."""

from collections import Counter
from math import prod

import numpy as np
import pytest
from frameworks import needs
from generated import wide_models
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.transforms.fold import unfold
from graphviz_nn.views.nesting import MOST, Box, Call, nested
from graphviz_nn.views.tree import tree


@gnn.function
def block(x, W, b):
    return x + nn.relu(nn.linear(x, W, b))


def model(x, W, b, V):
    return nn.linear(block(block(x, W, b), W, b), V) / np.sqrt(3.0)


SPECS = {"x": gnn.input((8, 4)), "W": gnn.parameter((4, 4)), "b": gnn.parameter(4), "V": gnn.parameter((3, 4))}


def items(found, block):
    """What is in a block: its nodes and its blocks by their numbers, in order, each with its first node and its end."""
    nodes = [(number, number + 1) for number, node in enumerate(found.nodes) if node.block == block]
    return sorted([*nodes, *((each.first, each.end) for each in found.blocks if each.block == block)])


def check(graph):
    found = tree(graph)
    operations = unfold(graph).operations
    names = Counter(node.name for node in found.nodes if node.name in operations)
    assert names == dict.fromkeys(operations, 1)
    for number, block in enumerate(found.blocks):
        inside = items(found, number)
        # The items follow one another without a gap, so no node is in two and every line leads to a later one.
        ends = [block.first, *(end for _, end in inside)]
        assert [first for first, _ in inside] == ends[:-1] and ends[-1] == block.end
        assert len(inside) <= MOST + len(graph.leaves) + len(graph.outputs)
        assert number == 0 or (block.block < number and len(inside) > 1)
    titles = Counter((block.block, block.title) for block in found.blocks)
    assert max(titles.values()) == 1
    for number, node in enumerate(found.nodes):
        for each in node.given:
            assert each.node < number
            assert found.nodes[each.node].results[each.result].name in graph.variables
    used = {v for name in operations for v in graph.arguments(name).values() if name in graph}
    parameters = {name for name, leaf in graph.leaves.items() if leaf.role == "parameter" and name in used}
    assert found.blocks[0].parameters == sum(prod(graph.leaves[name].shape) for name in parameters)
    return found


@settings(deadline=None, max_examples=8)
@given(wide_models())
def test_every_model(model):
    check(model.graph)


def test_blocks_are_modules_then_functions():
    found = check(gnn.trace(model, **SPECS))
    assert [(block.title, block.block, block.parameters) for block in found.blocks] == [
        ("model", -1, 32),
        ("block", 0, 20),
        ("linear", 1, 20),
        ("block 2", 0, 20),
        ("linear", 3, 20),
        ("linear", 0, 12),
    ]
    relu = next(node for node in found.nodes if node.title == "relu")
    assert (relu.kind, found.path(relu.block)) == ("maximum", ("block",))
    divided = next(node for node in found.nodes if node.kind == "divide")
    assert ("operand 2", "sqrt(3)") in divided.facts
    product = next(node for node in found.nodes if node.kind == "matmul")
    assert product.results[0].size == "8×4" and product.given[0].operand == 0


def test_what_leaves_a_call_and_comes_back_is_apart():
    def step(*calls):
        return [Call(name) for name in calls]

    paths = {"a": step("A"), "x": step("B"), "b": step("A"), "y": step("B"), "c": step("A")}
    # a → x → b goes through B, and so does b → y → c; but c also joins what it can.
    before = {"a": [], "x": ["a"], "b": ["x"], "y": ["b"], "c": ["a"]}
    found = nested(paths, before)
    assert all(not isinstance(each, Box) or len(each.items) > 1 for each in found)
    order = [step.name for each in found for step in (each.items if isinstance(each, Box) else [each])]
    assert all(order.index(tail) < order.index(head) for head, tails in before.items() for tail in tails)
    assert any(isinstance(each, Box) for each in found)


CALLS = st.lists(st.lists(st.sampled_from("ABC"), max_size=3), min_size=1, max_size=14)


@settings(deadline=None, max_examples=60)
@given(CALLS, st.randoms(use_true_random=False))
def test_boxes_of_any_calls_lead_forward(calls, chance):
    paths = {f"n{number}": [Call(name) for name in path] for number, path in enumerate(calls)}
    names = list(paths)
    before = {name: chance.sample(names[:place], min(place, chance.randint(0, 3))) for place, name in enumerate(names)}

    def walk(found):
        for each in found:
            yield from walk(each.items) if isinstance(each, Box) else [each.name]

    def led_forward(found):
        place = {name: number for number, each in enumerate(found) for name in walk([each])}
        assert all(place[tail] <= place[head] for head in place for tail in before[head] if tail in place)
        for each in found:
            if isinstance(each, Box):
                led_forward(each.items)

    found = nested(paths, before)
    assert sorted(walk(found)) == sorted(names)
    led_forward(found)


@pytest.mark.parametrize("count", [MOST, MOST + 1, 6000])
def test_many_steps_are_cut_into_stretches(count):
    names = [f"n{number}" for number in range(count)]
    found = nested(dict.fromkeys(names, ()), {name: names[max(0, i - 1) : i] for i, name in enumerate(names)})
    assert len(found) <= MOST and any(isinstance(each, Box) for each in found) == (count > MOST)


@needs("torch")
def test_modules_of_pytorch():
    import torch

    encoder = torch.nn.TransformerEncoder(torch.nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2)
    found = check(gnn.trace(encoder, torch.zeros(1, 3, 8)))
    first = next(number for number, each in enumerate(found.blocks) if each.title == "layers.0")
    assert found.blocks[first].kind == "TransformerEncoderLayer"
    inside = {each.title: each.kind for each in found.blocks if each.block == first}
    assert inside["self_attn"] == "MultiheadAttention" and inside["norm1"] == "LayerNorm"
    assert found.blocks[0].parameters == sum(each.numel() for each in encoder.parameters())
