"""What commands share: the parser, and types of options."""

import argparse
import math
import re
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from graphviz_nn.errors import UsageError, brief, suggest

PASSED, FAILED, REFUSED, OPEN = 0, 1, 2, 3


def whole(least: int) -> Callable[[str], int]:
    """Return the type of an option that is a whole number of at least `least`."""

    def number(text: str) -> int:
        if not re.fullmatch(r"\+?[0-9]{1,18}", text.strip()) or int(text) < least:
            raise argparse.ArgumentTypeError(f"{brief(text)} isn't a whole number of at least {least}")
        return int(text)

    return number


def number(text: str) -> float:
    """Read an option that is a finite number."""
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise argparse.ArgumentTypeError(f"{brief(text)} isn't a finite number")
    return found


class Parser(argparse.ArgumentParser):
    """A parser that raises the errors of this package."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse as usual, but without "--" as a value, which argparse would turn into an empty list."""
        for text in sys.argv[1:] if args is None else args:
            if re.fullmatch(r"(--[\w-]+=|-\w)--", text):
                self.error(f"{text}: -- isn't a value")
        found, rest = super().parse_known_args(args, namespace)
        unknown = next((text.partition("=")[0] for text in rest if text.startswith("--")), None)
        if unknown is not None:
            self.error(f"there is no option {unknown}: {suggest(unknown, [f'--{name}' for name in self.options])}")
        return found, rest

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")

    @property
    def options(self) -> dict[str, argparse.Action]:
        """The options of this parser, by long name."""
        named = {action.option_strings[-1][2:]: action for action in self._actions if action.option_strings}
        return {name: action for name, action in named.items() if name != "help"}
