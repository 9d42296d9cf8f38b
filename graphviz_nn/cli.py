"""The command line: draw a model, check it, make the lecture's figures."""

import argparse
import gc
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from graphviz_nn.command_feeds import drawn_at_random, given_feeds
from graphviz_nn.errors import Error, FeedError, UsageError

if TYPE_CHECKING:
    from graphviz_nn.evaluation import GradientReport
    from graphviz_nn.graph import Graph
    from graphviz_nn.linting import Report

PASSED, FAILED, REFUSED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code is 0 for done, 1 for a check that failed, 2 for anything refused."""
    if arguments is None:
        # A process of one command makes little garbage; to look for it often would take a twentieth of its time.
        gc.set_threshold(100_000, 50, 50)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show ✓ or θ shows a question mark.
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        options = _parser().parse_args(arguments)
        command: Callable[[argparse.Namespace], int] = options.command
        return command(options)
    except Error as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return _refuse("interrupted")
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        return _refuse(f"{name}{error.strerror or error}")


def _refuse(reason: str) -> int:
    print(f"graphviz-nn: {' '.join(reason.split())}", file=sys.stderr)
    return REFUSED


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    from graphviz_nn import __doc__ as purpose
    from graphviz_nn import __version__

    parser = _Parser(prog="graphviz-nn", description=purpose)
    parser.add_argument("--version", action="version", version=f"graphviz-nn {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    draw = commands.add_parser("draw", help="draw a model", description="Draw a model.")
    _add_model(draw)
    draw.add_argument(
        "-o",
        "--output",
        action="append",
        type=Path,
        metavar="FILE",
        help="a file to write, .svg .pdf .png .eps .tex .pptx .dot or .gv; may be repeated (default: NAME.svg)",
    )
    draw.add_argument(
        "--view",
        default="operations",
        help="operations (default), scalars, compact, layers, arrows or units; several, with commas, are one figure",
    )
    draw.add_argument("--detail", help="scalars, operations, layers or merged, where it isn't the view's own")
    draw.add_argument("--expand", action="append", default=[], metavar="BLOCK", help="open a block; may be repeated")
    draw.add_argument("--style", default="lecture", help="the name of a style or the path of your own .toml")
    draw.add_argument("--direction", default="LR", help="LR (default) or TB")
    draw.add_argument(
        "--show",
        type=_words,
        action="extend",
        default=[],
        metavar="WHAT",
        help="shapes (sizes such as 2×1), parameters, counts (of parameters), formulas, loss, target; with --feed "
        "values, gradients, check (of these); several with commas",
    )
    draw.add_argument(
        "--hide", type=_words, action="extend", default=[], metavar="WHAT", help="the same, not to be shown"
    )
    draw.add_argument("--units", type=int, metavar="N", help="the most units in a column of the view units (8)")
    draw.add_argument(
        "--unit", type=_unit, metavar="UNIT", help="the one unit that the view units draws: a1,2 or its label a^{(1)}_2"
    )
    _add_feeds(draw, "what everything then is is written beside it")
    draw.add_argument("--legend", action="store_true", help="write below the picture what its shapes and lines are")
    draw.add_argument("--engine", default="wasm", help="wasm (default) or dot, the Graphviz you have installed")
    draw.set_defaults(command=_draw)

    check = commands.add_parser(
        "check",
        help="compare a model's gradients with central differences",
        description="Compare a model's gradients with central differences. Exit code 0: they agree, 1: they don't.",
    )
    _add_model(check)
    _add_feeds(check, "what isn't fed is drawn at random")
    check.add_argument("--seed", type=_seed, default=0, help="of the values drawn at random (default: 0)")
    check.set_defaults(command=_check)

    lint = commands.add_parser(
        "lint",
        help="look for what is likely wrong in a model",
        description="Look for what is likely wrong in a model. Exit code 0: nothing worse than notes, 1: there is.",
    )
    _add_model(lint)
    lint.set_defaults(command=_lint)

    lecture = commands.add_parser(
        "lecture",
        help="make the lecture's figures",
        description="Make the lecture's figures and an index.html.",
    )
    lecture.add_argument("folder", type=Path, metavar="FOLDER", help="where to; it is made if it isn't there")
    lecture.set_defaults(command=_lecture)

    styles = commands.add_parser(
        "styles",
        help="list the styles that come along, or show them all in one picture",
        description="List the styles that come along, or show them all in one picture.",
    )
    styles.add_argument("file", type=Path, nargs="?", metavar="FILE", help="a picture to write, such as styles.svg")
    styles.set_defaults(command=_styles)
    return parser


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="file.py:name, a graph or function in a file, or a graph saved as .json",
    )
    for role in ("input", "target", "parameter"):
        parser.add_argument(
            f"--{role}",
            action="append",
            default=[],
            metavar="NAME=SHAPE",
            help=f"that an argument of the function is {'an' if role == 'input' else 'a'} {role}; "
            "x=3,2 is 3×2, x= a number",
        )


def _add_feeds(parser: argparse.ArgumentParser, effect: str) -> None:
    parser.add_argument(
        "--feed",
        action="append",
        default=[],
        metavar="VALUE",
        help=f"x=1,2 or 'x=[[1,2],[3,4]]', or a .json or .npz file of names and values; may be repeated ({effect})",
    )


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} isn't a whole number from 0 on")
    return int(text)


def _unit(text: str) -> str | tuple[str, int]:
    found = re.fullmatch(r"(\w+),\s*(\d+)", text)
    return (found[1], int(found[2])) if found else text


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def _model(options: argparse.Namespace) -> "Graph":
    from graphviz_nn import tracing
    from graphviz_nn.model_file import open_model

    specs: dict[str, Any] = {}
    for role in ("input", "target", "parameter"):
        for text in getattr(options, role):
            name, equals, shape = text.partition("=")
            if not equals or not re.fullmatch(r"(\d+(,\d+)*,?)?", shape):
                raise UsageError(f"--{role} {text}: write NAME=SHAPE, such as x=2 or W=3,2, or y= for a number")
            if name in specs:
                raise UsageError(f"--{role} {text}: what {name} is has been said already")
            specs[name] = getattr(tracing, role)(tuple(int(n) for n in shape.split(",") if n))
    return open_model(options.model, specs)


def _draw(options: argparse.Namespace) -> int:
    from graphviz_nn.drawing import draw
    from graphviz_nn.render import renderer

    for path in options.output or ():
        if path.suffix.lower() not in (".dot", ".gv"):
            renderer(path.suffix.lower())
    graph = _model(options)
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
        engine=options.engine,
    )
    for remark in picture.remarks:
        print(f"graphviz-nn: {remark}", file=sys.stderr)
    for path in outputs:
        print(picture.save(path))
    return PASSED


def _file_name(graph: "Graph") -> str:
    return re.sub(r"\W+", "_", str(graph.graph.get("name", ""))).strip("_") or "graph"


def _check(options: argparse.Namespace) -> int:
    import numpy as np

    from graphviz_nn.evaluation import check_gradients
    from graphviz_nn.evaluation.feeds import checked

    graph = _model(options)
    feeds = given_feeds(options.feed)
    drawn = drawn_at_random(graph, feeds, options.seed)
    values = {**feeds, **drawn}
    checked(graph, values)
    try:
        with np.errstate(all="ignore"):
            report = check_gradients(graph, values)
    except FeedError as error:
        hint = f"; {', '.join(drawn)} drawn at random (seed {options.seed}): give values with --feed" if drawn else ""
        raise FeedError(f"{error}{hint}") from error
    if drawn:
        print(f"{', '.join(drawn)} drawn from the standard normal distribution, seed {options.seed}")
    _show(report)
    return PASSED if report.passed else FAILED


def _lint(options: argparse.Namespace) -> int:
    from graphviz_nn.linting import lint

    report = lint(_model(options))
    _show(report)
    return PASSED if report.passed else FAILED


def _show(report: "GradientReport | Report") -> None:
    if not sys.stdout.isatty():
        print(report)
        return
    from rich.console import Console
    from rich.text import Text

    text = Text(str(report))
    for mark, colour in (("✓", "green"), ("~", "yellow"), ("!", "yellow"), ("✗", "bold red")):
        text.highlight_regex(rf"(?m)^{mark}.*$", colour)
    Console().print(text, soft_wrap=True)


def _lecture(options: argparse.Namespace) -> int:
    from graphviz_nn.lecture import write_lecture

    print(write_lecture(options.folder))
    return PASSED


def _styles(options: argparse.Namespace) -> int:
    from graphviz_nn.style.sheet import names

    if options.file is None:
        print(*names(), sep="\n")
        return PASSED
    from graphviz_nn.contact_sheet import contact_sheet

    print(contact_sheet().save(options.file))
    return PASSED
