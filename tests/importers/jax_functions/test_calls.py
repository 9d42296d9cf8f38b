"""Operations of JAX's functions know their calls and lines, and arguments have names and roles."""

import functools

import numpy as np
import pytest
from frameworks import beside, needs

import graphviz_nn as gnn
from graphviz_nn.graph.ir import ModuleCall

pytestmark = list(beside("jax"))
jax = pytest.importorskip("jax")
jnp = jax.numpy


def part(p, x):
    return jnp.tanh(x @ p["w"])


def block(p, x):
    return x + part(p, x)


def net(params, x):
    for p in params:
        x = block(p, x)
    return part(params[0], x)


def shape(*lengths):
    return jax.ShapeDtypeStruct(lengths, "float32")


PARAMS = [{"w": shape(3, 3)}, {"w": shape(3, 3)}]


def paths(graph):
    return [tuple(each.path for each in operation.modules) for operation in graph.operations.values()]


def test_calls_of_functions_are_modules():
    graph = gnn.trace(net, PARAMS, shape(2, 3))
    inside = [("block.0", "block.0.part"), ("block.0", "block.0.part"), ("block.0",)]
    assert paths(graph)[:3] == inside and paths(graph)[-1] == ("part",)
    assert graph.operations["tanh"].modules[-1] == ModuleCall("block.0.part", "part")
    assert {each.source.file for each in graph.operations.values()} == {"test_calls.py"}


def test_what_jax_traces_once_is_one_call_each_time():
    fast = jax.jit(block)

    def run(params, x):
        return fast(params[1], fast(params[0], x))

    jax.eval_shape(run, PARAMS, shape(2, 3))
    first, second = (gnn.trace(run, PARAMS, shape(2, 3)) for _ in range(2))
    assert paths(first)[0] == ("block.0", "block.0.part") and paths(first)[-1] == ("block.1",)
    assert paths(first) == paths(second)


def test_steps_of_a_loop_are_calls():
    def run(x):
        def step(total, row):
            return total + jnp.sin(row), total

        return jax.lax.scan(step, jnp.zeros(3), x)[0]

    assert paths(gnn.trace(run, shape(3, 3)))[-1] == ("step.2",)


def test_a_long_loop_is_drawn_as_one_step():
    graph = gnn.trace(lambda x: jax.lax.fori_loop(0, 10_000, lambda i, x: jnp.sin(x), x), shape(3))
    assert [each.attributes.get("called") for each in graph.operations.values()] == ["scan"]
    assert graph.remarks and gnn.draw(graph, view="operations").svg


def test_arguments_have_roles_and_names():
    def loss(params, x, y, scale):
        return ((x @ params["w"] * scale["s"] + params["layers"][1] - y) ** 2).sum()

    given = {"w": shape(3, 2), "layers": [shape(2), shape(2)]}, shape(4, 3), shape(4, 2)
    graph = gnn.trace(loss, *given, scale={"s": gnn.input((), label="s")})
    assert {name: each.role for name, each in graph.leaves.items()} == {
        "w": "parameter",
        "layers.1": "parameter",
        "x": "input",
        "y": "target",
        "s": "input",
    }
    fed = {"params": {"w": np.ones((3, 2)), "layers": [0, np.ones(2)]}, "scale": {"s": 2.0}}
    assert (
        gnn.evaluate(graph, **fed, x=np.ones((4, 3)), y=np.zeros((4, 2)))["loss" if "loss" in graph else "output"]
        == 392
    )


def test_values_of_parameters_are_not_copied():
    given = jnp.ones((300, 300))
    graph = gnn.trace(lambda params, x: x @ params["w"], {"w": given}, shape(2, 300))
    assert np.shares_memory(graph.variable("w").value, np.asarray(given))


