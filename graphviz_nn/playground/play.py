"""``gnn.play``: the playground from a script, or inside a notebook."""

import html
import sys
from os import PathLike
from pathlib import Path
from typing import Any

from graphviz_nn.data import Data
from graphviz_nn.errors import UsageError
from graphviz_nn.playground.export import SUFFIXES, handout
from graphviz_nn.playground.server.serve import LOOPBACK, Server
from graphviz_nn.playground.server.shown import served, show, warn_of
from graphviz_nn.storage import destination
from graphviz_nn.tracing.model import Traceable, graph_of

HEIGHT = 760
"""The height of the page in a notebook, in CSS pixels."""


class Playing:
    """A playground inside a notebook. Running its cell again ends it, and so does the end of the kernel."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def __repr__(self) -> str:
        return f"<playground at {self.url}>" if self._server.running else "<playground, stopped>"

    @property
    def url(self) -> str:
        """The address of the page."""
        return self._server.url

    def stop(self) -> None:
        """End it, with all that is being trained."""
        self._server.stop()

    def _repr_html_(self) -> str:
        if not self._server.running:
            return "<p>This playground has been stopped; run the cell again.</p>"
        url = html.escape(self.url)
        return (
            f'<iframe src="{url}" title="Playground" width="100%" height="{HEIGHT}" style="border: 0" '
            f'allow="clipboard-write; fullscreen"></iframe><p><a href="{url}" target="_blank" rel="noopener">'
            "Open the playground in a tab of its own</a></p>"
        )


_PLAYING: dict[str, Playing] = {}
"""What plays in this notebook, by cell."""


def play(
    graph: Traceable | None = None,
    data: Data | None = None,
    *,
    port: int = 0,
    host: str = LOOPBACK,
    browser: bool = True,
    export: str | PathLike[str] | None = None,
    example: Any = (),
) -> Playing | Path | None:
    """Train a model in the browser while you watch, and take it apart.

    In a script, the page opens in the browser, and the call returns after Ctrl-C. In a notebook, the page is shown
    below the cell; running the cell again ends it, and so does the kernel.

    Parameters
    ----------
    graph : Graph or callable, optional
        The model to train; by default the networks of the playground, to which data of your own can be given too.
    data : Data, optional
        The data to train on; a share of it, which the page sets, is for testing.
    port : int
        The port to listen on; 0 takes a free one.
    host : str
        The address to listen on; by default only this machine reaches the page.
    browser : bool
        Whether a script opens the page in the browser; its address is printed in any case.
    export : path, optional
        Write a page to hand out instead, which trains without a server; see `handout`, which has more options.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.

    Returns
    -------
    Playing, Path, or None
        In a notebook, what shows the page, with ``stop()``; with `export`, the path of the file.

    Warns
    -----
    ExposedWarning
        If other machines reach the address.

    Raises
    ------
    UsageError
        If the port is in use, a package of the extra ``play`` is missing, or the model is too large.
    DataError
        If the model doesn't take the data.

    Examples
    --------
    >>> import graphviz_nn as gnn
    >>> gnn.play(loss, gnn.data.moons())  # doctest: +SKIP
    http://127.0.0.1:43211/LmVTrDzhNV1q6TjJxQKhvRzY2k9RkfGg/
    """
    if data is not None and not isinstance(data, Data):
        kind = type(data).__name__
        raise UsageError(f"data must be made by graphviz_nn.data, such as data.arrays(x, y); found a {kind}")
    if export is not None:
        destination(export, "a page", SUFFIXES)
        return handout(graph, data, example=example).save(export)
    found = served(None if graph is None else graph_of(graph, example), data)
    cell = _cell()
    if cell is None:
        server = Server(found, host=host, port=port)
        warn_of(host)
        show(server, server.url, browser)
        return None
    if cell in _PLAYING:
        _PLAYING.pop(cell).stop()
    playing = _PLAYING[cell] = Playing(Server(found, host=host, port=port, framed=True))
    warn_of(host)
    return playing


def _cell() -> str | None:
    """The cell of a notebook that runs; "" if the notebook doesn't tell; None elsewhere."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    about = shell.get_parent().get("metadata", {})
    return str(about.get("cellId", ""))
