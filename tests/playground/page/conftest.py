"""The page in a real browser, from the real server: one browser for a file of tests, and one server for each model."""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

import numpy as np
import pytest
from browser import CHROMIUM, FLAGS, MISSING

import graphviz_nn as gnn
from graphviz_nn import nn

LOADS = ("http", "https", "ws", "wss")


def classifier(columns: int, classes: int) -> Any:
    """A model of one's own."""

    def loss(
        x=gnn.input(columns),
        y=gnn.target(classes),
        W1=gnn.parameter((8, columns)),
        b1=gnn.parameter(8),
        W2=gnn.parameter((classes, 8)),
        b2=gnn.parameter(classes),
    ):
        return nn.cross_entropy(nn.softmax(nn.linear(nn.tanh(nn.linear(x, W1, b1)), W2, b2)), y)

    return gnn.trace(loss)


def images() -> Any:
    """Images of one bar each, in one of eight rows: three classes, by the row."""
    rng = np.random.default_rng(0)
    rows = rng.integers(0, 8, 60)
    found = rng.uniform(0, 0.2, (60, 8, 8))
    found[np.arange(60), rows] = 1.0
    return gnn.data.arrays(found.reshape(60, 64), rows // 3)


def flowers() -> Any:
    """Four named columns and two classes."""
    rng = np.random.default_rng(0)
    kinds = np.arange(40) % 2
    found = rng.normal(size=(40, 4)) + 2.0 * kinds[:, None]
    return gnn.data.arrays(found, kinds, names=["sepal length", "sepal width", "petal length", "petal width"])


def clusters() -> Any:
    """Three classes in a plane."""
    rng = np.random.default_rng(0)
    kinds = np.arange(60) % 3
    found = rng.normal(size=(60, 2)) + 4.0 * np.array([[0, 0], [1, 0], [0, 1]])[kinds]
    return gnn.data.arrays(found, kinds, classes=["low", "right", "high"])


DATA = {"clusters": clusters, "images": images, "flowers": flowers}


class Tab:
    """A page that is open; `problems` are what its console said, `requests` where it went."""

    def __init__(self, context: Any, url: str, **state: Any) -> None:
        self.page, self.url = context.new_page(), url
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.messages: list[str] = []
        self.page.on("console", lambda message: self.problems.append(message.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", self._hear)
        self.open(f"{url}#{quote(json.dumps(state))}" if state else url)

    def _hear(self, socket: Any) -> None:
        self.requests.append(socket.url)
        socket.on("framereceived", lambda text: self.messages.append(text))

    @property
    def frame(self) -> dict[str, Any]:
        """The last frame that the page got."""
        found = (json.loads(text) for text in reversed(self.messages))
        frame: dict[str, Any] = next(each["frame"] for each in found if "frame" in each)
        return frame

    def open(self, url: str) -> None:
        self.page.goto(url)
        self.wait("document.querySelector('#status').textContent.startsWith('Step ')", 30)

    def change(self, **state: Any) -> None:
        """Edit the link by hand."""
        self.page.evaluate("text => { location.hash = text; }", quote(json.dumps(state)))

    def wait(self, condition: str, seconds: float = 30) -> None:
        """Wait for an expression of JavaScript; the page's policy lets nobody evaluate one inside of it."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(condition):
            assert time.monotonic() < end, f"{condition}; the page says {self.page.inner_text('#alert, #status')!r}"
            self.page.wait_for_timeout(25)

    def text(self, selector: str) -> str:
        return str(self.page.locator(selector).first.inner_text())

    @property
    def step(self) -> int:
        return int(self.text("#steps").replace("\N{NO-BREAK SPACE}", "").replace(" ", ""))

    @property
    def losses(self) -> list[str]:
        """Of the training and the test data, and the accuracies, as shown."""
        return [each.inner_text() for each in self.page.locator(".figures td").all() if each.is_visible()][1:]

    @property
    def state(self) -> dict[str, Any]:
        """What the address tells."""
        found: dict[str, Any] = json.loads(unquote(self.page.url.partition("#")[2]))
        return found

    def settled(self, act: Any) -> None:
        """Do something, and wait until the page tells the numbers after it."""
        self.page.evaluate("document.querySelector('#status').textContent = ''")
        act()
        self.wait("document.querySelector('#status').textContent.startsWith('Step ')")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip(MISSING)
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served() -> Iterator[Any]:
    """The URL of a playground of a model and data, each served once."""
    pytest.importorskip("uvicorn", reason="needs the extra play")
    from graphviz_nn.playground.server.engine import Served
    from graphviz_nn.playground.server.serve import Server

    servers: dict[str, Server] = {}

    def url(name: str = "") -> str:
        if name not in servers:
            data = DATA[name]() if name else None
            graph = None if data is None else classifier(data.inputs.shape[1], len(data.classes))
            servers[name] = Server(Served(graph, data))
        return servers[name].url

    yield url
    for each in servers.values():
        each.stop()


@pytest.fixture
def tab(chromium: Any, served: Any) -> Iterator[Any]:
    """Open a page: of the classic networks, or of a data set; afterwards, nothing went wrong or elsewhere."""
    contexts, tabs = [], []

    def opened(name: str = "", *, look: "dict[str, Any] | None" = None, **state: Any) -> Tab:
        size = {"viewport": {"width": 1440, "height": 900}, "accept_downloads": True}
        contexts.append(chromium.new_context(**{**size, **(look or {})}))
        tabs.append(Tab(contexts[-1], served(name), **state))
        return tabs[-1]

    yield opened
    for each in contexts:
        each.close()
    for each in tabs:
        assert each.problems == []
        assert {request.split("/")[2] for request in each.requests if request.split(":")[0] in LOADS} == {
            each.url.split("/")[2]
        }
