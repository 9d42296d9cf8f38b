"""Absurdly large shapes, words and models: refused in one line, or handled with little memory."""

import tracemalloc
from contextlib import contextmanager

import calls
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import Error, LabelError, LayoutError, ShapeError, UsageError
from graphviz_nn.figure import pipeline
from graphviz_nn.ops.indexing import _chosen
from graphviz_nn.reporting.page import Page
from graphviz_nn.reporting.pdf import pdf
from graphviz_nn.scene import Scene
from graphviz_nn.tracing.recording import LARGEST
from graphviz_nn.tracing.registry import OPS

HUGE, SQUARE, LONG = (10**5, 10**4), (10**5, 10**5), (10**9,)
PAIR = ((10**5, 10**4), (10**4, 10**5))
MEGABYTE = 2**20
# The shapes and attributes of operations that aren't of equal shapes and nothing else.
CALLS = {
    "einsum": (PAIR, {"subscripts": "ij,jk->ik"}),
    "matmul": (PAIR, {}),
    "outer": ((LONG, LONG), {}),
    **{name: ((SQUARE,), {}) for name in ("inv", "det", "cholesky", "eigvalsh", "eigenvectors")},
    "solve": ((SQUARE, HUGE), {}),
    "getitem": ((HUGE, (10**5,)), {"index": ("#1", slice(1, None), None)}),
    "add_at": (((10**5, 10**4), (10**5,)), {"index": ("#1",), "shape": HUGE}),
    "argsort": ((HUGE,), {"axis": 0}),
    **{
        name: ((HUGE,), {"axis": 1})
        for name in ("sum", "mean", "prod", "max", "min", "argmax", "argmin", "cumsum", "cumprod")
    },
    "sum_to": ((HUGE,), {"shape": (10**4,)}),
    "reshape": ((HUGE,), {"shape": (10**9,)}),
    "transpose": ((HUGE,), {"axes": (1, 0)}),
    "broadcast_to": (((10**4,),), {"shape": HUGE}),
    "stack": ((HUGE, HUGE), {"axis": 1}),
    "concatenate": ((HUGE, HUGE), {"axis": 0}),
    "astype": ((HUGE,), {"dtype": "float32"}),
    "where": ((HUGE, HUGE, HUGE), {}),
}


