"""Complex numbers: every operation has NumPy's value and autograd's gradient, or refuses them by name."""

import re

import numpy as np
import pytest
from calls import COMPUTED, calls, feeds_for, model_of
from frameworks import beside
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import GradientError, ShapeError, TracingError

DIFFERENTIABLE = [name for name, op in COMPUTED.items() if op.vjp is not None]
KERNELS = {name: op.kernel for name, op in COMPUTED.items() if isinstance(op.kernel, np.ufunc)}
REAL = [name for name, kernel in KERNELS.items() if not any("D" in types for types in kernel.types)]
SAID = {
    **dict.fromkeys(REAL, "isn't defined for complex128"),
    **dict.fromkeys(["erf", "sinc"], "no rule for complex"),
    "rfftn": "transforms real arrays",
}
# NumPy orders complex numbers, PyTorch doesn't.
ORDERED = ("maximum", "minimum", "fmax", "fmin", "max", "min")
Z = np.array([1.5 - 0.4j, -0.3 + 0.8j, 0.6 + 1.1j])
A = np.array([[2.0 + 0.3j, 0.3 - 0.7j, -0.5], [0.1j, 1.5 - 1j, 0.4], [-0.2, 0.6 + 0.2j, 1.8j]])
X = np.array([0.5, -1.2, 2.0, 0.3])


def complex_feeds(call):
    feeds = feeds_for(call)
    rng = np.random.default_rng(call.seed + 1)
    return {name: value + 1j * rng.uniform(0.1, 0.6, value.shape) for name, value in feeds.items()}


def assert_second_gradients(graph, feeds):
    """The gradient of a weighted sum of the gradient by the first argument, along a direction that moves all."""
    first = gnn.gradient(graph, wrt=list(feeds))
    of = first.graph["gradients"]["a0"]
    weights = np.exp(1j * np.arange(np.size(feeds["a0"])))
    weights = weights.reshape(np.shape(feeds["a0"]))
    both = gnn.gradient(first, of, list(feeds), cotangent=weights)
    names = both.graph["gradients"]
    found = gnn.evaluate(both, feeds, outputs=names.values())
    rng = np.random.default_rng(0)
    ways = {name: rng.normal(size=(2, *np.shape(value))).T @ [1, 1j] for name, value in feeds.items()}
    ways = {name: np.reshape(way, np.shape(feeds[name])) for name, way in ways.items()}
    program = gnn.compile(first, of)

    def at(step):
        moved = {name: value + step * ways[name] for name, value in feeds.items()}
        return np.sum(program(moved)[of] * weights).real

    slope = sum(np.sum(found[names[name]] * way).real for name, way in ways.items())
    measured = (8 * (at(1e-3) - at(-1e-3)) - at(2e-3) + at(-2e-3)) / 12e-3
    size = max(1.0, *(np.abs(value).max(initial=0.0) for value in found.values()))
    assert abs(slope - measured) <= 1e-6 * size, (slope, measured)


@pytest.mark.parametrize(("against", "tolerance"), [(None, 1e-6), pytest.param("torch", 1e-10, marks=beside("torch"))])
@pytest.mark.parametrize("name", DIFFERENTIABLE)
@settings(max_examples=2, deadline=None)
@given(data=st.data())
def test_every_operation(name, against, tolerance, data):
    call = data.draw(calls(name))
    if name == "astype":
        call = type(call)(call.op, call.shapes, {"dtype": "complex128"}, seed=call.seed)
    if name in SAID:
        with pytest.raises(ShapeError, match=re.escape(SAID[name])):
            model_of(call, "complex128")
        return
    if against == "torch" and name in ORDERED:
        return
    graph, feeds = model_of(call, "complex128"), complex_feeds(call)
    report = gnn.check_gradients(graph, feeds, against=against, tolerance=tolerance)
    assert report and not any(row.verdict == "kink" for row in report.rows), report
    first = gnn.gradient(graph, wrt=list(feeds))
    assert all(first.variable(result).dtype == "complex128" for result in first.graph["gradients"].values())
    assert_second_gradients(graph, feeds)


