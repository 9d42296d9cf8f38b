"""A web page to explore a large graph: its blocks open and close in place, and it lays out only what is open."""

from collections.abc import Iterable
from typing import Any

from graphviz_nn.render.svg import escape
from graphviz_nn.render.things import Palette
from graphviz_nn.render.web import asset, colours, script
from graphviz_nn.render.web import page as written
from graphviz_nn.style.sheet import Sheet
from graphviz_nn.views.tree import Node, Tree

BODY = """\
<svg id="picture" role="group" aria-label="{title}"><g id="view"></g></svg>
<div id="head">
<nav id="path" aria-label="Blocks around"></nav>
<div id="seek" role="search"><label><input id="find" type="search" placeholder="name, type:conv or shape:64x56"
 aria-label="search by name, type or shape" role="combobox" aria-expanded="false" aria-controls="hits"
 autocomplete="off" spellcheck="false"><span id="count" role="status" aria-live="polite"></span></label>
<ul id="hits" role="listbox" aria-label="found" hidden></ul></div>
</div>
<svg id="map" class="hidden" aria-hidden="true"></svg>
<div id="tools" role="toolbar" aria-label="View" hidden>
<button id="open" title="open all blocks">open all</button>
<button id="close" title="close all blocks">close all</button>
<button id="smaller" aria-label="zoom out" title="zoom out (-)">−</button>
<button id="larger" aria-label="zoom in" title="zoom in (+)">+</button>
<button id="fit" title="show all of it (0)">fit</button>
<button id="scheme" aria-label="dark" aria-pressed="false" title="light or dark">◐</button>
</div>
<div id="tip" role="status" aria-live="polite" hidden></div>
<p id="said" class="hidden" role="status" aria-live="polite"></p>
<noscript>This page needs JavaScript, of which it contains all.</noscript>"""

SCRIPTS = ("model", "level", "place", "paint", "map", "marks", "search", "address", "main")

# The look of each role, by kinds of a style sheet.
LOOKS = {
    "input": "data",
    "output": "data",
    "target": "target",
    "operation": "operation",
    "learning": "parameter",
    "layer": "layer",
    "function": "function",
    "stretch": "constant",
}


def page(tree: Tree, sheet: Sheet) -> bytes:
    """The bytes of the page.

    It contains the graph, not its pictures: the browser lays out a block when it opens. So the file grows with the
    graph as it is, whatever may open, and what is closed takes no time.

    Examples
    --------
    >>> from graphviz_nn.style.sheet import load
    >>> from graphviz_nn.views.tree import Block
    >>> page(Tree((Block("a model", "", -1, 0, 0, 0),), ()), load("lecture")).startswith(b"<!doctype html>")
    True
    """
    palette = Palette()
    style = asset("page.css") + asset("explorer/page.css") + _looks(sheet, palette)
    style += colours(palette, sheet.page.background)
    title = tree.blocks[0].title
    return written(
        title,
        BODY.format(title=escape(title)),
        style,
        script("stage.js", *(f"explorer/{name}.js" for name in SCRIPTS)),
        "model",
        _data(tree),
    )


def _looks(sheet: Sheet, palette: Palette) -> str:
    def variable(colour: str) -> str:
        return f"var(--{palette.colour(colour)})"

    def rule(where: str, **looks: str) -> str:
        return f"{where}{{{''.join(f'--{name}:{variable(colour)};' for name, colour in looks.items())}}}"

    frame, weight = sheet.frame, sheet.weight
    text = {"text": sheet.text.ink, "stem": sheet.line.colour}
    lines = {"frame": frame.fill, "framed": frame.line, "ahead": weight.positive, "behind": weight.negative}
    roles = (
        rule(f".{role}", fill=sheet.look(kind).fill, stroke=sheet.look(kind).line, text=sheet.ink(kind))
        for role, kind in LOOKS.items()
    )
    return rule("body", **text, **lines) + "".join(roles)


def _data(tree: Tree) -> Any:
    """The tree by columns, in which each text is a number of the list of all texts."""
    strings: dict[str, int] = {}

    def said(texts: Iterable[str]) -> list[int]:
        return [strings.setdefault(each, len(strings)) for each in texts]

    nodes, blocks = tree.nodes, tree.blocks
    found = {
        "nodes": {
            "title": said(node.title for node in nodes),
            "kind": said(node.kind for node in nodes),
            "name": said(node.name for node in nodes),
            "role": said(map(role, nodes)),
            "block": [node.block for node in nodes],
            "given": [[given.node for given in node.given] for node in nodes],
            "results": [said(f"{each.size} {each.dtype}" for each in node.results) for node in nodes],
            "facts": [said(text for fact in node.facts for text in fact) for node in nodes],
        },
        "blocks": {
            "title": said(block.title for block in blocks),
            "kind": said(block.kind for block in blocks),
            "block": [block.block for block in blocks],
            "first": [block.first for block in blocks],
            "end": [block.end for block in blocks],
            "parameters": [block.parameters for block in blocks],
        },
    }
    return {"strings": list(strings), **found}


def role(node: Node) -> str:
    """What a node is, of `LOOKS`."""
    if node.kind in ("input", "target", "output") and node.name == node.title:
        return node.kind
    return "learning" if any(word == "parameter" for word, _ in node.facts) else "operation"
