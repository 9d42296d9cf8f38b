"""Large networks from traced graph to SVG, beside Graphviz's ``dot`` on the same graph; CPU time, children included.

Run ``python benchmarks/size.py``; ``--quick`` leaves out what takes minutes. No label is known from an earlier round.
"""

import argparse
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from shutil import which

from interleave import cpu, medians, ratio, table
from large import chain, gpt, mlp, resnet_50

import graphviz_nn as gnn
from graphviz_nn.layout import measure

# Pictures, and how many times as long as dot each may take.
BESIDE_DOT = {
    "mlp of 999 operations": (partial(mlp, 999), "operations", 1.5),
    "mlp of 1,998 operations": (partial(mlp, 1998), "operations", 1.5),
    "chain of 1,000 operations": (partial(chain, 1000), "operations", 1.5),
    "chain of 2,000 operations": (partial(chain, 2000), "operations", 1.5),
}
# Pictures, and the seconds that each may take.
ALONE = {
    "ResNet-50 in layers": (resnet_50, "layers", 0.3),
    "ResNet-50 in operations": (resnet_50, "operations", 0.5),
    "GPT of 12 layers in layers": (gpt, "layers", 0.5),
    "GPT of 12 layers in operations": (gpt, "operations", 0.5),
}
# What formats of a chain may take, in times of its SVG.
FORMATS = {".pdf": 3.0, ".pptx": 3.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="without a chain of 5,000 operations")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pictures = {**BESIDE_DOT, **ALONE}
        graphs = {said: make() for said, (make, *_) in pictures.items()}
        things = {
            said: partial(drawn, graphs[said], folder / "figure.svg", view) for said, (_, view, _) in pictures.items()
        }
        if which("dot"):
            for number, (said, (_, view, _)) in enumerate(BESIDE_DOT.items()):
                source, answer = folder / f"{number}.gv", folder / "dot.svg"
                source.write_text(gnn.draw(graphs[said], view=view).digraph.source, encoding="utf-8")
                command = ["dot", "-Tsvg", "-o", answer, source]
                things[f"dot: {said}"] = partial(subprocess.run, command, check=True)
        found = medians(things, options.rounds, cpu)
        table(found)
        for said, (_, _, limit) in BESIDE_DOT.items():
            if f"dot: {said}" in found:
                ratio(found, said, f"dot: {said}", limit)
        for said, (_, _, limit) in ALONE.items():
            print(f"{'ok  ' if found[said] <= limit else 'SLOW'}  {said}: {found[said]:.2f} s (at most {limit:g} s)")
        operations = 1000 if options.quick else 5000
        graph = chain(operations)
        kinds = [".svg", *FORMATS]
        things = {kind: partial(drawn, graph, folder / f"chain{kind}", "operations") for kind in kinds}
        found = medians(things, 1, cpu)
    print(f"a chain of {operations:,} operations")
    table(found)
    for kind, limit in FORMATS.items():
        ratio(found, kind, ".svg", limit)


def drawn(graph: gnn.Graph, to: Path, view: str) -> None:
    """Draw with labels that are new."""
    for known in measure.KNOWN:
        known.cache_clear()
    gnn.draw(graph, to, view=view)


if __name__ == "__main__":
    main()
