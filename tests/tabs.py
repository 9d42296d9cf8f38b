"""Tabs of a browser, as the server of the playground sees them."""

import json
import os
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from websockets.sync.client import connect

from graphviz_nn.playground.server.engine import Served

COUNTING = Served(engine="counting:Counting")


class Page:
    """One tab, as the server sees it."""

    def __init__(self, socket):
        self.socket, self._id = socket, 0
        self.unasked = []

    def ask(self, do, **fields):
        """What is answered."""
        self._id += 1
        self.say(do=do, id=self._id, **fields)
        return self.answer(self._id)

    def say(self, **message):
        self.socket.send(json.dumps(message))

    def answer(self, id):
        while "re" not in (found := self.hear()) or found["re"] != id:
            self.unasked.append(found)
        return found

    def hear(self, timeout=20):
        return json.loads(self.socket.recv(timeout))

    def frame(self):
        """The next frame, which is painted at once."""
        while "frame" not in (found := self.hear()) or "re" in found:
            self.unasked.append(found)
        self.say(do="shown", number=found["frame"]["number"])
        return found["frame"]


class Client:
    """What a browser asks of a server."""

    def __init__(self, server):
        self.server = server
        self.parts = urlsplit(server.url)

    def get(self, path=None, **headers):
        """Status, headers and body of a path, by default of the page."""
        url = f"http://{self.parts.netloc}{self.parts.path if path is None else path}"
        request = urllib.request.Request(
            url, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    @contextmanager
    def page(self, path=None, **options):
        url = f"ws://{self.parts.netloc}{self.parts.path + 'socket' if path is None else path}"
        options = {"origin": f"http://{self.parts.netloc}", "open_timeout": 20, "max_queue": None, **options}
        with connect(url, **options) as socket:
            yield Page(socket)


def processes(of=None):
    """The processes below one, by number."""
    found, waiting = [], [os.getpid() if of is None else of]
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            below = [int(each) for each in task.read_text().split()]
            found += below
            waiting += below
    return found
