"""Gradients by PyTorch, with one row for each operation that has another name there."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from graphviz_nn.evaluation.frameworks import Kernel, imported, run
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.ops.indexing import resolved
from graphviz_nn.ops.rules import axes_numbers
from graphviz_nn.tracing.registry import OPS


def _table(torch: Any) -> dict[str, Kernel]:
    """Operations with another name in `torch`, or other arguments."""

    def real(x: Any) -> Any:
        return x if x.is_floating_point() else x.to(torch.float64)

    def together(*arrays: Any) -> list[Any]:
        dtype = torch.float64 if any(each.is_floating_point() for each in arrays) else arrays[0].dtype
        return [each.to(dtype) for each in arrays]

    def places(x_shape: tuple[int, ...], arrays: Any, index: Any) -> Any:
        numbers = np.arange(int(np.prod(x_shape, dtype=int))).reshape(x_shape)
        chosen = numbers[resolved(index, tuple(each.detach().numpy() for each in arrays))]
        return torch.as_tensor(np.array(chosen))

    def getitem(x: Any, *arrays: Any, index: Any) -> Any:
        return x.reshape(-1)[places(tuple(x.shape), arrays, index)]

    def add_at(g: Any, *arrays: Any, index: Any, shape: Any) -> Any:
        chosen = places(shape, arrays, index)
        flat = torch.zeros(int(np.prod(shape, dtype=int)), dtype=g.dtype)
        return flat.index_add(0, chosen.reshape(-1), g.expand(chosen.shape).reshape(-1)).reshape(shape)

    def over(function: Any) -> Kernel:
        def reduced(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
            axes = axes_numbers(axis, x.ndim)
            return function(x, dim=axes, keepdim=keepdims) if axes else x * 1

        return reduced

    def prod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        for each in reversed(axes_numbers(axis, x.ndim)):
            x = torch.prod(x, dim=each, keepdim=keepdims)
        return x

    def search(function: Any) -> Kernel:
        return lambda x, axis=None, keepdims=False: function(x, dim=axis, keepdim=keepdims)

    def lower(a: Any) -> Any:
        # NumPy reads only the lower triangle.
        return torch.tril(a) + torch.tril(a, -1).mT

    def turned(vectors: Any, as_here: Any) -> Any:
        # Both signs of a vector are right; use NumPy's.
        return torch.sign(torch.sum(vectors.detach() * torch.as_tensor(as_here), dim=-2, keepdim=True))

    def eigenvectors(a: Any) -> Any:
        found = torch.linalg.eigh(lower(a))[1]
        return found * turned(found, np.linalg.eigh(a.detach().numpy())[1])

    def singular_vectors(a: Any) -> tuple[Any, Any]:
        left, _, right = torch.linalg.svd(a, full_matrices=False)
        turn = turned(left, np.linalg.svd(a.detach().numpy(), full_matrices=False)[0])
        return left * turn, turn.mT * right

    def sum_to(x: Any, shape: Any) -> Any:
        lead = x.ndim - len(shape)
        axes = (*range(lead), *(i + lead for i, n in enumerate(shape) if n == 1 and x.shape[i + lead] != 1))
        return (x.sum(dim=axes) if axes else x).reshape(shape)

    return {
        "power": lambda a, b: torch.pow(*together(a, b)),
        "matmul": lambda a, b: torch.matmul(*together(a, b)),
        "outer": lambda a, b: torch.outer(*together(a.reshape(-1), b.reshape(-1))),
        "cbrt": lambda a: torch.sign(a) * torch.abs(a) ** (1 / 3),
        "rint": torch.round,
        "root": lambda a: torch.where(a == 0, a, torch.sqrt(torch.where(a == 0, 1.0, a))),
        "stop_gradient": lambda a: a.detach(),
        "equal": torch.eq,
        "maximum": lambda a, b: torch.maximum(*together(a, b)),
        "minimum": lambda a, b: torch.minimum(*together(a, b)),
        "where": lambda condition, a, b: torch.where(condition.to(torch.bool), *together(a, b)),
        "sum": over(torch.sum),
        "mean": lambda x, axis=None, keepdims=False: over(torch.mean)(real(x), axis, keepdims),
        "prod": prod,
        "max": over(torch.amax),
        "min": over(torch.amin),
        "argmax": search(torch.argmax),
        "argmin": search(torch.argmin),
        "sum_to": sum_to,
        "reshape": lambda x, shape: torch.reshape(x, shape),
        "transpose": lambda x, axes: torch.permute(x, axes),
        "broadcast_to": lambda x, shape: torch.broadcast_to(x, shape),
        "stack": lambda *arrays, axis: torch.stack(together(*arrays), axis),
        "concatenate": lambda *arrays, axis: torch.cat(together(*arrays), axis),
        "argsort": lambda x, axis: torch.argsort(x, dim=axis, stable=True),
        "einsum": lambda *arrays, subscripts: torch.einsum(subscripts, *together(*arrays)),
        "solve": lambda a, b: torch.linalg.solve(*together(a, b.expand(*a.shape[:-2], *b.shape[-2:]))),
        "eigenvectors": eigenvectors,
        "eigvalsh": lambda a: torch.linalg.eigvalsh(lower(a)),
        "cholesky": lambda a: torch.linalg.cholesky(lower(a)),
        "left_singular_vectors": lambda a: singular_vectors(a)[0],
        "singular_values": torch.linalg.svdvals,
        "right_singular_vectors": lambda a: singular_vectors(a)[1],
        **{name: getattr(torch.linalg, name) for name in ("inv", "det", "pinv")},
        "astype": lambda x, dtype: x.to(getattr(torch, dtype)),
        "getitem": getitem,
        "add_at": add_at,
    }


def computed(graph: Graph, names: list[str], values: Mapping[str, Array]) -> dict[str, Any]:
    """A tensor for every variable, such that those of `names` can be differentiated by.

    Raises
    ------
    UsageError
        If PyTorch isn't installed.
    """
    torch = imported("torch")
    own = _table(torch)

    def kernel(name: str) -> Kernel | None:
        return own.get(name) or (getattr(torch, name, None) if name in OPS else None)

    def tensor(value: Any) -> Any:
        return torch.as_tensor(np.array(value))

    def seen(name: str, found: Any) -> Any:
        # Without a leaf to differentiate by, PyTorch records from here.
        return found if name not in names or found.requires_grad else found.detach().requires_grad_()

    leaves = {name: tensor(value).requires_grad_(name in names) for name, value in values.items()}
    return run(graph, leaves, kernel, tensor, seen)


def gradients(graph: Graph, of: str, names: list[str], values: Mapping[str, Array]) -> tuple[Array, dict[str, Array]]:
    """The value and the gradients, in float64.

    Raises
    ------
    UsageError
        If PyTorch isn't installed.
    """
    torch = imported("torch")
    found = computed(graph, names, values)
    slopes = [None] * len(names)
    if found[of].requires_grad:
        slopes = torch.autograd.grad(found[of], [found[name] for name in names], allow_unused=True)
    zeros = {name: np.zeros(graph.variable(name).shape) for name in names}
    pairs = zip(names, slopes, strict=True)
    return found[of].detach().numpy(), {name: zeros[name] if each is None else each.numpy() for name, each in pairs}
