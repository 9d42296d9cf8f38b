"""The playground inside a notebook."""

import json
import os
import re
import sys
import time
import urllib.error
import urllib.request
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import nbformat
import pytest
from browser import CHROMIUM, MISSING, browser
from nbclient import NotebookClient
from tabs import COUNTING

import graphviz_nn as gnn
from graphviz_nn.playground import play
from graphviz_nn.playground.play import Playing
from graphviz_nn.playground.server.serve import Server

PLAYS = """\
import graphviz_nn as gnn
def loss(x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2))):
    return gnn.nn.cross_entropy(gnn.nn.softmax(W @ x), y)
playing = gnn.play(loss, gnn.data.gaussians(20))
playing
"""
TOLD = """\
import json, urllib.request
with urllib.request.urlopen(playing.url) as answer:
    status = answer.status
print(json.dumps([status, playing._server._workers._parents[0].pid]))
"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *_):
        pass


class Shell(SimpleNamespace):
    """A notebook's shell, in the cell that is set."""

    kernel = None
    cell = "one"

    def get_parent(self):
        return {"metadata": {} if self.cell is None else {"cellId": self.cell}}


@pytest.fixture
def shell(monkeypatch):
    made = Shell()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: made))
    monkeypatch.setattr(play, "served", lambda graph, data: COUNTING)
    yield made
    for playing in play._PLAYING.values():
        playing.stop()
    play._PLAYING.clear()


def reached(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.headers["Content-Security-Policy"]
    except urllib.error.URLError:
        return None


@pytest.mark.parametrize("cell", ["one", None])
def test_the_cell_shows_the_page_and_its_next_run_ends_it(shell, cell):
    shell.cell = cell
    first = gnn.play()
    frame = re.search(r'<iframe src="([^"]+)" title="Playground"', first._repr_html_())
    assert frame[1] == first.url and repr(first) == f"<playground at {first.url}>"
    assert "frame-ancestors http://localhost:*" in reached(first.url)
    second = gnn.play()
    assert reached(first.url) is None and reached(second.url) is not None
    assert "stopped" in repr(first) and "run the cell again" in first._repr_html_()
    if cell is not None:
        shell.cell = "another"
        third = gnn.play()
        assert reached(second.url) is not None and reached(third.url) is not None
    second.stop()
    second.stop()
    assert reached(second.url) is None


@pytest.mark.skipif(CHROMIUM is None, reason=MISSING)
@pytest.mark.parametrize("framed", [True, False])
def test_only_a_notebook_shows_the_page_in_a_frame(framed, tmp_path):
    with Server(COUNTING, framed=framed) as server, browser() as page:
        (tmp_path / "notebook.html").write_text(Playing(server)._repr_html_())
        with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as notebook:
            Thread(target=notebook.serve_forever).start()
            try:
                page.open(f"http://localhost:{notebook.server_port}/notebook.html")
                end = time.monotonic() + (20 if framed else 0.5)
                while server._tabs._count == 0 and time.monotonic() < end:
                    time.sleep(0.02)
                # The page inside has opened its socket, which no other page could.
                assert server._tabs._count == framed
            finally:
                notebook.shutdown()


def test_at_a_prompt_that_is_no_notebook_it_waits(shell, monkeypatch):
    monkeypatch.setattr(play, "show", lambda server, url, browser: server.stop())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert gnn.play() is None


@pytest.mark.skipif(os.name != "posix", reason="looks for a process by its number")
def test_it_ends_with_the_kernel():
    cells = [nbformat.v4.new_code_cell(text) for text in (PLAYS, TOLD)]
    done = NotebookClient(nbformat.v4.new_notebook(cells=cells), timeout=120).execute()
    shown, told = done.cells[0].outputs[0].data["text/html"], done.cells[1].outputs[0].text
    status, process = json.loads(told)
    assert status == 200 and "<iframe" in shown
    url = re.search(r'src="([^"]+)"', shown)[1]
    end = time.monotonic() + 10
    while reached(url) is not None or lives(process):
        assert time.monotonic() < end
        time.sleep(0.05)


def lives(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