FUNCTIONS = {
    "real": (np.real, Z),
    "the attributes": (lambda z: z.real * z.imag, Z),
    "conj": (lambda z: z.conj() * np.conj(z) * z.conjugate(), Z),
    "abs": (np.abs, Z),
    "angle": (np.angle, Z),
    "angle in degrees": (lambda z: np.angle(z, deg=True), Z),
    "angle of what is real": (lambda x: np.angle(x) * x, X),
    "a number": (lambda x: 1j * x + (2 - 3j), X),
    "a number on the left": (lambda x: (1 + 2j) / (x * 1j - 2), X),
    "a power": (lambda z: z ** (1 + 1j) + 2**z, Z),
    "exp": (lambda x: np.exp(1j * x), X),
    "where": (lambda z: np.where(np.real(z) > 0, z, 1j), Z),
    "matmul": (lambda a, z: a @ z, A, Z),
    "vdot": (lambda a, b: np.vdot(a, b), Z, A[0]),
    "vecdot": (lambda a, b: np.linalg.vecdot(a, b), A, A.T),
    "inner": (lambda a, b: np.inner(a, b), A, A),
    "einsum": (lambda a, b: np.einsum("ij,kj->ik", a, b), A, A.real),
    "inv": (np.linalg.inv, A),
    "det": (np.linalg.det, A),
    "slogdet": (lambda a: np.linalg.slogdet(a)[0] + np.linalg.slogdet(a)[1], A),
    "matrix_power": (lambda a: np.linalg.matrix_power(a, -3), A),
    "cholesky": (lambda a: np.linalg.cholesky(a @ np.conj(a.T) + np.eye(3)), A),
    "cholesky of the upper triangle": (lambda a: np.linalg.cholesky(a @ np.conj(a.T) + np.eye(3), upper=True), A),
    "eigvalsh": (np.linalg.eigvalsh, A),
    "eigh": (lambda a: np.abs(np.linalg.eigh(a)[1]), A),
    "eigh of the upper triangle": (lambda a: np.linalg.eigh(a, "U")[0], A),
    "pinv": (lambda a: np.linalg.pinv(a[:, :2]), A),
    "svd": (lambda a: (lambda u, s, v: (u * np.sqrt(s)) @ v)(*np.linalg.svd(a)), A),
    "qr": (lambda a: (lambda q, r: np.abs(q) + r)(*np.linalg.qr(a)), A),
    "qr of a wide matrix": (lambda a: np.linalg.qr(a)[1], A[:2]),
    "svdvals": (np.linalg.svdvals, A),
    "the nuclear norm": (lambda a: np.linalg.norm(a, "nuc"), A),
    "eigvals": (lambda a: np.sort(np.linalg.eigvals(a)), A),
    "eig": (lambda a: np.abs(np.linalg.eig(a).eigenvectors), A),
    "norms": (lambda a: np.linalg.norm(a, 1) + np.linalg.norm(a, 3, axis=1), A),
    "solve": (np.linalg.solve, A, Z),
    "var": (lambda z: np.var(z, ddof=1), Z),
    "std": (lambda z: np.std(z, axis=0), A),
    "mean": (lambda z: np.mean(z, axis=1), A),
    "norm": (np.linalg.norm, A),
    "indices": (lambda z: z[[0, 2, 2]] * z[::-1], Z),
    "fft": (np.fft.fft, Z),
    "fft of what is real": (np.fft.fft, X),
    "fft with zeros behind": (lambda z: np.fft.fft(z, 5), Z),
    "fft of the first entries": (lambda z: np.fft.fft(z, 2, axis=0), A),
    "ifft": (lambda z: np.fft.ifft(z, norm="ortho"), Z),
    "fft2": (np.fft.fft2, A),
    "ifft2": (lambda z: np.fft.ifft2(z, s=(2, 4), axes=(1, 0)), A),
    "fftn": (lambda z: np.fft.fftn(z, axes=(0,), norm="forward"), A),
    "fftn of lengths": (lambda z: np.fft.fftn(z, s=(4, 2), axes=(0, 1)), A),
    "fftn along an axis twice": (lambda z: np.fft.fftn(z, axes=(1, 1)), A),
    "ifftn": (np.fft.ifftn, A),
    "rfft": (np.fft.rfft, X),
    "rfft of an odd number": (lambda x: np.fft.rfft(x, 5, norm="ortho"), X),
    "irfft": (np.fft.irfft, Z),
    "irfft of an odd number": (lambda z: np.fft.irfft(z, 5), Z),
    "irfft of fewer": (lambda z: np.fft.irfft(z, 2), Z),
    "rfft2": (np.fft.rfft2, A.real),
    "irfft2": (lambda z: np.fft.irfft2(z, s=(3, 5)), A),
    "rfftn": (lambda x: np.fft.rfftn(x, axes=(1, 0)), A.real),
    "irfftn": (lambda z: np.fft.irfftn(z, axes=(1, 0)), A),
    "hfft": (lambda z: np.fft.hfft(z, 5), Z),
    "ihfft": (lambda x: np.fft.ihfft(x, norm="forward"), X),
    "fftshift": (np.fft.fftshift, Z),
    "fftshift of one axis": (lambda z: np.fft.fftshift(z, axes=1), A),
    "ifftshift": (lambda z: np.fft.ifftshift(z, axes=(0, 1)), A),
    "a filter": (lambda x: np.fft.irfft(np.fft.rfft(x) * np.exp(-2j * np.pi * np.fft.rfftfreq(4)), 4), X),
}


