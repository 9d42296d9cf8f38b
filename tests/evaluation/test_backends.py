"""Every operation and generated models on every backend: values, gradients, shapes and dtypes are NumPy's."""

import json
import os
import pickle
import subprocess
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from calls import CALLS, COMPUTED, Call, feeds_for, taken
from frameworks import beside, needs
from generated import models, wide_models
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import FeedError, GraphError, UsageError
from graphviz_nn.evaluation.backends import BACKENDS, sharding, supported
from graphviz_nn.graph.ir import Variable
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.tracing.tracer import apply

OTHERS = [name for name in BACKENDS if name != "numpy"]
with_each = pytest.mark.parametrize("backend", [pytest.param(each, marks=beside(each)) for each in OTHERS])
# Compiling takes long, so a few models have many operations each.
few = settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
NAMES = sorted((name for name in COMPUTED if name in CALLS), key=lambda name: (OPS[name].category, name))
FAMILIES = [NAMES[start : start + 16] for start in range(0, len(NAMES), 16)]
# Either sign of a vector is right.
SIGNLESS = ("eigenvectors", "left_singular_vectors", "right_singular_vectors")


def close(found, right, dtype, title):
    found, right = np.asarray(found), np.asarray(right)
    assert (found.shape, found.dtype) == (right.shape, right.dtype), title
    rtol, atol = (1e-5, 1e-5) if dtype == "float32" else (1e-10, 1e-12)
    np.testing.assert_allclose(found, right, rtol=rtol, atol=atol, err_msg=title)


def in_precision(value, dtype):
    value = np.asarray(value)
    kinds = {"f": dtype, "c": np.result_type(dtype, 1j)}
    return value.astype(kinds.get(value.dtype.kind, value.dtype))


def together(calls, dtype):
    """A graph with one result for each call, and its feeds."""
    specs, feeds, given = {}, {}, []
    for number, call in enumerate(calls):
        names = [f"c{number}{name}" for name in feeds_for(call)]
        feeds |= dict(zip(names, (in_precision(each, dtype) for each in feeds_for(call).values()), strict=True))
        given.append(names)
    specs = {name: gnn.input(np.shape(value), dtype=value.dtype.name) for name, value in feeds.items()}

    def model(**arguments):
        results = []
        for call, names in zip(calls, given, strict=True):
            slots = taken(call, [arguments[name] for name in names])
            for slot, value in sorted(call.constants.items()):
                slots.insert(slot, value)
            results.append(apply(call.op, *slots, **call.attributes))
        return tuple(results)

    return gnn.trace(model, **specs), feeds


@with_each
@pytest.mark.parametrize("names", FAMILIES, ids=lambda names: f"{OPS[names[0]].category} {names[0]}")
def test_the_value_of_every_operation(backend, names):
    known = [name for name in names if name in supported(backend)]
    # LAPACK's functions take numba a second each.
    is_slow = backend == "numba" and any(OPS[name].category == "linear algebra" for name in known)

    @settings(few, max_examples=1 if is_slow else few.max_examples)
    @given(st.tuples(*(CALLS[name] for name in known)), st.sampled_from(["float64", "float32"]), st.integers(0, 99))
    def check(drawn, dtype, seed):
        calls = [Call(name, *found, seed=seed) for name, found in zip(known, drawn, strict=True)]
        graph, feeds = together(calls, dtype)
        right = gnn.evaluate(graph, feeds, outputs=graph.outputs)
        found = gnn.compile(graph, backend=backend)(feeds)
        for call, name in zip(calls, graph.outputs, strict=True):
            sign = np.abs if call.op in SIGNLESS else np.asarray
            close(sign(found[name]), sign(right[name]), dtype, str(call))

    if known:
        check()


