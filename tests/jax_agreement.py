"""How far the values and gradients of an imported function are from JAX's own."""

import inspect

import jax
import numpy as np

import graphviz_nn as gnn


def examples(model, dtype):
    """Examples with entries of one dtype."""
    return jax.tree.map(lambda each: each.astype(dtype) if each.dtype.kind == "f" else each, model.examples)


def feeds(graph, function, given):
    """The values of a graph's inputs."""
    named = dict(zip(inspect.signature(function).parameters, given, strict=True))
    return {name: np.asarray(each) for name, each in named.items() if name in graph}


def summed(function):
    """The sum of the sines of all results: every entry has a slope of its own."""

    def total(*arguments):
        return sum(jax.numpy.sum(jax.numpy.sin(each)) for each in jax.tree.leaves(function(*arguments)))

    total.__signature__ = inspect.signature(function)
    return total


def distances(model, dtype):
    """The largest distances of the results and of the gradients, relative to the largest entry of each array; and the
    graph.
    """
    function, given = model.function, examples(model, dtype)
    with jax.enable_x64(dtype == "float64"):
        graph = gnn.trace(function, *given)
        wanted = jax.tree.leaves(jax.jit(function)(*given))
        total = gnn.trace(summed(function), *given)
        slopes = jax.tree.leaves(jax.jit(jax.grad(summed(function)))(*given))
    found = gnn.evaluate(graph, **feeds(graph, function, given))
    results = [distance(found[name], each) for name, each in zip(graph.outputs, wanted, strict=True)]
    parameters = [name for name, leaf in total.leaves.items() if leaf.role == "parameter"]
    ours = gnn.evaluate(gnn.gradient(total), **feeds(total, function, given))
    gradients = [distance(ours[f"grad_{name}"], each) for name, each in zip(parameters, slopes, strict=True)]
    return results, gradients, graph


def distance(ours, theirs):
    """Infinite where shapes or dtypes differ."""
    theirs = np.asarray(theirs)
    if np.shape(ours) != theirs.shape or ours.dtype != theirs.dtype:
        return float("inf")
    return float(np.max(np.abs(ours - theirs), initial=0) / max(np.max(np.abs(theirs), initial=0), 0.1))
