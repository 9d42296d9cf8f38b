"""The server: it listens on this machine, in a thread of its own, until it is stopped."""

import asyncio
import atexit
import errno
import secrets
import socket
import threading
from types import TracebackType

from graphviz_nn.errors import UsageError
from graphviz_nn.playground.server.engine import Served
from graphviz_nn.playground.server.limits import CONNECTIONS, FAREWELL, MESSAGE
from graphviz_nn.playground.server.nursery import FORKS

LOOPBACK, MOST_PORTS = "127.0.0.1", 65535
EXTRA = "the playground needs the packages starlette, uvicorn and websockets: pip install 'graphviz_nn[play]'"


class Server:
    """A playground that is being served.

    Parameters
    ----------
    served : Served
        What its sessions are of.
    host : str
        The address to listen on.
    port : int
        The port to listen on; 0 is a free one.
    framed : bool
        Whether a notebook may show the page.
    forks : bool
        Whether processes are copies of one that has loaded everything.

    Raises
    ------
    UsageError
        If the port is in use, the address isn't this machine's, or a package is missing.
    """

    def __init__(
        self, served: Served, *, host: str = LOOPBACK, port: int = 0, framed: bool = False, forks: bool = FORKS
    ) -> None:
        try:
            import uvicorn

            from graphviz_nn.playground.server.app import application
            from graphviz_nn.playground.server.tab import Tabs
            from graphviz_nn.playground.server.workers import Workers
        except ModuleNotFoundError as error:
            if str(error.name).partition(".")[0] not in ("starlette", "uvicorn", "websockets"):
                raise
            raise UsageError(EXTRA) from None
        token = secrets.token_urlsafe(24)
        self._workers = Workers(served, forks)
        self._tabs = Tabs(self._workers)
        config = uvicorn.Config(
            application(self._tabs, token, host, framed),
            access_log=False,
            date_header=False,
            lifespan="off",
            limit_concurrency=CONNECTIONS,
            log_config=None,
            log_level="error",
            proxy_headers=False,
            server_header=False,
            ws="websockets-sansio",
            ws_max_size=MESSAGE,
            ws_ping_timeout=60,
        )
        self._uvicorn = uvicorn.Server(config)
        self._listening = _listening(host, port)
        # All addresses of this machine are reached by that of loopback too.
        name = {"0.0.0.0": LOOPBACK, "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
        self.url = f"http://{name}:{self._listening.getsockname()[1]}/{token}/"
        self._ready, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="graphviz_nn playground", daemon=True)
        self._thread.start()
        self._ready.wait()
        atexit.register(self.stop)

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """Whether it is served."""
        return not self._ended.is_set()

    def wait(self) -> None:
        """Wait until it is stopped, or Ctrl-C."""
        # A wait without end can't be interrupted on Windows; a thread whose join is interrupted is taken for ended.
        while not self._ended.wait(0.2):
            pass

    def stop(self) -> None:
        """End all tabs, their processes and the server."""
        atexit.unregister(self.stop)
        if self.running:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._served())
        finally:
            self._ended.set()
            self._ready.set()

    async def _served(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        await self._workers.start()
        serving = asyncio.create_task(self._uvicorn.serve(sockets=[self._listening]))
        self._ready.set()
        try:
            await self._stopping.wait()
            await self._tabs.close(FAREWELL)
            for connection in list(self._uvicorn.server_state.connections):
                # What a slow page hasn't read isn't waited for.
                connection.transport.abort()
            self._uvicorn.should_exit = True
            await serving
        finally:
            await self._workers.close()


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens, so that who is told the URL can connect at once."""
    if not 0 <= port <= MOST_PORTS:
        raise UsageError(f"a port is a number from 0 to {MOST_PORTS}, found {port}; leave it out for a free one")
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UsageError(f"port {port} is in use; leave it out for a free one, or stop what uses it") from None
        if error.errno == errno.EACCES:
            raise UsageError(f"port {port} isn't yours to use; leave it out for a free one") from None
        # Python adds the address to the system's words.
        reason = str(error.strerror or error).partition(" (while")[0]
        raise UsageError(f"can't listen on {host}: {reason}; leave the address out for {LOOPBACK}") from None
