"""A small figure, from traced graph to a file of each format, beside SVG; warm.

Run ``python benchmarks/formats.py``. A web page holds a picture for each block that can be opened in it.
"""

import tempfile
from functools import partial
from pathlib import Path

from interleave import medians, ratio, table

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.render import FORMATS

# What is promised, in times of SVG.
LIMITS = {".tex": 1.15, ".pdf": 10.0, ".pptx": 10.0}


def loss(x, y, theta):
    return nn.binary_cross_entropy(nn.sigmoid(theta @ x), y)


def main() -> None:
    graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2))
    with tempfile.TemporaryDirectory() as name:
        # matplotlib takes a second for EPS.
        kinds = [suffix for suffix in FORMATS if suffix not in (".eps", ".gv")]
        things = {suffix: partial(gnn.draw, graph, Path(name) / f"figure{suffix}", view="layers") for suffix in kinds}
        found = medians(things, 40)
    table(found)
    for suffix, limit in LIMITS.items():
        ratio(found, suffix, ".svg", limit)


if __name__ == "__main__":
    main()
