"""Look for likely mistakes in a model.

Exit code 0: only notes; 1: errors or warnings.
"""

import argparse

from graphviz_nn.cli.commands import FAILED, PASSED, Parser
from graphviz_nn.cli.model import add_model, opened
from graphviz_nn.cli.report import shown


def arguments(parser: Parser) -> None:
    add_model(parser)


def run(options: argparse.Namespace) -> int:
    from graphviz_nn.linting import lint

    report = lint(opened(options))
    shown(report)
    return PASSED if report.passed else FAILED
