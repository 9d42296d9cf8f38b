"""Every rule and every kernel that is off by a thousandth is found, or the report says what it can't measure."""

import math
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from calls import CALLS, ELEMENTWISE, Call, calls, feeds_for, model_of, reduced
from hypothesis import Phase, given, settings

import graphviz_nn as gnn
from graphviz_nn.ops.indexing import resolved
from graphviz_nn.tracing.registry import OPS

OFF = 1.001


def slots_of(name):
    op = OPS[name]
    if callable(op.vjp):
        return [0, 1] if name in ("stack", "concatenate") else [0]
    return [slot for slot, rule in enumerate(op.vjp) if rule is not None]


RULES = [(name, slot) for name, op in OPS.items() if op.vjp is not None for slot in slots_of(name)]
SETTINGS = {
    "plain": {},
    "along directions": {"mode": "directions"},
    "tiny": {"factor": 1e-10},
    "far from 0": {"offset": 1e10},
}


def off_by_a_thousandth(name, slot):
    """The operation with a wrong rule for one argument."""
    op = OPS[name]
    if callable(op.vjp):

        def joint(*arguments, slot, **attributes):
            found = op.vjp(*arguments, slot=slot, **attributes)
            return found if found is None or slot != wrong else found * OFF

        wrong = slot
        return replace(op, vjp=joint)
    rules = list(op.vjp)
    right = rules[slot]
    rules[slot] = lambda *arguments, **attributes: right(*arguments, **attributes) * OFF
    return replace(op, vjp=tuple(rules))


@pytest.mark.parametrize(("name", "slot"), RULES)
@pytest.mark.parametrize("title", SETTINGS)
def test_every_rule(name, slot, title):
    options = dict(SETTINGS[title])
    scales = {key: options.pop(key) for key in ("factor", "offset") if key in options}

    @settings(max_examples=4, deadline=None, database=None, derandomize=True)
    @given(calls(name))
    def found(call):
        graph, feeds = model_of(call, **scales), feeds_for(call)
        _, right = gnn.value_and_gradient(graph, feeds, wrt=list(feeds))
        assert gnn.check_gradients(graph, feeds, **options).passed
        with patch.dict(OPS, {name: off_by_a_thousandth(name, slot)}):
            _, wrong = gnn.value_and_gradient(graph, feeds, wrt=list(feeds))
            report = gnn.check_gradients(graph, feeds, **options)
        same = all(np.allclose(wrong[each], right[each], rtol=1e-9, atol=0) for each in feeds)
        assert same or not report.passed or "can't be measured" in str(report), report

    found()


def _sum_to(x, shape):
    found = np.zeros(shape)
    for index in np.ndindex(x.shape):
        padded = (1,) * (x.ndim - len(shape)) + shape
        place = tuple(0 if side == 1 else i for i, side in zip(index, padded, strict=True))
        found[place[x.ndim - len(shape) :]] += x[index]
    return found


def _add_at(g, *arrays, index, shape):
    found = np.zeros(int(np.prod(shape)))
    places = np.arange(found.size).reshape(shape)[resolved(index, arrays)]
    for place, each in zip(np.ravel(places), np.ravel(g), strict=True):
        found[place] += each
    return found.reshape(shape)


def _reduced(ufunc):
    return lambda x, axis=None, keepdims=False: ufunc.reduce(x, axis=axis, keepdims=keepdims)


def _place(sign):
    def search(x, axis=None, keepdims=False):
        found = np.argsort(
            sign * (x if axis is not None else x.ravel()), axis=-1 if axis is None else axis, kind="stable"
        )
        first = np.take(found, [0], axis=-1 if axis is None else axis)
        shape = tuple(1 if axis in (None, i) else n for i, n in enumerate(x.shape))
        return first.reshape(shape if keepdims else tuple(n for i, n in enumerate(x.shape) if axis not in (None, i)))[
            ()
        ]

    return search


def _mean(x, axis=None, keepdims=False):
    total = np.add.reduce(x, axis=axis, keepdims=keepdims)
    return total / (x.size / max(np.size(total), 1))


# Written otherwise than the kernels, where these aren't NumPy's own ufuncs.
REFERENCES = {
    **{name: getattr(np, {"root": "sqrt"}.get(name, name)) for name in ELEMENTWISE},
    "erf": np.vectorize(math.erf, otypes=[float]),
    "where": lambda condition, a, b: np.choose(np.asarray(condition, int), [b, a]),
    "matmul": np.matmul,
    "outer": lambda a, b: np.multiply.outer(np.ravel(a), np.ravel(b)),
    "sum": _reduced(np.add),
    "prod": _reduced(np.multiply),
    "max": _reduced(np.maximum),
    "min": _reduced(np.minimum),
    "mean": _mean,
    "argmax": _place(-1),
    "argmin": _place(1),
    "sum_to": _sum_to,
    "reshape": lambda x, shape: np.array(list(x.flat)).reshape(shape),
    "transpose": lambda x, axes: np.einsum(x, list(range(x.ndim)), list(axes)),
    "broadcast_to": lambda x, shape: np.zeros(shape) + x,
    "stack": lambda *arrays, axis: np.moveaxis(np.array(arrays), 0, axis),
    "concatenate": lambda *arrays, axis: np.moveaxis(
        np.array([row for each in arrays for row in np.moveaxis(each, axis, 0)]), 0, axis
    ),
    "astype": lambda x, dtype: np.array(x, dtype),
    "getitem": lambda x, *arrays, index: x[resolved(index, arrays)],
    "add_at": _add_at,
}
SEARCHES = reduced().filter(lambda found: not isinstance(found[1]["axis"], tuple))


def drawn(name):
    return SEARCHES.map(lambda found: Call(name, *found)) if name.startswith("arg") else calls(name)


def kernel_is_right(name, count):
    @settings(max_examples=count, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    @given(drawn(name))
    def compared(call):
        for scale in (1.0, -5.0):
            given = [scale * value for value in feeds_for(call).values()]
            for slot, value in sorted(call.constants.items()):
                given.insert(slot, value)
            with np.errstate(all="ignore"):
                found, right = (f(*given, **call.attributes) for f in (OPS[name].kernel, REFERENCES[name]))
            np.testing.assert_allclose(found, right, rtol=1e-12, strict=True)

    compared()


def test_every_kernel_has_a_reference():
    assert REFERENCES.keys() == OPS.keys() and CALLS.keys() | {"argmax", "argmin"} == OPS.keys()


@pytest.mark.parametrize("name", list(OPS))
def test_every_kernel(name, monkeypatch):
    kernel_is_right(name, 20)
    kernel = OPS[name].kernel
    wrong = replace(OPS[name], kernel=lambda *arguments, **attributes: kernel(*arguments, **attributes) * OFF)
    monkeypatch.setitem(OPS, name, wrong)
    with pytest.raises(AssertionError):
        kernel_is_right(name, 20)
