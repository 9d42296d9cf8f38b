"""reduce, accumulate, reduceat and outer of every binary ufunc, beside NumPy's."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import TracingError
from graphviz_nn.tracing.registry import UFUNCS

BINARY = [ufunc for ufunc in UFUNCS if ufunc.nin == 2 and ufunc.signature is None]
UNEVEN = (np.power, np.arctan2)
SMOOTH = [ufunc for ufunc in BINARY if "dd->d" in ufunc.types]
DTYPES = ["bool", "int8", "uint8", "int64", "float32", "float64"]
some = settings(max_examples=25, deadline=None)
by_name = {"argvalues": BINARY, "ids": lambda ufunc: ufunc.__name__}


def array(seed, shape, dtype):
    return np.random.default_rng(seed).integers(1, 4, shape).astype(dtype)


def one_by_one(ufunc, x, axis=0, dtype=None, keepdims=False):
    """What `reduce` is by NumPy's documentation; that of power and arctan2 differs from it in NumPy 2.4."""
    ufunc.reduce(np.ones_like(x), axis=axis, dtype=dtype, keepdims=keepdims)
    (along,) = axis if isinstance(axis, tuple) else (axis or 0,)
    last = np.take(ufunc.accumulate(x, along, dtype), -1, along)
    return np.expand_dims(last, along) if keepdims else last


def one_by_one_between(ufunc, x, indices, axis=0):
    ufunc.reduceat(np.ones_like(x), indices, axis=axis)
    moved = np.moveaxis(x, axis, 0)
    ends = [*indices[1:], len(moved)]
    parts = [moved[start : max(stop, start + 1)] for start, stop in zip(indices, ends, strict=True)]
    return np.stack([one_by_one(ufunc, part) for part in parts], axis)


def assert_alike(function, expect=None, /, **arrays):
    """Traced, a function gives what NumPy gives, to the dtype; where NumPy refuses, it is refused in one line."""
    specs = {name: gnn.input(each.shape, dtype=each.dtype.name) for name, each in arrays.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = np.asarray((expect or function)(**arrays))
        except (TypeError, ValueError, IndexError):
            with pytest.raises(TracingError):
                gnn.trace(function, **specs)
            return None
        graph = gnn.trace(function, **specs)
        found = gnn.evaluate(graph, arrays, outputs=graph.outputs[0])
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert (np.asarray(found).dtype, graph.variable(graph.outputs[0]).dtype) == (expected.dtype, expected.dtype.name)
    return graph


@pytest.mark.parametrize("ufunc", **by_name)
@some
@given(data=st.data(), dtype=st.sampled_from(DTYPES), seed=st.integers(0, 99))
def test_reduce(ufunc, data, dtype, seed):
    x = array(seed, data.draw(st.sampled_from([(3,), (1,), (2, 3), (2, 1, 2)])), dtype)
    axes = st.one_of(st.none(), st.integers(-x.ndim, x.ndim), st.sampled_from([(0,), (0, x.ndim - 1)]))
    keywords = data.draw(
        st.fixed_dictionaries(
            {},
            optional={"axis": axes, "keepdims": st.booleans(), "dtype": st.sampled_from(["float64", "int32"])},
        )
    )
    expect = (lambda x: one_by_one(ufunc, x, **keywords)) if ufunc in UNEVEN else None
    assert_alike(lambda x: ufunc.reduce(x, **keywords), expect, x=x)


@pytest.mark.parametrize("ufunc", **by_name)
@some
@given(data=st.data(), dtype=st.sampled_from(DTYPES), seed=st.integers(0, 99))
def test_accumulate(ufunc, data, dtype, seed):
    x = array(seed, data.draw(st.sampled_from([(3,), (1,), (2, 3), (2, 1, 2), (0,)])), dtype)
    keywords = data.draw(st.fixed_dictionaries({}, optional={"axis": st.integers(-x.ndim, x.ndim)}))
    assert_alike(lambda x: ufunc.accumulate(x, **keywords), x=x)


@pytest.mark.parametrize("ufunc", **by_name)
@some
@given(data=st.data(), dtype=st.sampled_from(DTYPES), seed=st.integers(0, 99))
def test_reduceat(ufunc, data, dtype, seed):
    x = array(seed, data.draw(st.sampled_from([(4,), (4, 2)])), dtype)
    indices = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=4))
    axis = data.draw(st.integers(0, x.ndim - 1))
    expect = (lambda x: one_by_one_between(ufunc, x, indices, axis)) if ufunc in UNEVEN else None
    assert_alike(lambda x: ufunc.reduceat(x, indices, axis=axis), expect, x=x)


@pytest.mark.parametrize("ufunc", **by_name)
@some
@given(data=st.data(), dtypes=st.tuples(*[st.sampled_from(DTYPES)] * 2), seed=st.integers(0, 99))
def test_outer(ufunc, data, dtypes, seed):
    shapes = st.sampled_from([(), (2,), (2, 3)])
    a, b = (array(seed + i, data.draw(shapes), dtype) for i, dtype in enumerate(dtypes))
    assert_alike(lambda a, b: ufunc.outer(a, b), a=a, b=b)
    assert_alike(lambda a: ufunc.outer(a, b), a=a)
    assert_alike(lambda b: ufunc.outer(2.0, b), b=b)


@pytest.mark.parametrize("ufunc", SMOOTH)
@pytest.mark.parametrize(
    "method",
    [
        lambda ufunc, x: ufunc.reduce(x),
        lambda ufunc, x: ufunc.accumulate(x, axis=1),
        lambda ufunc, x: ufunc.reduceat(x, [0, 1]),
        lambda ufunc, x: ufunc.outer(x, x[0]),
    ],
    ids=["reduce", "accumulate", "reduceat", "outer"],
)
def test_gradients(ufunc, method):
    graph = gnn.trace(lambda x: np.sum(method(ufunc, x) ** 2), x=gnn.parameter((3, 2)))
    assert gnn.check_gradients(graph, x=np.array([[0.7, 1.3], [0.4, 0.9], [1.1, 0.6]]))


