"""The options of `draw` as flags, for every command that draws."""

import argparse
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_nn.cli.commands import whole
from graphviz_nn.cli.feeds import COMPARED, VALUES, feed_files, given_against, given_feeds
from graphviz_nn.errors import UsageError
from graphviz_nn.figure.option_types import choices
from graphviz_nn.figure.options import OPTIONS, TYPES, Kind, Option

if TYPE_CHECKING:
    from graphviz_nn.figure.picture import Picture
    from graphviz_nn.graph import Graph


def add_output(parser: argparse.ArgumentParser, suffixes: Iterable[str], usual: str) -> None:
    """Add the argument for the files to write."""
    parser.add_argument(
        "-o",
        "--output",
        action="append",
        type=Path,
        metavar="FILE",
        help=f"a file to write, one of {' '.join(suffixes)}; may be repeated (default: NAME{usual})",
    )


def add_picture(
    parser: argparse.ArgumentParser, *, without: Collection[str] = (), usual: Mapping[str, Any] | None = None
) -> None:
    """Add the arguments for drawing, but for those that have another meaning; `usual` are other defaults."""
    for name, option in OPTIONS.items():
        if name not in without:
            here = replace(option, default=(usual or {}).get(name, option.default))
            row = READINGS[here.kind]
            parser.add_argument(f"--{flag(name)}", dest=name, help=_help(name, here), **row.arguments(here))


def keywords(options: argparse.Namespace) -> dict[str, Any]:
    """The keywords for `graphviz_nn.draw`."""
    given = {name: getattr(options, name) for name in OPTIONS if hasattr(options, name)}
    return {name: READINGS[OPTIONS[name].kind].made(value, name) for name, value in given.items()}


def picture(graph: "Graph", options: argparse.Namespace) -> "Picture":
    """Draw a graph with these options. The caller prints the remarks, so they aren't told too."""
    from graphviz_nn.figure.drawing import draw
    from graphviz_nn.figure.told import told_elsewhere

    with told_elsewhere():
        return draw(graph, **keywords(options))


def files_of(options: argparse.Namespace) -> set[Path]:
    """The files that these options name: style sheets with the sheets that they inherit, values, and a preamble."""
    from graphviz_nn.style.sheet import files

    against = [options.against] if Path(options.against or "").suffix else []
    preamble = [Path(options.labels)] if options.labels.endswith(".tex") else []
    return {*files(options.style), *feed_files([*options.feeds, *against]), *preamble}


def flag(name: str) -> str:
    """The name of an option on the command line."""
    return OPTIONS[name].flag or name


def listed(text: str) -> list[str]:
    """Split words or names at commas.

    >>> listed("x, y")
    ['x', 'y']
    """
    return [word.strip() for word in text.split(",")]


@dataclass(frozen=True)
class Reading:
    """How a kind of option is read from the command line.

    Parameters
    ----------
    arguments : callable
        The keywords of `ArgumentParser.add_argument` for an option.
    made : callable
        Makes the argument of `draw` from the parsed value and the option's name.
    note : str
        An addition to the help, made from the option's default.
    """

    arguments: Callable[[Option], dict[str, Any]]
    made: Callable[[Any, str], Any] = lambda value, _: value
    note: str = ""


def _help(name: str, option: Option) -> str:
    told = re.sub(r"`(\w+)`", r"\1", option.help)
    notes = [" ".join(choices(TYPES[name])), READINGS[option.kind].note]
    if isinstance(option.default, str):
        notes.append(f"default: {option.default}")
    return f"{told} ({'; '.join(filter(None, notes))})".removesuffix(" ()").replace("%", "%%")


def _each(option: Option, **more: Any) -> dict[str, Any]:
    return {"action": "append", "default": [], "metavar": option.value or None, **more}


def _unit(text: str) -> str | tuple[str, int]:
    found = re.fullmatch(r"(\w+),\s*([0-9]{1,18})", text)
    return (found[1], int(found[2])) if found else text


def _pairs(texts: list[str], name: str, *, last: bool = False) -> dict[str, str]:
    """Split each text at its first equals sign, or at its last."""
    found = dict[str, str]()
    for text in texts:
        key, equals, value = text.rpartition("=") if last else text.partition("=")
        if not equals or not key.strip() or not value.strip():
            raise UsageError(f"--{flag(name)} {text}: write --{flag(name)} {OPTIONS[name].value}")
        if key.strip() in found:
            raise UsageError(f"--{flag(name)} has {key.strip()!r} twice; leave one out")
        found[key.strip()] = value.strip()
    return found


def _braces(texts: list[str], name: str) -> dict[str, list[str]]:
    return {text: listed(names) for text, names in _pairs(texts, name, last=True).items()}


def _sharding(texts: list[str], name: str) -> dict[str, tuple[str | None, ...]] | None:
    """The axes of each variable."""
    pairs = _pairs(texts, name)
    return {key: tuple(each.strip() or None for each in axes.split(",")) for key, axes in pairs.items()} or None


def _one(option: Option, **more: Any) -> dict[str, Any]:
    return {"default": option.default, "metavar": option.value or None, **more}


SEVERAL = "several with commas"
REPEATED = "may be repeated"
READINGS: dict[Kind, Reading] = {
    "text": Reading(_one),
    "views": Reading(_one, lambda text, _: listed(text), SEVERAL),
    "words": Reading(lambda option: _each(option, action="extend", type=listed), note=SEVERAL),
    "repeated": Reading(_each, note=REPEATED),
    "groups": Reading(lambda option: _each(option, type=listed), note=REPEATED),
    "pairs": Reading(_each, _pairs, REPEATED),
    "sharding": Reading(_each, _sharding, f"{REPEATED}; an axis that isn't divided is empty: W=,model"),
    "braces": Reading(_each, _braces, REPEATED),
    "whole": Reading(lambda option: _one(option, type=whole(option.least))),
    "switch": Reading(lambda _: {"action": "store_true"}),
    "unit": Reading(lambda option: _one(option, type=_unit)),
    "feeds": Reading(_each, lambda texts, _: given_feeds(texts) if texts else None, VALUES),
    "against": Reading(_one, lambda text, _: given_against(text), COMPARED),
}
"""How each kind of option is read."""
