"""A small figure from traced graph to SVG on disk, beside the bare layout and other tools.

Run ``python benchmarks/drawing.py``. Graphviz's ``dot`` and torchview are compared where they are installed.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path
from unittest.mock import patch

from interleave import medians, ratio, table

import graphviz_nn as gnn
from graphviz_nn.layout import engine


def loss(x, y, theta):
    y_hat = theta @ x
    return (y_hat - y) ** 2


def layout_source(graph: gnn.Graph) -> str:
    """The DOT text that drawing a graph hands to the layout engine."""
    sent = []
    original = engine.ENGINES["wasm"]
    with patch.dict(engine.ENGINES, wasm=lambda source: (sent.append(source), original(source))[1]):
        gnn.draw(graph, engine="wasm")
    return sent[0]


def main() -> None:
    graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2))
    source = layout_source(graph)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        things = {
            "draw": lambda: gnn.draw(graph, folder / "figure.svg"),
            "layout": lambda: engine.ENGINES["wasm"](source),
        }
        if shutil.which("dot"):
            (folder / "figure.dot").write_text(gnn.draw(graph).digraph.source, encoding="utf-8")
            command = ["dot", "-Tsvg", "-o", folder / "dot.svg", folder / "figure.dot"]
            things["dot"] = lambda: subprocess.run(command, check=True)
        try:
            things["torchview"] = torchview(folder)
        except ImportError:
            print("torchview isn't installed, so it isn't compared")
        found = medians(things, 40)
    table(found)
    ratio(found, "draw", "layout", 4.0)
    for other in ("dot", "torchview"):
        if other in found:
            ratio(found, "draw", other, 1.0)


def torchview(folder: Path):
    """The same model drawn by torchview, which needs ``dot``."""
    import torch
    from torchview import draw_graph

    class Loss(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.theta = torch.nn.Parameter(torch.zeros(2))

        def forward(self, x, y):
            return (self.theta @ x - y) ** 2

    model, data = Loss(), (torch.zeros(2), torch.zeros(()))
    return lambda: draw_graph(model, data).visual_graph.render(folder / "torchview", format="svg")


if __name__ == "__main__":
    main()
