"""Tabs: each has a session of its own, frames come as fast as they are painted, and nothing is left behind."""

import os
import signal
import sys
import threading
import time

import pytest
from tabs import COUNTING, Client, processes

from graphviz_nn.playground.server import tab
from graphviz_nn.playground.server.limits import PENDING
from graphviz_nn.playground.server.serve import Server

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def until(condition, seconds=5.0):
    """How long it takes until something is so."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds
        time.sleep(0.01)
    return time.monotonic() - start


def test_two_tabs_are_two_sessions(client):
    with client.page() as one, client.page() as other:
        one.ask("set", field="seed", value=1)
        other.ask("set", field="seed", value=2)
        one.ask("play")
        assert [one.frame()["seed"] for _ in range(5)] == [1] * 5
        assert other.ask("open")["state"] == {"seed": 2, "step": 0}
        assert one.ask("pause")["state"]["step"] > 0


def test_frames_wait_until_they_are_painted(client):
    with client.page() as page:
        page.ask("play")
        first = page.hear()["frame"]
        time.sleep(0.3)
        # Nothing was queued meanwhile, and the next frame is of now.
        with pytest.raises(TimeoutError):
            page.hear(timeout=0.1)
        page.say(do="shown", number=first["number"])
        second = page.hear()["frame"]
        assert second["number"] == first["number"] + 1 and second["step"] > first["step"] + 3
        # What isn't the last frame doesn't count.
        page.say(do="shown", number=first["number"])
        with pytest.raises(TimeoutError):
            page.hear(timeout=0.1)


def test_at_most_so_many_frames_a_second(client):
    with client.page() as page:
        page.ask("play")
        start = time.monotonic()
        while time.monotonic() - start < 1:
            last = page.frame()["number"]
        assert last < 40


def test_a_frame_is_as_far_ahead_as_the_engine_says(client):
    with client.page() as page:
        page.ask("set", field="seed", value=7)
        start = time.monotonic()
        page.ask("play")
        steps = [page.frame()["step"] for _ in range(12)]
        assert steps[-1] <= 7 * (30 * (time.monotonic() - start) + 2)
        # Only where a frame takes too long, it is shown before all is done.
        assert sum(step % 7 == 0 for step in steps) > 6


def test_errors_are_told_with_their_field(client):
    with client.page() as page:
        assert page.ask("set", field="seeed", value=1)["error"] == {
            "what": "there is no field 'seeed'",
            "field": "seeed",
        }
        assert "ZeroDivisionError" in page.ask("reset")["error"]["what"]
        page.say(do="play")
        assert page.hear() == {"re": None, "error": {"what": page_needs_id(), "field": "id"}}
        page.socket.send(b"\x00")
        assert "found bytes" in page.hear()["error"]["what"]
        assert page.ask("open")["state"] == {"seed": 0, "step": 0}


def page_needs_id():
    return f"play needs an id, a whole number from 0 to {2**53}"


@pytest.mark.parametrize("seed", [13, 14])
def test_a_training_that_stops_is_told(client, seed):
    with client.page() as page:
        page.ask("set", field="seed", value=seed)
        page.ask("play")
        while "stopped" not in (found := page.hear()):
            page.say(do="shown", number=found["frame"]["number"])
        assert ("isn't finite" if seed == 13 else "ZeroDivisionError") in found["stopped"]["what"]
        assert page.ask("pause")["state"]["step"] > 5


def test_long_work_is_cancelled(client):
    with client.page() as page:
        page.say(do="check", id=7)
        assert page.hear() == {"check": {"done": 0, "count": 1}}
        page.say(do="cancel", of=7)
        assert page.answer(7)["error"] == {"what": "cancelled", "cancelled": True}


def test_a_flood_of_bad_messages_is_answered_or_dropped(client):
    with client.page() as page, client.page() as other:
        page.ask("play")
        for number in range(10_000):
            page.socket.send(BAD[number % len(BAD)])
        page.say(do="pause", id=99)
        errors = 0
        while "re" not in (found := page.hear()) or found["re"] != 99:
            errors += "error" in found
        assert tab.BAD_AT_ONCE <= errors < 200
        assert other.ask("open")["state"]["step"] == 0


BAD = [
    "",
    "{",
    '{"do": "fly", "id": 1}',
    '{"do": "shown", "number": "x"}',
    "[" * 1000,
    '{"do": "play", "id": 1, "x": 2}',
]


def test_too_many_good_messages_are_refused(client):
    with client.page() as page:
        page.say(do="check", id=1)
        for number in range(2, PENDING + 10):
            page.say(do="play", id=number)
        while "error" not in (found := page.hear()):
            pass
        assert "too much at once" in found["error"]["what"]
        page.say(do="cancel", of=1)
        page.answer(1)


def test_more_tabs_than_there_may_be_are_told(client, monkeypatch):
    monkeypatch.setattr(tab, "TABS", 1)
    with client.page() as page:
        page.ask("open")
        with client.page() as other:
            assert "1 pages are open" in other.hear()["bye"]
        assert page.ask("open")["state"]["step"] == 0
    until(lambda: client.server._tabs._count == 0)
    with client.page() as page:
        assert page.ask("open")["state"]["step"] == 0


@linux
@pytest.mark.parametrize("forks", [True, False], ids=["forking", "anew"])
def test_nothing_is_left(forks):
    before, threads = set(processes()), set(threading.enumerate())
    with Server(COUNTING, forks=forks) as server:
        client = Client(server)
        with client.page() as page:
            page.ask("play")
            # Holds the process.
            page.say(do="sweep", id=9, rates=[1], steps=1)
            busy = set(processes()) - before
        with client.page() as other:
            other.ask("play")
            # The first one has closed while it computed: its process is ended.
            assert until(lambda: len(busy & set(processes())) <= 1 + forks) < 5
            playing = set(processes()) - before
            for _ in range(3):
                other.frame()
        until(lambda: len(playing & set(processes())) < len(playing))
        with client.page() as last:
            last.ask("play")
            start = time.monotonic()
            server.stop()
            assert time.monotonic() - start < 5
            while "bye" not in (found := last.hear()):
                pass
            assert "ended where it was started" in found["bye"]
    assert set(processes()) <= before
    until(lambda: set(threading.enumerate()) <= threads)


@linux
def test_a_process_that_dies_is_told_and_replaced(client):
    with client.page() as page:
        page.ask("play")
        spare = client.server._workers._spare
        until(spare.done)
        ready = spare.result()
        for child in processes(processes()[0]):
            os.kill(child, signal.SIGKILL)
        while "bye" not in (found := page.hear()):
            pass
        assert "has ended" in found["bye"]
    until(lambda: ready.reader.at_eof() or ready.reader.exception() is not None)
    with client.page() as page:
        assert page.ask("open")["state"]["step"] == 0


def test_a_page_that_does_not_read_holds_up_nobody():
    with Server(COUNTING) as server:
        client = Client(server)
        with client.page(max_queue=1, close_timeout=0.1) as deaf, client.page() as page:
            for number in range(1000):
                deaf.say(do="open", id=number, state={"data": "x" * 1000})
            page.ask("play")
            assert [page.frame()["seed"] for _ in range(5)] == [0] * 5
            start = time.monotonic()
            server.stop()
            assert time.monotonic() - start < 5
