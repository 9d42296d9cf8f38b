"""How fast Chromium shows the page of a large model, and how large the file is.

`python benchmarks/explorer.py` makes models of 1,000 to 10,000 operations, with modules and without, writes their pages
and opens them in headless Chromium. `--operations N` takes other sizes. Times count from the navigation: "first paint"
is the browser's own entry, "shown" is when the script has painted; "open all" and "search" are what one click and one
key then take, until the next frame. Each is the median of five; those of Python are seconds of CPU time.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from browser import CHROMIUM, MISSING, Browser, browser

RUNS = 5
# A layer of the transformer below has so many operations.
OPERATIONS_OF_A_LAYER = 57


def transformer(operations: int) -> gnn.Graph:
    """A GPT of as many layers as that takes, each a function of attention and a perceptron."""
    width, tokens, heads = 64, 8, 4

    @gnn.function
    def layer(x, weights):
        normed = nn.layer_norm(x, weights["scale1"], weights["shift1"])
        x = x + nn.multi_head_attention(normed, *(weights[name] for name in "QKVO"), heads=heads)
        normed = nn.layer_norm(x, weights["scale2"], weights["shift2"])
        hidden = nn.gelu(nn.linear(normed, weights["W1"], weights["b1"]))
        return x + nn.linear(hidden, weights["W2"], weights["b2"])

    def model(x, layers):
        for weights in layers:
            x = layer(x, weights)
        return x

    def weights():
        vectors = {name: gnn.parameter(width) for name in ("scale1", "shift1", "scale2", "shift2", "b2")}
        return {
            **vectors,
            **{name: gnn.parameter((width, width)) for name in "QKVO"},
            "W1": gnn.parameter((4 * width, width)),
            "b1": gnn.parameter(4 * width),
            "W2": gnn.parameter((width, 4 * width)),
        }

    count = max(1, round(operations / OPERATIONS_OF_A_LAYER))
    return gnn.trace(model, x=gnn.input((tokens, width)), layers=[weights() for _ in range(count)])


def steps(operations: int) -> gnn.Graph:
    """Steps in no module, each of which also takes what was six steps before."""

    def model(x):
        values = [x]
        for _ in range(operations // 3):
            values.append(np.tanh(values[-1] * 0.5) + values[max(0, len(values) - 7)])
        return values[-1]

    return gnn.trace(model, x=gnn.input(3))


MODELS: dict[str, Callable[[int], gnn.Graph]] = {"transformer": transformer, "steps": steps}
NEXT_FRAME = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
PAINT = """new Promise(done => new PerformanceObserver(list => done(list.getEntries()[0].startTime))
    .observe({ type: "paint", buffered: true }))"""

SHOWN = "performance.getEntriesByName('shown')[0].startTime"


def timed(page: Browser, deed: str) -> float:
    """Milliseconds from a deed in a page to the next frame."""
    return page.js(
        f"(async () => {{ const start = performance.now(); {deed}; await {NEXT_FRAME};"
        " return performance.now() - start; })()"
    )


def opened(page: Browser, url: str) -> dict[str, float]:
    page.open(url)
    page.js(NEXT_FRAME)
    found = {
        "first paint, ms": page.js(PAINT),
        "shown, ms": page.js("performance.getEntriesByName('shown')[0].startTime"),
    }
    found["open all, ms"] = timed(page, "document.getElementById('open').click()")
    write = "const find = document.getElementById('find'); find.value = '8x64'; find.dispatchEvent(new Event('input'))"
    found["search, ms"] = timed(page, write)
    return found


def rows(sizes: list[int]) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder, browser() as page:
        for name, made in MODELS.items():
            for size in sizes:
                start = time.process_time()
                graph = made(size)
                traced = time.process_time()
                path = gnn.explore(graph, Path(folder, f"{name}_{size}.html"))
                written = time.process_time()
                count, bytes_ = len(graph.operations), path.stat().st_size
                runs = [opened(page, path.as_uri()) for _ in range(RUNS)]
                assert not page.problems, page.problems
                yield {
                    "model": name,
                    "operations": f"{count:,}",
                    "trace, s": f"{traced - start:.1f}",
                    "write, s": f"{written - traced:.1f}",
                    "KB": f"{bytes_ / 1000:,.0f}",
                    "KB / 1,000": f"{bytes_ / count:.0f}",
                    **{key: f"{median(run[key] for run in runs):,.0f}" for key in runs[0]},
                }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, nargs="+", default=[1_000, 3_000, 10_000], metavar="N")
    if CHROMIUM is None:
        sys.exit(MISSING)
    for number, row in enumerate(rows(parser.parse_args().operations)):
        if not number:
            print(f"| {' | '.join(row)} |\n|{'---|' * len(row)}")
        print(f"| {' | '.join(row.values())} |", flush=True)


if __name__ == "__main__":
    main()
