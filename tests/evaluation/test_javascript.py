"""Programs in JavaScript compute what NumPy computes."""

import javascript
import numpy as np
import pytest
from calls import CALLS, COMPUTED, Call, feeds_for, taken
from generated import models, wide_models
from hypothesis import HealthCheck, Phase, given, seed, settings
from numpy_functions import EVERY

import graphviz_nn as gnn
from graphviz_nn.errors import GraphError
from graphviz_nn.evaluation.javascript import emitted, kernels
from graphviz_nn.evaluation.javascript.entries import ARRAYS
from graphviz_nn.graph.draw import means
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.tracing.tracer import apply

runs = pytest.mark.skipif(javascript.NODE is None, reason=javascript.MISSING)
NAMES = sorted(name for name in COMPUTED if name in CALLS and name in kernels())
MISSING = {
    *("eigenvectors", "eigvals", "eigvalsh", "right_eigenvectors", "singular_values", "left_singular_vectors"),
    *("right_singular_vectors", "pinv", "qr_q", "qr_r", "fftn", "ifftn", "rfftn", "irfftn", "imag", "opaque"),
    *("betainc", "polygamma", "jv", "yv", "iv", "ive"),
}


few = settings(deadline=None, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))


def drawn(strategy, count):
    """Examples of a strategy, always the same."""
    found = []

    @seed(0)
    @settings(
        max_examples=count,
        deadline=None,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def take(value):
        found.append(value)

    take()
    return found


def called(call, dtype):
    """The graph of a call of an operation, and its feeds."""
    feeds = {name: np.asarray(each) for name, each in feeds_for(call).items()}
    feeds = {name: each.astype(dtype) if each.dtype.kind == "f" else each for name, each in feeds.items()}
    specs = {name: gnn.input(each.shape, dtype=each.dtype.name) for name, each in feeds.items()}

    def model(**arguments):
        slots = taken(call, list(arguments.values()))
        for slot, value in sorted(call.constants.items()):
            slots.insert(slot, value)
        return apply(call.op, *slots, **call.attributes)

    return gnn.trace(model, **specs), feeds


def agree(found, right, title, rtol=1e-12, atol=1e-12):
    assert (found.shape, found.dtype) == (right.shape, right.dtype), title
    if right.dtype == np.float32:
        rtol = atol = 3e-6
    np.testing.assert_allclose(found, right, rtol=rtol, atol=atol, err_msg=title)


@runs
def test_every_kernel_gives_numpys_values():
    cases = [
        (f"{dtype} {call}", *called(call, dtype))
        for name in NAMES
        for number, found in enumerate(drawn(CALLS[name], 4))
        for dtype in (["float64", "float32"] if number < 2 else ["float64"])
        for call in [Call(name, *found, seed=number)]
    ]
    programs = [(emitted(graph), [feeds]) for _, graph, feeds in cases]
    for (title, graph, feeds), (found,) in zip(cases, javascript.run(programs), strict=True):
        for name, right in gnn.evaluate(graph, feeds, outputs=graph.outputs).items():
            assert not isinstance(found, str), f"{title}: {found}"
            agree(found[name], np.asarray(right), title)


def compare(cases, exact):
    """Titles, graphs, outputs and feeds, all in one process."""
    programs = [(emitted(graph, names), [feeds]) for _, graph, names, feeds in cases]
    for (title, graph, names, feeds), (found,) in zip(cases, javascript.run(programs), strict=True):
        assert not isinstance(found, str), f"{title}: {found}"
        right = gnn.compile(graph, names)(feeds)
        is_double = all(each.dtype != "float32" for each in graph.variables.values())
        rtol, atol = (exact, 1e-12) if is_double else (1e-5, 1e-5)
        for name in names:
            agree(found[name], np.asarray(right[name]), f"{title} {name}", rtol, atol)


def held(graph):
    return {each.dtype for each in graph.variables.values()} <= set(ARRAYS)


EDGES = [-np.inf, -2.5, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 1.5, 2.5, 710.0, np.inf, np.nan]


@runs
@pytest.mark.filterwarnings("ignore")
def test_numbers_at_the_edges():
    x, y = (each.ravel() for each in np.meshgrid(EDGES, EDGES))
    named = [name for name in NAMES if isinstance(OPS[name].kernel, np.ufunc) and name != "matmul"]
    named = [name for name in named if {"d", "dd"} & {each.split("->")[0] for each in OPS[name].kernel.types}]
    programs, rights = [], []
    for name in named:
        given = dict(zip("xy", (x, y)[: OPS[name].signature.most], strict=False))
        graph = gnn.trace(lambda name=name, **a: apply(name, *a.values()), **{k: gnn.input(x.shape) for k in given})
        programs.append((emitted(graph), [given]))
        rights.append(OPS[name].kernel(*given.values()))
    for name, right, (found,) in zip(named, rights, javascript.run(programs), strict=True):
        np.testing.assert_allclose(found["output"], right, rtol=1e-12, atol=0, err_msg=name)


@runs
def test_gradients_of_numpys_functions():
    cases = []
    for row in EVERY:
        if not row.has_slope:
            continue
        specs = {name: gnn.input(each.shape, dtype=each.dtype.name) for name, each in row.example.items()}
        both = gnn.gradient(gnn.trace(lambda row=row, **a: row.loss(*a.values()), **specs), wrt=list(specs))
        names = [both.outputs[0], *both.graph["gradients"].values()]
        if {each.op for each in both.operations.values()} <= kernels() and held(both):
            cases.append((row.source, both, names, row.example))
    assert len(cases) > 250
    compare(cases, 1e-11)


@runs
def test_loss_and_gradients_of_generated_models():
    cases = []
    for each in [*drawn(models, 15), *drawn(wide_models(), 15)]:
        feeds = each.feeds if isinstance(each.feeds, dict) else each.feeds(each.graph)
        feeds = means(each.graph.leaves) | feeds
        both = gnn.gradient(each.graph)
        if held(both):
            cases.append(("", both, [both.outputs[0], *both.graph["gradients"].values()], feeds))
    compare(cases, 1e-10)


def test_what_has_no_kernel_is_told():
    assert set(OPS) - kernels() == MISSING
    with pytest.raises(GraphError, match=r"JavaScript has no kernel of .*it has these operations: .*tanh"):
        emitted(gnn.trace(lambda x: np.linalg.eigvalsh(x), x=gnn.input((2, 2))))
    with pytest.raises(GraphError, match=r"x is complex128, which JavaScript's arrays can't hold; .*float64"):
        emitted(gnn.trace(lambda x: x * 2, x=gnn.input(2, dtype="complex128")))


@runs
def test_functions_of_scipy():
    special = pytest.importorskip("scipy.special", reason="compares with SciPy: pip install -e '.[test,scipy]'")
    named = [name for name in kernels() if OPS[name].category == "special functions"]
    x = np.array([-3.3, -0.7, 0.02, 0.4, 0.9, 1.0, 1.7, 2.5, 6.0, 30.0])
    pairs = np.array([(a, b) for a in (0.3, 1.0, 2.5, 12.0) for b in (0.1, 0.9, 3.0, 25.0)]).T
    within = {"erfinv": x[1:5], "erfcinv": np.array([1e-20, 0.1, 0.9, 1.5]), "ndtri": np.array([1e-20, 0.1, 0.9])}
    programs, rights = [], []
    for name in named:
        given = list(pairs) if OPS[name].signature.most == 2 else [within.get(name, x)]
        specs = {f"a{k}": gnn.input(each.shape) for k, each in enumerate(given)}
        graph = gnn.trace(lambda name=name, **a: apply(name, *a.values()), **specs)
        programs.append((emitted(graph), [dict(zip(specs, given, strict=True))]))
        rights.append(getattr(special, name)(*given))
    for name, right, (found,) in zip(named, rights, javascript.run(programs), strict=True):
        np.testing.assert_allclose(found["output"], right, rtol=1e-12, atol=1e-14, err_msg=name)
