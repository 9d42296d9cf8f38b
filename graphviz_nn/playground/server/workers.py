"""The processes of the tabs, as the server has them: one is always ready before its tab is there."""

import asyncio
import os
import pickle
import secrets
import sys
from asyncio import StreamReader, StreamWriter, Task
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from typing import NamedTuple

from graphviz_nn.errors import Error
from graphviz_nn.playground.server.engine import Served
from graphviz_nn.playground.server.limits import PATIENCE
from graphviz_nn.playground.server.nursery import FORKS
from graphviz_nn.playground.server.worker import LENGTH

SECRET, NUMBER = 32, 11
NURSERY = ("-P", "-m", "graphviz_nn.playground.server.nursery")


class Lost(Error):
    """The process of a tab has ended."""


class Worker(NamedTuple):
    """The process of a tab: its number, and the connection to it."""

    process: int
    reader: StreamReader
    writer: StreamWriter

    async def receive(self) -> str:
        """Wait for a message.

        Raises
        ------
        Lost
            If the process has ended.
        """
        try:
            (length,) = LENGTH.unpack(await self.reader.readexactly(LENGTH.size))
            return (await self.reader.readexactly(length)).decode()
        except (OSError, EOFError):
            raise Lost("The process of this page has ended, perhaps for want of memory. Load the page again.") from None

    async def send(self, data: bytes) -> None:
        """Send a message."""
        try:
            self.writer.write(LENGTH.pack(len(data)) + data)
            await self.writer.drain()
        except OSError:
            raise Lost("The process of this page has ended. Load the page again.") from None


class Workers:
    """Starts processes and ends them.

    Parameters
    ----------
    served : Served
        What they train.
    forks : bool
        Whether they are copies of one that has loaded everything.
    """

    def __init__(self, served: Served, forks: bool = FORKS) -> None:
        self._served, self._forks = pickle.dumps(served), forks
        self._parents: list[Process] = []
        self._awaited: dict[str, asyncio.Future[Worker]] = {}
        self._spare: Task[Worker] | None = None
        self._has_borne = False

    async def start(self) -> None:
        """Get ready for the first tab."""
        self._listener = await asyncio.start_server(self._met, "127.0.0.1", 0)
        self._spare = asyncio.create_task(self._born())

    async def take(self) -> Worker:
        """The process for a tab.

        Raises
        ------
        Lost
            If it can't be started.
        """
        assert self._spare is not None
        spare, self._spare = self._spare, asyncio.create_task(self._born())
        worker = await spare
        if worker.reader.at_eof() or worker.reader.exception() is not None:
            self.end(worker)
            return await self.take()
        return worker

    def end(self, worker: Worker) -> None:
        """End a process at once, whatever it does."""
        worker.writer.close()
        if self._forks:
            self._order(self._parents[-1], f"end {worker.process}")
        for parent in self._parents:
            if parent.pid == worker.process and parent.returncode is None:
                parent.kill()

    async def close(self) -> None:
        """End all processes, and wait for their ends."""
        assert self._spare is not None
        self._spare.cancel()
        with suppress(asyncio.CancelledError, Error):
            self.end(await self._spare)
        self._listener.close()
        for parent in self._parents:
            assert parent.stdin is not None
            parent.stdin.close()
            # One that is still loading hears of no end, and has nobody to end.
            if parent.returncode is None and not (self._forks and self._has_borne):
                parent.kill()
        for parent in self._parents:
            await parent.wait()

    async def _born(self) -> Worker:
        secret = secrets.token_hex(SECRET // 2)
        met: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._awaited[secret] = met
        port = self._listener.sockets[0].getsockname()[1]
        try:
            parent = await self._parent()
            self._order(parent, f"start {port} {secret}")
            ended = asyncio.ensure_future(parent.wait())
            await asyncio.wait((met, ended), timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
            ended.cancel()
            if not met.done():
                raise Lost("The process of this page doesn't start. See the terminal for the reason.")
            return await met
        finally:
            del self._awaited[secret]

    async def _parent(self) -> Process:
        """The process that bears the next one; without forking, that becomes it."""
        self._parents = [each for each in self._parents if each.returncode is None]
        if self._forks and self._parents:
            return self._parents[-1]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        # Small networks are slower on several threads, and a process with threads can't be copied.
        environment |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        command = (sys.executable, *NURSERY, "forks" if self._forks else "is")
        parent = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=DEVNULL, env=environment)
        self._parents.append(parent)
        assert parent.stdin is not None
        parent.stdin.write(self._served)
        return parent

    def _order(self, parent: Process, order: str) -> None:
        assert parent.stdin is not None
        if not parent.stdin.is_closing():
            parent.stdin.write(order.encode() + b"\n")

    async def _met(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Somebody has connected: a process that knows its secret, or a stranger."""
        try:
            async with asyncio.timeout(PATIENCE):
                said = (await reader.readexactly(SECRET + NUMBER)).decode()
        except (OSError, EOFError, ValueError):
            writer.close()
            return
        met = self._awaited.get(said[:SECRET])
        if met is None or met.done():
            writer.close()
        else:
            self._has_borne = True
            met.set_result(Worker(int(said[SECRET:]), reader, writer))
