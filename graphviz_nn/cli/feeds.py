"""Read values from the command line, or from files."""

import argparse
import ast
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from graphviz_nn.errors import FeedError, FileError
from graphviz_nn.storage import read

VALUES = "x=1,2 or 'x=[[1,2],[3,4]]', or a .json or .npz file of names and values; may be repeated"
COMPARED = "torch, jax, or a .json or .npz file of gradients by name, instead of central differences"


def given_feeds(texts: Sequence[str]) -> dict[str, Any]:
    """Read the names and values of all --feed options, each once."""
    feeds: dict[str, Any] = {}
    for text in texts:
        for name, value in _feed(text).items():
            if name in feeds:
                raise FeedError(f"{name} is fed twice; leave one out")
            feeds[name] = value
    return feeds


def feed_files(texts: Sequence[str]) -> list[Path]:
    """List the files among all --feed options."""
    return [Path(text) for text in texts if _is_file(text)]


def _is_file(text: str) -> bool:
    return "=" not in text or Path(text).suffix in (".json", ".npz")


def _feed(text: str) -> dict[str, Any]:
    """Read the names and values of one --feed option."""
    name, _, value = text.partition("=")
    if _is_file(text):
        return _feed_file(Path(text))
    try:
        return {name.strip(): ast.literal_eval(value.strip())}
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise FeedError(f"--feed {text}: write {name}=1 or {name}=1,2 or '{name}=[[1,2],[3,4]]'") from None


def _feed_file(path: Path) -> dict[str, Any]:
    if path.suffix not in (".json", ".npz"):
        raise FeedError(f"--feed {path}: write NAME=VALUE, or give a .json or .npz file")
    if path.suffix == ".npz":
        from graphviz_nn.data.npz import npz

        # In a saved training, the names of everything but parameters contain a slash.
        return {name: value for name, value in npz(path).items() if "/" not in name}
    try:
        values = json.loads(read(path))
    except (ValueError, RecursionError) as error:
        raise FileError(f"{path} can't be read as .json ({error})") from error
    if not isinstance(values, dict):
        raise FileError(f'{path} must hold names and values: {{"x": [1, 2]}}')
    return values


def given_against(text: str | None) -> Any:
    """Read --against: a framework, or the gradients in a file."""
    return text if text is None or Path(text).suffix not in (".json", ".npz") else _feed_file(Path(text))


def add_against(parser: argparse.ArgumentParser, effect: str) -> None:
    """Add the argument for the gradients to compare with."""
    parser.add_argument("--against", metavar="WHAT", help=f"{COMPARED} ({effect})")


def add_feeds(parser: argparse.ArgumentParser, effect: str) -> None:
    """Add the argument for values; `effect` describes their use."""
    parser.add_argument("--feed", action="append", default=[], metavar="VALUE", help=f"{VALUES} ({effect})")