@needs("scipy")
@pytest.mark.parametrize("backend", [pytest.param(each, marks=beside(each)) for each in ("torch", "jax")])
def test_bessel_functions_of_whole_orders(backend):
    from scipy import special

    functions = [special.i0, special.i1, special.i0e, special.i1e]
    functions += [partial(special.iv, -3), partial(special.iv, 5), partial(special.ive, 2), partial(special.ive, 7)]
    values = np.geomspace(0.1, 40, 9) * [1, -1, 1, 1, -1, 1, 1, 1, -1]
    feeds = {f"x{number}": values for number in range(len(functions))}
    specs = {name: gnn.input(values.shape) for name in feeds}
    graph = gnn.trace(lambda **x: sum(np.sum(f(x[name])) for f, name in zip(functions, feeds, strict=True)), **specs)
    both = gnn.gradient(graph, wrt=list(feeds))
    found, right = (gnn.compile(both, backend=each)(feeds) for each in (backend, "numpy"))
    for name in right:
        np.testing.assert_allclose(found[name], right[name], rtol=1e-10)
    odd = gnn.trace(lambda x: special.iv(0.5, x), x=gnn.input(2))
    with pytest.raises(GraphError, match=r"iv .* has the order 0.5; .*backend='numpy'"):
        gnn.compile(odd, backend=backend)


@with_each
def test_what_a_backend_lacks_is_refused_by_name(backend, monkeypatch):
    assert "opaque" not in supported(backend)
    module = import_module(f"graphviz_nn.evaluation.backends.{BACKENDS[backend].module}")
    fewer = {name: each for name, each in module.kernels().items() if name != "tanh"}
    monkeypatch.setattr(module, "kernels", lambda: fewer)
    with pytest.raises(GraphError, match=r"has no counterpart of tanh \(.*backend='numpy'"):
        gnn.compile(net_of()[0], backend=backend)


@with_each
@few
@given(drawn=models)
def test_loss_and_gradients_of_generated_models(backend, drawn):
    agree(drawn.graph, drawn.feeds, backend)


@with_each
@few
@given(drawn=wide_models())
def test_models_of_any_kind(backend, drawn):
    agree(graph := drawn.graph, drawn.feeds(graph), backend)


def agree(graph, feeds, backend):
    both = gnn.gradient(graph)
    names = [both.outputs[0], *both.graph["gradients"].values()]
    right, found = (gnn.compile(both, names, backend=each)(feeds) for each in ("numpy", backend))
    is_double = all(each.dtype != "float32" for each in both.variables.values())
    for name in names:
        close(found[name], right[name], "float64" if is_double else "float32", name)


def net(x, y, W1, b1, W2):
    h = np.tanh(x @ W1 + b1)
    return np.mean((h @ W2 - y) ** 2)


def net_of(dtype="float64"):
    graph = gnn.trace(
        net,
        x=gnn.input((8, 2), dtype=dtype),
        y=gnn.target((8, 4), dtype=dtype),
        W1=gnn.parameter((2, 6), dtype=dtype),
        b1=gnn.parameter(6, dtype=dtype),
        W2=gnn.parameter((6, 4), dtype=dtype),
    )
    rng = np.random.default_rng(0)
    return graph, {name: rng.normal(size=leaf.shape).astype(dtype) for name, leaf in graph.leaves.items()}


@with_each
def test_a_program_takes_and_returns_arrays(backend):
    graph, feeds = net_of("float32")
    program = gnn.compile(gnn.gradient(graph), backend=backend)
    found = program(feeds)
    assert {type(each) for each in found.values()} <= {np.ndarray, np.float32}
    assert list(found) == list(program.outputs)
    again = pickle.loads(pickle.dumps(program))(feeds)
    for name in found:
        np.testing.assert_array_equal(found[name], again[name])
    assert "tanh" in program.source and "W1" in program.source
    with pytest.raises(FeedError, match="the parameter W2 isn't fed"):
        program({name: each for name, each in feeds.items() if name != "W2"})


@with_each
def test_the_gradients_of_a_backend_are_checked(backend, monkeypatch):
    graph, feeds = net_of()
    report = gnn.check_gradients(graph, feeds, backend=backend)
    assert report.passed and report.measured, report
    found = gnn.compile

    def wrong(*arguments, **options):
        program = found(*arguments, **options)
        assert options["backend"] == backend
        return SimpleNamespace(run=lambda values: {name: 1.01 * each for name, each in program.run(values).items()})

    monkeypatch.setattr("graphviz_nn.evaluation.gradient_check.compile", wrong)
    report = gnn.check_gradients(graph, feeds, backend=backend)
    assert {row.verdict for row in report.rows} == {"differs"} and report.rows[0].name == "net"


