"""Draw a model."""

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from graphviz_nn.cli.commands import PASSED, Commands
from graphviz_nn.cli.model import add_model, opened
from graphviz_nn.cli.picture import add_picture, keywords

if TYPE_CHECKING:
    from graphviz_nn.graph import Graph


def add(commands: Commands) -> None:
    parser = commands.add_parser("draw", help="draw a model", description="Draw a model.")
    add_model(parser)
    parser.add_argument(
        "-o",
        "--output",
        action="append",
        type=Path,
        metavar="FILE",
        help="a file to write, .svg .pdf .png .eps .tex .pptx .dot or .gv; may be repeated (default: NAME.svg)",
    )
    add_picture(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    from graphviz_nn.drawing import draw
    from graphviz_nn.render import renderer

    for path in options.output or ():
        if path.suffix.lower() not in (".dot", ".gv"):
            renderer(path.suffix.lower())
    graph = opened(options)
    outputs = options.output or [Path(f"{_file_name(graph)}.svg")]
    picture = draw(graph, **keywords(options))
    for remark in picture.remarks:
        print(f"graphviz-nn: {remark}", file=sys.stderr)
    for path in outputs:
        print(picture.save(path))
    return PASSED


def _file_name(graph: "Graph") -> str:
    return re.sub(r"\W+", "_", str(graph.graph.get("name", ""))).strip("_") or "graph"
