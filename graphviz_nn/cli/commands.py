"""What a command is made with: a parser, and how it ended."""

import argparse
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from graphviz_nn.errors import UsageError

PASSED, FAILED, REFUSED = 0, 1, 2


class Parser(argparse.ArgumentParser):
    """A parser whose errors are ours."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")


if TYPE_CHECKING:
    Commands: TypeAlias = argparse._SubParsersAction[Parser]
else:
    Commands: TypeAlias = argparse.Action
