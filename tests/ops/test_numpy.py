"""Functions of NumPy, traced: NumPy's value, shape and dtype, and the gradient of central differences."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import Error, ShapeError, TracingError
from graphviz_nn.tracing.registry import UFUNCS

V = np.array([0.5, -1.2, 2.0, 0.3, -0.7, 1.1])
W = np.array([1.5, 0.4, -0.6, 2.2, 0.9, -1.3])
A = np.array([[2.0, 0.3, -0.5], [0.1, 1.5, 0.4], [-0.2, 0.6, 1.8]])
B = np.array([[0.7, -0.4, 1.1], [1.3, 0.2, -0.9]])
C = np.arange(24.0).reshape(2, 3, 4) % 7 / 3 - 0.9
# Without equal sums of sizes.
UNEQUAL = C + 0.1 * np.cos(np.arange(24.0)).reshape(2, 3, 4)
MASK = np.array([True, False, True, True, False, True])
TABLE_X, TABLE_Y = np.array([-2.0, 0.0, 0.4, 3.0]), np.array([1.0, 2.0, 0.0, 0.5])


def definite(a):
    return a @ a.T + np.eye(3)


# Each function of arrays, and these.
FUNCTIONS = {
    "split": (lambda a: np.split(a, 3)[1], V),
    "split at places": (lambda a: np.split(a, [1, -2])[1], V),
    "split along the last axis": (lambda a: np.split(a, 2, axis=-1)[1], C),
    "array_split": (lambda a: np.array_split(a, 4)[0], V),
    "array_split into more than there are": (lambda a: np.concatenate(np.array_split(a, 8)), V),
    "hsplit": (lambda a: np.hsplit(a, 3)[2], B),
    "hsplit of a vector": (lambda a: np.hsplit(a, 3)[2], V),
    "vsplit": (lambda a: np.vsplit(a, 2)[1], B),
    "dsplit": (lambda a: np.dsplit(a, 2)[1], C),
    "append": (lambda a, b: np.append(a, b), V, B),
    "append along an axis": (lambda a, b: np.append(a, b, axis=0), B, A),
    "column_stack": (lambda a, b, c: np.column_stack([a, b, c]), V[:3], W[:3], A),
    "dstack": (lambda a, b: np.dstack([a, b]), B, 2 * B),
    "block": (lambda a, b: np.block([[a, b], [b, a]]), B, 2 * B),
    "block of vectors": (lambda a, b: np.block([a, b]), V, W),
    "tile": (lambda a: np.tile(a, 2), V),
    "tile more axes": (lambda a: np.tile(a, (2, 1, 3)), B),
    "repeat": (lambda a: np.repeat(a, 2), B),
    "repeat some": (lambda a: np.repeat(a, [2, 0, 1], axis=1), B),
    "roll": (lambda a: np.roll(a, 2), V),
    "roll back": (lambda a: np.roll(a, -1, axis=1), B),
    "roll both": (lambda a: np.roll(a, (1, 2), axis=(0, 1)), B),
    "roll of all": (lambda a: np.roll(a, 7), B),
    "flip": (lambda a: np.flip(a), C),
    "flip an axis": (lambda a: np.flip(a, 1), B),
    "fliplr": (np.fliplr, B),
    "flipud": (np.flipud, B),
    **{f"rot90 {k} times": (lambda a, k=k: np.rot90(a, k), B) for k in range(-1, 4)},
    "tril": (np.tril, A),
    "tril of a stack": (lambda a: np.tril(a, -1), C),
    "triu": (lambda a: np.triu(a, 1), A),
    "pad": (lambda a: np.pad(a, ((1, 0), (0, 2))), B),
    "pad with a number": (lambda a: np.pad(a, 1, constant_values=2.5), B),
    **{f"pad by {m}": (lambda a, m=m: np.pad(a, 2, mode=m), B) for m in ("edge", "symmetric", "wrap")},
    "pad by reflect": (lambda a: np.pad(a, (2, 1), mode="reflect"), V),
    "diag of a vector": (lambda a: np.diag(a, -1), V[:3]),
    "diag of a matrix": (lambda a: np.diag(a, 1), B),
    "diagonal": (lambda a: np.diagonal(a, -1, 2, 0), C),
    "diagonal method": (lambda a: a.diagonal(), A),
    "trace": (lambda a: np.trace(a), A),
    "trace of a stack": (lambda a: np.trace(a, 1, 1, 2), C),
    "atleast_1d": (lambda a: np.atleast_1d(a[0]), V),
    "atleast_2d": (lambda a: np.atleast_2d(a), V),
    "atleast_3d": (lambda a: np.atleast_3d(a), B),
    "take_along_axis": (lambda a: np.take_along_axis(a, np.array([[2], [0]]), axis=1), B),
    "take_along_axis of the first": (lambda a: np.take_along_axis(a, np.array([[1, 0, 1]]), axis=0), B),
    "take_along_axis of all": (lambda a: np.take_along_axis(a, np.array([5, 0, 0]), axis=None), B),
    "sort": (np.sort, V),
    "sort an axis": (lambda a: np.sort(a, axis=1), C),
    "sort of all": (lambda a: np.sort(a, axis=None), B),
    "sorted by another": (lambda a, b: a[np.argsort(b)], V, W),
    "median": (np.median, V),
    "median of an odd number": (lambda a: np.median(a, axis=1, keepdims=True), B),
    "median of an axis": (lambda a: np.median(a, axis=-1), C),
    "fmax": (np.fmax, V, W),
    "fmin": (np.fmin, V, W),
    "remainder": (lambda a: a % 0.8, V),
    "remainder by": (lambda a, b: np.remainder(a, b), V, W + 0.05),
    "fmod": (np.fmod, V, W + 0.05),
    "floor_divide": (lambda a: a // 0.8 + a, V),
    "trunc": (lambda a: np.trunc(3.1 * a) + a, V),
    "select": (lambda a: np.select([a > 1, a > 0], [a**2, 3 * a], -a), V),
    "average": (lambda a, b: np.average(a, weights=b**2), V, W),
    "average along an axis": (lambda a, b: np.average(a, axis=1, weights=b**2), C, W[:3]),
    "average without weights": (lambda a: np.average(a, axis=0), B),
    "sum where": (lambda a: np.sum(a**2, where=MASK), V),
    "mean where": (lambda a: np.mean(a**2, where=MASK), V),
    "mean where along an axis": (lambda a: np.mean(a, axis=1, where=np.array([True, False, True])), B),
    "sum with initial": (lambda a: np.sum(a, initial=3.0), V),
    "max with initial": (lambda a: np.max(a, initial=0.0), V - 3),
    "max where": (lambda a: np.max(a, initial=-9.0, where=MASK), V),
    "prod where": (lambda a: np.prod(a, where=MASK), V),
    "diff": (np.diff, V),
    "diff twice": (lambda a: np.diff(a, 2, axis=0), A),
    "gradient": (np.gradient, V),
    "gradient by a distance": (lambda a: np.gradient(a, 0.5, axis=1), B),
    "gradient of a matrix": (lambda a: np.gradient(a)[1], B),
    "nan_to_num": (lambda a: np.nan_to_num(a) ** 2, V),
    "isnan": (lambda a: np.where(np.isnan(a), 0, a**2), V),
    "isfinite": (lambda a: np.where(np.isfinite(1 / a), a**2, 1), V),
    "interp": (lambda a: np.interp(a, TABLE_X, TABLE_Y), V),
    "interp beyond the ends": (lambda a: np.interp(3 * a, TABLE_X, TABLE_Y, left=-1.0, right=7.0), V),
    "interp of a matrix": (lambda a: np.interp(a, TABLE_X[:2], TABLE_Y[:2]), B),
    "interp of lists": (lambda a: np.interp(a, [-2, 0, 1, 3], [1, 2, 0, 5]), V),
    "interp of a line": (lambda a: np.interp(a, [-2, 3], [2, 3]), V),
    "append a list": (lambda a: np.append(a, [[1, 2, 3]], axis=0), B),
    "column_stack with a list": (lambda a: np.column_stack([a, [1, 2]]), B),
    "dstack with a list": (lambda a: np.dstack([a, [1, 2, 3]]), V[:3]),
    "convolve with a list": (lambda a: np.convolve([1, 2, 3], a), V),
    "kron with a list": (lambda a: np.kron([[1, 2]], a), B),
    "cross with a list": (lambda a: np.cross([1, 2, 3], a), V[:3]),
    "einsum with a list": (lambda a: np.einsum("ij,j", a, [1, 2, 3]), B),
    "tensordot with a list": (lambda a: np.tensordot(a, [1, 2, 3], 1), B),
    "solve for a list": (lambda a: np.linalg.solve(a, [1, 2, 3]), A),
    "average with a list": (lambda a: np.average(a, axis=1, weights=[1, 2, 4]), B),
    "select of lists": (lambda a: np.select([a > 0, a > -1], [[1, 2, 3], a], 9), B),
    "clip by lists": (lambda a: np.clip(a, [0, -1, 0], [1, 1, 2]), B),
    "clip of a list": (lambda a: np.clip([0.0, 1.0, 2.0], a, 1.5), B),
    "pad by lists": (lambda a: np.pad(a, [[1, 0], [0, 2]]), B),
    "roll by lists": (lambda a: np.roll(a, [1, 2], axis=[0, 1]), B),
    "moveaxis of lists": (lambda a: np.moveaxis(a, [0, 2], [-1, 0]), C),
    "moveaxis of an array": (lambda a: np.moveaxis(a, np.array([0, 1]), np.array([1, 2])), C),
    "expand_dims by two": (lambda a: np.expand_dims(a, (0, -1)), B),
    "squeeze two": (lambda a: np.squeeze(a, (0, -1)), B[None, :, :, None]),
    "reshape by an array": (lambda a: np.reshape(a, np.array([3, 2])), B),
    "reshape method by an array": (lambda a: a.reshape(np.array([3, -1])), B),
    "broadcast_to an array": (lambda a: np.broadcast_to(a, np.array([2, 6])), V),
    "transpose by an array": (lambda a: np.transpose(a, np.array([2, 0, 1])), C),
    "polyval": (lambda a: np.polyval(np.array([1.0, -2.0, 0.5]), a), V),
    "polyval by its coefficients": (lambda a, b: np.polyval(a, b), V[:3], W),
    **{f"convolve {m}": (lambda a, b, m=m: np.convolve(a, b, m), V, W[:3]) for m in ("full", "same", "valid")},
    "convolve with a longer one": (lambda a, b: np.convolve(a, b, "same"), V[:2], W[:5]),
    "clip with min": (lambda a: np.clip(a, min=0.1), V),
    "clip with both": (lambda a: np.clip(a, min=-0.5, max=0.9), V),
    "reshape by columns": (lambda a: np.reshape(a, (3, 2), order="F") * np.arange(6.0).reshape(3, 2), B),
    "take": (lambda a: a.take(np.array([0, 2, 2])), V),
    "mT": (lambda a: a.mT @ np.ones((1, 2, 1)), B[None]),
    "linalg.matmul": (np.linalg.matmul, B, A),
    "linalg.outer": (np.linalg.outer, V, W),
    "linalg.cross": (lambda a, b: np.linalg.cross(a, b), V[:3], W[:3]),
    "linalg.vecdot": (lambda a, b: np.linalg.vecdot(a, b), B, 2 * B),
    "linalg.matrix_transpose": (lambda a: np.linalg.matrix_transpose(a) @ np.ones(2), B),
    "inv": (np.linalg.inv, A),
    "inv of a stack": (lambda a: np.linalg.inv(np.stack([a, a.T])), A),
    "solve": (np.linalg.solve, A, V[:3]),
    "solve for a matrix": (np.linalg.solve, A, B.T),
    "det": (np.linalg.det, A),
    "cholesky": (lambda a: np.linalg.cholesky(definite(a)), A),
    "cholesky of what isn't symmetric": (lambda a: np.linalg.cholesky(a), A),
    "upper cholesky": (lambda a: np.linalg.cholesky(definite(a), upper=True), A),
    "eigvalsh": (lambda a: np.linalg.eigvalsh(definite(a)), A),
    "eigh": (lambda a: np.linalg.eigh(definite(a)).eigenvalues, A),
    "eigh of the upper triangle": (lambda a: np.linalg.eigh(a, "U")[0], A),
    "eigenvectors": (lambda a: np.linalg.eigh(a)[1] ** 2, A),
    "svd": (lambda a: np.linalg.svd(a, full_matrices=False)[1], B),
    "svd put together": (lambda a: (lambda u, s, v: u**2 @ (s[:, None] * v**2))(*np.linalg.svd(a, False)), B.T),
    "svd of a square matrix": (lambda a: np.linalg.svd(a)[2] ** 2, A),
    "svdvals": (np.linalg.svdvals, B),
    "pinv": (np.linalg.pinv, B),
    "pinv of a tall matrix": (lambda a: np.linalg.pinv(a.T), B),
    "sinc": (lambda a: np.sinc(a) + np.sinc(a * 0.01), V),
    "slogdet": (lambda a: np.linalg.slogdet(-a).logabsdet * np.linalg.slogdet(-a).sign, A),
    "qr": (lambda a: (lambda q, r: q * 2 + r**2)(*np.linalg.qr(a)), A),
    "qr of a tall matrix": (lambda a: np.linalg.qr(a).Q ** 2, B.T),
    "qr of a wide matrix": (lambda a: np.linalg.qr(a)[1] ** 2, B),
    "qr of a wide matrix, R alone": (lambda a: np.linalg.qr(a, mode="r") ** 2, B),
    "qr, R alone": (lambda a: np.linalg.qr(a, mode="r") ** 2, B.T),
    **{f"matrix_power {n}": (lambda a, n=n: np.linalg.matrix_power(a, n) * a, A) for n in (-2, -1, 0, 1, 2, 3, 5)},
    "multi_dot": (lambda a, b, c, d: np.linalg.multi_dot([a, b, c, d]), V[:2], B, A, W[:3]),
    "multi_dot of matrices": (lambda a, b, c: np.linalg.multi_dot([a, b, c]), B, A, B.T),
    "tensorinv": (lambda a: np.linalg.tensorinv(a.reshape(3, 1, 3), ind=1), A),
    "tensorsolve": (lambda a, b: np.linalg.tensorsolve(a.reshape(3, 1, 3), b.reshape(3, 1)), A, V[:3]),
    "tensorsolve along axes": (lambda a, b: np.linalg.tensorsolve(a.reshape(3, 3, 1), b, axes=(1,)), A, V[:3]),
    **{f"cond {p}": (lambda a, p=p: np.linalg.cond(a, p), A) for p in (None, 1, -1, 2, -2, np.inf, "fro", "nuc")},
    **{
        f"norm {p} of a matrix": (lambda a, p=p: np.linalg.norm(a, p), UNEQUAL[0])
        for p in (None, 1, -1, 2, -2, np.inf, -np.inf, "fro", "nuc")
    },
    **{
        f"norm {p} of a vector": (lambda a, p=p: np.linalg.norm(a, p), V)
        for p in (0, 1, 2, 3, -2, 0.5, np.inf, -np.inf)
    },
    "norm of rows": (lambda a: np.linalg.norm(a, 3, axis=-1, keepdims=True), UNEQUAL),
    "norm of matrices": (lambda a: np.linalg.norm(a, np.inf, axis=(2, 0)), UNEQUAL),
    "norm of matrices, the other way": (lambda a: np.linalg.norm(a, 1, axis=(-1, 0), keepdims=True), UNEQUAL),
    "nuclear norm of matrices": (lambda a: np.linalg.norm(a, "nuc", axis=(1, 2)), UNEQUAL),
    "vector_norm": (lambda a: np.linalg.vector_norm(a, axis=(0, 2), ord=3, keepdims=True), UNEQUAL),
    "vector_norm of all": (lambda a: np.linalg.vector_norm(a), UNEQUAL),
    "matrix_norm": (lambda a: np.linalg.matrix_norm(a, ord=1), UNEQUAL),
    "einsum product": (lambda a, b: np.einsum("ij,kj->ik", a, b), B, A),
    "einsum without a result": (lambda a, b: np.einsum("ij,jk", a, b), B, A),
    "einsum attention": (lambda q, k: np.einsum("...id,...jd->...ij", q, k), B[None], A[None]),
    "einsum of three": (lambda a, b, c: np.einsum("ij,jk,k->i", a, b, c), B, A, V[:3]),
    "einsum of one": (lambda a: np.einsum("ijk->kj", a), C),
    "einsum of a diagonal": (lambda a: np.einsum("ii->i", a), A),
    "einsum of a trace": (lambda a: np.einsum("ii", a), A),
    "einsum with an axis of one array only": (lambda a, b: np.einsum("ij,k->k", a, b), B, V),
    "einsum with a short axis": (lambda a, b: np.einsum("ij,ij->ij", a, b), B, B[:1]),
    "einsum of more axes": (lambda a, b: np.einsum("...j,j", a, b), C, V[:4]),
    "tensordot": (lambda a, b: np.tensordot(a, b, axes=([1], [0])), B, A),
    "tensordot over the last": (lambda a, b: np.tensordot(a, b, 1), C, V[:4]),
    "tensordot over two": (lambda a, b: np.tensordot(a, b, axes=2), C, C[0]),
    "tensordot without": (lambda a, b: np.tensordot(a, b, axes=0), B, V[:2]),
    "kron": (np.kron, B, V[:2].reshape(1, 2)),
    "kron of a vector": (np.kron, B, V[:2]),
    "cross": (np.cross, V[:3], W[:3]),
    "cross of many": (lambda a, b: np.cross(a, b, axis=0), A, B.T @ B),
}


def total(function, arrays):
    weights = np.cos(np.arange(np.size(function(*arrays)))).reshape(np.shape(function(*arrays)))
    names = [f"a{i}" for i in range(len(arrays))]
    return (lambda **given: np.sum(function(*given.values()) * weights)), dict(zip(names, arrays, strict=True))


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_value_shape_and_dtype_are_numpys(name, dtype):
    function, *arrays = FUNCTIONS[name]
    arrays = [array.astype(dtype) for array in arrays]
    specs = {f"a{i}": gnn.input(array.shape, dtype=dtype) for i, array in enumerate(arrays)}
    graph = gnn.trace(lambda **given: function(*given.values()), **specs)
    right = function(*arrays)
    variable = graph.variable(graph.outputs[0])
    assert variable.shape == right.shape
    assert variable.dtype == right.dtype.name
    found = gnn.evaluate(graph, dict(zip(specs, arrays, strict=True)), outputs=graph.outputs[0])
    np.testing.assert_allclose(found, right, rtol=1e-9 if dtype == "float64" else 2e-5, atol=1e-6)
    assert np.asarray(found).dtype == right.dtype


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradients_are_those_of_central_differences(name):
    function, *arrays = FUNCTIONS[name]
    model, feeds = total(function, arrays)
    graph = gnn.trace(model, **{each: gnn.parameter(array.shape) for each, array in feeds.items()})
    report = gnn.check_gradients(graph, feeds, tolerance=1e-5)
    assert report, report
    assert all(row.verdict == "agrees" for row in report.rows), report


@pytest.mark.parametrize("name", FUNCTIONS)
def test_it_is_drawn(name):
    function, *arrays = FUNCTIONS[name]
    specs = {f"a{i}": gnn.input(array.shape) for i, array in enumerate(arrays)}
    graph = gnn.trace(lambda **given: function(*given.values()), **specs)
    assert gnn.draw(graph).svg


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda a: np.split(a, 4), "evenly"),
        (lambda a: np.einsum("ij->i", a[0]), "doesn't fit"),
        (lambda a: np.einsum("ij,jk", a), "names 2 arrays, but 1 are given"),
        (lambda a: np.linalg.inv(a), "square matrix"),
        (lambda a: np.linalg.solve(a, a), "square matrix"),
        (lambda a: np.linalg.svd(a), "full_matrices=False"),
        (lambda a: np.linalg.qr(a.T, mode="complete"), "mode='reduced'"),
        (lambda a: np.linalg.norm(a, "max"), "'fro', 'nuc', inf"),
        (lambda a: np.linalg.norm(a[0], "fro"), "a number as its order"),
        (lambda a: np.linalg.norm(a, axis=(0, 0)), "twice"),
        (lambda a: np.linalg.matrix_power(a, 2), "square matrix"),
        (lambda a: np.linalg.matrix_power(a @ a.T, 0.5), "whole number"),
        (lambda a: np.linalg.multi_dot([a]), "at least two"),
        (lambda a: np.cross(a[:, :2], a[:, :2]), "3 entries"),
        (lambda a: np.pad(a, 1, mode="empty"), "empty"),
        (lambda a: np.pad(a, -1), "at least 0"),
        (lambda a: np.max(a, where=a > 0), "initial="),
        (lambda a: np.gradient(a, np.arange(3.0)), "one distance"),
        (lambda a: np.take_along_axis(a, np.array([0]), axis=1), "2 axes"),
        (lambda a: np.block([[a], a]), "equal depth"),
        (lambda a: np.average(a, weights=np.ones(2)), "need an axis"),
        (lambda a: np.array_split(a, 0), "at least one part"),
        (lambda a: np.tensordot(a, a, axes=([0, 1], [0])), "pairs of axes"),
    ],
)
def test_what_numpy_refuses_is_refused_in_the_authors_line(call, says):
    with pytest.raises(ShapeError, match=r"test_numpy\.py:") as caught:
        gnn.trace(call, a=gnn.input((2, 3)))
    assert says in str(caught.value)


def test_numbers_that_are_not_there():
    graph = gnn.trace(lambda a: np.sum(np.nan_to_num(a * 1.0, nan=3.0, posinf=7.0, neginf=1.0)), a=gnn.parameter(4))
    program = gnn.compile(gnn.gradient(graph))
    values = program.run({"a": np.array([np.nan, 2.0, np.inf, -np.inf])})
    assert values["grad_a"].tolist() == [0, 1, 0, 0]
    assert values[graph.outputs[0]] == 13.0
    for ufunc in (np.fmax, np.fmin):
        both = gnn.gradient(gnn.trace(lambda a, b, u=ufunc: np.sum(u(a, b)), a=gnn.parameter(2), b=gnn.parameter(2)))
        found = gnn.compile(both).run({"a": np.array([np.nan, 1.0]), "b": np.array([2.0, np.nan])})
        assert (found["grad_a"].tolist(), found["grad_b"].tolist()) == ([0, 1], [1, 0])


@pytest.mark.parametrize("function", [np.sum, np.prod, np.max, np.min])
@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int64", "float16", "float32", "float64"])
@pytest.mark.parametrize("initial", [0.5, 1, True, 2.5, np.float64(2.5), np.int8(1), np.array(2.5)], ids=repr)
@pytest.mark.parametrize("where", [True, [True, False]], ids=["all", "some"])
def test_a_first_value_is_cast_as_numpy_does(function, dtype, initial, where):
    array = np.array([1, 2]).astype(dtype)
    same(lambda a: function(a, initial=initial, where=where), array)


def same(function, *arrays):
    """NumPy's value and dtype, or NumPy's refusal."""
    specs = {f"a{i}": gnn.input(array.shape, dtype=array.dtype.name) for i, array in enumerate(arrays)}
    try:
        with np.errstate(all="ignore"):
            right = np.asarray(function(*arrays))
    except (OverflowError, TypeError, ValueError):
        with pytest.raises(Error):
            gnn.trace(lambda **given: function(*given.values()), **specs)
        return
    graph = gnn.trace(lambda **given: function(*given.values()), **specs)
    with np.errstate(all="ignore"):
        found = np.asarray(gnn.compile(graph).run(dict(zip(specs, arrays, strict=True)))[graph.outputs[0]])
    assert graph.variable(graph.outputs[0]).dtype == found.dtype == right.dtype
    np.testing.assert_array_equal(found, right)


@pytest.mark.parametrize("name", [ufunc.__name__ for ufunc in UFUNCS if ufunc.nin == 2 and ufunc is not np.matmul])
@pytest.mark.parametrize("dtype", ["bool", "int8", "int64", "float32"])
@pytest.mark.parametrize("literal", [0, 1, 2, 0.5, 2.0, True, False], ids=repr)
def test_a_literal_beside_an_array_is_resolved_as_numpy_does(name, dtype, literal):
    ufunc, array = getattr(np, name), np.array([1, 0, 1]).astype(dtype)
    same(lambda a: ufunc(a, literal), array)
    same(lambda a: ufunc(literal, a), array)


@pytest.mark.parametrize("dtype", ["bool", "int8", "int64", "float32"])
@pytest.mark.parametrize("literal", [0, 1, 2, 3, 0.5, 2.0, True, np.int64(2), np.int8(2)], ids=repr)
def test_a_power_is_the_operators(dtype, literal):
    for array in (np.array([1, 0, 1]).astype(dtype), np.array(1).astype(dtype)):
        same(lambda a: a**literal, array)
        same(lambda a: literal**a, array)


@pytest.mark.parametrize("dtype", ["bool", "int8", "int32", "int64", "float16", "float32", "float64"])
@pytest.mark.parametrize("number", [2, 1.5, True, np.int8(2), [1, 5]], ids=repr)
def test_clip_of_what_is_not_traced_has_the_dtype_of_numpy(number, dtype):
    array = np.array([1, 0]).astype(dtype)
    same(lambda a: np.clip(number, a, 3), array)
    same(lambda a: np.clip(number, 0, a), array)
    same(lambda a: np.clip(a, 0.1, np.float32([0.3])), array)


@pytest.mark.parametrize("dtype", ["int8", "int64", "float32", "float64"])
@pytest.mark.parametrize("options", [{}, {"kind": "stable"}, {"stable": True}, {"axis": 0}, {"axis": None}], ids=repr)
def test_equal_entries_stay_in_order_on_every_machine(dtype, options):
    # NumPy's usual kind leaves many equal ones in an order that depends on the processor.
    array = np.random.default_rng(0).integers(0, 4, (30, 400)).astype(dtype)
    right = np.argsort(array, options.get("axis", -1), kind="stable")
    graph = gnn.trace(lambda a: np.argsort(a, **options), a=gnn.input(array.shape, dtype=dtype))
    np.testing.assert_array_equal(gnn.evaluate(graph, a=array)[graph.outputs[0]], right)
    by_rows = np.argsort(array, -1, kind="stable")
    one = gnn.trace(lambda a: np.argsort(a, **{**options, "axis": -1}), a=gnn.input(400, dtype=dtype))
    many = gnn.evaluate(gnn.batch(one, size=30), a=array)
    np.testing.assert_array_equal(many[one.outputs[0]], by_rows)


@pytest.mark.parametrize("options", [{}, {"kind": "quicksort"}, {"axis": 0}, {"axis": None}], ids=repr)
def test_the_gradient_of_equal_entries_goes_to_them_in_order(options):
    array = np.random.default_rng(1).integers(0, 3, (6, 50)).astype(float)
    axis = options.get("axis", -1)
    weights = np.arange(float(array.size)).reshape(-1 if axis is None else array.shape)
    graph = gnn.trace(lambda a: np.sum(np.sort(a, **options) * weights), a=gnn.parameter(array.shape))
    order = np.argsort(array, axis, kind="stable")
    right = np.zeros(array.shape)
    if axis is None:
        right.flat[order] = weights
    else:
        np.put_along_axis(right, order, weights, axis)
    np.testing.assert_array_equal(gnn.value_and_gradient(graph, a=array)[1]["a"], right)


def test_a_kind_of_sorting_that_there_is_not():
    with pytest.raises(TracingError, match=r"np\.argsort .*test_numpy.py.*sort kind"):
        gnn.trace(lambda a: np.sort(a, kind="bubble"), a=gnn.input(3))
