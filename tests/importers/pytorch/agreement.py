"""Whether an imported model's values and gradients are PyTorch's own."""

import numpy as np
import torch

import graphviz_nn as gnn


class Weighed(torch.nn.Module):
    """A model with the weighted sum of all of its results that are real numbers."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, *arguments):
        found = flat(self.model(*arguments))
        total = sum(
            (each * torch.linspace(0.5, 1.5, each.numel(), dtype=each.dtype).reshape(each.shape)).sum()
            for each in found
            if each.is_floating_point()
        )
        return {"total": total, **{f"result{number}": each for number, each in enumerate(found)}}


def flat(found):
    """All tensors in nested results."""
    if isinstance(found, torch.Tensor):
        return [found]
    values = found.values() if isinstance(found, dict) else found
    return [tensor for each in values for tensor in flat(each)]


def as_dtype(dtype, tensors):
    return tuple(each.to(dtype) if each.is_floating_point() else each for each in tensors)


def distances(model, examples, *, gradients=True):
    """How far each result and gradient is from PyTorch's, relative to its largest entry; and the graph."""
    weighed = Weighed(model).train(model.training)
    # Only copies know gradients, and no buffer moves on while both run.
    kept = {name: each.clone() for name, each in model.state_dict().items()}
    graph = gnn.trace(weighed, *examples)
    model.load_state_dict(kept)
    given = [each.clone().requires_grad_(each.is_floating_point()) for each in examples]
    theirs = weighed(*given)
    inputs = [name for name, leaf in graph.leaves.items() if leaf.role == "input"]
    feeds = {name: each.detach().numpy() for name, each in zip(inputs, examples, strict=True)}
    # An argument that is returned has a second name.
    names = list(theirs)
    wrt = {}
    if gradients and theirs["total"].requires_grad:
        tensors = {**dict(weighed.named_parameters()), **dict(zip(inputs, given, strict=True))}
        tensors = {name: each for name, each in tensors.items() if each.requires_grad and name in graph}
        theirs_by = torch.autograd.grad(theirs["total"], list(tensors.values()), allow_unused=True)
        wrt = {name: slope for name, slope in zip(tensors, theirs_by, strict=True) if slope is not None}
    # Buffers move on in training.
    model.load_state_dict(kept)
    if wrt:
        graph_of_both = gnn.gradient(graph, of="total", wrt=list(wrt))
        found = gnn.evaluate(graph_of_both, feeds, outputs=[*names, *graph_of_both.graph["gradients"].values()])
        ours = {**found, **{f"∂{name}": found[each] for name, each in graph_of_both.graph["gradients"].items()}}
    else:
        ours = gnn.evaluate(graph, feeds, outputs=names)
    wanted = {**theirs, **{f"∂{name}": slope for name, slope in wrt.items()}}
    return {name: distance(ours[name], each.detach().numpy()) for name, each in wanted.items()}, graph


def distance(ours, theirs):
    """Infinite where shapes, dtypes or places of NaN and infinities differ."""
    if np.shape(ours) != theirs.shape or np.asarray(ours).dtype != theirs.dtype:
        return float("inf")
    if theirs.dtype.kind != "f":
        return 0.0 if np.array_equal(ours, theirs) else float("inf")
    finite = np.isfinite(theirs)
    if not np.array_equal(np.asarray(ours)[~finite], theirs[~finite], equal_nan=True):
        return float("inf")
    gap = np.abs(np.where(finite, ours, 0) - np.where(finite, theirs, 0))
    return float(np.max(gap, initial=0) / max(np.max(np.abs(np.where(finite, theirs, 0)), initial=0), 0.1))
