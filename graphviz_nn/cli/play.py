"""Train a model in the browser while you watch, and take it apart.

Without a model, the page has the networks and data sets of the playground.
"""

import argparse
from pathlib import Path
from typing import Any

from graphviz_nn.cli.commands import PASSED, Parser, whole
from graphviz_nn.cli.data import add_data, given_data
from graphviz_nn.cli.model import KINDS, add_specs, opened
from graphviz_nn.data import DATA
from graphviz_nn.errors import UsageError


def arguments(parser: Parser) -> None:
    parser.add_argument("model", nargs="?", metavar="MODEL", help=KINDS)
    add_specs(parser)
    add_data(parser, required=False)
    parser.add_argument("--port", type=whole(0), default=0, metavar="N", help="the port; 0 is a free one (default: 0)")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="the address to listen on, by default that of this machine alone (default: 127.0.0.1)",
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the URL")
    parser.add_argument(
        "--export", type=Path, metavar="FILE", help="write a page that trains without a server, such as page.html"
    )


def run(options: argparse.Namespace) -> int:
    if options.export is not None:
        return _export(options)
    from graphviz_nn.playground.server.serve import Server
    from graphviz_nn.playground.server.shown import linked, served, show, warn_of

    files: set[Path] = set()
    graph = None if options.model is None else opened(options, files)
    own = options.data is not None and (graph is not None or options.data not in GENERATED)
    source = next((path for path in files if path.suffix == ".py" and options.model.startswith(str(path))), None)
    found = served(graph, given_data(options) if own else None, source)
    fields = _fields(options, own)
    server = Server(found, host=options.host, port=options.port)
    warn_of(options.host)
    show(server, linked(server.url, fields), not options.no_browser)
    return PASSED


def _export(options: argparse.Namespace) -> int:
    """Write a page to hand out."""
    from graphviz_nn.playground.export import SUFFIXES, handout
    from graphviz_nn.storage import destination

    destination(options.export, "a page", SUFFIXES)
    graph = None if options.model is None else opened(options, set())
    own = options.data is not None and (graph is not None or options.data not in GENERATED)
    fields = _fields(options, own)
    data = given_data(options) if own else fields.pop("data", None)
    print(handout(graph, data, **fields).save(options.export))
    return PASSED


GENERATED = [name for name in DATA if name not in ("digits", "iris")]
"""The data sets that the page can make anew, with other noise."""


def _fields(options: argparse.Namespace, own: bool) -> dict[str, Any]:
    """The state that the page starts with, without defaults."""
    from graphviz_nn.playground.state import State

    given = {"test": options.test, "data_seed": options.seed, "seed": options.seed}
    if not own:
        if options.columns:
            raise UsageError("--columns is for files; leave it out")
        given |= {"data": options.data, "n": options.examples, "noise": options.noise}
    wanted = State.read({name: value for name, value in given.items() if value is not None}).short()
    return {name: value for name, value in wanted.items() if name in given}
