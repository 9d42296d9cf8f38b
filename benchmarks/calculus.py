"""`value_and_grad` of a plain function beside autograd's, the same by hand, and a program called with feeds.

Run ``OPENBLAS_NUM_THREADS=1 python benchmarks/calculus.py``, or name workloads of `training_steps.py`: ``a b c g``.
Times are CPU time in one process, medians of interleaved runs. The function takes dicts of arrays, as one calls it in a
loop of training; the first call traces and compiles.
"""

import sys
from functools import partial
from time import process_time

import autograd
import autograd.numpy
import numpy as np
from interleave import medians, ratio
from training_steps import WORKLOADS

import graphviz_nn as gnn

ROUNDS = 15


def repeated(call, times):
    def run():
        for _ in range(times):
            call()

    return run


def first(make, *arguments):
    """Seconds of a first call."""
    start = process_time()
    make()(*arguments)
    return process_time() - start


def compared(work):
    def on(module):
        return lambda parameters, data: work.model(module, **data, **parameters)

    def by_hand(parameters, data):
        value, *gradients = work.by_hand(**data, **parameters)
        return value, dict(zip(parameters, gradients, strict=True))

    # Before anything is kept for the code of this function.
    arguments = (work.parameters, work.data)
    ours_first = first(lambda: gnn.value_and_grad(on(np)), *arguments)
    theirs_first = first(lambda: autograd.value_and_grad(on(autograd.numpy)), *arguments)
    specs = {
        name: gnn.parameter(np.shape(value), dtype=np.asarray(value).dtype.name)
        for name, value in work.parameters.items()
    }
    data = {name: gnn.input(np.shape(value), dtype=np.asarray(value).dtype.name) for name, value in work.data.items()}
    both = gnn.gradient(gnn.trace(lambda **given: work.model(np, **given), **data, **specs))
    program = gnn.compile(both, [both.outputs[0], *both.graph["gradients"].values()])
    ours, theirs = gnn.value_and_grad(on(np)), autograd.value_and_grad(on(autograd.numpy))
    (value, gradient), (expected, others) = ours(*arguments), theirs(*arguments)
    assert np.isclose(value, expected) and all(np.allclose(gradient[name], others[name]) for name in others)
    calls = {
        "by hand": partial(by_hand, *arguments),
        "value_and_grad": partial(ours, *arguments),
        "program(feeds)": partial(program, {**work.parameters, **work.data}),
        "autograd": partial(theirs, *arguments),
    }
    counts = {name: max(1, round(0.02 / first(lambda call=call: call))) for name, call in calls.items()}
    things = {name: repeated(call, counts[name]) for name, call in calls.items()}
    found = {name: each / counts[name] for name, each in medians(things, ROUNDS, process_time).items()}
    print(f"\n{work.name}, a call")
    for name, seconds in found.items():
        print(f"{seconds * 1e6:9.1f} us  {seconds / found['by hand']:6.2f}  {name}")
    print(f"      autograd takes {found['autograd'] / found['value_and_grad']:.1f} times value_and_grad")
    ratio(found, "value_and_grad", "autograd", 1 / 3)
    ratio(found, "value_and_grad", "program(feeds)", 1.0)
    print(f"{ours_first * 1e3:9.1f} ms  the first call, autograd's {theirs_first * 1e3:.1f} ms")


def main():
    # What is imported at the first call of all doesn't count.
    gnn.grad(np.sin)(1.0), autograd.grad(autograd.numpy.sin)(1.0)
    for each in sys.argv[1:] or "abcg":
        compared(WORKLOADS[each]())


if __name__ == "__main__":
    main()
