"""Functions of `scipy.special`: SciPy's value, shape and dtype, first and second gradient; no SciPy without them."""

import math
import subprocess
import sys
from statistics import NormalDist

import numpy as np
import pytest
from calls import Call, model_of
from frameworks import beside, needs
from proofs import assert_second_gradients

import graphviz_nn as gnn
from graphviz_nn.errors import GradientError, ShapeError, TracingError
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.views import detailed

pytestmark = list(beside("scipy"))
X = np.array([[0.3, 1.7, 0.8], [2.4, 0.45, 1.2]])
P = np.array([0.2, 0.55, 0.9])
ANY = np.array([-1.3, 0.4, 2.2])


def each(function):
    return np.vectorize(function, otypes=[float])


def _digamma(order):
    """By the recurrence, and the asymptotic series of large arguments."""

    def of(x):
        found, sign = 0.0, (-1) ** (order + 1)
        while x < 30:
            found += sign * math.factorial(order) / x ** (order + 1)
            x += 1
        if not order:
            return found + math.log(x) - 1 / (2 * x) - 1 / (12 * x**2) + 1 / (120 * x**4) - 1 / (252 * x**6)
        leading = math.factorial(order - 1) / x**order + math.factorial(order) / (2 * x ** (order + 1))
        bernoulli = {1: 1 / 6, 2: -1 / 30, 3: 1 / 42, 4: -1 / 30}
        rest = sum(
            b * math.factorial(2 * k + order - 1) / (math.factorial(2 * k) * x ** (2 * k + order))
            for k, b in bernoulli.items()
        )
        return found + sign * (leading + rest)

    return each(of)


def _hankel(order, x):
    import scipy.special

    return scipy.special.hankel1(order, x)


def _turned(order, x):
    """The modified Bessel function, by the other one of an imaginary argument."""
    import scipy.special

    return (1j ** (-order) * scipy.special.jv(order, 1j * x)).real


def _series(a, x):
    """The incomplete gamma function."""
    terms = sum(x**k / np.vectorize(math.gamma)(a + k + 1) for k in range(60))
    return x**a * np.exp(-x) * terms


def _beta(a, b):
    return each(lambda a, b: math.gamma(a) * math.gamma(b) / math.gamma(a + b))(a, b)


def _simpson(a, b, x):
    """The incomplete beta function, in a variable of which the integrand is smooth."""
    t = np.linspace(0, 1, 2001)[:, None]
    values = 2 * (x * t**2) ** (a - 1) * (1 - x * t**2) ** (b - 1) * x * t
    weights = np.where(np.arange(2001) % 2, 4, 2)[:, None] * np.ones_like(values)
    weights[[0, -1]] = 1
    return np.sum(weights * values, axis=0) / 6000 / _beta(a, b)


