"""Draw a computation step by step.

The current step is emphasised, later steps are pale, and nothing moves.
"""

import argparse
import sys
from pathlib import Path

from graphviz_nn.cli.commands import PASSED, Parser, number
from graphviz_nn.cli.draw import file_name
from graphviz_nn.cli.model import add_model, opened
from graphviz_nn.cli.picture import add_output, add_picture, keywords
from graphviz_nn.errors import UsageError
from graphviz_nn.render.builds import BUILDS, builder
from graphviz_nn.storage import writable


def arguments(parser: Parser) -> None:
    add_model(parser)
    add_output(parser, BUILDS, ".pdf")
    parser.add_argument(
        "--order",
        default="forward",
        help="forward (default), backward (gradients, starting from the loss), both, or fold (one view per step)",
    )
    parser.add_argument("--seconds", type=number, metavar="N", help="seconds per step in .svg .gif .webp (1.5)")
    add_picture(parser, without=("order",))


def run(options: argparse.Namespace) -> int:
    from graphviz_nn.figure.stepping import steps

    outputs = options.output or []
    for path in outputs:
        builder(path.suffix.lower())
        writable(path)
    if options.seconds is not None and not any(_moves(path) for path in outputs):
        moving = " ".join(suffix for suffix, row in BUILDS.items() if "seconds" in row.options)
        raise UsageError(f"--seconds is for animations, {moving}; write -o build.gif")
    graph = opened(options)
    found = steps(graph, **keywords(options))
    for remark in found[0].remarks:
        print(f"graphviz-nn: {remark}", file=sys.stderr)
    for path in outputs or [Path(f"{file_name(graph)}.pdf")]:
        print(found.save(path, seconds=options.seconds if _moves(path) else None))
    return PASSED


def _moves(path: Path) -> bool:
    return "seconds" in BUILDS[path.suffix.lower()].options
