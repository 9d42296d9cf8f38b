"""The check finds every rule and every kernel that is off by a thousandth, or reports what it can't measure."""

import math
from dataclasses import replace
from itertools import permutations, product
from unittest.mock import patch

import numpy as np
import pytest
from calls import CALLS, COMPUTED, ELEMENTWISE, OF_BITS, OF_MATRICES, Call, calls, feeds_for, model_of, reduced
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


RULES = [(name, slot) for name, op in COMPUTED.items() if op.vjp is not None for slot in slots_of(name)]
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


def _set_at(x, value, *arrays, index):
    found = x.ravel().copy()
    places = np.arange(found.size).reshape(x.shape)[resolved(index, arrays)]
    for place, each in zip(np.ravel(places), np.ravel(np.broadcast_to(value, places.shape)), strict=True):
        found[place] = each
    return found.reshape(x.shape)


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
def _each_matrix(of_one):
    """A function of a matrix on every one of a stack."""

    def of_all(a):
        return of_one(a) if a.ndim == 2 else np.stack([of_all(each) for each in a])

    return of_all


def _determinant(a):
    """The sum over all permutations."""
    total = 0.0
    for order in permutations(range(len(a))):
        swaps = sum(order[i] > order[j] for i in range(len(a)) for j in range(i + 1, len(a)))
        total += (-1) ** swaps * math.prod(a[i, j] for i, j in enumerate(order))
    return np.float64(total)


def _inverse(a):
    """The solution for the unit vectors, by elimination."""
    rows = np.hstack([a, np.eye(len(a))])
    for i in range(len(a)):
        rows[i] /= rows[i, i]
        for j in range(len(a)):
            if j != i:
                rows[j] -= rows[j, i] * rows[i]
    return rows[:, len(a) :]


def _root(a):
    found = np.zeros(a.shape)
    for i, j in np.ndindex(a.shape):
        if j <= i:
            rest = a[i, j] - found[i, :j] @ found[j, :j]
            found[i, j] = math.sqrt(rest) if i == j else rest / found[j, j]
    return found


def _symmetric(a):
    return np.tril(a) + np.tril(a, -1).T


def _turned(vectors, as_here):
    """A vector and its opposite are both right."""
    return vectors * np.sign(np.sum(vectors * as_here, axis=0))


def _eigenvectors(a):
    values, vectors = np.linalg.eig(_symmetric(a))
    return _turned(vectors[:, np.argsort(values)], np.linalg.eigh(a)[1])


def _orthonormal(a):
    """The columns, each without its parts along those before it."""
    found = np.zeros(a.shape)
    for j in range(a.shape[1]):
        rest = a[:, j] - found[:, :j] @ (found[:, :j].T @ a[:, j])
        found[:, j] = rest / math.sqrt(rest @ rest)
    return _turned(found, np.linalg.qr(a)[0])


def _roots(a):
    """The roots of the characteristic polynomial, in the order of NumPy."""
    found = np.roots(np.poly(a))
    return np.array([found[np.argmin(np.abs(found - value))] for value in np.linalg.eigvals(a)])


def _kernels(a):
    """The vectors that a matrix minus one of its eigenvalues turns into 0."""
    vectors = [np.linalg.svd(a - value * np.eye(len(a)))[2][-1] for value in np.linalg.eigvals(a).real]
    return _turned(np.stack(vectors, -1), np.linalg.eig(a)[1].real)


def _right(a):
    values, vectors = np.linalg.eig(a.T @ a)
    vectors = vectors[:, np.argsort(-values)][:, : min(a.shape)]
    return _turned(vectors, np.linalg.svd(a, full_matrices=False)[2].T).T


def _singular(a):
    return np.linalg.norm(a @ _right(a).T, axis=0)


def _pseudoinverse(a):
    return _inverse(a.T @ a) @ a.T if len(a) >= a.shape[1] else a.T @ _inverse(a @ a.T)


def _summed(*arrays, subscripts):
    """Term by term."""
    given, _, result = subscripts.partition("->")
    given = given.split(",")
    lengths = {
        letter: n
        for term, array in zip(given, arrays, strict=True)
        for letter, n in zip(term, array.shape, strict=True)
    }
    found = np.zeros([lengths[letter] for letter in result])
    for places in product(*(range(n) for n in lengths.values())):
        at = dict(zip(lengths, places, strict=True))
        factors = (array[tuple(at[each] for each in term)] for term, array in zip(given, arrays, strict=True))
        found[tuple(at[letter] for letter in result)] += math.prod(factors)
    return found


def _by_matrix(sign, *, half=False):
    """A Fourier transform along one axis after another, each with its matrix."""

    def transformed(x, axes, norm="backward"):
        x = np.asarray(x, complex)
        for axis in axes:
            n = x.shape[axis]
            rows = n // 2 + 1 if half and axis == axes[-1] else n
            matrix = np.exp(sign * 2j * np.pi * np.outer(range(rows), range(n)) / n)
            factor = {"ortho": n**-0.5, "forward": 1 / n if sign < 0 else 1, "backward": 1 / n if sign > 0 else 1}
            x = np.moveaxis(np.tensordot(matrix * factor[norm], x, (1, axis)), 0, axis)
        return x

    return transformed