# Arguments, attributes, and a second way to compute it.
CALLS = {
    "erfc": ([ANY], {}, each(math.erfc)),
    "erfinv": ([P - 0.5], {}, each(lambda x: NormalDist().inv_cdf((x + 1) / 2) / math.sqrt(2))),
    "erfcinv": ([2 * P], {}, each(lambda x: NormalDist().inv_cdf(1 - x / 2) / math.sqrt(2))),
    "ndtr": ([ANY], {}, each(NormalDist().cdf)),
    "log_ndtr": ([ANY], {}, each(lambda x: math.log(NormalDist().cdf(x)))),
    "ndtri": ([P], {}, each(NormalDist().inv_cdf)),
    "gamma": ([ANY], {}, each(math.gamma)),
    "gammaln": ([ANY], {}, each(math.lgamma)),
    "rgamma": ([ANY], {}, each(lambda x: 1 / math.gamma(x))),
    "beta": ([X, X[0]], {}, _beta),
    "betaln": ([X, X[0]], {}, lambda a, b: np.log(_beta(a, b))),
    "xlogy": ([ANY, P], {}, lambda x, y: x * np.log(y)),
    "xlog1py": ([ANY, P], {}, lambda x, y: x * np.log(1 + y)),
    "gammainc": ([X], {}, _series),
    "gammaincc": ([X], {}, lambda a, x: 1 - _series(a, x)),
    "betainc": ([P], {}, _simpson),
    "polygamma": ([X], {"order": 0}, _digamma(0)),
    "polygamma 1": ([X], {"order": 1}, _digamma(1)),
    "polygamma 2": ([X], {"order": 2}, _digamma(2)),
    **{f"jv {n}": ([X], {"order": n}, lambda x, n=n: _hankel(n, x).real) for n in (0.0, 1.0, 2.5)},
    **{f"yv {n}": ([X], {"order": n}, lambda x, n=n: _hankel(n, x).imag) for n in (0.0, 1.0, 0.4)},
    **{f"iv {n}": ([X], {"order": n}, lambda x, n=n: _turned(n, x)) for n in (0.0, 1.0, 3.0)},
    **{f"ive {n}": ([X], {"order": n}, lambda x, n=n: _turned(n, x) * np.exp(-x)) for n in (0.0, 1.0, 0.5)},
}
# Their first arguments have no gradient.
FIXED = {"gammainc": [1.5], "gammaincc": [0.7], "betainc": [1.5, 2.0]}
# PyTorch's own polygamma has 8 digits.
BY_POLYGAMMA = ("beta", "betaln", "gamma", "gammaln", "polygamma", "rgamma")
# What has no derivative there, or is missing; of the modified Bessel functions, orders that aren't whole are.
MISSING = {"torch": ("betainc", "jv", "yv", "ive 0.5"), "jax": ("jv", "yv", "ive 0.5")}


def call_of(title):
    arrays, attributes, _ = CALLS[title]
    name = title.split()[0]
    constants = {slot: np.array(value) for slot, value in enumerate(FIXED.get(name, []))}
    call = Call(name, tuple(each.shape for each in arrays), attributes, constants)
    return call, {f"a{number}": array for number, array in enumerate(arrays)}


def test_every_function_that_scipy_computes_is_here():
    own = {name for name, op in OPS.items() if op.category == "special functions"}
    assert own == {title.split()[0] for title in CALLS}


@pytest.mark.parametrize("title", CALLS)
def test_the_value_is_that_of_another_way(title):
    arrays, attributes, reference = CALLS[title]
    name = title.split()[0]
    given = [*map(np.array, FIXED.get(name, [])), *arrays]
    found = OPS[name].kernel(*given, **attributes)
    np.testing.assert_allclose(found, reference(*given), rtol=1e-9)
    for dtype in ("float32", "float64"):
        known = [np.asarray(each, dtype) for each in given]
        found = OPS[name].kernel(*known, **attributes)
        assert found.dtype == dtype and found.shape == np.broadcast_shapes(*(each.shape for each in known))


BESIDE = [pytest.param("torch", 1e-10, marks=beside("torch")), pytest.param("jax", 1e-9, marks=beside("jax"))]


@pytest.mark.parametrize(("against", "tolerance"), [(None, 1e-6), *BESIDE])
@pytest.mark.parametrize("title", CALLS)
def test_gradients(title, against, tolerance):
    call, feeds = call_of(title)
    if not {call.op, title} & {*MISSING.get(against, ())}:
        tolerance = 1e-8 if call.op == "polygamma" and against == "torch" else tolerance
        report = gnn.check_gradients(model_of(call), feeds, against=against, tolerance=tolerance)
        assert report and all(row.verdict == "agrees" for row in report.rows), report


