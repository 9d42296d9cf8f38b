"""Kernels of PyTorch, with one row for each operation that has another name there."""

import operator
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from graphviz_nn.evaluation.backends import pytorch_windows
from graphviz_nn.evaluation.backends.bessel import bessel
from graphviz_nn.evaluation.backends.calls import Kernel, Prepared
from graphviz_nn.evaluation.backends.engine import REFUSALS, Engine, Where, missing_device
from graphviz_nn.evaluation.backends.pytorch_indexing import add_at, getitem, set_at
from graphviz_nn.evaluation.backends.steps import Framework
from graphviz_nn.evaluation.backends.straight_line import StraightLine
from graphviz_nn.graph.ir import Array
from graphviz_nn.ops.rules import axes_numbers
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.transforms.passes.listing import Listing


def _over(function: Kernel) -> Kernel:
    def reduced(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        axes = axes_numbers(axis, x.ndim)
        return function(x, dim=axes, keepdim=keepdims) if axes else x

    return reduced


def _prod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    for each in reversed(axes_numbers(axis, x.ndim)):
        x = torch.prod(x, dim=each, keepdim=keepdims)
    return x


def _sum_to(x: Any, shape: tuple[int, ...]) -> Any:
    return x.sum_to_size(shape)


def _lower(a: Any) -> Any:
    # NumPy reads only the lower triangle, and of its diagonal the real part.
    below = torch.tril(a, -1)
    return below + below.mH + torch.diag_embed(_real(torch.diagonal(a, dim1=-2, dim2=-1)))


def _singular(part: int) -> Kernel:
    return lambda a: torch.linalg.svd(a, full_matrices=False)[part]


SPECIAL = ("erfc", "erfinv", "ndtr", "log_ndtr", "ndtri", "gammaln", "xlogy", "xlog1py", "gammainc", "gammaincc")


def _gamma(x: Any) -> Any:
    size = torch.exp(torch.special.gammaln(x))
    return torch.where((x < 0) & (torch.floor(x) % 2 != 0), -size, size)


def _betaln(a: Any, b: Any) -> Any:
    return torch.special.gammaln(a) + torch.special.gammaln(b) - torch.special.gammaln(a + b)


def _real(x: Any) -> Any:
    return torch.real(x) if x.is_complex() else x


def _lengths(x: Any, axes: tuple[int, ...], n: int) -> list[int]:
    """The lengths of a transform back to real numbers, of which the last is told."""
    return [*(x.shape[axis] for axis in axes[:-1]), n]


def kernels() -> dict[str, Kernel | Prepared]:
    """The kernels by operation; arguments have the dtypes that the call needs."""
    ufuncs = [name for name, op in OPS.items() if isinstance(op.kernel, np.ufunc) and hasattr(torch, name)]
    return {**{name: getattr(torch, name) for name in ufuncs}, **OWN}


NUMBERS = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "equal": operator.eq,
    "not_equal": operator.ne,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "power": operator.pow,
}
"""Operations of which either argument may be a plain number."""

