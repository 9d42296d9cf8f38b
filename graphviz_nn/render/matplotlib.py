"""Render a scene with matplotlib: as PDF, PNG, EPS and PGF of exact size, or into a user's Axes."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser
from matplotlib.path import Path as Outline
from matplotlib.text import Text as Label
from matplotlib.transforms import Affine2D

from graphviz_nn.errors import UsageError, brief
from graphviz_nn.layout.alone import alone
from graphviz_nn.layout.geometry import Point
from graphviz_nn.layout.glyphs import SIZE
from graphviz_nn.layout.measure import font, mathtext
from graphviz_nn.layout.scripts import lacking
from graphviz_nn.render.letters import inked, origin, outlined, typed
from graphviz_nn.render.svg import writable
from graphviz_nn.scene.outlines import OUTLINES
from graphviz_nn.scene.primitives import Command, Group, Path, Scene, Text

PNG_DPI = 200
# Embed complete fonts, so that text can be searched and copied.
EMBEDDED = {"pdf.fonttype": 42, "ps.fonttype": 42}
# What matplotlib paints along one side.
MOST_DOTS = 2**16
# Text that mathtext sets unchanged, in one word.
_PLAIN = re.compile(r"[A-SU-Za-z0-9()\[\]./,−×α-ω]+")


def pdf(scene: Scene) -> bytes:
    """The bytes of a PDF file, without a date."""
    return _print(
        scene,
        "pdf",
        metadata={"CreationDate": None, "Producer": None, "Creator": "graphviz_nn", "Title": writable(scene.title)},
    )


def png(scene: Scene, dpi: float = PNG_DPI) -> bytes:
    """The bytes of a PNG file with this resolution.

    Raises
    ------
    UsageError
        If the resolution is invalid, or the image would exceed the memory.
    """
    if isinstance(dpi, bool) or not isinstance(dpi, int | float) or not 1 <= dpi <= 10_000:
        raise UsageError(f"dpi must be from 1 to 10,000 dots an inch, found {brief(dpi)}")
    width, height = (max(1, round(side * dpi / 72)) for side in (scene.width, scene.height))
    if max(width, height) >= MOST_DOTS or width * height > MOST_DOTS**2 / 16:
        raise UsageError(
            f"a .png of {width:,} × {height:,} dots is too large; use fewer than dpi={dpi:g}, a folded view, or .svg"
        )
    return _print(scene, "png", dpi=dpi, metadata={"Software": None, "Title": writable(scene.title)})


def eps(scene: Scene) -> bytes:
    """The bytes of an EPS file, without a date."""
    found = _print(scene, "eps")
    return re.sub(rb"^%%(CreationDate|Creator|Title):.*\n", b"", found, flags=re.MULTILINE)


def pgf(scene: Scene) -> bytes:
    """The bytes of a PGF file for LaTeX; letters are outlines, since LaTeX would set them differently."""
    found = _print(_outlined(scene), "pgf")
    # The header is a comment on its use, with some of the author's settings.
    return (
        f"% {scene.title!a}: \\usepackage{{pgf}}, then \\input this file\n".encode()
        + found[found.index(b"\\begingroup") :]
    )


def _outlined(scene: Scene) -> Scene:
    """A scene of paths alone."""

    def drawn(group: Group) -> Group:
        return replace(group, items=tuple(outlined(each) if isinstance(each, Text) else each for each in group.items))

    return replace(scene, groups=tuple(drawn(inked(group)) for group in scene.groups))


def paint(scene: Scene, axes: Axes) -> None:
    """Put a scene into the middle of an Axes, at its size or smaller.

    Raises
    ------
    UsageError
        If it isn't an Axes.

    Examples
    --------
    >>> axes = Figure().add_subplot()
    >>> paint(Scene(20.0, 10.0, "#FFFFFF", "title", "description", ()), axes)
    >>> len(axes.artists)
    1
    """
    if not isinstance(axes, Axes):
        raise UsageError(f"ax is a {type(axes).__name__}; give one Axes, such as plt.figure().add_subplot()")
    axes.set_axis_off()
    axes.add_artist(_Painting(scene))


def _print(scene: Scene, kind: str, **options: Any) -> bytes:
    buffer = BytesIO()
    with alone(EMBEDDED, printing=True):
        painted(scene).savefig(buffer, format=kind, facecolor=scene.background, **options)
    return buffer.getvalue()


def painted(scene: Scene) -> Figure:
    """A figure of the size of a scene, with nothing else."""
    size = scene.width / 72, scene.height / 72
    figure = Figure(figsize=size, dpi=100, facecolor=scene.background, edgecolor="none", frameon=True)
    paint(scene, figure.add_axes((0.0, 0.0, 1.0, 1.0)))
    return figure


class _Painting(Artist):
    """A scene that is positioned when it is painted, because only then the size of its Axes is known."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene = scene

    def draw(self, renderer: Any) -> None:
        if not self.get_visible():
            return
        assert self.axes is not None and self.figure is not None
        room, scene, pixels = self.axes.bbox, self.scene, self.figure.dpi / 72
        scale = min(1.0, room.width / (scene.width * pixels), room.height / (scene.height * pixels))
        place = Affine2D().translate(-scene.width / 2, -scene.height / 2).scale(scale * pixels, -scale * pixels)
        place.translate((room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2)
        page = Path(OUTLINES["box"](scene.width / 2, scene.height / 2, scene.width, scene.height), scene.background)
        is_vector = not isinstance(renderer, RendererAgg)
        with alone():
            for item in (page, *(item for group in scene.groups for item in group.items)):
                if isinstance(item, Path) or lacking(item.tex, item.family):
                    _draw(item if isinstance(item, Path) else outlined(item), scale, place, renderer)
                    continue
                for label in _labels(item, scale, is_vector):
                    label.set_figure(self.figure)
                    label.set_transform(place)
                    label.draw(renderer)


def _draw(path: Path, scale: float, place: Affine2D, renderer: Any) -> None:
    """Draw a path directly; a matplotlib patch would depend on the user's settings."""
    pen, outline = renderer.new_gc(), _outline(path.commands)
    outline.should_simplify = False
    width = path.width * scale if path.stroke else 0.0
    pen.set_linewidth(width)
    pen.set_capstyle("butt")
    pen.set_joinstyle("miter")
    pen.set_foreground(to_rgba(path.stroke or "none"), isRGBA=True)
    pen.set_dashes(0, [length * scale for length in path.dash] if path.dash and width else None)
    renderer.draw_path(pen, outline, place, to_rgba(path.fill) if path.fill else None)
    pen.restore()


def _outline(commands: tuple[Command, ...]) -> Outline:
    codes = {
        "M": [Outline.MOVETO],
        "L": [Outline.LINETO],
        "Q": [Outline.CURVE3] * 2,
        "C": [Outline.CURVE4] * 3,
        "Z": [Outline.CLOSEPOLY],
    }
    vertices = [
        (values[i], values[i + 1])
        for _, numbers in commands
        for values in [numbers or (0.0, 0.0)]
        for i in range(0, len(values), 2)
    ]
    return Outline(vertices, [code for letter, _ in commands for code in codes[letter]])


def _labels(text: Text, scale: float, is_vector: bool) -> Iterator[Label]:
    """A text, as rows of plain letters if possible: setting TeX again takes ten times as long."""
    x, y = origin(text)
    rows = typed(text.tex, text.family)
    if rows and all(_PLAIN.fullmatch(row.run.text) for row in rows):
        for row in rows:
            letters = font(text.family, text.size * row.size * scale)
            letters.set_style("italic" if row.run.italic else "normal")
            letters.set_weight("bold" if row.run.bold else "normal")
            place = x + row.x * text.size, y - row.y * text.size
            yield _label(place, row.run.text, text.colour, letters, parse_math=False)
    elif text.tex.strip():
        lift = _lift(text.tex, text.family, text.size * scale) / scale if is_vector else 0.0
        yield _label((x, y + lift), mathtext(text.tex), text.colour, font(text.family, text.size * scale))


@lru_cache(maxsize=4096)
def _lift(tex: str, family: str, size: float) -> float:
    """How far mathtext raises TeX in vector formats, in pt: it rounds heights up to whole numbers."""
    with alone():
        first, exact = (
            MathTextParser("path").parse(mathtext(tex), 72, font(family, each)).glyphs[:1] for each in (size, SIZE)
        )
    return float(first[0][-1] - exact[0][-1] * size / SIZE) if first else 0.0


def _label(place: Point, letters: str, colour: str, look: Any, parse_math: bool = True) -> Label:
    found = Label(*place, letters, color=colour, fontproperties=look, ha="left", va="baseline", usetex=False)
    found.set_parse_math(parse_math)
    found.set_antialiased(True)
    found.set_path_effects([])
    found.set_sketch_params(None)
    found.set_snap(None)
    return found