def test_what_changes_an_array_in_place_is_refused_with_the_way_out():
    def scattered(x):
        found = np.zeros(3)
        np.add.at(found, [0, 1], x)
        return found

    with pytest.raises(TracingError, match=r"plain array \(test_ufunc_methods\.py:\d+\); .*graphviz_nn\.zeros"):
        gnn.trace(scattered, x=gnn.input(2))
    with pytest.raises(TracingError, match=r"np\.hypot\.reduce .* initial can't be traced; use np\.where"):
        gnn.trace(lambda x: np.hypot.reduce(x, initial=1.0), x=gnn.input(2))
    with pytest.raises(TracingError, match=r"np\.subtract\.reduce .* reorderable"):
        gnn.trace(lambda x: np.subtract.reduce(x, axis=None), x=gnn.input((2, 2)))


def test_the_deviation_of_what_is_all_the_same_doesnt_change():
    for shape, axis in (((1, 2), 0), ((3,), None)):
        graph = gnn.trace(lambda x, axis=axis: np.sum(np.std(x, axis=axis)), x=gnn.parameter(shape))
        assert not gnn.value_and_gradient(graph, x=np.full(shape, 2.0))[1]["x"].any()
    graph = gnn.trace(lambda x: np.linalg.norm(x), x=gnn.parameter(3))
    assert not gnn.value_and_gradient(graph, x=np.zeros(3))[1]["x"].any()


# What a call of a ufunc may say of its dtypes.
SAID = [{"dtype": each} for each in ["float32", np.float64, "int64", "int8", "bool", "complex128", None]]
SAID += [{"dtype": "int64", "casting": "unsafe"}, {"casting": "no"}, {"where": True, "order": "K", "subok": True}]


@pytest.mark.parametrize("said", SAID, ids=repr)
@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda ufunc: ufunc.__name__)
def test_a_call_that_says_its_dtype_is_numpys(ufunc, said):
    if ufunc is np.sign and said.get("dtype") == "complex128":
        # It has no rule for complex numbers.
        return
    for dtypes in (("float64", "float32"), ("float32", "float64"), ("int8", "int64"), ("int64", "float32")):
        x, y = (array(seed, (2, 2), dtype) for seed, dtype in enumerate(dtypes))
        if ufunc.nin == 1:
            assert_alike(lambda x, f=ufunc: f(x, **said), x=x)
            continue
        assert_alike(lambda x, y, f=ufunc: f(x, y, **said), x=x, y=y)
        assert_alike(lambda x, f=ufunc, y=y: f(x, y, **said), x=x)
        if ufunc.signature is None:
            assert_alike(lambda x, f=ufunc: f(x, 2, **said), x=x)
            assert_alike(lambda x, f=ufunc: f(1.5, x, **said), x=x)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("ufunc", [np.add, np.multiply, np.divide, np.exp, np.tanh, np.matmul, np.hypot])
def test_the_gradient_goes_through_a_call_that_says_its_dtype(ufunc, dtype):
    def model(x, y):
        return np.sum(ufunc(*(x, y)[: ufunc.nin], dtype=dtype) ** 2)

    x, y = array(1, (2, 2), "float32"), array(2, (2, 2), "float64")
    graph = gnn.trace(model, x=gnn.parameter((2, 2), dtype="float32"), y=gnn.parameter((2, 2)))
    value, found = gnn.value_and_gradient(graph, x=x, y=y)
    assert value.dtype == np.asarray(model(x, y)).dtype
    assert [found[name].dtype.name for name in "xy"] == ["float32", "float64"]
    for place, name in enumerate("xy"):
        for index in np.ndindex(2, 2):
            losses = []
            for step in (-1e-5, 1e-5):
                moved = [x.astype(float), y.copy()]
                moved[place][index] += step
                losses.append(np.sum(ufunc(*moved[: ufunc.nin]) ** 2))
            assert found[name][index] == pytest.approx((losses[1] - losses[0]) / 2e-5, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda x, m: np.multiply(x, x, where=m > 0), r"np\.multiply .* got where=.*np\.where\(mask, np\.multiply\("),
        (lambda x, m: np.exp(x, where=[True, False]), r"np\.exp .* got where=.*which defines the other entries"),
        (lambda x, m: np.add(x, x, out=np.zeros(2)), r"graphviz_nn\.zeros"),
        (lambda x, m: np.add(x, x, signature="ff->f"), r"got signature=.*write dtype="),
        (lambda x, m: np.add(x, x, order="F"), r"got order=.*doesn't affect the values"),
        (lambda x, m: np.matmul(x, x, axes=[0, 0, ()]), r"got axes=.*np\.moveaxis"),
        (lambda x, m: np.add(x, x, dtype="int8"), r"np\.add .*[Cc]annot cast.*astype"),
        (lambda x, m: np.add(x, x, dtype="clongdouble"), r"can't be traced in complex256"),
        (lambda x, m: np.add(x, x, dtype="nonsense"), r"np\.add .*nonsense"),
    ],
)
def test_what_a_call_says_that_can_not_be_traced_is_refused_by_name(call, says):
    with pytest.raises(TracingError, match=says) as caught:
        gnn.trace(call, x=gnn.input(2), m=gnn.input(2))
    assert "test_ufunc_methods.py" in str(caught.value) and "\n" not in str(caught.value)
