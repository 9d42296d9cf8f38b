"""Every invariant of a graph, broken once."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import GraphError
from graphviz_nn.graph import Operation, Variable
from graphviz_nn.graph.check import INVARIANTS


@pytest.fixture
def graph():
    def loss(x, y, theta):
        score = theta @ x
        return (score - y) ** 2

    return gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2))


def change(graph, name, **fields):
    graph.nodes[name]["data"] = replace(graph.nodes[name]["data"], **fields)


def join(graph, tail, head, key=0):
    graph.add_edge(tail, head, key=key)


def cut(graph, tail, head):
    graph.remove_edge(tail, head)


BROKEN = {
    "isn't named by a string": lambda g: g.add_node(7, data=Variable((), role="input")),
    "node '' isn't named": lambda g: g.add_variable("", Variable((), role="input")),
    "carries neither a Variable nor an Operation": lambda g: g.add_node("x9"),
    "unknown role 'inptu'; did you mean 'input'?": lambda g: change(g, "x", role="inptu"),
    "must be a tuple of whole numbers": lambda g: change(g, "x", shape=(-1,)),
    "the shape of x is [2]": lambda g: change(g, "x", shape=[2]),
    "unknown dtype 'float65'": lambda g: change(g, "x", dtype="float65"),
    "x has shape (2,), its value has (3,)": lambda g: change(g, "x", value=np.zeros(3)),
    "the constant x has no value": lambda g: change(g, "x", role="constant"),
    "x → y joins two variables": lambda g: join(g, "x", "y"),
    "matmul → power joins two operations": lambda g: join(g, "matmul", "power", 5),
    "a variable has one producer": lambda g: join(g, "matmul", "loss", 1),
    "the input score is computed by matmul": lambda g: change(g, "score", role="input"),
    "nothing computes x, yet its role is 'output'": lambda g: change(g, "x", role="output"),
    "the argument slots of matmul are": lambda g: cut(g, "theta", "matmul"),
    "the result slots of matmul are [1]": lambda g: (
        cut(g, "matmul", "score"),
        join(g, "matmul", "score", 1),
    ),
    "the operation idle computes nothing": lambda g: g.add_operation("idle", Operation("exp"), ["x"], []),
    "the graph has a cycle": lambda g: (
        change(g, "power", literals={}),
        join(g, "loss", "power", 1),
    ),
    "the output 'los' isn't a variable of the graph; did you mean 'loss'?": lambda g: g.graph.update(outputs=("los",)),
    "the output 'loss' is listed 2 times": lambda g: g.graph.update(outputs=("loss", "loss")),
    "it must be TeX on one line": lambda g: change(g, "x", label="$x$"),
    "the label of x is 7": lambda g: change(g, "x", label=7),
    "matmul": lambda g: change(g, "x", shape=(3,)),
    "matmull": lambda g: change(g, "matmul", op="matmull"),
    "score": lambda g: change(g, "score", shape=(5,)),
}


def test_a_traced_graph_keeps_all(graph):
    gnn.check(graph)


@pytest.mark.parametrize("sentence", BROKEN)
def test_a_broken_invariant_has_its_sentence(graph, sentence):
    BROKEN[sentence](graph)
    with pytest.raises(GraphError) as error:
        gnn.check(graph)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_every_invariant_is_broken_by_some_case(graph):
    broken = set()
    for damage in BROKEN.values():
        damaged = graph.copy()
        damage(damaged)
        for rule in INVARIANTS:
            try:
                first = next(rule(damaged), None)
            except Exception:
                # Later rules rely on earlier ones.
                continue
            if first is not None:
                broken.add(rule.__name__)
                break
    assert broken == {rule.__name__ for rule in INVARIANTS}


@pytest.mark.parametrize("wrong", [nx.MultiDiGraph(), None, "graph.json"])
def test_only_a_graph_is_a_graph(wrong):
    with pytest.raises(GraphError, match="expected a graph"):
        gnn.check(wrong)


def test_networkx_returns_graphs_that_hold(graph):
    assert isinstance(graph.copy(), gnn.Graph)
    gnn.check(graph.copy())
    assert nx.dag_longest_path_length(graph) == 6
    assert nx.ancestors(graph, "score") == {"x", "theta", "matmul"}
    assert graph.copy().outputs == ("loss",)
    assert isinstance(graph.subgraph(["x", "matmul"]), gnn.Graph)
    assert isinstance(graph.reverse(), gnn.Graph)
