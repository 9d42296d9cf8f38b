"""A tab of the browser: its socket on one side, its process on the other."""

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.websockets import WebSocketDisconnect

from graphviz_nn.playground.server.limits import BAD_AT_ONCE, BAD_PER_SECOND, TABS
from graphviz_nn.playground.server.messages import MessageError, error, read, written
from graphviz_nn.playground.server.workers import Worker, Workers

if TYPE_CHECKING:
    from starlette.websockets import WebSocket


class Tabs:
    """The open tabs: each has a process, which ends with it."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._open: set[asyncio.Task[None]] = set()
        self._count = 0

    async def serve(self, socket: "WebSocket") -> None:
        """Serve a tab until it closes, its process ends, or the server does."""
        await socket.accept()
        if self._count >= TABS:
            await _farewell(socket, f"{TABS} pages are open, as many as there can be. Close one and load this again.")
            return
        self._count += 1
        try:
            await self._served(socket)
        finally:
            self._count -= 1

    async def _served(self, socket: "WebSocket") -> None:
        task = asyncio.create_task(self._connected(socket))
        self._open.add(task)
        try:
            await asyncio.wait((task,))
            if task.cancelled():
                await _farewell(
                    socket,
                    "The playground has been ended where it was started. Start it again and open its new address.",
                )
            elif (found := task.exception()) is not None:
                await _farewell(socket, str(found))
        finally:
            self._open.discard(task)
            task.cancel()

    async def _connected(self, socket: "WebSocket") -> None:
        worker = await self._workers.take()
        ways = [asyncio.create_task(_from_page(socket, worker)), asyncio.create_task(_to_page(socket, worker))]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                with suppress(WebSocketDisconnect):
                    each.result()
        finally:
            for each in ways:
                each.cancel()
            self._workers.end(worker)

    async def close(self, seconds: float) -> None:
        """Tell all tabs that the server ends, and wait for it as long as given."""
        for each in self._open:
            each.cancel()
        deadline = time.monotonic() + seconds
        while self._count and time.monotonic() < deadline:
            await asyncio.sleep(0.01)


async def _from_page(socket: "WebSocket", worker: Worker) -> None:
    bad = Allowance(BAD_AT_ONCE, BAD_PER_SECOND)
    while True:
        received = await socket.receive()
        if received["type"] == "websocket.disconnect":
            return
        try:
            text = received.get("text")
            if text is None:
                raise MessageError("a message must be JSON, found bytes")
            message = read(text)
        except MessageError as found:
            if bad.spent():
                await socket.send_text(written(error(found.id, str(found), found.field)).decode())
        else:
            await worker.send(written(message))


async def _to_page(socket: "WebSocket", worker: Worker) -> None:
    while True:
        await socket.send_text(await worker.receive())


async def _farewell(socket: "WebSocket", reason: str) -> None:
    """Tell a page why nothing comes any more."""
    with suppress(WebSocketDisconnect, RuntimeError, OSError):
        await socket.send_text(written({"bye": reason}).decode())
        await socket.close(1001)


class Allowance:
    """So many at once, and so many per second.

    Examples
    --------
    >>> one = Allowance(at_once=1, per_second=0)
    >>> one.spent(), one.spent()
    (True, False)
    """

    def __init__(self, at_once: float, per_second: float) -> None:
        self._most, self._rate = at_once, per_second
        self._left, self._then = at_once, time.monotonic()

    def spent(self) -> bool:
        """Whether one is left; then it is spent."""
        now = time.monotonic()
        self._left, self._then = min(self._most, self._left + (now - self._then) * self._rate), now
        if self._left < 1:
            return False
        self._left -= 1
        return True
