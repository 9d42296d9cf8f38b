"""The table of NumPy's functions: value, shape and dtype are NumPy's own; gradients are those of differences."""

import re

import numpy as np
import pytest
from frameworks import needs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy_functions import EVERY
from proofs import assert_second_gradients, weights

import graphviz_nn as gnn
from docs.functions import PAGE, line
from graphviz_nn.errors import Error, GraphError
from graphviz_nn.tracing.registry import FUNCTIONS, UFUNCS
from graphviz_nn.views import detailed

each_row = pytest.mark.parametrize("row", EVERY, ids=lambda row: row.source)
few = settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
TOLERANCES = {"float32": {"rtol": 3e-5, "atol": 1e-5}}


# Their slope is 0 wherever they have one, which PyTorch doesn't say.
STEPS = ("ceil", "fix", "floor", "floor_divide", "rint", "round", "sign", "spacing", "trunc")
SMOOTH = [row for row in EVERY if row.has_slope]
each_sloped_row = pytest.mark.parametrize(
    "row", [row for row in SMOOTH if row.title.partition(".")[2] not in STEPS], ids=lambda row: row.source
)
each_smooth_row = pytest.mark.parametrize("row", SMOOTH, ids=lambda row: row.source)


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
    arrays, step = row.example, 1e-5
    is_rough = "float32" in row.source
    directions = {name: 1.5 - weights(each.shape) * 0.7 for name, each in arrays.items()}
    up, down = ({name: arrays[name] + by * directions[name] for name in arrays} for by in (step, -step))
    with np.errstate(all="ignore"):
        program, names, second = slopes(traced(row.loss, arrays), arrays, directions)

        def first(given):
            found = program.run(given)
            return flat(found[name] for name in names)

        measured = (row.loss(*up.values()) - row.loss(*down.values())) / (2 * step)
        measured_again = (first(up) - first(down)) / (2 * step)
    np.testing.assert_allclose(
        first(arrays) @ flat(directions.values()), measured, rtol=0.1 if is_rough else 1e-6, atol=1e-6
    )
    scale = max(1.0, np.abs(measured_again).max(initial=0.0))
    np.testing.assert_allclose(second, measured_again, rtol=0, atol=(0.05 if is_rough else 1e-6) * scale)


@needs("torch")
@each_sloped_row
def test_the_gradient_is_pytorchs(row):
    arrays = row.example
    report = gnn.check_gradients(traced(row.loss, arrays), arrays, against="torch", tolerance=1e-10)
    assert report, report


@needs("torch")
@each_sloped_row
def test_the_second_gradient_is_pytorchs(row):
    arrays = row.example
    assert_second_gradients(traced(row.loss, arrays), arrays)


@each_row
def test_many_examples_are_each_computed_alone(row):
    each = [row.arrays(row.kind.shapes[0], row.dtype, seed) for seed in range(2)]
    try:
        graph = traced(row.function, each[0], gnn.input)
    except Error:
        # NumPy refuses it, too.
        assert row.dtype == "float64" and row.kind.kinds == "fi", row
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
    arrays = row.example
    graph = traced(row.loss, arrays)
    try:
        entries = detailed("scalars", graph)
    except GraphError as error:
        assert "selects by a traced value" in str(error) or "doesn't consist of steps" in str(error)
        return
    with np.errstate(all="ignore"):
        found, right = (gnn.compile(each)(arrays)[each.outputs[0]] for each in (entries, graph))
    np.testing.assert_allclose(found, right, rtol=1e-9)


def test_the_page_has_every_call():
    calls = re.findall(r"^\| `(.*?)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert calls == [row.source for row in EVERY], "run python -m docs.functions"


@needs("torch")
@needs("jax")
@needs("numba")
@pytest.mark.parametrize("row", EVERY[::24], ids=lambda row: row.source)
def test_the_page_is_current(row):
    assert line(row) in PAGE.read_text(encoding="utf-8").splitlines(), "run python -m docs.functions"


@needs("autograd")
def test_everything_that_autograd_differentiates_is_traced():
    import autograd.numpy  # noqa: F401 (defines them)
    from autograd.core import primitive_vjps

    names = {getattr(each, "__name__", "") for each in primitive_vjps}
    found = {getattr(module, name, None) for name in names for module in (np, np.linalg, np.fft)}
    found = set(filter(callable, found))
    assert len(found) > 120
    assert not [each for each in found if each not in FUNCTIONS and each not in UFUNCS]
