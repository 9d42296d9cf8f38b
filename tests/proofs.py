"""Gradients of gradients, compared with PyTorch's double backward."""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn.evaluation.feeds import checked
from graphviz_nn.transforms.gradient import gradient


def weights(shape):
    """Numbers of which none is another's multiple by a simple one."""
    return np.linspace(0.5, 1.5, int(np.prod(shape, dtype=int))).reshape(shape) ** 1.5


def assert_second_gradients(graph, feeds):
    """The gradient of a weighted sum of all gradients is PyTorch's, to 1e-10."""
    # What else is here needs no PyTorch.
    import torch

    from graphviz_nn.evaluation.against_torch import computed

    names = [name for name, value in feeds.items() if np.asarray(value).dtype.kind == "f"]
    first = gradient(graph, wrt=names)
    found = computed(graph, names, checked(graph, feeds))
    leaves = [found[name] for name in names]
    slopes = torch.autograd.grad(found[graph.outputs[0]], leaves, create_graph=True, materialize_grads=True)
    total = sum((torch.as_tensor(weights(each.shape)) * each).sum() for each in slopes)
    seconds = [torch.zeros_like(each) for each in leaves]
    if total.requires_grad:
        seconds = torch.autograd.grad(total, leaves, materialize_grads=True)
    own = {name: np.zeros(np.shape(feeds[name])) for name in names}
    for name in names:
        of = first.graph["gradients"][name]
        second = gradient(first, of, names, cotangent=weights(np.shape(feeds[name])))
        results = second.graph["gradients"]
        values = gnn.evaluate(second, feeds, outputs=results.values())
        own = {each: own[each] + values[results[each]] for each in names}
    for name, theirs in zip(names, seconds, strict=True):
        given = theirs.numpy()
        scale = max(1.0, np.abs(given).max(initial=0.0))
        np.testing.assert_allclose(own[name], given, rtol=1e-10, atol=1e-13 * scale, err_msg=name)