@pytest.mark.parametrize(
    "function",
    [jax.jit(net), functools.partial(net, PARAMS), lambda params, x: jax.vmap(functools.partial(part, params[0]))(x)],
)
def test_wrapped_functions_are_traced(function):
    given = (shape(2, 3),) if isinstance(function, functools.partial) else (PARAMS, shape(2, 3))
    graph = gnn.trace(function, *given)
    assert "tanh" in graph.operations and graph.variable("x").role == "input"


def test_a_function_of_jax_takes_specs_and_numpy_arrays():
    def loss(w=gnn.parameter(3), x=gnn.input((2, 3))):
        return jnp.sum(jnp.exp(x @ w))

    assert gnn.draw(loss, view="operations").svg
    assert gnn.trace(loss, np.ones(3), np.ones((2, 3))).variable("w").value.sum() == 3


@needs("equinox")
def test_modules_of_equinox_have_their_paths():
    import equinox

    class Net(equinox.Module):
        layers: list

        def __init__(self, key):
            self.layers = [equinox.nn.Linear(3, 3, key=key) for key in jax.random.split(key)]

        def __call__(self, x):
            for layer in self.layers:
                x = jax.nn.relu(jax.vmap(layer)(x))
            return x

    model = Net(jax.random.key(0))
    graph = gnn.trace(equinox.filter_jit(model), shape(2, 3))
    assert graph.operations["matmul"].modules == (ModuleCall("layers.0", "Linear"),)
    assert graph.variable("layers.1.bias").role == "parameter"
    found = gnn.evaluate(graph, x=np.ones((2, 3), "f4"))["output"]
    np.testing.assert_allclose(found, model(jnp.ones((2, 3))), rtol=1e-5)


@needs("flax")
def test_modules_of_flax_have_their_paths():
    from flax import linen, nnx

    class Linen(linen.Module):
        @linen.compact
        def __call__(self, x):
            x = linen.LayerNorm()(linen.BatchNorm(use_running_average=True)(linen.Dense(4)(x)))
            return linen.MultiHeadDotProductAttention(2)(x[None])

    model = Linen()
    variables = model.init(jax.random.key(0), jnp.ones((2, 3)))
    graph = gnn.trace(model, variables, shape(2, 3))
    assert graph.variable("Dense_0.kernel").role == "parameter"
    assert graph.variable("BatchNorm_0.mean").role == "constant"
    x = np.linspace(-1, 2, 6, dtype="f4").reshape(2, 3)
    np.testing.assert_allclose(gnn.evaluate(graph, x=x)["output"], model.apply(variables, x), rtol=1e-4, atol=1e-5)
    assert ("MultiHeadDotProductAttention_0", "MultiHeadDotProductAttention_0.query") in paths(graph)

    class Nnx(nnx.Module):
        def __init__(self, rngs):
            self.first = nnx.Linear(3, 4, rngs=rngs)
            self.drop = nnx.Dropout(0.5, rngs=rngs)

        def __call__(self, x):
            return self.drop(jax.nn.relu(self.first(x)))

    model = Nnx(nnx.Rngs(0))
    drawn = gnn.trace(model, shape(2, 3))
    assert "random" in [each.role for each in drawn.leaves.values()]
    model.eval()
    graph = gnn.trace(model, shape(2, 3))
    assert graph.operations["matmul"].modules == (ModuleCall("first", "Linear"),)
    np.testing.assert_allclose(gnn.evaluate(graph, x=x)["output"], model(x), rtol=1e-5)


def test_results_in_structures_are_all_there():
    def model(x):
        return {"a": 2 * x, "b": (x + 1, [x.sum(), x.max()]), "c": [x]}

    graph = gnn.trace(model, shape(3))
    assert graph.outputs == ("a", "b.0", "b.1.0", "b.1.1", "c")
    assert gnn.trace(lambda x: (x + 1, 2 * x), shape(3)).outputs == ("output1", "output2")
    assert gnn.trace(lambda x: [x + 1], shape(3)).outputs == ("output",)
    assert gnn.trace(lambda x: ((x + 1, x), (x - 1,)), shape(3)).outputs == ("output1", "output2", "output3")
