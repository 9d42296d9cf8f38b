"""A page to hand out: one file that trains a model in the reader's browser, with no server."""

from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from graphviz_nn.data import Data
from graphviz_nn.errors import UsageError
from graphviz_nn.playground.choices import DATASETS, OWN
from graphviz_nn.playground.handed.contents import contents
from graphviz_nn.playground.handed.page import page
from graphviz_nn.playground.state import State
from graphviz_nn.playground.subject import Subject, subject
from graphviz_nn.storage import destination, write
from graphviz_nn.tracing.model import Traceable, graph_of

SUFFIXES = (".html",)


@dataclass(frozen=True, eq=False)
class Handout:
    """A page to hand out.

    Parameters
    ----------
    subject : Subject
        The model and its data.
    state : State
        How it is trained.
    sources : list of str
        The programs in JavaScript.
    told : dict
        What the page's engine knows.
    title : str
        The title of the page.
    """

    subject: Subject
    state: State
    sources: list[str]
    told: dict[str, Any]
    title: str

    @cached_property
    def html(self) -> bytes:
        """The page."""
        return page(self.sources, self.told, self.title)

    def save(self, to: str | PathLike[str], /) -> Path:
        """Write the page to a file.

        Raises
        ------
        UsageError
            If its suffix isn't .html.
        FileError
            If it can't be written.
        """
        return write(destination(to, "a page", SUFFIXES), self.html)

    def __repr__(self) -> str:
        return f"<page to hand out, {len(self.html):,} bytes>"


def handout(
    graph: Traceable | None = None,
    data: Data | str | None = None,
    *,
    test: Data | float | None = None,
    name: str = "",
    example: Any = (),
    **options: Any,
) -> Handout:
    """Make a page that trains a model in the reader's browser: one file, which needs no server and no network.

    Its losses are those of `fit`, step by step. The model, its data and the seed are fixed; the page sets the rate, the
    size of the batches, the optimizer and the regularisation, changes weights by hand, and goes forward and back.
    Numbers for dropout are NumPy's; a model that draws normal numbers is refused.

    Parameters
    ----------
    graph : Graph or callable, optional
        A model of one example; by default a network of the playground.
    data : Data or str, optional
        The data to train on, or the name of a set that the playground generates.
    test : Data or float, optional
        The data to test on, or their share of all; default half.
    name : str
        What the page calls the model.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.
    **options
        The other fields of the playground's state: ``rate``, ``batch_size``, ``optimizer``, ``seed``, ``view``, and
        without a graph ``hidden``, ``activation``, ``features`` and others.

    Returns
    -------
    Handout
        With ``save(path)``.

    Raises
    ------
    UsageError
        For a model that a page can't train, and wrong options.
    GraphError
        If JavaScript has no kernel of an operation of the model.

    Examples
    --------
    >>> made = handout(hidden=[3], rate=0.3)
    >>> made.html[:15]
    b'<!doctype html>'
    """
    given = dict(options)
    own = data if isinstance(data, Data) else None
    if own is None and data is not None:
        problem = next((each for each, names in DATASETS.items() if data in names), State().problem)
        given = {"data": data, "problem": problem, **given}
    if own is not None:
        given |= {"data": OWN, "problem": "classification" if own.classes else "regression"}
    if isinstance(test, int | float):
        given["test"] = test
    if graph is not None and own is None:
        raise UsageError("a model needs data to train on, such as gnn.data.arrays(x, y)")
    state = State.read(given)
    traced = None if graph is None else graph_of(graph, example)
    found = subject(replace(state, test=0.0) if isinstance(test, Data) else state, traced, own)
    if isinstance(test, Data):
        found = replace(found, test=test)
    sources, told = contents(found, state, name)
    return Handout(found, state, sources, told, name or "Playground · graphviz_nn")
