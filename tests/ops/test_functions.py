"""The table of NumPy's functions: value, shape and dtype are NumPy's own; gradients are those of differences."""

import numpy as np
import pytest
from frameworks import needs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy_functions import EVERY
from proofs import assert_second_gradients, weights

import graphviz_nn as gnn
from graphviz_nn.errors import Error, GraphError
from graphviz_nn.views import detailed

each_row = pytest.mark.parametrize("row", EVERY, ids=lambda row: row.source)
few = settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
TOLERANCES = {"float32": {"rtol": 3e-5, "atol": 1e-5}}


def is_smooth(row):
    """Whether it has a gradient: its result is real, of real numbers."""
    if "f" not in row.kind.kinds:
        return False
    return np.asarray(row.function(*row.arrays(row.kind.shapes[0]).values())).dtype.kind == "f"


# Their slope is 0 wherever they have one, which PyTorch doesn't say.
STEPS = ("ceil", "fix", "floor", "floor_divide", "rint", "round", "sign", "spacing", "trunc")
SMOOTH = [row for row in EVERY if is_smooth(row)]
each_sloped_row = pytest.mark.parametrize(
    "row", [row for row in SMOOTH if row.title.partition(".")[2] not in STEPS], ids=lambda row: row.source
)
each_smooth_row = pytest.mark.parametrize("row", SMOOTH, ids=lambda row: row.source)


def number(row):
    """A function of its arguments whose value depends on every entry of the result, not linearly."""

    def loss(*arguments):
        found = row.function(*arguments)
        found = found.astype("float64") if found.dtype == "float32" else found
        return np.sum((found * found * 0.5 + found) * weights(np.shape(found)))

    return loss


def traced(function, arrays, spec=gnn.parameter):
    def model(**given):
        return function(*given.values())

    return gnn.trace(model, **{name: spec(each.shape, dtype=each.dtype.name) for name, each in arrays.items()})


@each_row
@few
@given(data=st.data())
def test_value_shape_and_dtype_are_numpys(row, data):
    shapes = data.draw(row.kind.strategy)
    dtype = data.draw(st.sampled_from([each for each in ("float64", "float32", "int64") if each[0] in row.kind.kinds]))
    arrays = row.arrays(shapes, dtype, data.draw(st.integers(0, 9)))
    with np.errstate(all="ignore"):
        try:
            right = np.asarray(row.function(*arrays.values()))
        except (IndexError, TypeError, ValueError):
            with pytest.raises(Error):
                traced(row.function, arrays, gnn.input)
            return
        graph = traced(row.function, arrays, gnn.input)
        found = gnn.compile(graph).run(arrays)[graph.outputs[0]]
    variable = graph.variable(graph.outputs[0])
    assert variable.shape == np.shape(found) == right.shape
    assert variable.dtype == np.asarray(found).dtype == right.dtype
    np.testing.assert_allclose(found, right, **TOLERANCES.get(dtype, {"rtol": 1e-9, "atol": 1e-12}))


def slopes(graph, arrays, directions):
    """The first gradient, flat, and the gradient of its product with directions."""
    names = list(arrays)
    first = gnn.gradient(graph, wrt=names)
    found = first.graph["gradients"]
    second = dict.fromkeys(names, 0.0)
    for name in names:
        again = gnn.gradient(first, found[name], names, cotangent=directions[name])
        values = gnn.compile(again, again.graph["gradients"].values()).run(arrays)
        second = {each: second[each] + values[again.graph["gradients"][each]] for each in names}
    return gnn.compile(first, found.values()), [found[name] for name in names], flat(second.values())


def flat(values):
    return np.concatenate([np.ravel(each) for each in values])


@each_smooth_row
def test_both_derivatives_are_those_of_central_differences(row):
    loss, arrays, step = number(row), row.arrays(row.kind.shapes[0]), 1e-5
    is_rough = "float32" in row.source
    directions = {name: 1.5 - weights(each.shape) * 0.7 for name, each in arrays.items()}
    up, down = ({name: arrays[name] + by * directions[name] for name in arrays} for by in (step, -step))
    with np.errstate(all="ignore"):
        program, names, second = slopes(traced(loss, arrays), arrays, directions)

        def first(given):
            found = program.run(given)
            return flat(found[name] for name in names)

        measured = (loss(*up.values()) - loss(*down.values())) / (2 * step)
        measured_again = (first(up) - first(down)) / (2 * step)
    np.testing.assert_allclose(
        first(arrays) @ flat(directions.values()), measured, rtol=0.1 if is_rough else 1e-6, atol=1e-6
    )
    scale = max(1.0, np.abs(measured_again).max(initial=0.0))
    np.testing.assert_allclose(second, measured_again, rtol=0, atol=(0.05 if is_rough else 1e-6) * scale)


@needs("torch")
@each_sloped_row
def test_the_gradient_is_pytorchs(row):
    arrays = row.arrays(row.kind.shapes[0])
    report = gnn.check_gradients(traced(number(row), arrays), arrays, against="torch", tolerance=1e-10)
    assert report, report


@needs("torch")
@each_sloped_row
def test_the_second_gradient_is_pytorchs(row):
    arrays = row.arrays(row.kind.shapes[0])
    assert_second_gradients(traced(number(row), arrays), arrays)


@each_row
def test_many_examples_are_each_computed_alone(row):
    dtype = "float64" if "f" in row.kind.kinds else "int64"
    each = [row.arrays(row.kind.shapes[0], dtype, seed) for seed in range(2)]
    try:
        graph = traced(row.function, each[0], gnn.input)
    except Error:
        # NumPy refuses it, too.
        assert dtype == "float64" and row.kind.kinds == "fi", row
        return
    together = gnn.batch(graph, size=2)
    with np.errstate(all="ignore"):
        found = gnn.compile(together).run({name: np.stack([one[name] for one in each]) for name in each[0]})
        program = gnn.compile(graph)
        for place, one in enumerate(each):
            right = program.run(one)[graph.outputs[0]]
            np.testing.assert_allclose(found[together.outputs[0]][place], right, rtol=1e-9, atol=1e-12)


@each_smooth_row
def test_single_numbers_give_the_same(row):
    arrays = row.arrays(row.kind.shapes[0])
    graph = traced(number(row), arrays)
    try:
        entries = detailed("scalars", graph)
    except GraphError as error:
        assert "selects by a traced value" in str(error)
        return
    with np.errstate(all="ignore"):
        found, right = (gnn.compile(each)(arrays)[each.outputs[0]] for each in (entries, graph))
    np.testing.assert_allclose(found, right, rtol=1e-9)
