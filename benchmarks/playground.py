"""The playground's session: a frame with its steps, opening a link, going back, drawing a network anew.

Run ``python benchmarks/playground.py``. Times are those of one core; a page shows 30 frames a second, so that a frame
with 20 steps may take 33 ms.
"""

import json
import tracemalloc
from functools import partial
from time import process_time

from interleave import medians, table

from graphviz_nn.playground.packing import packed
from graphviz_nn.playground.pictures import alive
from graphviz_nn.playground.screen import NUMBERS
from graphviz_nn.playground.session import Session

STATE = {"data": "xor", "n": 500, "hidden": [8, 8]}
DRAWN = ("units", "layers", "arrows", "compact", "operations")
STEPS, FAR, BUDGET = 20, 10_000, 1 / 30


def opened(**more: object) -> Session:
    session = Session()
    session.do({"do": "open", "state": {**STATE, **more}})
    return session


def sent(session: Session) -> str:
    """A frame as the page gets it."""
    return json.dumps(packed(session.frame()))


def shown(session: Session) -> None:
    """What a frame takes: its steps, what is seen of them, and its text."""
    session.advance(STEPS)
    sent(session)


def back(session: Session) -> None:
    session.do({"do": "back"})
    session.do({"do": "step"})


def drawn(session: Session, view: str) -> None:
    """What adding a unit or a layer draws."""
    alive(session.subject.graph, view, show=NUMBERS)


def main() -> None:
    batches, whole = opened(), opened(batch_size=10_000)
    far = opened(step=FAR)
    things = {
        f"{STEPS} steps and a frame, 2-8-8-2, 500 points, batches of 10": partial(shown, batches),
        f"{STEPS} steps and a frame, 2-8-8-2, 500 points, all examples": partial(shown, whole),
        "a frame alone": partial(sent, batches),
        f"a step back and forward again, with two frames, at step {FAR:,}": partial(back, far),
        "opening a page": opened,
        f"opening a link to step {FAR:,}": partial(opened, step=FAR),
    }
    things |= {f"a picture of 2-8-8-2: {view}": partial(drawn, batches, view) for view in DRAWN}
    found = medians(things, 15, process_time)
    table(found)
    slowest = max(list(found.values())[:2])
    print(f"{'ok  ' if slowest < BUDGET else 'SLOW'}  {slowest * 1000:.1f} ms of the {BUDGET * 1000:.0f} ms of a frame")
    print(f"{len(sent(batches)) / 1000:9.1f} kB  of text for a frame")
    tracemalloc.start()
    longest = opened(step=FAR)
    print(f"{tracemalloc.get_traced_memory()[0] / 1e6:9.1f} MB  that a session holds at step {longest.course.step:,}")


if __name__ == "__main__":
    main()
