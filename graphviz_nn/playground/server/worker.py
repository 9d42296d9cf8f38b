"""The process of a tab: it trains, answers, and sends a frame when the page has painted the one before."""

import json
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
        self._step = SLICE
        """How long a step takes, in seconds."""

    def run(self) -> None:
        """Work until the process is ended."""
        while True:
            try:
                # Paused, it waits for messages; playing, it looks at those that are there.
                self._hear(self._wire.inbox.get(block=not self._is_playing))
            except queue.Empty:
                self._play()

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
            count = max(1, int(min(max(self._due - start, 0), SLICE) / self._step))
            self._engine.advance(count)
            # A smooth estimate: a step may wait for another process.
            self._step += 0.3 * ((time.perf_counter() - start) / count - self._step)
            self._check()
            if self._unpainted is None and time.perf_counter() >= self._due:
                self._due = max(self._due + 1 / FRAMES, time.perf_counter())
                frame = self._engine.frame()
                self._unpainted = frame["number"]
                self._wire.send({"frame": frame})
                self._check()
        except Exception as found:
            self._is_playing = False
            self._wire.send({"stopped": found.reason if isinstance(found, Stop) else {"what": said(found)}})

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
