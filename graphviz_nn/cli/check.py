"""Compare a model's gradients with central differences, or with others.

Exit code 0: all agree; 1: one differs; 3: none differs, but some can't be measured.
"""

import argparse

from graphviz_nn.cli.commands import FAILED, OPEN, PASSED, Parser, whole
from graphviz_nn.cli.drawn import drawn_at_random
from graphviz_nn.cli.feeds import add_against, add_feeds, given_against, given_feeds
from graphviz_nn.cli.model import add_model, opened
from graphviz_nn.cli.report import shown
from graphviz_nn.errors import FeedError, UsageError


def arguments(parser: Parser) -> None:
    add_model(parser)
    add_feeds(parser, "missing values are drawn at random")
    add_against(parser, "also of inner variables")
    parser.add_argument("--seed", type=whole(0), default=0, help="seed of the random values (default: 0)")
    parser.add_argument(
        "--report",
        metavar="FILE",
        help="also write a page with the picture, the formula, all numbers and the check: .html, .pdf, or .md with an "
        ".svg beside it",
    )
    parser.add_argument(
        "--timing", action="store_true", help="with --report, measure how long values, gradients and the check take"
    )


def run(options: argparse.Namespace) -> int:
    from graphviz_nn.evaluation import check_gradients
    from graphviz_nn.evaluation.feeds import checked

    if options.timing and not options.report:
        raise UsageError("--timing needs a report; add --report report.html")
    if options.report:
        from graphviz_nn.reporting.report import SUFFIXES
        from graphviz_nn.storage import destination

        destination(options.report, "a report", SUFFIXES)
    graph = opened(options)
    feeds = given_feeds(options.feed)
    drawn, origin = drawn_at_random(graph, feeds, options.seed)
    values = {**feeds, **drawn}
    checked(graph, values)
    against = given_against(options.against)
    try:
        if options.report:
            from graphviz_nn.reporting import gradient_report

            report = gradient_report(
                graph, values, options.report, against=against, remarks=[origin], timing=options.timing
            )
        else:
            report = check_gradients(graph, values, against=against)
    except FeedError as error:
        hint = f"; {', '.join(drawn)} drawn at random (seed {options.seed}): give values with --feed" if drawn else ""
        raise FeedError(f"{error}{hint}") from error
    if origin:
        print(origin)
    shown(report)
    return FAILED if not report.passed else PASSED if report.measured else OPEN
