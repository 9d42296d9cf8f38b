"""Count a model's parameters, multiply-adds and memory, by module and layer."""

import argparse
import sys

from graphviz_nn.cli.commands import PASSED, Parser, whole
from graphviz_nn.cli.model import add_model, opened


def arguments(parser: Parser) -> None:
    add_model(parser)
    parser.add_argument("to", nargs="?", metavar="FILE", help="a file to write: .txt, .md, .csv or .tex; default print")
    parser.add_argument("--depth", type=whole(0), metavar="N", help="how deep modules open; default all")


def run(options: argparse.Namespace) -> int:
    from graphviz_nn.reporting.summary import summary

    found = summary(opened(options), options.to, depth=options.depth)
    if options.to is None and sys.stdout.isatty():
        from rich.console import Console

        Console().print(found)
    elif options.to is None:
        print(found)
    return PASSED