def traced(function, arrays):
    specs = {f"a{i}": gnn.parameter(array.shape, dtype=array.dtype.name) for i, array in enumerate(arrays)}
    return gnn.trace(lambda **given: function(*given.values()), **specs)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("precision", ["double", "single"])
def test_numpys_functions(name, precision, tmp_path):
    function, *arrays = FUNCTIONS[name]
    if precision == "single":
        arrays = [each.astype("complex64" if each.dtype.kind == "c" else "float32") for each in arrays]
    graph, right = traced(function, arrays), function(*arrays)
    feeds = dict(zip(graph.leaves, arrays, strict=False))
    graph = gnn.load(gnn.save(graph, tmp_path / "graph.json"))
    variable = graph.variable(graph.outputs[0])
    assert (variable.shape, variable.dtype) == (right.shape, right.dtype.name)
    found = gnn.evaluate(graph, feeds, outputs=graph.outputs[0])
    assert np.asarray(found).dtype == right.dtype
    np.testing.assert_allclose(found, right, rtol=1e-10 if precision == "double" else 1e-4, atol=1e-5)
    if precision == "double":
        many = gnn.evaluate(
            gnn.batch(graph, size=2, over=list(feeds)), {n: np.stack([v, 2 * v]) for n, v in feeds.items()}
        )
        second = function(*(2 * each for each in arrays))
        np.testing.assert_allclose(many[graph.outputs[0]], [right, second], rtol=1e-10, atol=1e-12)


def weighted(xp, value):
    """A real number that depends on every entry in its own way."""
    weights = np.cos(np.arange(np.size(value))).reshape(np.shape(value))
    parts = xp.real(value), xp.imag(value)
    return sum(xp.sum(part * weights + part**2 * (number + 1)) for number, part in enumerate(parts))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradients_are_those_of_differences(name):
    function, *arrays = FUNCTIONS[name]
    graph = traced(lambda *given: weighted(np, function(*given)), arrays)
    report = gnn.check_gradients(graph, dict(zip(graph.leaves, arrays, strict=False)))
    assert report and all(row.verdict == "agrees" for row in report.rows), report


AUTOGRADS = ["fft", "ifft", "fft2", "ifftn", "rfft", "irfft", "rfft2", "irfft2", "fftshift", "conj", "abs", "angle"]


@pytest.mark.parametrize("name", AUTOGRADS)
def test_the_convention_is_autograds(name):
    import autograd
    import autograd.numpy as anp

    home = (lambda xp: xp.fft) if hasattr(np.fft, name) else (lambda xp: xp)
    array = A.real[:2, :2] if name.startswith("rfft") else A[:2, :2]

    def loss(xp):
        return lambda z: weighted(xp, getattr(home(xp), name)(z * 1.5))

    graph = traced(loss(np), [array])
    value, gradients = gnn.value_and_gradient(graph, a0=array)
    np.testing.assert_allclose(value, loss(anp)(array), rtol=1e-12)
    np.testing.assert_allclose(gradients["a0"], autograd.grad(loss(anp))(array), rtol=1e-10)


