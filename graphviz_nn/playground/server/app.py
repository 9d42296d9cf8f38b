"""The application: the files of the page, and a socket for each tab."""

from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from graphviz_nn.playground.server.guard import Guard
from graphviz_nn.playground.server.tab import Tabs

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from starlette.requests import Request

TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
"""The files of a page that are served."""


def application(tabs: Tabs, token: str, host: str, framed: bool) -> Guard:
    """Make the application behind its guard."""
    page = _listed(files("graphviz_nn.playground") / "page")

    async def served(request: "Request") -> Response:
        # Only what is listed is looked up, so that no path leads elsewhere.
        file = page.get(request.path_params["name"] or "index.html")
        if file is None:
            return PlainTextResponse("The page has no such file.\n", 404)
        return Response(file.read_bytes(), media_type=TYPES["." + file.name.rpartition(".")[2]])

    routes = [WebSocketRoute("/socket", tabs.serve), Route("/{name:path}", served)]
    return Guard(Starlette(routes=routes), token, host, framed)


def _listed(folder: "Traversable", prefix: str = "") -> "dict[str, Traversable]":
    found: dict[str, Traversable] = {}
    for each in folder.iterdir():
        if each.is_dir():
            found |= _listed(each, f"{prefix}{each.name}/")
        elif "." + each.name.rpartition(".")[2] in TYPES:
            found[prefix + each.name] = each
    return found
