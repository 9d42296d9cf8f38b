"""Every traced ufunc and function of NumPy: value and dtype as NumPy's, for all dtypes, beside numbers of all kinds."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import TracingError
from graphviz_nn.tracing.registry import FUNCTIONS, UFUNCS

DTYPES = ["bool", "int8", "uint8", "int16", "int32", "int64", "uint64", "float16", "float32", "float64"]
TYPED = [np.dtype(name).type for name in DTYPES]
NUMBERS = [True, False, 0, 1, 2, -1, 3, 200, 1000, 0.5, -1.5, 1e6, *(each(1) for each in TYPED)]
NUMBERS += [np.int64(1000), np.float64(1e30), np.array(0.1), np.array(3, "float32"), np.array(2)]
# How close, by the dtype of the result: whole numbers are equal.
CLOSE = {"float16": 5e-3, "float32": 1e-5, "float64": 1e-12}
many = settings(max_examples=60, deadline=None)


def array(seed, shape, dtype):
    drawn = np.random.default_rng(seed).uniform(0, 4, shape)
    return (drawn if np.dtype(dtype).kind == "f" else np.floor(drawn)).astype(dtype)


def assert_alike(function, *arrays):
    """Traced, a function gives NumPy's value and dtype; what NumPy refuses raises, when it is run at the latest."""
    names = [f"a{i}" for i in range(len(arrays))]
    specs = {name: gnn.input(each.shape, dtype=each.dtype.name) for name, each in zip(names, arrays, strict=True)}
    feeds = dict(zip(names, arrays, strict=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = np.asarray(function(*arrays))
        except (TypeError, ValueError, OverflowError):
            with pytest.raises((TracingError, TypeError, ValueError, OverflowError)):
                graph = gnn.trace(lambda **given: function(*given.values()), **specs)
                gnn.evaluate(graph, feeds)
            return
        graph = gnn.trace(lambda **given: gnn.label(function(*given.values()), "r"), **specs)
        name = graph.outputs[0]
        found = np.asarray(gnn.evaluate(graph, feeds, outputs=name))
    assert (found.dtype, graph.variable(name).dtype) == (expected.dtype, expected.dtype.name)
    close = CLOSE.get(expected.dtype.name, 0)
    np.testing.assert_allclose(found, expected, rtol=close, atol=close)


shapes = st.sampled_from([(3,), (2, 3), (1, 3), ()])
dtypes, numbers, seeds = st.sampled_from(DTYPES), st.sampled_from(NUMBERS), st.integers(0, 99)


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda ufunc: ufunc.__name__)
@many
@given(data=st.data())
def test_ufuncs(ufunc, data):
    draw = data.draw
    shape = (3,) if ufunc is np.matmul else draw(shapes)
    first, seed = draw(dtypes), draw(seeds)
    if ufunc.nin == 1:
        assert_alike(ufunc, array(seed, shape, first))
        return
    assert_alike(ufunc, array(seed, shape, first), array(seed + 1, (3,), draw(dtypes)))
    other = array(seed + 2, (3,), draw(dtypes))
    assert_alike(lambda x: ufunc(x, other), array(seed, shape, first))
    assert_alike(lambda x: ufunc(other, x), array(seed, shape, first))
    if ufunc is not np.matmul:
        number = draw(numbers)
        assert_alike(lambda x: ufunc(x, number), array(seed, shape, first))
        assert_alike(lambda x: ufunc(number, x), array(seed, shape, first))


# Of each function: a call of an array x of shape (2, 3), another y and a number n.
CALLS = {
    np.where: [
        lambda x, y, n: np.where(x > 1, x, y),
        lambda x, y, n: np.where(x > 1, x, n),
        lambda x, y, n: np.where(x, n, y),
        lambda x, y, n: np.where(x > 1, n, 0),
        lambda x, y, n: np.where(x > 1, n, np.float32(0)),
    ],
    np.clip: [lambda x, y, n: np.clip(x, 1, 3), lambda x, y, n: np.clip(x, n, None), lambda x, y, n: np.clip(x, y, n)],
    np.round: [
        lambda x, y, n: np.round(x),
        lambda x, y, n: np.round(x, 1),
        lambda x, y, n: x.round(2),
        lambda x, y, n: np.round(x, -1),
    ],
    np.around: [lambda x, y, n: np.around(x, 1)],
    "getitem": [
        lambda x, y, n: x[1, ::2],
        lambda x, y, n: x[np.array([1, 0])],
        lambda x, y, n: x[:, [True, False, True]],
    ],
    np.take: [lambda x, y, n: np.take(x, [0, 2]), lambda x, y, n: np.take(x, [1, 0], axis=0)],
    np.outer: [lambda x, y, n: np.outer(x, y), lambda x, y, n: np.outer(x, n)],
    np.dot: [lambda x, y, n: np.dot(x, y.T), lambda x, y, n: np.dot(x, n), lambda x, y, n: x.dot(y[0])],
    np.vdot: [lambda x, y, n: np.vdot(x, y)],
    np.inner: [lambda x, y, n: np.inner(x, y), lambda x, y, n: np.inner(x, n)],
    np.sum: [lambda x, y, n: np.sum(x), lambda x, y, n: x.sum(axis=1, keepdims=True)],
    np.mean: [lambda x, y, n: np.mean(x), lambda x, y, n: x.mean(axis=0)],
    np.prod: [lambda x, y, n: np.prod(x), lambda x, y, n: x.prod(axis=1)],
    np.max: [lambda x, y, n: np.max(x), lambda x, y, n: x.max(axis=1)],
    np.amax: [lambda x, y, n: np.amax(x, axis=0)],
    np.min: [lambda x, y, n: np.min(x), lambda x, y, n: x.min(axis=1)],
    np.amin: [lambda x, y, n: np.amin(x, axis=0)],
    np.argmax: [lambda x, y, n: np.argmax(x), lambda x, y, n: x.argmax(axis=1)],
    np.argmin: [lambda x, y, n: np.argmin(x), lambda x, y, n: x.argmin(axis=1)],
    np.var: [lambda x, y, n: np.var(x), lambda x, y, n: x.var(axis=1, ddof=1)],
    np.std: [lambda x, y, n: np.std(x), lambda x, y, n: x.std(axis=0)],
    np.linalg.norm: [lambda x, y, n: np.linalg.norm(x), lambda x, y, n: np.linalg.norm(x, axis=1)],
    np.reshape: [lambda x, y, n: np.reshape(x, (3, -1)), lambda x, y, n: x.reshape(6)],
    np.ravel: [lambda x, y, n: np.ravel(x), lambda x, y, n: x.flatten()],
    np.transpose: [lambda x, y, n: np.transpose(x), lambda x, y, n: x.T],
    np.swapaxes: [lambda x, y, n: np.swapaxes(x, 0, 1)],
    np.moveaxis: [lambda x, y, n: np.moveaxis(x, 0, 1)],
    np.matrix_transpose: [lambda x, y, n: np.matrix_transpose(x)],
    np.expand_dims: [lambda x, y, n: np.expand_dims(x, 1)],
    np.squeeze: [lambda x, y, n: np.squeeze(x[:1])],
    np.broadcast_to: [lambda x, y, n: np.broadcast_to(x, (2, 2, 3))],
    np.stack: [lambda x, y, n: np.stack([x, y]), lambda x, y, n: np.stack([x[0, 0], n])],
    np.concatenate: [lambda x, y, n: np.concatenate([x, y]), lambda x, y, n: np.concatenate([x[0], [n]])],
    np.hstack: [lambda x, y, n: np.hstack([x, y]), lambda x, y, n: np.hstack([x[0], n])],
    np.vstack: [lambda x, y, n: np.vstack([x, y]), lambda x, y, n: np.vstack([x[0, 0], n])],
    np.astype: [lambda x, y, n: np.astype(x, "float32"), lambda x, y, n: x.astype(int)],
    np.copy: [lambda x, y, n: np.copy(x)],
    np.zeros_like: [lambda x, y, n: np.zeros_like(x) + x],
    np.ones_like: [lambda x, y, n: np.ones_like(x) * x],
    np.full_like: [
        lambda x, y, n: np.full_like(x, n) * x,
        lambda x, y, n: np.full_like(x, 0.5) + x,
        lambda x, y, n: np.full_like(x, y[0, 0]),
    ],
    np.shape: [lambda x, y, n: x + np.shape(x)[0]],
    np.ndim: [lambda x, y, n: x * np.ndim(x)],
    np.size: [lambda x, y, n: x / np.size(x)],
}


def test_every_function_is_here():
    # The methods of ufuncs have tests of their own; `x.astype` is np.astype.
    assert {each for each in FUNCTIONS if not isinstance(each, str)} <= CALLS.keys()
    for function in UFUNCS:
        assert function not in CALLS


@pytest.mark.parametrize("function", CALLS, ids=lambda each: getattr(each, "__name__", each))
@many
@given(first=dtypes, second=dtypes, number=numbers, seed=seeds)
def test_functions(function, first, second, number, seed):
    x, y = array(seed, (2, 3), first), array(seed + 1, (2, 3), second)
    for call in CALLS[function]:
        assert_alike(lambda x, y, call=call: call(x, y, number), x, y)


AXES = st.one_of(
    st.integers(-3, 3),
    st.none(),
    st.booleans(),
    st.sampled_from(
        [(0, 1), (0, 0), (1,), (), (2,), [0, 1], [0], 1.0, "x", (0, 2), (-1, 0), (-1, 1), (1, 0), (0, 1, 2)]
    ),
)
BY_AXES = {
    "sum": lambda x, a: np.sum(x, axis=a),
    "mean": lambda x, a: np.mean(x, axis=a),
    "prod": lambda x, a: np.prod(x, axis=a),
    "max": lambda x, a: np.max(x, axis=a),
    "var": lambda x, a: np.var(x, axis=a),
    "std": lambda x, a: np.std(x, axis=a),
    "argmax": lambda x, a: np.argmax(x, axis=a),
    "transpose": lambda x, a: np.transpose(x, a),
    "transpose method": lambda x, a: x.transpose(a),
    "swapaxes": lambda x, a: np.swapaxes(x, a, 0),
    "expand_dims": lambda x, a: np.expand_dims(x, a),
    "stack": lambda x, a: np.stack([x, x], axis=a),
    "concatenate": lambda x, a: np.concatenate([x, x], axis=a),
    "reshape": lambda x, a: np.reshape(x, a),
    "broadcast_to": lambda x, a: np.broadcast_to(x, a),
    "norm": lambda x, a: np.linalg.norm(x, axis=a),
}


@pytest.mark.parametrize("name", BY_AXES)
@many
@given(axes=AXES, shape=st.sampled_from([(), (3,), (2, 3), (1, 1)]))
def test_axes_that_numpy_refuses_are_refused(name, axes, shape):
    """And where they are accepted, they mean the same."""
    x = array(1, shape, "float64")
    try:
        expected = BY_AXES[name](x, axes)
    except (TypeError, ValueError, IndexError):
        with pytest.raises(TracingError):
            gnn.trace(lambda x: BY_AXES[name](x, axes), x=gnn.input(shape))
        return
    try:
        graph = gnn.trace(lambda x: gnn.label(BY_AXES[name](x, axes), "r"), x=gnn.input(shape))
    except TracingError:
        # Numbers with a point, truth values and None as axes, the axis of a number, several new axes at once, and
        # an unknown length that is written otherwise than -1.
        odd = not isinstance(axes, int | tuple) or isinstance(axes, bool) or not shape or name == "expand_dims"
        assert odd or (name == "reshape" and np.min(axes) < -1), axes
        return
    found = gnn.evaluate(graph, x=x, outputs=graph.outputs[0])
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected)
