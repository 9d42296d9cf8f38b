"""A line of a program that is to be written in NumPy."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from graphviz_nn.graph.ir import Variable
from graphviz_nn.transforms.passes.listing import Line


class Step(NamedTuple):
    """A line to be written.

    Parameters
    ----------
    given : tuple of str
        Its arguments as code.
    result : str
        The word for its result.
    over : tuple of bool
        Which arguments the result may overwrite.
    into : str, optional
        The word for an array that the result is written into.
    code : callable
        Code for any object: a literal, or a name for which there is a wish.
    """

    line: Line
    given: tuple[str, ...]
    result: str
    over: tuple[bool, ...]
    variables: Mapping[str, Variable]
    code: Callable[[Any, str], str]
    into: str | None = None

    def variable(self, slot: int) -> Variable | None:
        """The variable in a slot; None for a plain number."""
        name = self.line.given[slot]
        return self.variables[name] if isinstance(name, str) else None


Written: TypeAlias = Callable[[Step], str | None]
"""The code of a step, statements that end with the result's name bound; None to call the operation's function."""