@pytest.mark.parametrize(
    ("model", "error", "says"),
    [
        (lambda z: np.sign(z), ShapeError, r"sign .*test_complex.py:.*write z / np.abs\(z\)"),
        (lambda z: z.astype("float64"), ShapeError, r"astype .*test_complex.py:.*write np.real\(z\)"),
        (lambda z: np.real_if_close(z), TracingError, r"test_complex.py:.*write np.real\(z\)"),
        (lambda z: np.fft.rfft(z), ShapeError, r"rfftn .*test_complex.py:.*write np.fft.fft"),
        (lambda z: np.fft.fft(z, 0), ShapeError, "at least 1, found 0"),
        (lambda z: np.fft.fft(z, norm="half"), ShapeError, "backward, ortho, forward, found 'half'"),
        (lambda z: np.fft.fft2(z), ShapeError, "no axis -2"),
        (lambda z: np.fft.fftn(z, s=(1, 2), axes=(0,)), ShapeError, "a length for each axis"),
    ],
)
def test_what_has_no_rule_is_refused_in_the_authors_line(model, error, says):
    with pytest.raises(error, match=says):
        gnn.trace(model, z=gnn.input(3, dtype="complex128"))


def test_a_complex_loss_has_no_gradient():
    graph = gnn.trace(lambda z: np.sum(z**2), z=gnn.parameter(Z))
    for differentiated in (gnn.gradient, gnn.backward):
        with pytest.raises(GradientError, match=r"only a real number has gradients.*np.real\(z\)"):
            differentiated(graph)


def test_feeds_are_complex_only_where_the_graph_is():
    graph = gnn.trace(lambda x, z: np.abs(np.sum(x * z)), x=gnn.input(3), z=gnn.parameter(Z))
    with pytest.raises(gnn.errors.FeedError, match="x holds complex numbers; it must be float64"):
        gnn.evaluate(graph, x=Z)
    assert gnn.evaluate(graph, x=[1, 2, 3], z=[1, 2, 3])[graph.outputs[0]] == 14
    with pytest.raises(gnn.errors.FeedError, match="z is NaN"):
        gnn.evaluate(graph, x=[1, 2, 3], z=[1, np.nan * 1j, 3])
    entries = gnn.draw(graph, view="scalars").graph
    assert gnn.evaluate(entries, x=[1, 2, 3], z=1j * np.ones(3))[entries.outputs[0]] == 6


def test_pictures_write_them():
    def model(x, w):
        return np.sum(np.abs(np.fft.ifft(np.fft.fft(x) * w * (2 - 1j))))

    graph = gnn.trace(model, x=gnn.input(3), w=gnn.parameter(Z))
    picture = gnn.draw(graph, feeds={"x": [1, 2, 3]}, show=("values", "gradients", "check"))
    assert "2 - i" in picture.svg and "1.5{-}0.4i" in picture.svg.replace(" ", "")


def test_training_moves_real_parameters():
    def loss(x, y, z):
        return np.abs(np.sum(z * x) - y) ** 2

    graph = gnn.trace(loss, x=gnn.input(3), y=gnn.target(()), z=gnn.parameter(Z))
    data = gnn.data.arrays(np.ones((4, 3)), np.ones(4))
    with pytest.raises(gnn.errors.UsageError, match=r"z is complex128.*z = a \+ 1j \* b"):
        gnn.fit(graph, data, steps=1, progress=False)


def test_functions_have_gradients_by_complex_arguments():
    def loss(z):
        return np.sum(np.abs(np.fft.fft(z * (1 + 2j))) ** 2) + np.real(z[0] * z[1])

    graph = traced(loss, [Z])
    right = gnn.value_and_gradient(graph, a0=Z)[1]["a0"]
    np.testing.assert_allclose(gnn.grad(loss)(Z), right, rtol=1e-12)
    way = np.array([1j, 2.0, -0.5 + 1j])
    np.testing.assert_allclose(gnn.jvp(loss, (Z,), (way,))[1], np.sum(right * way).real, rtol=1e-12)
    rows = gnn.jacobian(lambda z: np.abs(z) ** 2)(Z)
    np.testing.assert_allclose(rows, 2 * np.diag(np.conj(Z)), rtol=1e-12, atol=1e-12)
    for refused in (gnn.hessian, lambda f: gnn.grad(lambda z: np.sum(z))):
        with pytest.raises(GradientError, match=r"returned complex128.*np.real\(z\) or np.abs\(z\)"):
            refused(loss)(Z)
