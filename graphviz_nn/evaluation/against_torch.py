"""Gradients by PyTorch, with its kernels and `torch.autograd`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from graphviz_nn.evaluation.backends import imported
from graphviz_nn.evaluation.backends.calls import Kernel
from graphviz_nn.evaluation.backends.steps import Framework, steps
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.tracing.registry import lookup
from graphviz_nn.transforms.passes.listing import Listing

VECTORS = ("eigenvectors", "left_singular_vectors", "right_singular_vectors")


EIGEN = ("eigvals", "right_eigenvectors")


def _signed(torch: Any, name: str, kernel: Kernel) -> Kernel:
    """Vectors with NumPy's signs; both signs of a vector are right."""
    axis = -1 if name.startswith("right") else -2

    def vectors(a: Any) -> Any:
        found, own = kernel(a), torch.as_tensor(lookup(name).kernel(a.detach().numpy()))
        return found * torch.sgn(torch.sum(found.detach().conj() * own, dim=axis, keepdim=True))

    return vectors


def _ordered(torch: Any, name: str, kernel: Kernel) -> Kernel:
    """Eigenvalues and their vectors in NumPy's order; any order is right."""

    def ordered(a: Any) -> Any:
        found, own = kernel(a), torch.as_tensor(lookup(name).kernel(a.detach().numpy()))
        if name == "eigvals":
            apart = torch.abs(found.detach().unsqueeze(-1) - own.unsqueeze(-2))
            return torch.gather(found, -1, torch.argmin(apart, dim=-2))
        order = torch.argmax(torch.abs(found.detach().mH @ own), dim=-2)
        return torch.gather(found, -1, order.unsqueeze(-2).expand(found.shape))

    return ordered


def _framework(torch: Any) -> Framework:
    from graphviz_nn.evaluation.backends.pytorch import framework

    found = framework()
    own = {name: _ordered(torch, name, kernel) for name in EIGEN if callable(kernel := found.kernels[name])}
    own |= {name: _signed(torch, name, kernel) for name in VECTORS if callable(kernel := found.kernels[name])}
    return replace(found, kernels={**found.kernels, **own})


def computed(graph: Graph, names: list[str], values: Mapping[str, Array]) -> dict[str, Any]:
    """A tensor for every variable, such that those of `names` can be differentiated by.

    Raises
    ------
    UsageError
        If PyTorch isn't installed.
    GraphError
        If it has no kernel for an operation.
    """
    torch = imported("torch", "against='torch'")

    def seen(name: str, found: Any) -> Any:
        # Without a leaf to differentiate by, PyTorch records from here.
        return found if name not in names or found.requires_grad else found.detach().requires_grad_()

    found = {name: torch.as_tensor(np.array(value)).requires_grad_(name in names) for name, value in values.items()}
    for step in steps(Listing.of(graph), _framework(torch)):
        found[step.call.result] = seen(step.call.result, step.run(found))
    return found


def gradients(graph: Graph, of: str, names: list[str], values: Mapping[str, Array]) -> tuple[Array, dict[str, Array]]:
    """The value and the gradients, in float64.

    Raises
    ------
    UsageError
        If PyTorch isn't installed.
    GraphError
        If it has no kernel for an operation.
    """
    torch = imported("torch", "against='torch'")
    found = computed(graph, names, values)
    slopes = [None] * len(names)
    if found[of].requires_grad:
        slopes = torch.autograd.grad(found[of], [found[name] for name in names], allow_unused=True)
    zeros = {name: np.zeros(graph.variable(name).shape, graph.variable(name).dtype) for name in names}
    pairs = zip(names, slopes, strict=True)
    # PyTorch's gradient of a complex variable is the conjugate of ours.
    found_slopes = {name: zeros[name] if each is None else np.conj(each.resolve_conj().numpy()) for name, each in pairs}
    return found[of].detach().numpy(), found_slopes
