"""The playground in Chromium: frames a second, steps between two of them, and how soon the page answers meanwhile.

Run ``python benchmarks/playground_page.py``; ``--seconds 10`` is what it does without options. It needs Chromium and
the package playwright. A frame counts when the page says that it is painted; at most 30 a second are.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Page, WebSocket, sync_playwright

from graphviz_nn.playground.server.engine import Served
from graphviz_nn.playground.server.serve import Server

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from browser import CHROMIUM, FLAGS, MISSING

STATE = '{"data":"xor","n":500,"hidden":[8,8]}'
# The server sends no more than 30 frames a second, so that a measured rate is rounded.
WANTED, STEPS = 29.5, 20


def steps(page: Page) -> int:
    return int("".join(filter(str.isdigit, page.inner_text("#steps"))))


def measured(page: Page, url: str, seconds: float) -> tuple[float, float, float]:
    """Frames a second, steps a frame, and the seconds that a script of the page waits for its turn, in the median."""
    painted = [0]

    def sent(payload: Any) -> None:
        painted[0] += '"shown"' in str(payload)

    def heard(socket: WebSocket) -> None:
        socket.on("framesent", sent)

    page.on("websocket", heard)
    page.goto(f"{url}#{quote(STATE)}")
    page.wait_for_selector("#picture svg")
    page.click("#play")
    page.wait_for_timeout(1000)
    first, began, start = painted[0], steps(page), time.perf_counter()
    waits = []
    while time.perf_counter() - start < seconds:
        asked = time.perf_counter()
        page.evaluate("0")
        waits.append(time.perf_counter() - asked)
        page.wait_for_timeout(100)
    passed, frames, done = time.perf_counter() - start, painted[0] - first, steps(page) - began
    page.click("#play")
    return frames / passed, done / max(frames, 1), statistics.median(waits)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=10)
    seconds = options.parse_args().seconds
    if CHROMIUM is None:
        raise SystemExit(MISSING)
    with Server(Served(None, None)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        frames, between, wait = measured(page, server.url, seconds)
        browser.close()
    print("a 2-8-8-2 network with 500 points, shown while it trains")
    for what, found, least in (("frames a second", frames, WANTED), ("steps a frame", between, STEPS)):
        print(f"{'ok  ' if found >= least else 'SLOW'}  {what}: {found:.1f} (at least {least})")
    print(f"      a script of the page waits {1000 * wait:.0f} ms for its turn")


if __name__ == "__main__":
    main()
