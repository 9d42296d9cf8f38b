"""Every invariant of a graph, broken once."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import GraphError
from graphviz_nn.graph import Operation, Source, Variable
from graphviz_nn.graph.check import INVARIANTS
from graphviz_nn.graph.distribution import Draw


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
    "node 'a\\nb' isn't named": lambda g: g.add_variable("a\nb", Variable((), role="input")),
    "node '\\ud800' isn't named": lambda g: g.add_variable("\ud800", Variable((), role="input")),
    "node '' isn't named": lambda g: g.add_variable("", Variable((), role="input")),
    "has neither a Variable nor an Operation": lambda g: g.add_node("x9"),
    "unknown role 'inptu'; did you mean 'input'?": lambda g: change(g, "x", role="inptu"),
    "must be a tuple of whole numbers": lambda g: change(g, "x", shape=(-1,)),
    "the shape of x is [2]": lambda g: change(g, "x", shape=[2]),
    "unknown dtype 'float65'": lambda g: change(g, "x", dtype="float65"),
    "x has shape (2,), but its value has (3,)": lambda g: change(g, "x", value=np.zeros(3)),
    "unknown dtype 'f8, (2,)i4'": lambda g: change(g, "x", dtype="f8, (2,)i4"),
    "x has dtype float64, but its value has float32": lambda g: change(g, "x", value=np.zeros(2, "float32")),
    "the value of x is [1.0, 2.0]; it must be an array or None": lambda g: change(g, "x", value=[1.0, 2.0]),
    "score has dtype float32, but matmul": lambda g: change(g, "score", dtype="float32"),
    "it has no attribute 'axis, casting'": lambda g: change(g, "matmul", attributes={"axis, casting": 0}),
    "it has no attribute 'dtype'": lambda g: change(g, "subtract", attributes={"dtype": "float32"}),
    "the attributes of matmul is 7": lambda g: change(g, "matmul", attributes=7),
    "the literals of power is {1: '2'}": lambda g: change(g, "power", literals={1: "2"}),
    "the spelled of power is {1: 2}": lambda g: change(g, "power", spelled={1: 2}),
    "power spells the number in slot 0, but has none there": lambda g: change(g, "power", spelled={0: "n"}),
    "power spells a number 'n()'; it must be an expression": lambda g: change(g, "power", spelled={1: "n()"}),
    "the scope of matmul is ('a\\nb',)": lambda g: change(g, "matmul", scope=("a\nb",)),
    "the scope of matmul is 'linear'": lambda g: change(g, "matmul", scope="linear"),
    "the source of matmul is Source(file='a\\nb', line=1)": lambda g: change(g, "matmul", source=Source("a\nb", 1)),
    "the source of matmul is Source(file='a', line='1')": lambda g: change(g, "matmul", source=Source("a", "1")),
    "it takes 2 arguments, found 3": lambda g: change(g, "matmul", literals={2: 1.0}),
    "the graph's fact name is 7; it must be text on one line": lambda g: g.graph.update(name=7),
    "the graph's fact structures holds 7": lambda g: g.graph.update(structures={"net": {"enc": {"w": 7}}}),
    "the graph's fact outputs is ['loss']": lambda g: g.graph.update(outputs=["loss"]),
    "the graph's fact backward/of is None": lambda g: g.graph.update(backward={"steps": {}}),
    "the graph's fact structures holds": lambda g: g.graph.update(structures={"w": {"theta": 7}}),
    "the argument 'z' isn't a leaf": lambda g: g.graph.update(arguments=("z",)),
    "the arguments x, x aren't each listed once": lambda g: g.graph.update(arguments=("x", "x")),
    "the constant x has no value": lambda g: change(g, "x", role="constant"),
    "x has the role 'random', so it must have a distribution": lambda g: change(g, "x", role="random"),
    "x has the role 'input', so it must have no distribution": lambda g: change(g, "x", draw=Draw("normal", (0,))),
    "x is drawn from 'nrmal'; did you mean 'normal'?": lambda g: change(
        g, "x", role="random", draw=Draw("nrmal", (0,))
    ),
    "the draw of x is ('normal', 0)": lambda g: change(g, "x", role="random", draw=("normal", 0)),
    "x → y joins two variables": lambda g: join(g, "x", "y"),
    "matmul → power joins two operations": lambda g: join(g, "matmul", "power", 5),
    "a variable has one producer": lambda g: join(g, "matmul", "loss", 1),
    "the input score is computed by matmul": lambda g: change(g, "score", role="input"),
    "nothing computes x, but its role is 'output'": lambda g: change(g, "x", role="output"),
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
    "NumPy has no such arrays": lambda g: change(g, "x", shape=(0,) * 70),
    "unknown role array": lambda g: change(g, "x", role=np.zeros(2)),
    "each part must be the name of a function": lambda g: change(g, "matmul", scope=("",)),
    "the operation matmul doesn't name": lambda g: change(g, "matmul", op=""),
    "the examples of x lie along its axis 3": lambda g: g.graph.update(examples={"x": 3}),
    "fact titled is 5": lambda g: g.graph.update(titled=5),
    "fact lettered is 5": lambda g: g.graph.update(lettered=5),
    "fact backward is array": lambda g: g.graph.update(backward=np.zeros(2)),
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


def folded():
    """A graph in which one operation consists of others."""
    graph = gnn.trace(lambda x, theta: gnn.nn.softmax(theta @ x), x=gnn.input(2), theta=gnn.parameter((3, 2)))
    return gnn.draw(graph).graph


def inside(graph):
    return graph.operation("softmax").body


BROKEN_BODIES = {
    "inside softmax: the label of": lambda g: change(inside(g), inside(g).outputs[0], label="$"),
    "inside softmax: the output 'p'": lambda g: g.operation("softmax").body.graph.update(outputs=("p",)),
    "has a body, so it can't have attributes": lambda g: change(g, "softmax", attributes={"axis": 0}),
    "it must be a Graph or None": lambda g: change(g, "softmax", body="graph"),
    "takes 1 arguments, but its body 0": lambda g: inside(g).graph.update(arguments=()),
    "isn't among its arguments": lambda g: inside(g).add_variable("more", Variable((), role="input")),
    "bodies are nested more than": lambda g: inside(g).add_node("exp", data=replace(g.operation("softmax"))),
}


@pytest.mark.parametrize("sentence", BROKEN_BODIES)
def test_what_an_operation_consists_of_is_a_right_graph(sentence):
    graph = folded()
    gnn.check(graph)
    BROKEN_BODIES[sentence](graph)
    with pytest.raises(GraphError) as error:
        gnn.check(graph)
    assert sentence in str(error.value)


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