def _from_half(x, axes, n, norm="backward"):
    """Of the whole spectrum: the entries and their conjugates."""
    *others, last = axes
    # The transform along the others comes first: then each row along the last is that of a real one.
    x = np.moveaxis(_by_matrix(1)(x, others, norm), last, -1)
    first, middle = x[..., :1].real, x[..., 1 : (n + 1) // 2]
    end = x[..., n // 2 : n // 2 + 1].real if n % 2 == 0 else x[..., :0]
    whole = np.concatenate([first, middle, end, np.conj(middle[..., ::-1])], axis=-1)
    return np.moveaxis(_by_matrix(1)(whole, [whole.ndim - 1], norm).real, -1, last)


REFERENCES = {
    "log_det": _each_matrix(lambda a: np.log(np.abs(_determinant(a)))),
    "det_sign": _each_matrix(lambda a: np.sign(_determinant(a))),
    "qr_q": _each_matrix(_orthonormal),
    "qr_r": _each_matrix(lambda a: _orthonormal(a).T @ a),
    "eigvals": _each_matrix(_roots),
    "right_eigenvectors": _each_matrix(_kernels),
    "sinc": lambda x: np.where(x == 0, 1.0, np.sin(np.pi * x) / (np.pi * np.where(x == 0, 1.0, x)))[()],
    "real": lambda x: np.array(x),
    "imag": lambda x: (x - np.conj(x)).imag / 2,
    "fftn": _by_matrix(-1),
    "ifftn": _by_matrix(1),
    "rfftn": _by_matrix(-1, half=True),
    "irfftn": _from_half,
    "argsort": lambda x, axis: np.apply_along_axis(lambda v: sorted(range(len(v)), key=v.__getitem__), axis, x),
    "cholesky": _each_matrix(lambda a: _root(_symmetric(a))),
    "det": _each_matrix(_determinant),
    "eigenvectors": _each_matrix(_eigenvectors),
    "eigvalsh": _each_matrix(lambda a: np.sort(np.linalg.eigvals(_symmetric(a)))),
    "einsum": _summed,
    "inv": _each_matrix(_inverse),
    "left_singular_vectors": _each_matrix(lambda a: a @ _right(a).T / _singular(a)),
    "pinv": _each_matrix(_pseudoinverse),
    "right_singular_vectors": _each_matrix(_right),
    "singular_values": _each_matrix(_singular),
    "solve": lambda a, b: _each_matrix(_inverse)(a) @ b,
    **{name: getattr(np, {"root": "sqrt", "stop_gradient": "positive"}.get(name, name)) for name in ELEMENTWISE},
    "erf": np.vectorize(math.erf, otypes=[float]),
    "where": lambda condition, a, b: np.choose(np.asarray(condition, int), [b, a]),
    "matmul": np.matmul,
    "outer": lambda a, b: np.multiply.outer(np.ravel(a), np.ravel(b)),
    "sum": _reduced(np.add),
    "prod": _reduced(np.multiply),
    "max": _reduced(np.maximum),
    "min": _reduced(np.minimum),
    "any": _reduced(np.logical_or),
    "all": _reduced(np.logical_and),
    "cumsum": lambda x, axis: np.add.accumulate(x, axis),
    "cumprod": lambda x, axis: np.multiply.accumulate(x, axis),
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
    "set_at": _set_at,
}
SEARCHES = reduced().filter(lambda found: not isinstance(found[1]["axis"], tuple))


def drawn(name):
    if name == "argsort":
        return SEARCHES.filter(lambda found: found[1]["axis"] is not None).map(
            lambda found: Call(name, found[0], {"axis": found[1]["axis"]})
        )
    return SEARCHES.map(lambda found: Call(name, *found)) if name.startswith("arg") else calls(name)


def kernel_is_right(name, count):
    @settings(max_examples=count, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    @given(drawn(name))
    def compared(call):
        of_matrices = name in OF_MATRICES
        for scale in (1,) if of_matrices or name in OF_BITS else (1, -5):
            given = [scale * value for value in feeds_for(call).values()]
            for slot, value in sorted(call.constants.items()):
                given.insert(slot, value)
            with np.errstate(all="ignore"):
                found, right = (f(*given, **call.attributes) for f in (OPS[name].kernel, REFERENCES[name]))
            if of_matrices:
                np.testing.assert_allclose(found, right, rtol=1e-7, atol=1e-10)
            else:
                np.testing.assert_allclose(found, right, rtol=1e-12, strict=True)

    compared()


def test_every_kernel_has_a_reference():
    assert REFERENCES.keys() == COMPUTED.keys() and CALLS.keys() | {"argmax", "argmin", "argsort"} == COMPUTED.keys()


@pytest.mark.parametrize("name", list(COMPUTED))
def test_every_kernel(name, monkeypatch):
    kernel_is_right(name, 20)
    kernel = OPS[name].kernel
    wrong = replace(OPS[name], kernel=lambda *arguments, **attributes: kernel(*arguments, **attributes) * OFF)
    monkeypatch.setitem(OPS, name, wrong)
    with pytest.raises(AssertionError):
        kernel_is_right(name, 20)
