"""Animate scenes as one SVG; without animation, it shows the last scene."""

from collections.abc import Sequence

from graphviz_nn.layout.glyphs import SIZE
from graphviz_nn.layout.measure import typeset
from graphviz_nn.render.letters import origin
from graphviz_nn.render.svg import escape, number, path_data
from graphviz_nn.scene.merge import merged
from graphviz_nn.scene.primitives import Path, Scene, Text

SECONDS = 1.5


def animation(scenes: Sequence[Scene], *, seconds: float = SECONDS) -> bytes:
    """The bytes of an SVG file that loops, by style sheets alone; content that several steps share appears once.

    Readers who prefer less motion, and viewers without animation, see the last step.

    Examples
    --------
    >>> scene = Scene(20.0, 10.0, "#FFFFFF", "title", "description", ())
    >>> b"prefers-reduced-motion" in animation([scene, scene])
    True
    """
    first, count = scenes[0], len(scenes)
    parts = merged(scenes)
    names: dict[tuple[int, ...], str] = {}
    outlines: dict[str, str] = {}
    drawn: list[str] = []
    for part in parts:
        always = len(part.steps) == count
        said = "" if always else f' class="{names.setdefault(part.steps, f"k{len(names)}")}"'
        said += "" if count - 1 in part.steps else ' visibility="hidden"'
        draw = _path(part.item, said) if isinstance(part.item, Path) else _text(part.item, said, outlines)
        drawn.append(draw)
    width, height = number(first.width), number(first.height)
    frames = "".join(_keyframes(name, steps, count) for steps, name in names.items())
    rules = "".join(f".{name}{{animation:{name} {seconds * count:g}s step-end infinite}}" for name in names.values())
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt"'
        f' viewBox="0 0 {width} {height}" role="img" aria-labelledby="title description">',
        f'<title id="title">{escape(first.title)}</title>',
        f'<desc id="description">{count} steps. {escape(first.description)}</desc>',
        f"<style>{frames}@media (prefers-reduced-motion:no-preference){{{rules}}}</style>",
        "<defs>",
        *(f'<path id="{name}" d="{outline}"/>' for outline, name in outlines.items()),
        "</defs>",
        f'<rect width="{width}" height="{height}" fill="{first.background}"/>',
        *drawn,
        "</svg>\n",
    ]
    return "\n".join(lines).encode()


def _keyframes(name: str, steps: Sequence[int], count: int) -> str:
    """The times at which something is visible, as shares of the total time."""
    shown = [step in steps for step in range(count)]
    changes = [step for step in range(count) if not step or shown[step] != shown[step - 1]]
    marks = "".join(
        f"{100 * step / count:.6g}%{{visibility:{'visible' if shown[step] else 'hidden'}}}" for step in changes
    )
    # Otherwise it would end in its static state.
    return f"@keyframes {name}{{{marks}100%{{visibility:{'visible' if shown[-1] else 'hidden'}}}}}"


def _path(path: Path, said: str) -> str:
    paint = f'fill="{path.fill or "none"}"'
    paint += f' stroke="{path.stroke}" stroke-width="{number(path.width)}"' if path.stroke else ""
    paint += f' stroke-dasharray="{" ".join(map(number, path.dash))}"' if path.dash else ""
    return f'<path{said} d="{path_data(path.commands)}" {paint}/>'


def _text(text: Text, said: str, outlines: dict[str, str]) -> str:
    x, y = origin(text)
    outline = outlines.setdefault(typeset(text.tex, text.family).path, f"t{len(outlines)}")
    place = f"translate({number(x)} {number(y)}) scale({text.size / SIZE:.4g})"
    label = f'role="img" aria-label="{escape(text.tex)}"'
    return f'<use{said} href="#{outline}" {label} transform="{place}" fill="{text.colour}"/>'
