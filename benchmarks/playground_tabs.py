"""Many tabs that train at once: memory, frames per second of each, whether any are mixed up, and the end of it all.

Run ``python benchmarks/playground_tabs.py``; ``--tabs 20 --seconds 60`` is what it does without options. Memory is the
private one of every process of the server, and shares of what they have in common (PSS), which only Linux tells.
"""

import argparse
import asyncio
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from graphviz_nn.playground.packing import packed
from graphviz_nn.playground.session import Session

STEPS, FLOOD = 25, 10_000
NUMBER, STEP = re.compile(r'"number":(\d+)'), re.compile(r'"step":(\d+)')


class Tab:
    """A tab with a network, data and seeds of its own."""

    def __init__(self, socket: ClientConnection, index: int) -> None:
        self.socket, self._id = socket, 0
        widths = [[1 + index % 8], [8 - index % 8, 4]][index % 2]
        data = ("xor", "circle", "spiral", "moons", "gaussians")[index % 5]
        self.state: dict[str, Any] = {"data": data, "hidden": widths, "seed": index, "data_seed": index, "n": 500}
        self.frames = self.steps = 0

    async def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """What is answered; frames that come before are painted."""
        self._id += 1
        await self.socket.send(json.dumps({"do": do, "id": self._id, **fields}))
        while True:
            text = str(await self.socket.recv())
            if text.startswith(f'{{"re":{self._id},'):
                found: dict[str, Any] = json.loads(text)
                assert "error" not in found, found
                return found
            await self._paint(text)

    async def _paint(self, text: str) -> None:
        if text.startswith('{"frame"'):
            self.frames += 1
            step = STEP.search(text)
            assert step is not None
            self.steps = int(step[1])
            number = NUMBER.search(text)
            assert number is not None
            await self.socket.send(f'{{"do":"shown","number":{number[1]}}}')

    async def watch(self, until: float) -> None:
        """Paint frames until a time."""
        while (left := until - time.monotonic()) > 0:
            try:
                await self._paint(str(await asyncio.wait_for(self.socket.recv(), left)))
            except TimeoutError:
                return

    async def is_itself(self) -> bool:
        """Whether its numbers are those of a session that is alone with this state."""
        here = await self.ask("reset")
        there = Session()
        there.do({"do": "open", "state": self.state})
        found, wanted = await self.ask("step", count=STEPS), there.do({"do": "step", "count": STEPS})
        same = found["frame"]["parameters"] == packed(wanted["frame"]["parameters"])
        return same and all(here["state"][name] == value for name, value in self.state.items())


def below(process: int) -> list[int]:
    """A process and all below it."""
    found = [process]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found


def megabytes(process: int) -> float:
    """The memory of a process and all below it."""
    total = 0
    for each in below(process):
        try:
            found = re.search(r"Pss: +(\d+)", Path(f"/proc/{each}/smaps_rollup").read_text())
        except OSError:
            continue
        total += int(found[1]) if found else 0
    return total / 1024


async def flooded(address: str, origin: str) -> float:
    """How long a flood of bad messages takes, in seconds, until a good one is answered."""
    async with connect(address, origin=origin, max_queue=None) as socket:  # type: ignore[arg-type]
        start = time.monotonic()
        for _ in range(FLOOD):
            await socket.send('{"do": "fly", "id": 0}')
        await Tab(socket, 0).ask("open")
        return time.monotonic() - start


async def measured(server: subprocess.Popen[str], url: str, count: int, seconds: float) -> None:
    """Measure, and print what was found."""
    address, origin = url.replace("http", "ws", 1) + "socket", "/".join(url.split("/")[:3])
    print(f"memory before the first tab: {megabytes(server.pid):.0f} MB")
    tabs, opening = [], []
    for index in range(count):
        start = time.monotonic()
        socket = await connect(address, origin=origin, max_queue=None, max_size=None)  # type: ignore[arg-type]
        tabs.append(Tab(socket, index))
        await tabs[-1].ask("open", state=tabs[-1].state)
        opening.append(time.monotonic() - start)
    print(f"a tab opens in {statistics.median(opening):.2f} s, at most {max(opening):.2f} s")
    for tab in tabs:
        await tab.ask("play")
        tab.frames = 0
    end, memory = time.monotonic() + seconds, []

    async def weighed() -> None:
        while time.monotonic() < end:
            memory.append(megabytes(server.pid))
            await asyncio.sleep(min(5, seconds / 4))

    flood = asyncio.create_task(flooded(address, origin))
    await asyncio.gather(weighed(), *(tab.watch(end) for tab in tabs))
    rates = [tab.frames / seconds for tab in tabs]
    print(f"{count} tabs for {seconds:g} s: {min(rates):.1f} to {max(rates):.1f} frames a second in each")
    print(f"steps of a tab: {min(tab.steps for tab in tabs):,} to {max(tab.steps for tab in tabs):,}")
    print(f"memory: {memory[0]:.0f} MB at first, at most {max(memory):.0f} MB, {memory[-1]:.0f} MB at the end")
    print(f"a flood of {FLOOD:,} bad messages was over after {await flood:.1f} s")
    for tab in tabs:
        await tab.ask("pause")
    itself = [await tab.is_itself() for tab in tabs]
    print(f"{sum(itself)} of {count} tabs have the numbers of a session that is alone")
    for tab in tabs:
        await tab.ask("play")
    open_, start = len(below(server.pid)), time.monotonic()
    await tabs[0].socket.close()
    while len(below(server.pid)) >= open_:
        await asyncio.sleep(0.01)
    print(f"a closed tab stopped training after {time.monotonic() - start:.2f} s")
    start, processes = time.monotonic(), below(server.pid)
    server.send_signal(signal.SIGINT)
    server.wait()
    print(f"Ctrl-C with {count - 1} tabs ended it in {time.monotonic() - start:.2f} s")
    print(f"processes left: {sum(Path(f'/proc/{each}').exists() for each in processes if each != server.pid)}")
    for tab in tabs:
        await tab.socket.close()
    if min(rates) < 5 or not all(itself):
        raise SystemExit("a tab is slower than 5 frames a second, or isn't itself")


def main() -> None:
    """Measure with the options of the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tabs", type=int, default=20)
    options.add_argument("--seconds", type=float, default=60)
    given = options.parse_args()
    script = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    script += "from graphviz_nn.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", script, "play", "--no-browser"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout is not None
            asyncio.run(measured(server, server.stdout.readline().strip(), given.tabs, given.seconds))
        finally:
            server.kill()


if __name__ == "__main__":
    main()
