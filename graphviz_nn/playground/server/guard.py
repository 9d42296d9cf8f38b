"""Who may speak to the server: the token in the URL, Host and Origin, and the headers of every answer."""

import re
import secrets
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from graphviz_nn.playground.server.addresses import is_address, is_loopback

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A name or an address, and a port.
HOST = re.compile(r"(\[[0-9a-fA-F:.]{2,45}\]|[a-zA-Z0-9._-]{1,253})(?::([0-9]{1,5}))?")
NOTEBOOKS = "http://localhost:* http://127.0.0.1:* https: vscode-webview:"
"""Pages that may show the playground in a frame, if a notebook has asked for it."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self' ws://{host}; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {frames}"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """Lets through what comes from the page of this server, with the token removed from its path.

    Parameters
    ----------
    app : ASGI application
        The application behind it.
    token : str
        The first part of every path.
    host : str
        The address that the server listens on. On loopback only the names of loopback are taken as Host: a foreign name
        that leads to this machine is that of an attack (DNS rebinding).
    framed : bool
        Whether notebooks may show the page.
    """

    def __init__(self, app: "ASGIApp", token: str, host: str, framed: bool = False) -> None:
        self._app, self._token, self._host = app, token, host
        self._frames = NOTEBOOKS if framed else "'none'"

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Check a request or a socket."""
        headers = Headers(scope=scope)
        reason = self._reason(scope, headers)

        async def answered(message: "Message") -> None:
            if message["type"] == "http.response.start":
                policy = (
                    POLICY.format(host=headers["host"], frames=self._frames) if reason is None else "default-src 'none'"
                )
                MutableHeaders(scope=message).update({**HEADERS, "Content-Security-Policy": policy})
            await send(message)

        if reason is None:
            inside = {**scope, "path": scope["path"][len(self._token) + 1 :]}
            inside.pop("raw_path", None)
            await self._app(inside, receive, answered)
        elif scope["type"] == "http":
            await PlainTextResponse(reason, 403)(scope, receive, answered)
        else:
            # Before the socket is accepted this is an answer 403.
            await send({"type": "websocket.close", "code": 1008})

    def _reason(self, scope: "Scope", headers: Headers) -> str | None:
        """Why it isn't let through."""
        found = HOST.fullmatch(headers.get("host", ""))
        if len(headers.getlist("host")) != 1 or found is None or not self._is_ours(found[1].strip("[]").lower()):
            return "This isn't the address of the playground: open the URL that it printed.\n"
        origin = headers.get("origin")
        if (origin is not None or scope["type"] == "websocket") and origin != f"http://{headers['host']}":
            return "Only the page of the playground itself may ask for this.\n"
        first = scope["path"].removeprefix("/").partition("/")
        if not first[1] or not secrets.compare_digest(first[0].encode(), self._token.encode()):
            return "The URL is incomplete, or of a playground that has ended: open the one that it printed.\n"
        return None

    def _is_ours(self, name: str) -> bool:
        if name in ("localhost", "127.0.0.1", "::1", self._host.lower()):
            return True
        # Whoever listens on other addresses is reached by number; rebinding needs a name.
        return not is_loopback(self._host) and is_address(name)
