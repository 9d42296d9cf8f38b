"""Training steps on PyTorch, JAX and numba, beside the same models written for them by hand.

Run ``python benchmarks/backends.py``, or name workloads of `training_steps.py`: ``python benchmarks/backends.py a b``.
Times are CPU time in one process, medians of interleaved runs; each is loss and gradients, without the update. Set
``OPENBLAS_NUM_THREADS=1`` and ``OMP_NUM_THREADS=1``. PyTorch by hand is eager with `torch.autograd`, JAX by hand is
``jit(value_and_grad(loss))``, both on their own arrays; numba by hand is loops, forth and back.
`g` by hand takes and returns single numbers, as ours does; beside it stands the same on arrays.
"""

import argparse
from collections.abc import Callable
from functools import partial
from time import process_time
from typing import Any

import jax
import numpy as np
import torch
from interleave import medians
from training_steps import WORKLOADS, repeated, specs
from workloads import Workload, lenet, lenet_in_frameworks
from workloads.numba_by_hand import by_hand, of_arrays

import graphviz_nn as gnn

jax.config.update("jax_enable_x64", True)
torch.set_num_threads(1)
Step = Callable[[], Any]
GOALS = {"torch": 1.05, "jax": 1.05, "numba": 1.2}


class Torch:
    """The functions of NumPy that the workloads call, of PyTorch."""

    exp, log, sqrt, tanh, reshape = torch.exp, torch.log, torch.sqrt, torch.tanh, torch.reshape

    def sum(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return torch.sum(x, dim=axis, keepdim=keepdims)

    def mean(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return torch.mean(x, dim=axis, keepdim=keepdims)

    def max(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return torch.amax(x, dim=axis, keepdim=keepdims)

    def maximum(self, x: Any, y: Any) -> Any:
        return torch.clamp(x, min=y)

    def transpose(self, x: Any, axes: Any) -> Any:
        return torch.permute(x, axes)


def program_of(work: Workload, backend: str) -> gnn.Program:
    def plain(**arguments: Any) -> Any:
        return work.model(np, **arguments)

    both = gnn.gradient(gnn.trace(work.traced if is_lenet(work) else plain, **specs(work)))
    return gnn.compile(both, [both.outputs[0], *both.graph["gradients"].values()], backend=backend)


def is_lenet(work: Workload) -> bool:
    """Whether a workload is convolutions, which each framework has as one function."""
    return work.model is lenet.lenet


def given(work: Workload) -> dict[str, Any]:
    return {**work.data, **work.parameters}


def by_torch(work: Workload) -> tuple[Step, Step]:
    tensors = {name: torch.as_tensor(value) for name, value in given(work).items()}
    program = program_of(work, "torch")
    values = [tensors[name] for name in program.leaves]
    leaves = {name: each.clone().requires_grad_(name in work.parameters) for name, each in tensors.items()}
    parameters = [leaves[name] for name in work.parameters]

    def by_hand() -> Any:
        loss = lenet_in_frameworks.by_torch(**leaves) if is_lenet(work) else work.model(Torch(), **leaves)
        return loss, *torch.autograd.grad(loss, parameters)

    return by_hand, lambda: program.steps(*values)


def by_jax(work: Workload) -> tuple[Step, Step]:
    arrays = {name: jax.numpy.asarray(value) for name, value in given(work).items()}
    program = program_of(work, "jax")
    values = [arrays[name] for name in program.leaves]
    data = [arrays[name] for name in work.data]
    parameters = [arrays[name] for name in work.parameters]

    def loss(parameters: Any, *data: Any) -> Any:
        known = zip([*work.data, *work.parameters], [*data, *parameters], strict=True)
        model = lenet_in_frameworks.by_jax if is_lenet(work) else partial(work.model, jax.numpy)
        return model(**dict(known))

    step = jax.jit(jax.value_and_grad(loss))

    def by_hand() -> Any:
        loss, gradients = jax.block_until_ready(step(parameters, *data))
        return loss, *gradients

    return by_hand, lambda: jax.block_until_ready(program.steps(*values))


def by_numba(work: Workload) -> tuple[Step, Step]:
    program, known = program_of(work, "numba"), given(work)
    values = [known[name] for name in program.leaves]
    return by_hand(work), lambda: program.steps(*values)


def agree(found: Any, right: Any) -> None:
    for one, other in zip(found, right, strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-3, atol=1e-5)


def measured(key: str, backend: str, rounds: int) -> None:
    work = WORKLOADS[key]()
    start = process_time()
    theirs, ours = {"torch": by_torch, "jax": by_jax, "numba": by_numba}[backend](work)
    first = ours()
    compiled = process_time() - start
    agree([np.asarray(getattr(each, "detach", lambda each=each: each)()) for each in theirs()], first)
    start = process_time()
    theirs()
    times = max(1, round(0.02 / max(1e-6, process_time() - start)))
    things = {"by hand": theirs, "ours": ours, "NumPy": lambda: work.by_hand(**given(work))}
    if key == "g":
        things["arrays"] = of_arrays(work)
    counts = {name: max(1, times // 4) if name == "NumPy" else times for name in things}
    runs = {name: partial(repeated, each, counts[name]) for name, each in things.items()}
    found = {name: each / counts[name] for name, each in medians(runs, rounds, process_time).items()}
    ratio, goal = found["ours"] / found["by hand"], GOALS[backend]
    arrays = f"   loops over arrays by hand {1e6 * found['arrays']:.1f} µs" if "arrays" in found else ""
    print(
        f"{key:3} {backend:6} {1e6 * found['by hand']:10.1f} µs by hand  {1e6 * found['ours']:10.1f} µs ours  "
        f"{'ok  ' if ratio <= goal else 'SLOW'} {ratio:5.2f} (at most {goal})   of NumPy by hand "
        f"{found['by hand'] / found['NumPy']:.3f}, {found['ours'] / found['NumPy']:.3f}   "
        f"compiled in {compiled:.1f} s{arrays}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", default=["a", "b", "c", "d", "e", "f", "g"])
    parser.add_argument("--backend", choices=GOALS, action="append")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    for key in options.workloads:
        for backend in options.backend or GOALS:
            # PyTorch and JAX take single numbers one by one; by hand, that is minutes of compiling.
            if key in "abg" if backend == "numba" else key != "g":
                measured(key, backend, options.rounds)


if __name__ == "__main__":
    main()
