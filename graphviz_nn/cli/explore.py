"""Write all of a model as a page whose blocks open, or for programs that explore graphs."""

import argparse
from pathlib import Path

from graphviz_nn.cli.commands import PASSED, Parser
from graphviz_nn.cli.draw import file_name
from graphviz_nn.cli.model import add_model, opened
from graphviz_nn.cli.picture import add_output
from graphviz_nn.render.explorer import FORMATS
from graphviz_nn.storage import destination


def arguments(parser: Parser) -> None:
    add_model(parser)
    add_output(parser, FORMATS, ".html")
    parser.add_argument("--style", default="lecture", metavar="STYLE", help="its colours (default: lecture)")


def run(options: argparse.Namespace) -> int:
    from graphviz_nn.reporting.explore import explore

    outputs = [destination(path, "a whole model", FORMATS) for path in options.output or ()]
    graph = opened(options)
    for path in outputs or [Path(f"{file_name(graph)}.html")]:
        print(explore(graph, path, style=options.style))
    return PASSED
