"""Steps of training beside the same by hand in NumPy, beside autograd and, for single numbers, beside micrograd.

Run ``python benchmarks/training_steps.py``, or name workloads: ``python benchmarks/training_steps.py b c``. Times are
CPU time, medians of interleaved runs; each run is as many steps as take about 50 ms by hand. Set
``OPENBLAS_NUM_THREADS=1``. Each workload has a process of its own, because freeing large arrays changes for good how
long others take. Peak memory is that of two steps, with what is kept between them.
"""

import argparse
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from functools import partial
from time import process_time
from typing import Any

import numpy as np
from interleave import medians
from workloads import Workload, dense, lenet, scalars, transformer

import graphviz_nn as gnn

WORKLOADS: dict[str, Callable[[], Workload]] = {
    "a": lambda: dense.net("2-3-2, batch 1", 1),
    "b": lambda: dense.net("2-3-2, batch 500", 500),
    "c": lambda: dense.mlp("MLP 784-256-128-10, float32", (256, 128), "float32"),
    "c64": lambda: dense.mlp("the same, float64", (256, 128), "float64"),
    "d": lambda: dense.mlp("MLP 784-4096-4096-10, float32", (4096, 4096), "float32"),
    "e": lambda: lenet.workload("LeNet-5, batch 64, float32"),
    "f": lambda: transformer.workload("transformer block, float32"),
    "g": lambda: scalars.workload("10,000 operations of single numbers"),
}
Step = Callable[[], float]


def updated(parameters: dict[str, Any], gradients: Any, rate: float) -> None:
    for (name, value), gradient in zip(list(parameters.items()), gradients, strict=True):
        if isinstance(value, float):
            parameters[name] = value - rate * float(gradient)
        else:
            value -= rate * gradient


def fresh(work: Workload) -> dict[str, Any]:
    return {name: value if isinstance(value, float) else value.copy() for name, value in work.parameters.items()}


def by_hand(work: Workload) -> Step:
    parameters = fresh(work)

    def step() -> float:
        loss, *gradients = work.by_hand(**work.data, **parameters)
        updated(parameters, gradients, work.rate)
        return float(loss)

    return step


def specs(work: Workload) -> dict[str, Any]:
    def spec(make: Any, value: Any) -> Any:
        return make(np.shape(value), dtype=np.asarray(value).dtype.name)

    makers = {"y": gnn.target}
    data = {name: spec(makers.get(name[0], gnn.input), value) for name, value in work.data.items()}
    return {**data, **{name: spec(gnn.parameter, value) for name, value in work.parameters.items()}}


def program_of(work: Workload, *, layers: bool = False) -> gnn.Program:
    def plain(**arguments: Any) -> Any:
        return work.model(np, **arguments)

    graph = gnn.trace(work.traced if layers and work.traced else plain, **specs(work))
    both = gnn.gradient(graph)
    return gnn.compile(both, [both.outputs[0], *both.graph["gradients"].values()])


def ours(work: Workload, *, layers: bool = False) -> Step:
    program, parameters = program_of(work, layers=layers), fresh(work)

    def step() -> float:
        loss, *gradients = program.steps(*work.data.values(), *parameters.values())
        updated(parameters, gradients, work.rate)
        return float(loss)

    return step


def called(work: Workload) -> Step:
    program, parameters = program_of(work), fresh(work)

    def step() -> float:
        loss, *gradients = program({**work.data, **parameters}).values()
        updated(parameters, gradients, work.rate)
        return float(loss)

    return step


def by_autograd(work: Workload) -> Step:
    import autograd
    import autograd.numpy as anp

    names, parameters = list(work.parameters), fresh(work)
    both = autograd.value_and_grad(lambda given: work.model(anp, **work.data, **dict(zip(names, given, strict=True))))

    def step() -> float:
        loss, gradients = both(tuple(parameters.values()))
        updated(parameters, gradients, work.rate)
        return float(loss)

    return step


