"""A picture as a web page of its own: to move in, to ask what things are, to open blocks; nothing is loaded."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from graphviz_nn.render.shades import is_dark, shaded
from graphviz_nn.render.states import State, reached, states
from graphviz_nn.render.svg import escape
from graphviz_nn.render.things import Palette, Thing, things

if TYPE_CHECKING:
    from graphviz_nn.picture import Picture

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<p id="about" class="hidden">{about}</p>
<svg id="picture" viewBox="0 0 {width:.2f} {height:.2f}" role="group" aria-label="{title}" aria-describedby="about">
<defs>{letters}</defs>
<g id="view">{view}</g>
</svg>
<div id="tools" role="toolbar" aria-label="View" hidden>{opening}
<button id="smaller" aria-label="zoom out" title="zoom out (-)">−</button>
<button id="larger" aria-label="zoom in" title="zoom in (+)">+</button>
<button id="fit" title="show all of it (0)">fit</button>
<button id="scheme" aria-label="dark" aria-pressed="false" title="light or dark">◐</button>
</div>
<div id="tip" role="status" aria-live="polite" hidden></div>
<p id="said" class="hidden" role="status" aria-live="polite"></p>
<script type="application/json" id="states">{states}</script>
<script>{script}</script>
</body>
</html>
"""
OPENING = """
<button id="open" title="open all blocks">open all</button>
<button id="close" title="close all blocks">close all</button>"""


def html(picture: "Picture") -> bytes:
    """The bytes of a page that needs no other file.

    Examples
    --------
    >>> from graphviz_nn.drawing import draw
    >>> from graphviz_nn.tracing import input, trace
    >>> html(draw(trace(lambda x: x**2, x=input(2)))).startswith(b"<!doctype html>")
    True
    """
    drawn = states(picture)
    palette = Palette()
    page = palette.colour(picture.scene.background)
    shown = {state: things(each, reached(drawn, state), palette) for state, each in drawn.items()}
    style = _asset("page.css") + _colours(palette, page, dark=is_dark(picture.scene.background))
    script = _asset("page.js")
    first = shown[next(iter(drawn))]
    data, view = _data(drawn, shown, first)
    text = PAGE.format(
        policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'",
        title=escape(picture.scene.title),
        about=escape(picture.scene.description),
        width=picture.scene.width,
        height=picture.scene.height,
        style=style,
        script=script,
        letters="".join(f'<path id="{name}" d="{outline}"/>' for outline, name in palette.outlines.items()),
        view=view,
        opening=OPENING if len(drawn) > 1 else "",
        states=data,
    )
    return text.encode()


def _data(
    drawn: "Mapping[State, Picture]", shown: Mapping[State, Sequence[Thing]], first: Sequence[Thing]
) -> tuple[str, str]:
    """All states, what is equal in several of them only once, and the markup of the first, which isn't repeated."""
    order = {state: number for number, state in enumerate(drawn)}
    groups: dict[str, int] = {}
    for every in shown.values():
        for thing in every:
            groups.setdefault(thing.markup, len(groups))
    pages = [
        {
            "w": round(drawn[state].scene.width, 2),
            "h": round(drawn[state].scene.height, 2),
            "about": drawn[state].scene.description,
            "said": f"open: {', '.join(state)}" if state else "all blocks are closed",
            "items": [[groups[thing.markup], *thing.place] for thing in every],
            "go": {block: order[other] for block, other in reached(drawn, state).items()},
        }
        for state, every in shown.items()
    ]
    here = {thing.markup for thing in first}
    fewest_first = sorted(drawn, key=len)
    found = {
        "states": pages,
        "groups": [None if markup in here else markup for markup in groups],
        "all": order[fewest_first[-1]],
        "none": order[fewest_first[0]],
    }
    view = "".join(
        f'<g data-group="{groups[thing.markup]}" transform="translate({thing.place[0]:g} {thing.place[1]:g})">'
        f"{thing.markup}</g>"
        for thing in first
    )
    return _embedded(found), view


def _embedded(found: Any) -> str:
    """JSON that no tag and no comment can end."""
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "replace").decode()


def _colours(palette: Palette, page: str, dark: bool) -> str:
    """Each colour of the picture as it is by day and by night."""
    own = {name: colour for colour, name in palette.names.items()}
    other = {name: shaded(colour, not dark) for name, colour in own.items()}
    day, night = (other, own) if dark else (own, other)

    def variables(colours: Mapping[str, str], more: str = "") -> str:
        return "".join(f"--{name}:{colour};" for name, colour in colours.items()) + f"--page:var(--{page});{more}"

    chrome = "color-scheme:dark;--ink:#ececee;--quiet:#aeb0b6;--card:#2b2b2e;--edge:#55565c;--focus:#7fb2ec;"
    rules = "".join(f".f{name}{{fill:var(--{name})}}.s{name}{{stroke:var(--{name})}}" for name in own)
    late = variables(night, chrome)
    return (
        f":root{{{variables(day)}}}{rules}@media screen{{:root[data-scheme=dark]{{{late}}}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-scheme=light]){{{late}}}}}"
    )


def _asset(name: str) -> str:
    return (files("graphviz_nn.render") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
