"""What is checked before a server starts, and how its page is shown."""

import json
import sys
import warnings
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from graphviz_nn.data import Data
from graphviz_nn.errors import ExposedWarning, UsageError
from graphviz_nn.graph.ir import Graph
from graphviz_nn.ops.custom import CUSTOM
from graphviz_nn.playground.server.addresses import is_loopback
from graphviz_nn.playground.server.engine import Served
from graphviz_nn.playground.server.limits import check_size
from graphviz_nn.playground.server.serve import Server

IN_A_FILE = (
    "the playground trains in a process of its own, which knows functions with their own gradient rules only from a "
    "file: write graphviz-nn play FILE.py:NAME --data …"
)


def served(graph: Graph | None, data: Data | None, source: Path | None = None) -> Served:
    """What to serve, if it can be trained.

    Raises
    ------
    UsageError
        If it is too large, or there are no data for the model, or it calls functions that another process can't find.
    Error
        If the model doesn't take the data.
    """
    if graph is not None and data is None:
        raise UsageError(
            "a model needs data to train on, such as gnn.data.arrays(x, y), or on a command line --data FILE"
        )
    check_size(graph, data)
    custom = graph is not None and any(operation.op == CUSTOM for operation in graph.operations.values())
    if custom and source is None:
        raise UsageError(IN_A_FILE)
    found = Served(graph, data, source if custom else None)
    if graph is not None or data is not None:
        found.session()
    return found


def warn_of(host: str) -> None:
    """Warn if other machines reach an address."""
    if not is_loopback(host):
        warnings.warn(
            f"other machines reach {host}: whoever learns the URL can use this playground; it isn't encrypted",
            ExposedWarning,
            stacklevel=3,
        )


def linked(url: str, fields: Mapping[str, Any]) -> str:
    """The URL of a page that starts with these fields of the state.

    >>> linked("http://127.0.0.1:8000/t/", {"data": "moons"})
    'http://127.0.0.1:8000/t/#%7B%22data%22%3A%22moons%22%7D'
    """
    return url + "#" + quote(json.dumps(fields, separators=(",", ":"))) if fields else url


def show(server: Server, url: str, browser: bool) -> None:
    """Say the URL, open it in the browser, and serve it until Ctrl-C."""
    with server:
        print(url, flush=True)
        print("Ctrl-C ends it", file=sys.stderr, flush=True)
        if browser:
            webbrowser.open(url)
        try:
            server.wait()
        except KeyboardInterrupt:
            return
