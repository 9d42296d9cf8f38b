"""Scenes as one Beamer frame with a slide each: TikZ in which only changing parts name their slides."""

from collections.abc import Sequence
from itertools import groupby

from graphviz_nn.render.fonts import packages, provided
from graphviz_nn.render.labels import PACKAGES
from graphviz_nn.render.tikz_items import (
    comment,
    drawn,
    kind,
    look,
    measured,
    node,
    numbered,
    page,
    preamble,
    style,
    uses,
)
from graphviz_nn.scene.merge import Part, merged
from graphviz_nn.scene.primitives import Path, Scene, Text

# The margins of Beamer's 16:9 pages (16 by 9 cm), in pt.
WIDTH, HEIGHT = 15.2 / 2.54 * 72, 8.2 / 2.54 * 72
DOCUMENT = r"""\documentclass[aspectratio=169]{beamer}
\usepackage{tikz}
%(packages)s
\usefonttheme[onlymath]{serif}
\setbeamertemplate{navigation symbols}{}
\setbeamersize{text margin left=4mm, text margin right=4mm}
\definecolor{canvas}{HTML}{%(background)s}
\setbeamercolor{background canvas}{bg=canvas}
\begin{document}
\begin{frame}[plain]
\centering
\scalebox{%(scale).4f}{%%
%(picture)s}%%
\end{frame}
\end{document}
"""


def beamer(scenes: Sequence[Scene]) -> bytes:
    """The bytes of a document with one frame, to compile or to copy the frame from; each scene is an overlay.

    Examples
    --------
    >>> scene = Scene(20.0, 10.0, "#FFFFFF", "title", "description", ())
    >>> beamer([scene, scene]).splitlines()[0]
    b'\\\\documentclass[aspectratio=169]{beamer}'
    """
    first, count = scenes[0], len(scenes)
    titles = {group.id: group.title for scene in scenes for group in scene.groups}
    parts = [
        (titles[group], [(part.item, _slides(part.steps, count)) for part in found])
        for group, found in groupby(merged(scenes), key=_group)
    ]
    # Beamer makes as many slides as the largest number; constant parts have none.
    picture = drawing(first, parts) + (rf"\only<{count}>{{}}" + "\n" if count > 1 else "")
    found = {
        "packages": packages(first.latex.preamble if first.latex else PACKAGES, picture),
        "background": first.background[1:].upper(),
        "scale": min(WIDTH / first.width, HEIGHT / first.height, 1.0),
        "picture": picture,
    }
    return (DOCUMENT % found).encode()


def drawing(scene: Scene, parts: Sequence[tuple[str, Sequence[tuple[Path | Text, str]]]]) -> str:
    """The environment for these parts, each with a comment; an item may name its slides."""
    before = preamble(scene)
    items = [item for _, found in parts for item, _ in found]
    colours = numbered([(scene.background, "page"), *(use for item in items for use in uses(item))])
    looks = list(map(look, items))
    names = numbered((each, kind(item)) for each, item in zip(looks, items, strict=True))
    samples = dict(zip(looks, items, strict=True))
    lines = [*before, *page(scene, {name: style(samples[each], colours) for each, name in names.items()}, colours)]
    named = iter([names[each] for each in looks])
    known = measured(scene.latex, items) if scene.latex else None
    for title, found in parts:
        lines.append(f"% {comment(title)}")
        for (item, slides), name in zip(found, named, strict=False):
            made = drawn(item, name) if isinstance(item, Path) else node(item, name, known)
            lines.append(rf"\only{slides}{{{made}}}" if slides and made else made)
    picture = "\n".join(line for line in [*lines, "\\end{tikzpicture}\n"] if line)
    return "\n".join([*provided(picture), picture])


def _group(part: Part) -> str:
    return part.group


def _slides(steps: Sequence[int], count: int) -> str:
    """The slides that show something, in Beamer's notation; "" for all slides.

    >>> _slides((0, 1, 3), 5), _slides((0, 1), 2)
    ('<1-2,4>', '')
    """
    if len(steps) == count:
        return ""
    runs: list[list[int]] = []
    for step in steps:
        if runs and runs[-1][-1] == step - 1:
            runs[-1].append(step)
        else:
            runs.append([step])
    said = (f"{run[0] + 1}-{run[-1] + 1}" if len(run) > 1 else f"{run[0] + 1}" for run in runs)
    return f"<{','.join(said)}>"
