"""The page as one file: its modules are one script, whose hash the page's policy names, and it loads nothing."""

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any

from graphviz_nn.playground.handed.scripts import bundled, worker
from graphviz_nn.render.svg import escape
from graphviz_nn.render.web import embedded

SHEETS = ("look.css", "layout.css", "parts.css")


def page(sources: Sequence[str], told: Any, title: str) -> bytes:
    """The bytes of a page that trains a model in a worker of its own.

    Parameters
    ----------
    sources : sequence of str
        The programs of the worker.
    told : object
        What the worker is told, as JSON.
    """
    style = "".join(_file(name) for name in SHEETS)
    # The worker's script is a string in the page's script, so the page's policy covers it.
    script = f"{bundled('handed.js')}{_last('handed.js')}.hand({embedded(worker(sources))});\n"
    if re.search(r"</script|<!--", script, re.IGNORECASE):
        raise ValueError("a module of the page has the end of a script in it")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; worker-src blob:; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    found = re.sub(r'^<link rel="stylesheet".*\n|^<script .*\n', "", _file("index.html"), flags=re.MULTILINE)
    head, _, rest = found.partition('<meta charset="utf-8">\n')
    meta = f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    rest = re.sub(r"<title>.*</title>", lambda _: f"<title>{escape(title)}</title>\n<style>{style}</style>", rest)
    end = f'<script type="application/json" id="told">{embedded(told)}</script>\n<script>{script}</script>\n</body>'
    return (head + meta + rest.replace("</body>", end)).encode()


def _last(first: str) -> str:
    """The word of the module that all others are for."""
    found: list[str] = re.findall(r"^const (module\d+) = ", bundled(first), re.MULTILINE)
    return found[-1]


def _file(name: str) -> str:
    return (files("graphviz_nn.playground") / "page" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
