"""Modules of PyTorch to SVG on disk, beside torchviz and torchview; CPU time, that of ``dot`` included.

Run ``python benchmarks/peers.py`` where PyTorch and Graphviz's ``dot`` are installed; the peers are installed by
``pip install torchview torchviz graphviz``. Each gets the same module and the same input, and traces it anew. torchviz
draws the gradient's functions, torchview the modules and tensors to a depth of 3; our full picture has all operations.
"""

import argparse
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torchview
import torchviz
from interleave import cpu, medians, ratio, table

import graphviz_nn as gnn
from graphviz_nn.figure.options import Options
from graphviz_nn.layout import measure

sys.path.append(str(Path(__file__).parent.parent / "examples" / "gallery"))
from gpt2 import GPT2
from resnet50 import ResNet50

MODELS = {
    "ResNet-50": (ResNet50, lambda: torch.rand(1, 3, 224, 224)),
    "GPT-2 of 12 layers": (GPT2, lambda: torch.zeros(1, 64, dtype=torch.int64)),
}
FULL: Options = {"view": "operations", "repeats": "show"}
BLOCKS: Options = {"view": "blocks"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    for name, (made, given) in MODELS.items():
        module, example = made().eval(), given()
        with tempfile.TemporaryDirectory() as folder:
            to = Path(folder)
            things = {
                "all operations": partial(ours, module, example, to / "full.svg", FULL),
                "blocks": partial(ours, module, example, to / "blocks.svg", BLOCKS),
                "tracing alone": partial(gnn.trace, module, example),
                "torch.export alone": partial(torch.export.export, module, (example,), strict=False),
                "torchviz": partial(by_torchviz, module, example, to / "torchviz"),
                "torchview": partial(by_torchview, module, example, to / "torchview"),
            }
            found = medians(things, options.rounds, cpu)
        print(name)
        table(found)
        ratio(found, "all operations", "torchviz", 1.0)
        ratio(found, "blocks", "torchview", 1.0)


def ours(module: Any, example: Any, to: Path, asked: Options) -> None:
    """Draw with labels that are new."""
    for known in measure.KNOWN:
        known.cache_clear()
    gnn.draw(module, to, example=example, **asked)


def by_torchviz(module: Any, example: Any, to: Path) -> None:
    torchviz.make_dot(module(example), params=dict(module.named_parameters())).render(to, format="svg")


def by_torchview(module: Any, example: Any, to: Path) -> None:
    torchview.draw_graph(module, input_data=example, device="cpu").visual_graph.render(to, format="svg")


if __name__ == "__main__":
    main()
