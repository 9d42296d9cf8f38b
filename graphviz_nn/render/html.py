"""A picture as an interactive web page without external resources: to move, to inspect, to open blocks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from graphviz_nn.render.svg import escape
from graphviz_nn.render.things import Palette, Thing, things
from graphviz_nn.render.web import asset, colours, page, script
from graphviz_nn.scene import Scene

State: TypeAlias = tuple[str, ...]
"""The names of the open blocks, in alphabetical order."""

BODY = """\
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
<p id="said" class="hidden" role="status" aria-live="polite"></p>"""
OPENING = """
<button id="open" title="open all blocks">open all</button>
<button id="close" title="close all blocks">close all</button>"""

STEPPING = """
<button id="previous" aria-label="previous step" title="previous step (←)">‹</button>
<output id="step">1 / {count}</output>
<button id="next" aria-label="next step" title="next step (→, space)">›</button>"""


def html(scenes: Mapping[State, Scene], ways: Mapping[State, Mapping[str, State]], direction: str) -> bytes:
    """The bytes of a single-file page.

    Parameters
    ----------
    scenes : mapping
        The scenes by their open blocks; the first one is shown first.
    ways : mapping
        For each of these, the state after opening or closing a block.

    Examples
    --------
    >>> html({(): Scene(10, 10, "#ffffff", "a model", "", ())}, {(): {}}, "LR").startswith(b"<!doctype html>")
    True
    """
    first, palette = next(iter(scenes)), Palette()
    palette.colour(scenes[first].background)
    shown = {state: things(each, state, ways[state], direction, palette) for state, each in scenes.items()}
    data, view = _data(scenes, ways, shown, shown[first])
    return _page(scenes[first], palette, data, view, OPENING if len(scenes) > 1 else "")


def slideshow(scenes: Sequence[Scene], names: Sequence[str], frames: Sequence[State], direction: str) -> bytes:
    """The bytes of a page to step through named scenes with buttons and keys."""
    palette = Palette()
    palette.colour(scenes[0].background)
    shown = [things(each, state, {}, direction, palette) for each, state in zip(scenes, frames, strict=True)]
    count = len(scenes)
    groups = _numbered(shown)
    pages = [
        _state(scene, every, groups, f"step {number} of {count}: {name}", {})
        for number, (scene, every, name) in enumerate(zip(scenes, shown, names, strict=True), 1)
    ]
    data = {"states": pages, "groups": _late(groups, shown[0]), "steps": True}
    return _page(scenes[0], palette, data, _view(groups, shown[0]), STEPPING.format(count=count))


def _page(scene: Scene, palette: Palette, data: Any, view: str, opening: str) -> bytes:
    body = BODY.format(
        title=escape(scene.title),
        about=escape(scene.description),
        width=scene.width,
        height=scene.height,
        letters="".join(f'<path id="{name}" d="{outline}"/>' for outline, name in palette.outlines.items()),
        view=view,
        opening=opening,
    )
    style = asset("page.css") + colours(palette, scene.background)
    return page(scene.title, body, style, script("stage.js", "page.js"), "states", data)


def _data(
    scenes: Mapping[State, Scene],
    ways: Mapping[State, Mapping[str, State]],
    shown: Mapping[State, Sequence[Thing]],
    first: Sequence[Thing],
) -> tuple[Any, str]:
    """All states, with shared content once, and the markup of the first state, which isn't repeated."""
    order = {state: number for number, state in enumerate(scenes)}
    groups = _numbered(shown.values())
    pages = []
    for state, every in shown.items():
        said = f"open: {', '.join(state)}" if state else "all blocks are closed"
        go = {block: order[other] for block, other in ways[state].items()}
        pages.append(_state(scenes[state], every, groups, said, go))
    fewest_first = sorted(scenes, key=len)
    found = {
        "states": pages,
        "groups": _late(groups, first),
        "all": order[fewest_first[-1]],
        "none": order[fewest_first[0]],
    }
    return found, _view(groups, first)


def _numbered(shown: Iterable[Sequence[Thing]]) -> dict[str, int]:
    """A number for each piece of markup."""
    groups: dict[str, int] = {}
    for every in shown:
        for thing in every:
            groups.setdefault(thing.markup, len(groups))
    return groups


def _state(
    scene: Scene, every: Sequence[Thing], groups: Mapping[str, int], said: str, go: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "w": round(scene.width, 2),
        "h": round(scene.height, 2),
        "about": scene.description,
        "said": said,
        "items": [[groups[thing.markup], *thing.place] for thing in every],
        "go": go,
    }


def _late(groups: Mapping[str, int], first: Sequence[Thing]) -> list[str | None]:
    """The markup that the initial page lacks."""
    here = {thing.markup for thing in first}
    return [None if markup in here else markup for markup in groups]


def _view(groups: Mapping[str, int], first: Sequence[Thing]) -> str:
    return "".join(
        f'<g data-group="{groups[thing.markup]}" transform="translate({thing.place[0]:g} {thing.place[1]:g})">'
        f"{thing.markup}</g>"
        for thing in first
    )
