"""Options that compose a picture by name."""

import argparse
from collections.abc import Iterable
from typing import Any

from graphviz_nn.errors import UsageError


def add_composition(parser: argparse.ArgumentParser, *, ordered: bool = True) -> None:
    """The arguments that say what is written around a picture, what stands out, and, where `ordered`, what is first."""
    parser.add_argument("--title", metavar="TEXT", help="what is written above; $…$ is mathematics, here and below")
    parser.add_argument("--caption", metavar="TEXT", help="what is written below")
    for option, pair, effect in (
        ("--callout", "NAME=TEXT", "a remark on what is named, with a line to it"),
        ("--brace", "TEXT=NAME,NAME", "a curly brace along what is named"),
        ("--rename", "NAME=SYMBOL", "another symbol of a variable, or title of an operation"),
    ):
        parser.add_argument(option, action="append", default=[], metavar=pair, help=f"{effect}; may be repeated")
    for option, value, effect in (
        ("--highlight", "NAMES", "what stands out: names with commas, or all on a path, 'theta -> loss'"),
        ("--order", "NAME,NAME", "the first is above or left of the second"),
        ("--align", "NAME,NAME", "these are beside each other"),
    ):
        if option == "--order" and not ordered:
            continue
        parser.add_argument(
            option, type=listed, action="append", default=[], metavar=value, help=f"{effect}; may be repeated"
        )


def listed(text: str) -> list[str]:
    """Words or names with commas between them.

    >>> listed("x, y")
    ['x', 'y']
    """
    return [word.strip() for word in text.split(",")]


def given_composition(options: argparse.Namespace) -> dict[str, Any]:
    """These arguments as `draw` takes them."""
    return {
        "title": options.title,
        "caption": options.caption,
        "callouts": _pairs("--callout", "NAME=TEXT", options.callout),
        "braces": {
            text: listed(names) for text, names in _pairs("--brace", "TEXT=NAME,NAME", options.brace, last=True).items()
        },
        "rename": _pairs("--rename", "NAME=SYMBOL", options.rename),
        "highlight": [name for names in options.highlight for name in names],
        "order": options.order,
        "align": options.align,
    }


def _pairs(option: str, form: str, texts: Iterable[str], *, last: bool = False) -> dict[str, str]:
    """What stands on the two sides of the first equals sign, or of the last."""
    found = dict[str, str]()
    for text in texts:
        name, equals, value = text.rpartition("=") if last else text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UsageError(f"{option} {text}: write {option} {form}")
        if name.strip() in found:
            raise UsageError(f"{option} has {name.strip()!r} twice; leave one out")
        found[name.strip()] = value.strip()
    return found