def by_micrograd(work: Workload) -> Step:
    from micrograd.engine import Value

    parameters = fresh(work)

    def step() -> float:
        values = {name: Value(each) for name, each in parameters.items()}
        loss = scalars.network(*scalars.arranged({**work.data, **values}), lambda z: z.relu())
        loss.backward()
        updated(parameters, [each.grad for each in values.values()], work.rate)
        return float(loss.data)

    return step


CONTENDERS = {"by hand": by_hand, "steps": ours, "call": called}
PEERS = {"autograd": by_autograd, "micrograd": by_micrograd}
GOALS = {"a": 1.1, "b": 1.1, "c": 1.0, "d": 1.0, "e": 0.6, "f": 1.0, "g": 1.3}
SLOW = ("autograd", "micrograd")


def agree(steps: dict[str, Step], work: Workload) -> None:
    """Losses after five steps, relative to those by hand."""
    losses = {name: [step() for _ in range(5)][-1] for name, step in steps.items()}
    single = any(np.asarray(each).dtype == "float32" for each in work.parameters.values())
    for name, loss in losses.items():
        assert abs(loss - losses["by hand"]) <= (1e-5 if single else 1e-10) * abs(losses["by hand"]), (name, losses)


def repeated(step: Step, times: int) -> None:
    for _ in range(times):
        step()


def measured(key: str, rounds: int, peers: bool) -> None:
    work = WORKLOADS[key]()
    steps = {name: make(work) for name, make in CONTENDERS.items()}
    if work.traced is not None:
        steps["layers"] = ours(work, layers=True)
    if peers:
        steps.update((name, PEERS[name](work)) for name in work.peers)
    agree(steps, work)
    start = process_time()
    steps["by hand"]()
    times = max(1, round(0.05 / max(1e-6, process_time() - start)))
    counts = {name: max(1, times // (20 if name in SLOW else 1)) for name in steps}
    things = {name: partial(repeated, step, counts[name]) for name, step in steps.items()}
    found = {name: each / counts[name] for name, each in medians(things, rounds, process_time).items()}
    base = found["by hand"]
    shown = "  ".join(f"{name} {each / base:6.2f}" for name, each in found.items() if name != "by hand")
    print(f"{key:4}{1000 * base:9.3f} ms by hand  {shown}   (goal {GOALS.get(key, 1.0)})   {work.name}", flush=True)
    for peer in [each for each in PEERS if each in found]:
        times = ", ".join(f"{found[peer] / found[name]:.1f} times {name}" for name in ("steps", "call"))
        print(f"    {peer} takes {times}", flush=True)


def peak(key: str, name: str) -> None:
    """Print the most memory that two steps take, in bytes, with what the first one keeps."""
    step = CONTENDERS[name](WORKLOADS[key]())
    tracemalloc.start()
    step()
    step()
    print(tracemalloc.get_traced_memory()[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", default=[*WORKLOADS])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--no-memory", action="store_true")
    parser.add_argument("--peak", nargs=2)
    parser.add_argument("--alone", action="store_true", help="measure in this process")
    options = parser.parse_args()
    if options.peak:
        peak(*options.peak)
        return
    if options.alone:
        for key in options.workloads:
            measured(key, options.rounds, not options.no_peers)
        return
    more = ["--no-peers"] * options.no_peers
    for key in options.workloads:
        subprocess.run([sys.executable, __file__, key, "--alone", "--rounds", str(options.rounds), *more], check=True)
    for key in [] if options.no_memory else options.workloads:
        found = [
            int(subprocess.run([sys.executable, __file__, "--peak", key, name], capture_output=True, check=True).stdout)
            for name in ("by hand", "steps")
        ]
        print(f"{key:4}{found[0] / 1e6:9.2f} MB by hand  steps {found[1] / found[0]:6.2f}")


if __name__ == "__main__":
    main()