@needs("torch")
@pytest.mark.parametrize("title", CALLS)
def test_second_gradients(title):
    call, feeds = call_of(title)
    graph = model_of(call)
    if not {call.op, title} & {*MISSING["torch"], *BY_POLYGAMMA}:
        assert_second_gradients(graph, feeds)
        return
    first = gnn.gradient(graph, wrt="a0")
    second = gnn.gradient(first, "grad_a0", "a0", cotangent=np.ones(np.shape(feeds["a0"])))
    found = gnn.evaluate(second, feeds, outputs=second.graph["gradients"]["a0"])
    program = gnn.compile(first, "grad_a0")
    for index in np.ndindex(np.shape(feeds["a0"])):
        moved = []
        for step in (1e-5, -1e-5):
            array = feeds["a0"].copy()
            array[index] += step
            moved.append(np.sum(program({**feeds, "a0": array})["grad_a0"]))
        assert found[index] == pytest.approx((moved[0] - moved[1]) / 2e-5, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("title", CALLS)
def test_single_numbers_many_examples_and_files_give_the_same(title, tmp_path):
    call, feeds = call_of(title)
    graph = model_of(call)
    right = gnn.evaluate(graph, feeds, outputs=graph.outputs[0])
    entries = detailed("scalars", graph)
    assert gnn.evaluate(entries, feeds, outputs=entries.outputs[0]) == pytest.approx(right, rel=1e-12)
    kept = gnn.load(gnn.save(graph, tmp_path / "graph.json"))
    assert gnn.evaluate(kept, feeds, outputs=graph.outputs[0]) == right
    many = gnn.batch(graph, over=list(feeds), size=2)
    both = gnn.evaluate(many, {name: np.stack([each, each]) for name, each in feeds.items()})
    np.testing.assert_allclose(both[graph.outputs[0]], [right, right], rtol=1e-12)


def special(name):
    import scipy.special

    return getattr(scipy.special, name)


USED = {
    **dict.fromkeys(("expit", "erf", "erfc", "log_ndtr", "ndtr", "log_expit", "expm1", "i0", "i0e", "i1"), (ANY,)),
    **dict.fromkeys(("i1e", "j0", "j1", "exp2", "cbrt", "gamma", "gammasgn", "rgamma", "softmax"), (ANY,)),
    **dict.fromkeys(("log_softmax", "logsumexp"), (ANY,)),
    **dict.fromkeys(("gammaln", "loggamma", "digamma", "psi", "y0", "y1", "entr", "log1p"), (X,)),
    **dict.fromkeys(("logit", "erfinv", "erfcinv", "ndtri"), (P,)),
    **dict.fromkeys(("beta", "betaln", "xlogy", "xlog1py", "rel_entr", "kl_div"), (X, X[0])),
}
CALLED = {
    **{name: (lambda *given, name=name: special(name)(*given), *arrays) for name, arrays in USED.items()},
    "logsumexp along an axis": (lambda x: special("logsumexp")(x, axis=1, keepdims=True), X),
    "logsumexp with weights": (lambda x, b: special("logsumexp")(x, axis=0, b=b), X, X),
    "softmax along an axis": (lambda x: special("softmax")(x, axis=-1), X),
    "log_softmax along an axis": (lambda x: special("log_softmax")(x, axis=0), X),
    "polygamma": (lambda x: special("polygamma")(2, x), X),
    "multigammaln": (lambda x: special("multigammaln")(x + 1.5, 3), X),
    "jv": (lambda x: special("jv")(2.5, x) + special("jn")(3, x), X),
    "yn": (lambda x: special("yn")(2, x) + special("yv")(0.3, x), X),
    "iv": (lambda x: special("iv")(-0.5, x) + special("ive")(2, x), X),
    "gammainc": (lambda x: special("gammainc")(1.5, x) + special("gammaincc")(0.7, x), X),
    "betainc": (lambda x: special("betainc")(1.2, 0.6, x), P),
    "np.i0": (np.i0, ANY),
}


@pytest.mark.parametrize("title", CALLED)
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int64"])
def test_called_as_users_do(title, dtype):
    function, *arrays = CALLED[title]
    # What is between 0 and 1 has no whole numbers inside.
    if dtype == "int64" and any(np.max(each) < 1 for each in arrays):
        return
    arrays = [np.ceil(each).astype(dtype) if dtype == "int64" else each.astype(dtype) for each in arrays]
    specs = {f"a{i}": gnn.input(each.shape, dtype=dtype) for i, each in enumerate(arrays)}
    graph = gnn.trace(lambda **given: function(*given.values()), **specs)
    right, variable = function(*arrays), graph.variable(graph.outputs[0])
    assert (variable.shape, variable.dtype) == (np.shape(right), np.asarray(right).dtype.name)
    with np.errstate(all="ignore"):
        found = gnn.compile(graph).run(dict(zip(specs, arrays, strict=True)))[graph.outputs[0]]
    rtol = {"float64": 1e-10, "int64": 1e-10, "float32": 1e-4, "float16": 1e-2}[dtype]
    np.testing.assert_allclose(found, right, rtol=rtol, atol=rtol / 100)
    if dtype != "float64":
        return
    weights = np.cos(np.arange(np.size(right))).reshape(np.shape(right))
    model = gnn.trace(lambda **given: np.sum(function(*given.values()) * weights), **specs)
    report = gnn.check_gradients(model, dict(zip(specs, arrays, strict=True)), tolerance=1e-5)
    assert report, report
    assert gnn.draw(graph).svg


def test_a_logsumexp_of_large_numbers_is_exact():
    graph = gnn.trace(lambda x: special("logsumexp")(x), x=gnn.parameter(3))
    value, gradients = gnn.value_and_gradient(graph, x=[1000.0, 1000.0, -np.inf])
    assert value == 1000 + math.log(2) and gradients["x"].tolist() == [0.5, 0.5, 0]


@pytest.mark.parametrize(
    ("model", "error", "says"),
    [
        (lambda x, z: special("gammaln")(z), ShapeError, r"gammaln .*test_special.py.*complex numbers"),
        (lambda x, z: special("jv")(x, x), ShapeError, r"the order .*must be a plain number"),
        (lambda x, z: special("polygamma")(0.5, x), ShapeError, r"a whole number, found 0.5"),
        (lambda x, z: special("logsumexp")(x, return_sign=True), ShapeError, r"return_sign=True can't be traced"),
        (lambda x, z: special("ellipk")(x), TracingError, r"scipy.special.ellipk can't be traced .*test_special.py"),
    ],
)
def test_what_has_no_rule_is_refused(model, error, says):
    with pytest.raises(error, match=says):
        gnn.trace(model, x=gnn.input(2), z=gnn.input(2, dtype="complex128"))


def test_a_first_argument_without_a_gradient_is_named():
    graph = gnn.trace(lambda a, x: special("gammainc")(a, x), a=gnn.parameter(()), x=gnn.input(()))
    with pytest.raises(GradientError, match="gammainc has no gradient by its first argument"):
        gnn.gradient(graph)
    assert gnn.check_gradients(graph, a=1.5, x=0.7, wrt="x")


def test_a_name_imported_alone_is_refused_with_the_way_out():
    from scipy.special import logsumexp

    with pytest.raises(TracingError, match=r"write scipy.special.logsumexp\(...\), by the name of its module"):
        gnn.trace(lambda x: logsumexp(x), x=gnn.input(2))


def test_scipy_is_imported_where_it_computes(tmp_path):
    path = gnn.save(gnn.trace(lambda x: special("gammaln")(x), x=gnn.input(3)), tmp_path / "graph.json")
    code = f"""
import sys, graphviz_nn as gnn
graph = gnn.load({str(path)!r})
gnn.draw(graph)
assert "scipy" not in sys.modules
sys.modules["scipy.special"] = None
try:
    gnn.evaluate(graph, x=[1, 2, 3])
except gnn.errors.UsageError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "scipy.special.gammaln needs SciPy" in done.stdout and "graphviz_nn[scipy]" in done.stdout
