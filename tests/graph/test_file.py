"""Graphs as files: exact, readable later, and safe to read when damaged."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import FileError, GraphError
from graphviz_nn.graph.file import from_document, to_document

FROZEN = Path(__file__).with_name("graph_v1.json")


@gnn.function
def softmax(z):
    exponentials = np.exp(z - np.max(z))
    return exponentials / np.sum(exponentials)


def model(x, i, theta, scale):
    p = softmax(theta @ x[::-1])
    return -np.log(p[i]) * scale + np.sum(p, axis=(0,)) * np.inf**-1 + np.float32(0.1)


def example():
    return gnn.trace(
        model,
        x=gnn.input(2, label=r"\vec{x}"),
        i=gnn.input((), dtype="int64"),
        theta=gnn.parameter(np.array([[0.1, -0.0], [1e-300, np.pi]])),
        scale=gnn.constant(np.float32(0.1)),
    )


FEEDS = {"x": [1.0, 2.0], "i": 1}


def same(one, other):
    return (
        dict(one.nodes(data="data")) == dict(other.nodes(data="data"))
        and list(one) == list(other)
        and sorted(one.edges(keys=True)) == sorted(other.edges(keys=True))
        and one.graph == other.graph
    )


def test_round_trip_is_exact(tmp_path):
    graph = example()
    found = gnn.load(gnn.save(graph, tmp_path / "graph.json"))
    assert same(found, graph)
    assert gnn.evaluate(found, FEEDS, outputs=found.outputs[0]) == gnn.evaluate(graph, FEEDS, outputs=graph.outputs[0])


def test_saving_what_was_loaded_gives_the_same_bytes(tmp_path):
    one = gnn.save(example(), tmp_path / "one.json")
    two = gnn.save(gnn.load(one), tmp_path / "two.json")
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("view", ["operations", "scalars"])
def test_a_view_is_a_graph_that_can_be_kept(tmp_path, view):
    graph = gnn.draw(gnn.trace(lambda x: np.sum(softmax(x) ** 2), x=gnn.input(3)), view=view).graph
    found = gnn.load(gnn.save(graph, tmp_path / "view.json"))
    # Bodies of folded operations are graphs, which compare by identity.
    assert to_document(found) == to_document(graph)
    result = found.outputs[0]
    values = [gnn.evaluate(each, x=[1.0, 2.0, 3.0], outputs=result) for each in (graph, found)]
    assert values[0] == values[1]


def test_a_gradient_can_be_kept(tmp_path):
    graph = gnn.gradient(example(), of=example().outputs[0], wrt="theta")
    assert same(gnn.load(gnn.save(graph, tmp_path / "gradient.json")), graph)


@given(
    st.lists(st.floats(width=64), min_size=1, max_size=5),
    st.sampled_from(["float64", "float32", "int8", "uint16", "bool"]),
)
@settings(max_examples=50, deadline=None)
def test_arrays_are_exact_to_the_last_bit(numbers, dtype):
    with np.errstate(all="ignore"):
        kept = np.array([0.0 if dtype not in ("float64", "float32") else each for each in numbers]).astype(dtype)
    graph = gnn.trace(lambda x, c: x * c, x=gnn.input(kept.shape), c=gnn.constant(kept))
    document = json.loads(json.dumps(to_document(graph), allow_nan=False))
    found = from_document(document).variable("c").value
    assert found.dtype == kept.dtype
    assert found.tobytes() == kept.tobytes()


def test_the_first_version_still_loads():
    graph = gnn.load(FROZEN)
    x, theta = np.array([1.0, 2.0]), np.array([[0.5, -1.0], [1.5, 0.25]])
    scores = theta @ x
    expected = np.log(np.sum(np.exp(scores))) - scores[1]
    found = gnn.evaluate(graph, x=x, y=[0.0, 1.0], theta=theta, outputs=graph.outputs[0])
    assert found == pytest.approx(expected, rel=1e-14)
    assert graph.operation("matmul").source is not None
    assert gnn.draw(graph).svg.startswith("<svg")


def test_a_broken_graph_is_not_written(tmp_path):
    graph = example()
    graph.add_edge("x", "theta", key=0)
    with pytest.raises(GraphError):
        gnn.save(graph, tmp_path / "graph.json")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "isn't JSON"),
        (b"\xff\xfe", "isn't JSON"),
        (b"[" * 100_000, "isn't JSON"),
        (b"[]", "isn't a graph"),
        (b"{}", "isn't a graph"),
        (b'{"format": "graphviz_nn graph", "version": 2}', "update graphviz_nn"),
        (b'{"format": "graphviz_nn graph", "version": 1}', "is damaged"),
        (
            b'{"format": "graphviz_nn graph", "version": 1, "facts": [], "nodes": [], "edges": []}',
            "is damaged",
        ),
        (
            b'{"format": "graphviz_nn graph", "version": 1, "facts": {}, "nodes": [{}], "edges": []}',
            "is damaged",
        ),
        (
            b'{"format": "graphviz_nn graph", "version": 1, "facts": {}, "nodes": [], "edges": [["a", "b", 0]]}',
            "the edge 'a' → 'b' has an end that doesn't exist",
        ),
    ],
)
def test_what_is_no_graph_says_so(tmp_path, text, sentence):
    path = tmp_path / "damaged.json"
    path.write_bytes(text)
    with pytest.raises(FileError) as error:
        gnn.load(path)
    assert sentence in str(error.value)
    assert "damaged.json" in str(error.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileError, match="can't read"):
        gnn.load(tmp_path / "gone.json")


def loads_or_says_why(folder, data):
    path = folder / "graph.json"
    path.write_bytes(data)
    try:
        gnn.check(gnn.load(path))
    except FileError as error:
        assert "graph.json" in str(error)
        return False
    return True


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("damaged")


def test_every_truncation_is_noticed(folder):
    data = FROZEN.read_bytes().rstrip()
    assert not any(loads_or_says_why(folder, data[:end]) for end in range(0, len(data), 7))


def places(node, path=()):
    yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["tuple", "float", "slice", "array", "source", "graph", "dict", "ellipsis", "x"]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=4,
)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_mutated_file_loads_whole_or_is_refused(folder, data):
    document = json.loads(FROZEN.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from([each for each in places(document) if each]))
        holder = document
        for key in place[:-1]:
            holder = holder[key]
        if data.draw(st.booleans()):
            holder[place[-1]] = data.draw(ANYTHING)
        else:
            del holder[place[-1]]
    loads_or_says_why(folder, json.dumps(document).encode())
