"""Draw two models side by side, and list what differs.

It prints the table of the differences.
"""

import argparse
import sys
from pathlib import Path

from graphviz_nn.cli.commands import PASSED, Parser
from graphviz_nn.cli.model import KINDS, add_specs, given_specs
from graphviz_nn.cli.picture import add_picture, keywords
from graphviz_nn.importers import open_model


def arguments(parser: Parser) -> None:
    for number, which in (("1", "first"), ("2", "second")):
        parser.add_argument(f"model{number}", metavar="MODEL", help=f"the {which} model: {KINDS}")
    add_specs(parser)
    parser.add_argument(
        "-o",
        "--output",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a file to write: a picture, such as diff.pdf, or the table as .txt, .md or .csv; may be repeated",
    )
    # There is always a legend.
    add_picture(parser, without=("legend",), usual={"view": "blocks"})


def run(options: argparse.Namespace) -> int:
    from graphviz_nn.figure.told import told_elsewhere
    from graphviz_nn.reporting.comparison.compare import compare, destined

    for path in options.output:
        destined(path)
    specs = given_specs(options)
    one, other = (open_model(model, specs) for model in (options.model1, options.model2))
    with told_elsewhere():
        found = compare(one, other, **keywords(options))
    for remark in found.picture.noticed:
        print(f"graphviz-nn: {remark}", file=sys.stderr)
    if sys.stdout.isatty():
        from rich.console import Console

        Console().print(found)
    else:
        print(found)
    for path in options.output:
        print(found.save(path))
    return PASSED