OWN: dict[str, Kernel | Prepared] = {
    **NUMBERS,
    "cbrt": lambda a: torch.sign(a) * torch.abs(a) ** (1 / 3),
    "rint": torch.round,
    "erf": torch.erf,
    "root": lambda a: torch.where(a == 0, a, torch.sqrt(torch.where(a == 0, 1, a))),
    "stop_gradient": lambda a: a.detach(),
    "custom_gradient": lambda a, *_, rule, many=(): a,
    # PyTorch's own has no slope by its value at 0.
    "heaviside": lambda a, b: torch.where(a == 0, b, (a > 0).to(b.dtype)),
    # A neighbour moves with its number; the slope of a sign is 0.
    "nextafter": lambda a, b: a + (torch.nextafter(a.detach(), b.detach()) - a.detach()),
    "copysign": lambda a, b: torch.copysign(a, b.detach()),
    "spacing": lambda a: torch.nextafter(a.detach(), a.detach() + 1) - a.detach(),
    "where": torch.where,
    "outer": lambda a, b: torch.outer(a.reshape(-1), b.reshape(-1)),
    "sum": _over(torch.sum),
    "mean": _over(torch.mean),
    "prod": _prod,
    "cumsum": lambda x, axis: torch.cumsum(x, dim=axis),
    "cumprod": lambda x, axis: torch.cumprod(x, dim=axis),
    "max": _over(torch.amax),
    "min": _over(torch.amin),
    "any": lambda x, **attributes: _over(torch.any)(x != 0, **attributes),
    "all": lambda x, **attributes: _over(torch.all)(x != 0, **attributes),
    "invert": torch.bitwise_not,
    "left_shift": torch.bitwise_left_shift,
    "right_shift": torch.bitwise_right_shift,
    "argmax": lambda x, axis=None, keepdims=False: torch.argmax(x, dim=axis, keepdim=keepdims),
    "argmin": lambda x, axis=None, keepdims=False: torch.argmin(x, dim=axis, keepdim=keepdims),
    "sum_to": _sum_to,
    "reshape": lambda x, shape: x.reshape(shape),
    "transpose": lambda x, axes: x.permute(axes),
    "broadcast_to": lambda x, shape: x.expand(shape),
    "stack": lambda *arrays, axis: torch.stack(arrays, axis),
    "concatenate": lambda *arrays, axis: torch.cat(arrays, axis),
    "argsort": lambda x, axis: torch.argsort(x, dim=axis, stable=True),
    "einsum": lambda *arrays, subscripts: torch.einsum(subscripts, *arrays),
    "solve": lambda a, b: torch.linalg.solve(a, b.expand(*a.shape[:-2], *b.shape[-2:])),
    "eigenvectors": lambda a: torch.linalg.eigh(_lower(a))[1],
    "eigvalsh": lambda a: torch.linalg.eigvalsh(_lower(a)),
    "cholesky": lambda a: torch.linalg.cholesky(_lower(a)),
    "left_singular_vectors": _singular(0),
    "singular_values": torch.linalg.svdvals,
    "right_singular_vectors": _singular(2),
    **{name: getattr(torch.linalg, name) for name in ("inv", "det", "pinv")},
    "astype": lambda x, dtype: x.to(getattr(torch, dtype)),
    **{name: getattr(torch.special, name) for name in SPECIAL},
    "erfcinv": lambda x: torch.special.erfinv(1 - x),
    "gamma": _gamma,
    "rgamma": lambda x: 1 / _gamma(x),
    "beta": lambda a, b: torch.exp(_betaln(a, b)),
    "betaln": _betaln,
    "polygamma": lambda x, order: torch.special.polygamma(order, x),
    **bessel(torch, torch.special),
    "sinc": torch.sinc,
    "log_det": lambda a: torch.linalg.slogdet(a)[1],
    "det_sign": lambda a: torch.linalg.slogdet(a)[0],
    "qr_q": lambda a: torch.linalg.qr(a)[0],
    "qr_r": lambda a: torch.linalg.qr(a)[1],
    "eigvals": torch.linalg.eigvals,
    "right_eigenvectors": lambda a: torch.linalg.eig(a)[1],
    "real": _real,
    "imag": lambda x: torch.imag(x) if x.is_complex() else torch.zeros_like(x),
    "conjugate": lambda x: torch.conj(x).resolve_conj(),
    "fftn": lambda x, axes, norm="backward": torch.fft.fftn(x, dim=axes, norm=norm),
    "ifftn": lambda x, axes, norm="backward": torch.fft.ifftn(x, dim=axes, norm=norm),
    "rfftn": lambda x, axes, norm="backward": torch.fft.rfftn(_real(x), dim=axes, norm=norm),
    "irfftn": lambda x, axes, n, norm="backward": torch.fft.irfftn(x, _lengths(x, axes, n), dim=axes, norm=norm),
    **pytorch_windows.KERNELS,
    "getitem": Prepared(getitem),
    "add_at": Prepared(add_at),
    "set_at": Prepared(set_at),
}


def framework(device: Any = "cpu") -> Framework:
    """PyTorch on a device."""

    def cast(dtype: Any) -> Kernel:
        wanted = getattr(torch, dtype.name)
        return lambda x: x.to(wanted)

    def constant(value: Any, dtype: Any) -> Any:
        return torch.as_tensor(np.array(value, dtype), device=device)

    return Framework("PyTorch", kernels(), constant, cast, NUMBERS.__contains__)


def engine(listing: Listing, gradients: Mapping[str, str], where: Where) -> Engine:
    """The steps as eager operations on tensors.

    Raises
    ------
    UsageError
        If there is no such device.
    """
    where.refuse("torch", "mesh", "shard")
    device = _device(where.device)
    line = StraightLine(listing, framework(device))

    def enter(name: str, value: Any) -> Any:
        # PyTorch takes neither read-only arrays nor those that go backward.
        shared = value.flags.writeable and value.flags.c_contiguous
        return torch.as_tensor(value if shared else np.array(value, order="C"), device=device)

    def leave(found: Sequence[Any]) -> list[Array]:
        return [each.detach().cpu().numpy() for each in found]

    singular: type[Exception] = torch.linalg.LinAlgError  # type: ignore[attr-defined]
    return Engine(line.function, lambda: line.source, enter, leave, (*REFUSALS, singular))


def _device(wanted: Any) -> Any:
    known = ["cpu", *(f"cuda:{number}" for number in range(torch.cuda.device_count()))]
    known += ["mps"] if torch.backends.mps.is_available() else []
    try:
        device = torch.device("cpu" if wanted is None else wanted)
    except (RuntimeError, TypeError):
        raise missing_device(wanted, known) from None
    name = f"{device}:0" if device.type == "cuda" and device.index is None else str(device)
    if name not in known:
        raise missing_device(wanted, known)
    return device
