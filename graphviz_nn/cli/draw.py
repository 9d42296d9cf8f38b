"""Draw a model."""

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from graphviz_nn.cli.commands import PASSED, Commands
from graphviz_nn.cli.composition import add_composition, given_composition, listed
from graphviz_nn.cli.feeds import add_feeds, given_feeds
from graphviz_nn.cli.model import add_model, opened

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
    parser.add_argument(
        "--view",
        default="operations",
        help="operations (default), scalars, compact, layers, arrows or units; several, with commas, are one figure",
    )
    parser.add_argument("--detail", help="scalars, operations, layers or merged, where it isn't the view's own")
    parser.add_argument("--expand", action="append", default=[], metavar="BLOCK", help="open a block; may be repeated")
    parser.add_argument("--style", default="lecture", help="the name of a style or the path of your own .toml")
    parser.add_argument("--direction", default="LR", help="LR (default) or TB")
    parser.add_argument(
        "--show",
        type=listed,
        action="extend",
        default=[],
        metavar="WHAT",
        help="shapes (sizes such as 2×1), parameters, counts (of parameters), formulas, loss, target; with --feed "
        "values, gradients, check (of these); several with commas",
    )
    parser.add_argument(
        "--hide",
        type=listed,
        action="extend",
        default=[],
        metavar="WHAT",
        help="the same, not to be shown, or names; what led to what is hidden leads on past it",
    )
    add_composition(parser)
    parser.add_argument("--units", type=int, metavar="N", help="the most units in a column of the view units (8)")
    parser.add_argument(
        "--unit", type=_unit, metavar="UNIT", help="the one unit that the view units draws: a1,2 or its label a^{(1)}_2"
    )
    add_feeds(parser, "what everything then is is written beside it")
    parser.add_argument("--legend", action="store_true", help="write below the picture what its shapes and lines are")
    parser.add_argument("--engine", default="wasm", help="wasm (default) or dot, the Graphviz you have installed")
    parser.set_defaults(command=run)


def _unit(text: str) -> str | tuple[str, int]:
    found = re.fullmatch(r"(\w+),\s*(\d+)", text)
    return (found[1], int(found[2])) if found else text


def run(options: argparse.Namespace) -> int:
    from graphviz_nn.drawing import draw
    from graphviz_nn.render import renderer

    for path in options.output or ():
        if path.suffix.lower() not in (".dot", ".gv"):
            renderer(path.suffix.lower())
    graph = opened(options)
    outputs = options.output or [Path(f"{_file_name(graph)}.svg")]
    picture = draw(
        graph,
        view=[name.strip() for name in options.view.split(",")],
        detail=options.detail,
        expand=options.expand,
        style=options.style,
        direction=options.direction,
        units=options.units,
        unit=options.unit,
        show=options.show,
        hide=options.hide,
        feeds=given_feeds(options.feed) if options.feed else None,
        legend=options.legend,
        **given_composition(options),
        engine=options.engine,
    )
    for remark in picture.remarks:
        print(f"graphviz-nn: {remark}", file=sys.stderr)
    for path in outputs:
        print(picture.save(path))
    return PASSED


def _file_name(graph: "Graph") -> str:
    return re.sub(r"\W+", "_", str(graph.graph.get("name", ""))).strip("_") or "graph"