@contextmanager
def little(most=64 * MEGABYTE):
    """Whatever is done here takes no more memory than this."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", calls.COMPUTED)
def test_the_shape_of_a_result_needs_no_array_of_it(name):
    op = OPS[name]
    shapes, attributes = CALLS.get(name, ((HUGE, HUGE), {}))
    shapes = shapes[: op.signature.most] if op.signature.most else shapes
    with little(MEGABYTE):
        try:
            found = op.shape(*shapes, **attributes)
        except ShapeError:
            pytest.fail(f"{name} refuses {shapes}")
    assert np.size(found) < 10


def elementwise(x):
    return np.sum(np.where(x > 0, x, 0) * np.exp(-x) + np.maximum(x, 0) - np.mean(x, axis=0))


def chosen(x):
    return x[np.arange(50)].sum() + x[3:70:2].sum() + x.T.reshape(-1)[::2].sum() + np.stack([x, x]).max()


@pytest.mark.parametrize("model", [elementwise, chosen, lambda x: nn.softmax(x).sum(), lambda x: (x @ x.T).sum()])
@pytest.mark.parametrize("shape", [HUGE, (3, 10**9), (10**9, 3)])
def test_a_model_of_huge_shapes_is_traced_and_differentiated(model, shape):
    with little():
        graph = gnn.trace(model, x=gnn.input(shape if model is not chosen else HUGE))
        gnn.gradient(graph, wrt="x")
        gnn.formula(graph)


def test_it_is_drawn():
    graph = gnn.trace(lambda x, W: np.tanh(W @ x).sum(), x=gnn.input(10**4), W=gnn.parameter(HUGE))
    for view in ("operations", "compact", "layers", "arrows"):
        with little():
            gnn.draw(graph, view=view, show="shapes")
    with little(), pytest.raises(UsageError, match="W: 1,000,000,000 entries are too many to draw as lines"):
        gnn.draw(graph, view="units")
    with little(), pytest.raises(Error, match="but the most is"):
        gnn.draw(graph, view="scalars")
    with little():
        gnn.lint(graph)


@pytest.mark.parametrize(
    "model",
    [
        lambda x: (np.zeros_like(x) + x).sum(),
        lambda x: (np.ones_like(x) * x).sum(),
        lambda x: (np.full_like(x, 3.0) * x).sum(),
        lambda x: np.triu(x).sum(),
        lambda x: np.tril(x, 2).sum(),
        lambda x: (x + np.broadcast_to(1.0, HUGE)).sum(),
        lambda x: np.pad(x, 1, constant_values=2.0).sum(),
    ],
)
def test_no_graph_holds_a_huge_constant(model):
    with little(), pytest.raises(ShapeError, match=r"a constant .*has 1,\d{3},\d{3},\d{3} entries, but the most is"):
        gnn.trace(model, x=gnn.input(HUGE))


def test_the_most_that_is_held():
    assert 10**7 <= LARGEST <= 10**9


def test_entries_are_counted_exactly():
    with pytest.raises(ShapeError, match="100000000000000000000 entries"):
        gnn.trace(lambda x: np.reshape(x, (3, -1)), x=gnn.input((10**10, 10**10)))
    graph = gnn.trace(lambda x: np.reshape(x, (10**12, -1)), x=gnn.input((10**10, 10**10)))
    assert graph.variable(graph.outputs[0]).shape == (10**12, 10**8)


PARTS = st.one_of(
    st.integers(-3, 3),
    st.builds(slice, *(st.none() | st.integers(-3, 4) for _ in range(2)), st.sampled_from([None, 1, 2, -1])),
    st.none(),
    st.just(Ellipsis),
    st.sampled_from([(0,), (0, 1), ((0, 1),), (-1, 0, 0), ((0,), (1,))]),
    st.sampled_from([(), (1,), (2,), (3,), (2, 1), (3, 2), (0,)]).map(lambda shape: ("array", shape)),
)


@settings(deadline=None, max_examples=400)
@given(x=st.lists(st.integers(0, 4), max_size=4).map(tuple), parts=st.lists(PARTS, max_size=5))
def test_what_an_index_chooses_has_the_shape_that_numpy_gives(x, parts):
    index, real, arrays = [], [], []
    for part in parts:
        if isinstance(part, tuple) and part[:1] == ("array",):
            arrays.append(part[1])
            index.append(f"#{len(arrays)}")
            real.append(np.zeros(part[1], int))
        else:
            index.append(part)
            real.append(np.array(part) if isinstance(part, tuple) else part)
    try:
        expected = np.zeros(x)[tuple(real)].shape
    except IndexError:
        with pytest.raises(ShapeError):
            _chosen(x, *arrays, index=tuple(index))
        return
    assert _chosen(x, *arrays, index=tuple(index)) == expected


def square(x=gnn.input(2)):
    return np.sum(x**2)


@pytest.mark.parametrize("letters", [10**4, 10**6])
def test_a_label_that_nobody_can_read_is_refused_in_a_line(letters):
    for options in ({"rename": {"x": "a" * letters}}, {"title": "a" * letters}):
        with little(), pytest.raises(LabelError, match=r"of [0-9,]+ letters") as caught:
            gnn.draw(square, **options)
        assert len(str(caught.value)) < 300
    with little(), pytest.raises(LabelError):
        gnn.draw(gnn.trace(lambda v: gnn.label(v**2, "b" * letters).sum(), v=gnn.input(2)))


def test_long_words_in_a_report_are_broken():
    scene = Scene(20.0, 10.0, "#FFFFFF", "title", "description", ())
    words = "w" * 1500
    page = Page("title", words, True, scene, tables={"table": (("a", "b"), (words, "1"))}, sentences=(words,))
    with little(128 * MEGABYTE):
        assert pdf(page).startswith(b"%PDF")


def test_many_columns_and_rows_of_a_spreadsheet(tmp_path):
    path = tmp_path / "wide.csv"
    head, rows = [f"c{i}" for i in range(20_000)], [[str((i * 7 + row) % 5) for i in range(20_000)] for row in range(6)]
    path.write_text("\n".join(",".join(row) for row in [head, *rows]))
    with little():
        assert gnn.data.csv(path).inputs.shape == (6, 19_999)


def test_many_operations_take_memory_in_proportion():
    def chain(count):
        def model(x):
            for number in range(count):
                x = np.tanh(x) if number % 2 else x * 1.01
            return x.sum()

        return model

    def peak(count):
        tracemalloc.start()
        graph = gnn.trace(chain(count), x=gnn.input(2))
        gnn.gradient(graph, wrt="x")
        gnn.evaluate(graph, {"x": [1.0, 2.0]})
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(1600) < 6 * peak(400)


def test_more_shapes_than_anybody_reads(monkeypatch):
    def model(x):
        for _ in range(5_500):
            x = -x
        return x

    graph = gnn.trace(model, x=gnn.input(2))
    monkeypatch.setattr(pipeline, "composed", None)
    with pytest.raises(LayoutError, match=r"more than 5,500 shapes is too large, .* 5,000; repeats='fold' draws"):
        gnn.draw(graph, repeats="show")
    monkeypatch.undo()
    assert len(gnn.draw(graph, repeats="fold").graph.operations) < 10
