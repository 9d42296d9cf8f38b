"""Look for what is likely wrong in a model."""

import argparse

from graphviz_nn.cli.commands import FAILED, PASSED, Commands
from graphviz_nn.cli.model import add_model, opened
from graphviz_nn.cli.report import shown


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "lint",
        help="look for what is likely wrong in a model",
        description="Look for what is likely wrong in a model. Exit code 0: nothing worse than notes, 1: there is.",
    )
    add_model(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    from graphviz_nn.linting import lint

    report = lint(opened(options))
    shown(report)
    return PASSED if report.passed else FAILED