def classifier():
    def loss(x, y, W, b):
        return gnn.nn.cross_entropy(gnn.nn.softmax(W @ np.tanh(x) + b), y)

    return gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)), b=gnn.parameter(2))


@with_each
def test_fit_trains_the_same_on_every_backend(backend):
    graph = classifier()
    options = {"steps": 5, "progress": False, "batch_size": 20, "seed": 3}
    right, found = (gnn.fit(graph, gnn.data.moons(40), backend=each, **options) for each in ("numpy", backend))
    np.testing.assert_allclose(found.history["loss"], right.history["loss"], rtol=1e-10)
    for name, value in right.parameters.items():
        np.testing.assert_allclose(found.parameters[name], value, rtol=1e-10)


@with_each
def test_an_index_out_of_bounds_is_named(backend):
    graph = gnn.trace(lambda x, i: x[i], x=gnn.input(3), i=gnn.input(2, dtype="int64"))
    with pytest.raises(FeedError, match=r"getitem .* out of bounds"):
        gnn.compile(graph, backend=backend)(x=[1.0, 2.0, 3.0], i=[0, 7])


@with_each
def test_a_matrix_without_a_root_is_named(backend):
    graph = gnn.trace(lambda a: np.linalg.cholesky(a), a=gnn.input((2, 2)))
    with pytest.raises(np.linalg.LinAlgError, match=r"cholesky \(test_backends.py:\d+\): "):
        gnn.compile(graph, backend=backend)(a=[[1.0, 2.0], [2.0, 1.0]])


@needs("numba")
def test_complex_numbers_on_numba_are_refused_by_name():
    graph = gnn.trace(lambda x: np.real(x * 1j), x=gnn.input(2))
    with pytest.raises(GraphError, match=r"multiply .*, whose result is complex; .*backend='numpy'"):
        gnn.compile(graph, backend="numba")


@with_each
def test_what_is_not_finite_is_explained(backend):
    graph = gnn.trace(lambda x: np.log(x) * 0, x=gnn.input(2))
    with pytest.warns(gnn.errors.NumericalWarning, match="log .* gives -inf of 0.0"):
        gnn.compile(graph, backend=backend)(x=[1.0, 0.0])


@needs("torch")
def test_steps_take_tensors():
    import torch

    graph, feeds = net_of()
    program = gnn.compile(graph, backend="torch", device="cpu")
    tensors = [torch.as_tensor(feeds[name]).requires_grad_() for name in program.leaves]
    (loss,) = program.steps(*tensors)
    loss.backward()
    _, gradients = gnn.value_and_gradient(graph, feeds)
    for name, tensor in zip(program.leaves, tensors, strict=True):
        if name in gradients:
            np.testing.assert_allclose(tensor.grad, gradients[name], rtol=1e-10)


@needs("jax")
def test_steps_take_arrays_of_jax_and_their_precision_is_kept():
    import jax

    graph, feeds = net_of()
    program = gnn.compile(graph, backend="jax", device="cpu")
    (loss,) = program.steps(*(feeds[name] for name in program.leaves))
    assert isinstance(loss, jax.Array) and loss.dtype == np.float64
    # The process is left as it was.
    assert jax.numpy.zeros(()).dtype == np.float32
    graph, feeds = net_of("float32")
    (loss,) = gnn.compile(graph, backend="jax").steps(*(jax.numpy.asarray(feeds[name]) for name in feeds))
    assert loss.dtype == np.float32


def unlike(t, draw):
    """Operations that aren't alike, and those on truth values."""
    values = [*t[:3], np.float64(0.5)]
    for number in range(60):
        a, b = values[-1 - number % 4], values[-2 - number % 3]
        c = np.maximum(a * b, 0.1) if number % 5 else np.where((a > b) & (a > 0) | np.isnan(b), a - b, np.tanh(b))
        values.append(np.sin(c) / (1.5 + np.abs(a)) + number)
    return values[-1] * t[0]


def dense(t, draw):
    """Units of layers, for several examples."""
    total = 0.0
    for example in range(5):
        h = [t[2 * example], t[2 * example + 1], 1.0]
        for start, units in ((10, 4), (22, 3)):
            ends = [start + len(h) * number for number in range(units)]
            h = [np.tanh(sum(w * x for w, x in zip(t[end:], h, strict=False))) for end in ends] + [0.5]
        total += (sum(h) - 0.1 * example) ** 2
    return total / 5


