"""The picture of a command: `draw`'s options, for all that draw."""

import argparse
import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_nn.cli.commands import whole
from graphviz_nn.cli.composition import add_composition, given_composition, listed
from graphviz_nn.cli.feeds import add_against, add_feeds, feed_files, given_against, given_feeds
from graphviz_nn.errors import PageWarning

if TYPE_CHECKING:
    from graphviz_nn.figure.picture import Picture
    from graphviz_nn.graph import Graph


def add_output(parser: argparse.ArgumentParser, suffixes: Iterable[str], usual: str) -> None:
    """The argument that says which files to write."""
    parser.add_argument(
        "-o",
        "--output",
        action="append",
        type=Path,
        metavar="FILE",
        help=f"a file to write, one of {' '.join(suffixes)}; may be repeated (default: NAME{usual})",
    )


def add_picture(parser: argparse.ArgumentParser, *, ordered: bool = True) -> None:
    """The arguments that say how to draw; without --order, where that is something else."""
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
        "values, gradients, check (of these), heatmaps (of large arrays); several with commas",
    )
    parser.add_argument(
        "--hide",
        type=listed,
        action="extend",
        default=[],
        metavar="WHAT",
        help="the same, not to be shown, or names; what led to what is hidden leads on past it",
    )
    add_composition(parser, ordered=ordered)
    parser.add_argument(
        "--digits", type=whole(1), metavar="N", help="with how many significant digits numbers are written (3)"
    )
    parser.add_argument("--units", type=whole(3), metavar="N", help="the most units in a column of the view units (8)")
    parser.add_argument(
        "--unit", type=_unit, metavar="UNIT", help="the one unit that the view units draws: a1,2 or its label a^{(1)}_2"
    )
    add_feeds(parser, "what everything then is is written beside it")
    parser.add_argument(
        "--batch",
        type=listed,
        action="extend",
        default=[],
        metavar="NAME",
        help="what is fed with many examples, along a leading axis: numbers are means; several with commas",
    )
    add_against(parser, "with --show gradients,check; a wrong one stands out")
    parser.add_argument("--legend", action="store_true", help="write below the picture what its shapes and lines are")
    parser.add_argument(
        "--width",
        metavar="WIDTH",
        help="how wide the picture is to be: column (3.25 in), page (6.75 in), slide (16:9) or a length such as 12cm; "
        "it gets smaller, is broken into rows, set closer, turned or folded further for that",
    )
    parser.add_argument(
        "--height",
        metavar="HEIGHT",
        help="how high it may be, by the same names (column, page: 9 in) or a length; from top to bottom it is "
        "broken into columns for that",
    )
    parser.add_argument(
        "--labels",
        default="mathtext",
        help="what measures labels: mathtext (default), latex, or the path of your own preamble.tex; for .tex files",
    )
    parser.add_argument("--engine", default="wasm", help="wasm (default) or dot, the Graphviz you have installed")


def keywords(options: argparse.Namespace) -> dict[str, Any]:
    """What `graphviz_nn.draw` is to be called with."""
    return {
        "view": [name.strip() for name in options.view.split(",")],
        "detail": options.detail,
        "expand": options.expand,
        "style": options.style,
        "direction": options.direction,
        "digits": options.digits,
        "units": options.units,
        "unit": options.unit,
        "show": options.show,
        "hide": options.hide,
        "feeds": given_feeds(options.feed) if options.feed else None,
        "batch": options.batch,
        "against": given_against(options.against),
        "legend": options.legend,
        **given_composition(options),
        "width": options.width,
        "height": options.height,
        "labels": options.labels,
        "engine": options.engine,
    }


def picture(graph: "Graph", options: argparse.Namespace) -> "Picture":
    """A graph drawn with these options; whoever asks says what is remarked, so that warnings would say it twice."""
    from graphviz_nn.figure.drawing import draw

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PageWarning)
        return draw(graph, **keywords(options))


def files_of(options: argparse.Namespace) -> set[Path]:
    """The files that these options name: style sheets, with those that they inherit, values, and a preamble."""
    from graphviz_nn.style.sheet import files

    against = [options.against] if Path(options.against or "").suffix else []
    preamble = [Path(options.labels)] if options.labels.endswith(".tex") else []
    return {*files(options.style), *feed_files([*options.feed, *against]), *preamble}


def _unit(text: str) -> str | tuple[str, int]:
    found = re.fullmatch(r"(\w+),\s*([0-9]{1,18})", text)
    return (found[1], int(found[2])) if found else text
