"""Large networks from traced graph to SVG, beside Graphviz's ``dot`` on the same graph; CPU time, children included.

Run ``python benchmarks/size.py``; ``--quick`` leaves out what takes minutes. No label is known from an earlier round.
Beside ``dot`` all operations are drawn: what folds is soon laid out. Every goal is printed with what was measured and,
in brackets, how many times that is of what it may be. Each picture that is refused is so in a process of its own.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from shutil import which

from interleave import cpu, medians, ratio, table
from large import chain, gated, gpt, mlp, numbers, resnet_50
from models import MODELS

import graphviz_nn as gnn
from graphviz_nn.errors import LayoutError, UsageError
from graphviz_nn.figure.options import Options
from graphviz_nn.layout import measure

ALL: Options = {"view": "operations", "repeats": "show"}
# Pictures of all operations, and how many times as long as dot each may take.
BESIDE_DOT = {
    f"{kind} of {count:,} operations": (partial(make, count), ALL, 1.5)
    for kind, make, counts in (("mlp", mlp, (99, 300, 999, 1998)), ("chain", chain, (100, 300, 1000, 2000)))
    for count in counts
}
# Pictures, and the seconds that each may take.
ALONE = {
    "ResNet-50 in layers": (resnet_50, {"view": "layers"}, 0.3),
    "ResNet-50 in operations": (resnet_50, {"view": "operations"}, 0.5),
    "GPT of 12 layers in layers": (gpt, {"view": "layers"}, 0.5),
    "GPT of 12 layers in operations": (gpt, {"view": "operations"}, 0.5),
}
# Small pictures in which many lines cross, and the seconds that each may take.
KALMAN = MODELS["kalman"]
TANGLED = {
    "single numbers": (numbers, {"view": "scalars"}, 5.0),
    "Kalman filter in layers with gradients": (
        lambda: KALMAN.graph,
        {"view": "layers", "feeds": KALMAN.feeds, "show": ("values", "gradients")},
        5.0,
    ),
}
# Pictures of 10,000 operations, and the seconds that each may take: folded, on a page, or until it is refused.
HUGE = {
    "chain in operations, folded": (partial(chain, 10_000), {"view": "operations"}, 3.0),
    "mlp in layers on a page": (partial(mlp, 9999), {"view": "layers", "width": "page"}, 5.0),
    "mlp in operations on a page": (partial(mlp, 9999), {"view": "operations", "width": "page"}, 5.0),
    "chain in operations on a page": (partial(chain, 10_000), {"view": "operations", "width": "page"}, 5.0),
}
# What can't be laid out, or not on a page: refused before, in so many seconds and GB.
REFUSED = {
    "chain of all 10,000 operations": (partial(chain, 10_000), ALL),
    "ResNet-50 in operations on a page": (resnet_50, {"view": "operations", "width": "page"}),
    "ResNet-50 in layers on a page": (resnet_50, {"view": "layers", "width": "page"}),
    "gated residual network in layers on a page": (
        partial(gated, 40),
        {"view": "layers", "repeats": "show", "width": "page"},
    ),
}
REFUSAL_SECONDS, REFUSAL_GB = 1.0, 0.5
# A folded picture of so many operations, the seconds that it may take and the GB, traced in a process of its own.
LARGEST, SECONDS, GB = 100_000, 30.0, 2.0
# What formats of a chain may take, in times of its SVG.
FORMATS = {".pdf": 3.0, ".pptx": 3.0}
# What a report on gradients as PDF may take, in times of its web page.
REPORT = 3.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="without what has more than 2,000 operations")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        alone = {**ALONE, **TANGLED} if options.quick else {**ALONE, **TANGLED, **HUGE}
        pictures = {**BESIDE_DOT, **alone}
        graphs = {said: make() for said, (make, *_) in pictures.items()}
        things = {
            said: partial(drawn, graphs[said], folder / "figure.svg", asked) for said, (_, asked, _) in pictures.items()
        }
        if which("dot"):
            for number, (said, (_, asked, _)) in enumerate(BESIDE_DOT.items()):
                source, answer = folder / f"{number}.gv", folder / "dot.svg"
                source.write_text(gnn.draw(graphs[said], **asked).digraph.source, encoding="utf-8")
                command = ["dot", "-Tsvg", "-o", answer, source]
                things[f"dot: {said}"] = partial(subprocess.run, command, check=True)
        found = medians(things, options.rounds, cpu)
        table(found)
        for said, (_, _, limit) in BESIDE_DOT.items():
            if f"dot: {said}" in found:
                ratio(found, said, f"dot: {said}", limit)
        for said, (_, _, limit) in alone.items():
            goal(said, found[said], limit, "s")
        operations = 1000 if options.quick else 5000
        graph = chain(operations)
        kinds = [".svg", *FORMATS]
        things = {kind: partial(drawn, graph, folder / f"chain{kind}", {"view": "operations"}) for kind in kinds}
        formats = medians(things, 1, cpu)
        model = next(iter(MODELS.values()))
        things = {
            f"report{kind}": partial(gnn.gradient_report, model.graph, model.feeds, folder / f"report{kind}")
            for kind in (".html", ".pdf")
        }
        reports = medians(things, options.rounds, cpu)
    for said in REFUSED:
        seconds, used = alone_in_a_process(refused, said)
        goal(f"{said}, refused", seconds, REFUSAL_SECONDS, "s")
        goal(f"{said}, refused", used, REFUSAL_GB, "GB")
    if not options.quick:
        seconds, used = alone_in_a_process(largest)
        goal(f"chain of {LARGEST:,} operations, folded", seconds, SECONDS, "s")
        goal(f"chain of {LARGEST:,} operations, folded", used, GB, "GB")
    print(f"a chain of {operations:,} operations")
    table(formats)
    for kind, limit in FORMATS.items():
        ratio(formats, kind, ".svg", limit)
    table(reports)
    ratio(reports, "report.pdf", "report.html", REPORT)


def goal(said: str, found: float, limit: float, unit: str) -> None:
    """Print what was measured beside what it may be."""
    word = "ok  " if found <= limit else "SLOW"
    print(f"{word}  {said}: {found:.2f} {unit} (at most {limit:g} {unit}: {found / limit:.2f})")


def alone_in_a_process(work: Callable[..., tuple[float, float]], *given: str) -> tuple[float, float]:
    """What a process of its own measures."""
    with ProcessPoolExecutor(1, get_context("spawn")) as own:
        return own.submit(work, *given).result()


def refused(said: str) -> tuple[float, float]:
    """The seconds until a picture is refused, once the package is loaded, and the memory of its process, in GB."""
    make, asked = REFUSED[said]
    graph = make()
    gnn.draw(chain(5), view="operations", width="page")
    start = cpu()
    with suppress(LayoutError, UsageError):
        gnn.draw(graph, **asked)
        raise AssertionError(f"{said} is drawn")
    return cpu() - start, memory()


def largest() -> tuple[float, float]:
    """The seconds that the largest picture takes, and the memory of its process, in GB."""
    graph = chain(LARGEST)
    start = cpu()
    with tempfile.TemporaryDirectory() as folder:
        gnn.draw(graph, Path(folder) / "figure.svg", view="operations")
    return cpu() - start, memory()


def memory() -> float:
    """The most memory that this process had, in GB; what `getrusage` gives is also that of the process before it."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1e6


def drawn(graph: gnn.Graph, to: Path, asked: Options) -> None:
    """Draw with labels that are new; what is too large is refused."""
    for known in measure.KNOWN:
        known.cache_clear()
    with suppress(LayoutError):
        gnn.draw(graph, to, **asked)


if __name__ == "__main__":
    main()
