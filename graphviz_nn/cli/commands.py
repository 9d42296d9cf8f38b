"""What a command is made with: a parser, and how it ended."""

import argparse
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from graphviz_nn.errors import UsageError

PASSED, FAILED, REFUSED, OPEN = 0, 1, 2, 3


class Parser(argparse.ArgumentParser):
    """A parser whose errors are ours."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")

    @property
    def options(self) -> dict[str, argparse.Action]:
        """What can be said, by its long name."""
        named = {action.option_strings[-1][2:]: action for action in self._actions if action.option_strings}
        return {name: action for name, action in named.items() if name != "help"}


if TYPE_CHECKING:
    Commands: TypeAlias = argparse._SubParsersAction[Parser]
else:
    Commands: TypeAlias = argparse.Action
