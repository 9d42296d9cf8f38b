"""What a process of a tab runs: a session, as the server sees it."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from graphviz_nn.data import Data
from graphviz_nn.graph.ir import Graph


class Cancelled(Exception):
    """The page has cancelled what is being done."""


class Engine(Protocol):
    """A network that is trained and taken apart; `Session` is one. Only one thread uses it.

    Messages and frames may hold arrays of NumPy. `say` is set by the server: it sends a message that no page has asked
    for, and raises `Cancelled` if the page no longer wants what is being done.
    """

    say: Callable[[Mapping[str, Any]], None]

    @property
    def stopped(self) -> "Reason | None":
        """Why training can't go on, if so."""

    def do(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do what a message asks for."""

    def advance(self, count: int) -> None:
        """Train for so many steps."""

    def ahead(self) -> int | None:
        """How many steps to do until the next frame; None for as many as there is time for."""

    def frame(self) -> Mapping[str, Any]:
        """What the page shows of the current step."""


class Reason(Protocol):
    """Why training has stopped."""

    def said(self) -> Mapping[str, Any]:
        """The reason for the page: a sentence and the step."""


class Served(NamedTuple):
    """What a server is of.

    Parameters
    ----------
    graph : Graph, optional
        A model of one's own; by default the classic networks.
    data : Data, optional
        Data of one's own; by default the generated ones.
    source : path, optional
        The file that defines functions with gradient rules of their own, which the graph knows only by name.
    engine : str
        The class of the sessions, as ``module:name``.
    """

    graph: Graph | None = None
    data: Data | None = None
    source: Path | None = None
    engine: str = "graphviz_nn.playground.session:Session"

    def session(self) -> Engine:
        """Make a session.

        Raises
        ------
        Error
            If the model doesn't take the data.
        """
        module, _, name = self.engine.partition(":")
        made: Engine = getattr(import_module(module), name)(self.graph, self.data)
        return made
