"""The process of a tab: it trains, answers, and sends a frame when the page has painted the one before."""

import json
import math
import os
import queue
import socket
import struct
import threading
import time
from collections.abc import Mapping
from typing import Any

from graphviz_nn.errors import Error, one_line
from graphviz_nn.playground.server.engine import Cancelled, Engine
from graphviz_nn.playground.server.limits import FRAMES, PENDING
from graphviz_nn.playground.server.messages import error, written

LENGTH = struct.Struct(">I")
# Seconds between two looks at the messages.
SLICE = 1 / 120


class Wire:
    """Messages to and from the server, each with its length before it. Without the server, the process ends."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._turn = connection, threading.Lock()
        self.inbox: queue.Queue[dict[str, Any]] = queue.Queue()
        self.cancelled: set[int] = set()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message; wait while the page is slow."""
        data = written(message)
        with self._turn:
            try:
                self._connection.sendall(LENGTH.pack(len(data)) + data)
            except OSError:
                os._exit(0)

    def listen(self) -> None:
        """Receive messages until the server closes the connection; that ends the process, whatever it does."""
        try:
            while True:
                message = json.loads(self._exactly(LENGTH.unpack(self._exactly(LENGTH.size))[0]))
                if message["do"] == "cancel":
                    self.cancelled.add(message["of"])
                elif self.inbox.qsize() >= PENDING:
                    self.send(error(message.get("id"), "too much at once: wait for the answers"))
                else:
                    self.inbox.put(message)
        finally:
            os._exit(0)

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self._connection.recv(count - len(data))
            if not more:
                os._exit(0)
            data += more
        return data


class Worker:
    """Runs the engine of a tab."""

    def __init__(self, engine: Engine, wire: Wire) -> None:
        self._engine, self._wire = engine, wire
        self._is_playing = False
        self._unpainted: int | None = None
        self._due = 0.0
        self._next, self._left = 0.0, 0.0
        """When more steps are to be done, and how many of those before are left."""
        self._step = SLICE
        """How long a step takes, in seconds."""

    def run(self) -> None:
        """Work until the process is ended."""
        while True:
            try:
                self._hear(self._wire.inbox.get(timeout=self._patience()))
            except queue.Empty:
                self._play()

    def _patience(self) -> float | None:
        """How long to wait for a message: until there are steps to do or a frame is due; paused, without end."""
        if not self._is_playing:
            return None
        until = self._next if self._unpainted is not None else min(self._next, self._due)
        return 0.0 if self._left else max(0.0, until - time.perf_counter())

    def _hear(self, message: dict[str, Any]) -> None:
        if message["do"] == "shown":
            if self._unpainted is not None and message["number"] >= self._unpainted:
                self._unpainted = None
            return
        if message["do"] in ("open", "play"):
            # A page that has been hidden may have painted nothing.
            self._unpainted = None
        if message["do"] in ("play", "pause"):
            self._is_playing = message["do"] == "play"
        self._wire.send(self._answer(message.pop("id"), message))

    def _answer(self, id: int, message: dict[str, Any]) -> Mapping[str, Any]:
        def say(partial: Mapping[str, Any]) -> None:
            if id in self._wire.cancelled:
                raise Cancelled
            self._wire.send(partial)

        self._engine.say = say
        try:
            return {"re": id, **self._engine.do(message)}
        except Cancelled:
            return {"re": id, "error": {"what": "cancelled", "cancelled": True}}
        except Exception as found:
            return error(id, said(found), getattr(found, "field", None))

    def _play(self) -> None:
        """Train until the next frame is due, or for a moment; send the frame if the last one has been painted."""
        try:
            start = time.perf_counter()
            if start >= self._next:
                ahead = self._engine.ahead()
                # What came a little late doesn't delay the next.
                self._next = max(self._next + 1 / FRAMES, start + 0.5 / FRAMES)
                self._left = math.inf if ahead is None else ahead
            if self._left:
                self._train(start)
            now = time.perf_counter()
            # What is done in a frame is shown as a whole, unless it takes longer.
            is_whole = self._left in (0, math.inf) or now >= self._next
            if self._unpainted is None and is_whole and now >= self._due:
                self._due = max(self._due + 1 / FRAMES, time.perf_counter())
                self._show()
                self._check()
        except Stop as stop:
            self._is_playing = False
            self._show()
            self._wire.send({"stopped": stop.reason})
        except Exception as found:
            self._is_playing = False
            self._wire.send({"stopped": {"what": said(found)}})

    def _show(self) -> None:
        frame = self._engine.frame()
        self._unpainted = frame["number"]
        self._wire.send({"frame": frame})

    def _train(self, start: float) -> None:
        count = int(min(self._left, max(1, min(max(self._due - start, 0), SLICE) / self._step)))
        self._left -= count
        self._engine.advance(count)
        # A smooth estimate: a step may wait for another process.
        self._step += 0.3 * ((time.perf_counter() - start) / count - self._step)
        self._check()

    def _check(self) -> None:
        if self._engine.stopped is not None:
            raise Stop(self._engine.stopped.said())


class Stop(Exception):
    """Training can't go on."""

    def __init__(self, reason: Mapping[str, Any]) -> None:
        self.reason = reason


def said(found: Exception) -> str:
    """What went wrong, in a line for the page.

    >>> said(Error("there are no data"))
    'there are no data'
    >>> said(ZeroDivisionError("by zero"))
    'an error of the playground itself: ZeroDivisionError: by zero'
    """
    if isinstance(found, Error):
        return str(found)
    if isinstance(found, MemoryError):
        return "there isn't enough memory; use a smaller model or less data"
    return one_line(f"an error of the playground itself: {type(found).__name__}: {found}")