def sparse(t, draw):
    """Units of layers that take any of the numbers before."""
    h = t
    for _ in range(3):
        h = [np.tanh(h[i] * h[j] + t[k]) for i, j, k in zip(*(draw.permutation(len(t)) for _ in range(3)), strict=True)]
    return sum(h)


def mixed(t, draw):
    """Sums and products in every order."""
    h = list(t[:20])
    for number in range(240):
        a, b, c, d = (h[draw.integers(20)] for _ in range(4))
        h[number % 20] = [a * b + c * d, c + (a * b + d), a * b + c, (a + b) + (c + d), b * 0.3 + a * 0.2][number // 48]
    return sum(x * x for x in h) + t[0]


@needs("numba")
@pytest.mark.parametrize(("model", "rolled"), [(unlike, False), (dense, True), (sparse, True), (mixed, False)])
def test_many_single_numbers(model, rolled):
    from graphviz_nn.evaluation.backends import numba_numbers

    names = [f"t{number}" for number in range(40)]
    specs = {name: gnn.parameter(()) for name in names}
    graph = gnn.trace(lambda **t: model([t[name] for name in names], np.random.default_rng(0)), **specs)
    both = gnn.gradient(graph)
    program = gnn.compile(both, [*both.outputs, "t3"], backend="numba")
    assert numba_numbers.is_for(program.listing)
    assert ("for i0 in" in program.source) == rolled
    for seed in range(2):
        feeds = dict(zip(names, np.random.default_rng(seed).uniform(-1, 1, len(names)), strict=True))
        found, right = program(feeds), gnn.compile(both)(feeds)
        assert found.pop("t3") == feeds["t3"]
        for name in right:
            close(found[name], right[name], "float64", name)


WRONG = [
    ("toch", {}, "did you mean 'torch'"),
    ("numpy", {"device": "cuda"}, "takes no device=; backend='torch' or 'jax' does"),
    ("numpy", {"mesh": {"data": 2}}, "takes no mesh=; backend='jax' does"),
    ("torch", {"shard": {"x": "data"}}, "takes no shard=; backend='jax' does"),
    ("torch", {"device": "cuda:7"}, "'cuda:7' isn't there; there are: cpu"),
    ("torch", {"device": "gpu"}, "'gpu' isn't there; there are: cpu"),
    ("jax", {"device": "tpu"}, "'tpu' isn't there; there are: cpu:0"),
    ("jax", {"device": np.zeros(2)}, "isn't there; there are: cpu:0"),
    ("jax", {"shard": {"x": "data"}}, "needs mesh="),
    ("jax", {"device": "cpu", "mesh": {"data": 1}}, "leave one out"),
    ("jax", {"mesh": {"data": 64}}, "needs 64 devices, and JAX has .*device_count=64"),
]


@pytest.mark.parametrize(
    ("backend", "options", "says"),
    [pytest.param(*each, marks=beside(each[0]) if each[0] in OTHERS else ()) for each in WRONG],
)
def test_where_a_program_cannot_run(backend, options, says):
    graph, feeds = net_of()
    with pytest.raises(UsageError, match=says):
        gnn.compile(graph, backend=backend, **options)
    with pytest.raises(UsageError, match=says):
        gnn.check_gradients(graph, feeds, backend=backend, **options)
    with pytest.raises(UsageError, match=says):
        gnn.fit(classifier(), gnn.data.moons(8), steps=1, backend=backend, **options)


@pytest.mark.parametrize(
    ("shard", "says"),
    [
        ({"x": "data"}, "axis 0 of x, 6 entries, over 4 devices of 'data': pad it to 8 entries, make the mesh 3 there"),
        ({"X": "data"}, "no variable 'X': did you mean 'x'"),
        ({"x": "date"}, "divides x over 'date', but the mesh has no such axis: did you mean 'data'"),
        ({"x": (None, None, "data")}, r"names 3 axes of x, which has shape \(6, 4\)"),
        ({"x": ("model", "model")}, "two axes of x over 'model'"),
        ({"x": 3}, "takes a name for each axis"),
        ({"loss": "data"}, "divides loss, which is a single number; leave it out"),
        ({"x": ("data", 3)}, "takes a name for each axis"),
        ("x", "takes a dict of variables and axes"),
    ],
)
def test_what_a_mesh_does_not_divide(shard, says):
    variables = {"x": Variable((6, 4)), "y": Variable((8, 4)), "loss": Variable(())}
    with pytest.raises(UsageError, match=says):
        sharding.divided(shard, {"data": 4, "model": 2}, variables)


@pytest.mark.parametrize("mesh", [{}, 8, {"data": 0}, {"data": 2.5}, {3: 2}, {"data": True}])
def test_what_is_no_mesh(mesh):
    with pytest.raises(UsageError, match="mesh="):
        sharding.mesh_sizes(mesh)


@pytest.mark.parametrize("backend", OTHERS)
def test_a_backend_that_is_missing(backend, monkeypatch):
    def missing(name):
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr("graphviz_nn.evaluation.backends.import_module", missing)
    with pytest.raises(UsageError, match=rf"backend='{backend}' needs {backend}.*'graphviz_nn\[{backend}\]'"):
        gnn.compile(net_of()[0], backend=backend)


SHARDED = """
import json, sys
import jax
import numpy as np
import graphviz_nn as gnn
from test_backends import classifier, net_of

graph, feeds = net_of()
both, rate, found = gnn.gradient(graph), 0.1, []
shard = {"x": "data", "y": ("data",), "W1": (None, "model"), "b1": "model", "W2": ("model", None)}
mesh = jax.sharding.Mesh(np.array(jax.devices()).reshape(4, 2), ("data", "model"))
for options in ({}, {"mesh": {"data": 4, "model": 2}, "shard": shard}, {"mesh": mesh, "shard": shard}):
    program, values = gnn.compile(both, backend="jax", **options), dict(feeds)
    names = both.graph["gradients"]
    for _ in range(3):
        results = program(values)
        values |= {name: values[name] - rate * results[names[name]] for name in names}
    last = {name: np.ravel(each).tolist() for name, each in results.items()}
    leaves = [program.engine.enter(name, values[name]) for name in program.leaves]
    places = dict(zip(program.outputs, program.steps(*leaves)))
    pieces = {name: list(places[names[name]].addressable_shards[0].data.shape) for name in names}
    found.append({"values": last, "devices": len(places[names["W1"]].devices()), "pieces": pieces})

divided = {"backend": "jax", "mesh": {"data": 8}, "shard": {"x": "data", "y": "data"}}
trained = []
for options in ({}, divided, {"backend": "jax", "device": "cpu:3"}):
    training = gnn.fit(classifier(), gnn.data.moons(48), steps=3, batch_size=32, progress=False, **options)
    trained.append([*training.history["loss"], *np.ravel(training.parameters["W"])])
report = gnn.check_gradients(graph, feeds, backend="jax", mesh={"data": 4, "model": 2}, shard=shard)
try:
    gnn.fit(classifier(), gnn.data.moons(44), steps=1, batch_size=32, **divided)
except gnn.errors.UsageError as error:
    said = str(error)
print(json.dumps({"steps": found, "trained": trained, "passed": report.passed, "said": said}))
"""


@needs("jax")
def test_sharded_losses_and_gradients_are_those_of_one_device():
    flags = {"XLA_FLAGS": "--xla_force_host_platform_device_count=8", "JAX_PLATFORMS": "cpu"}
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    run = subprocess.run(
        [sys.executable, "-c", SHARDED], env={**os.environ, **flags, "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert not run.returncode, run.stderr
    result = json.loads(run.stdout)
    one, *others = result["steps"]
    assert one["devices"] == 1
    for each in others:
        assert each["devices"] == 8
        assert each["pieces"] == {"W1": [2, 3], "b1": [3], "W2": [3, 4]}
        for name, right in one["values"].items():
            np.testing.assert_allclose(each["values"][name], right, rtol=1e-12, err_msg=name)
    right, *trained = result["trained"]
    for each in trained:
        np.testing.assert_allclose(each, right, rtol=1e-10)
    assert result["passed"] and "axis 0 of x, 12 entries, over 8 devices" in result["said"]
