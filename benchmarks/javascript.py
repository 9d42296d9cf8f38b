"""Steps of training per second: programs in JavaScript, run by node, beside the same in NumPy.

Run ``python benchmarks/javascript.py``, with node on the PATH and ``OPENBLAS_NUM_THREADS=1``. Each row is a network,
all its data in every step; times are medians of five interleaved runs, in which node doesn't count its start.
"""

import json
import shutil
import subprocess
import tempfile
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

import graphviz_nn as gnn
from graphviz_nn.evaluation.javascript import emitted, runtime
from graphviz_nn.nn import cross_entropy, linear, softmax, tanh

ROUNDS, SECONDS = 5, 1.0
NETWORKS = {"2-8-8-2, 500 points": ((2, 8, 8, 2), 500), "784-32-10, 50 images": ((784, 32, 10), 50)}

MAIN = """
const given = JSON.parse(require("node:fs").readFileSync(0, "utf-8"));
const leaves = given.leaves.map((values) => Float64Array.from(values));
const program = PROGRAM(...given.constants.map((values) => Float64Array.from(values)));
const steps = (until) => {
  let count = 0;
  while (performance.now() < until) {
    const found = program(leaves);
    given.learned.forEach((place, k) => {
      const parameter = leaves[place];
      for (let i = 0; i < parameter.length; i++) parameter[i] -= 0.01 * found[k][i];
    });
    count++;
  }
  return count;
};
steps(performance.now() + 300);
const start = performance.now();
const count = steps(start + 1000 * given.seconds);
console.log((1000 * count) / (performance.now() - start));
"""


def program_of(sizes: tuple[int, ...], count: int) -> gnn.Program:
    """The gradients of a network over all examples."""

    def loss(x: Any, y: Any, **p: Any) -> Any:
        for number in range(1, len(sizes)):
            x = linear(x, p[f"W{number}"], p[f"b{number}"])
            x = softmax(x) if number == len(sizes) - 1 else tanh(x)
        return cross_entropy(x, y)

    specs = {f"W{k}": gnn.parameter((b, a)) for k, (a, b) in enumerate(pairwise(sizes), 1)}
    specs |= {f"b{k}": gnn.parameter(b) for k, b in enumerate(sizes[1:], 1)}
    graph = gnn.trace(loss, x=gnn.input(sizes[0]), y=gnn.target(sizes[-1]), **specs)
    both = gnn.gradient(gnn.batch(graph, over=("x", "y"), size=count, reduce="mean"))
    return gnn.compile(both, list(both.graph["gradients"].values()))


def feeds_of(program: gnn.Program) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    found = {name: 0.3 * rng.normal(size=leaf.shape) for name, leaf in program.leaves.items()}
    found["y"] = np.eye(found["y"].shape[1])[rng.integers(0, found["y"].shape[1], len(found["y"]))]
    return found


def in_numpy(program: gnn.Program) -> float:
    feeds = feeds_of(program)
    learned = [feeds[name] for name in program.graph.graph["gradients"]]
    values, count, start = list(feeds.values()), 0, perf_counter()
    while perf_counter() < start + SECONDS:
        for parameter, slope in zip(learned, program.steps(*values), strict=True):
            parameter -= 0.01 * slope
        count += 1
    return count / (perf_counter() - start)


def in_javascript(program: gnn.Program, folder: Path) -> float:
    made, feeds = emitted(program.graph, program.outputs), feeds_of(program)
    script = folder / "steps.js"
    script.write_text(f'"use strict";\n{runtime()}\nconst PROGRAM = {made.source};\n{MAIN}', encoding="utf-8")
    given = {
        "leaves": [feeds[name].ravel().tolist() for name in made.leaves],
        "constants": [each.tolist() for each in made.constants],
        "learned": [list(made.leaves).index(name) for name in program.graph.graph["gradients"]],
        "seconds": SECONDS,
    }
    command = [shutil.which("node") or "node", str(script)]
    return float(subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True).stdout)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, (sizes, count) in NETWORKS.items():
            program = program_of(sizes, count)
            found = [(in_javascript(program, Path(folder)), in_numpy(program)) for _ in range(ROUNDS)]
            here, there = (median(each) for each in zip(*found, strict=True))
            print(f"{name}: JavaScript {here:,.0f} steps a second, NumPy {there:,.0f}, {here / there:.2f} times")


if __name__ == "__main__":
    main()
