"""Render a scene with matplotlib: as PDF, PNG, EPS and PGF of exact size, or into a user's Axes."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_pdf import PdfFile, Verbatim
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D

from graphviz_nn.errors import UsageError, brief
from graphviz_nn.layout.alone import alone
from graphviz_nn.layout.glyphs import SIZE
from graphviz_nn.layout.scripts import lacking
from graphviz_nn.render.letters import inked, origin, outlined
from graphviz_nn.render.svg import writable
from graphviz_nn.render.words import Face, Word, words
from graphviz_nn.scene.outlines import OUTLINES
from graphviz_nn.scene.primitives import Command, Group, Path, Scene, Text

PNG_DPI = 200
# Embed complete fonts, so that text can be searched and copied.
EMBEDDED = {"pdf.fonttype": 42, "ps.fonttype": 42}
# What matplotlib paints along one side.
MOST_DOTS = 2**16


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
        with alone():
            for item in (page, *(item for group in scene.groups for item in group.items)):
                if isinstance(item, Path):
                    _draw(item, scale, place, renderer)
                elif isinstance(renderer, RendererAgg) or lacking(item.tex, item.family):
                    # An image would have each letter on a whole pixel, with uneven gaps between. Blanks have none.
                    if (letters := outlined(item)).commands:
                        _draw(letters, scale, place, renderer)
                else:
                    _write(item, scale, place, renderer)


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


def _write(text: Text, scale: float, place: Affine2D, renderer: Any) -> None:
    """Write the words of a label letter by letter: setting TeX again takes ten times as long, and rounds."""
    x, y = origin(text)
    found = words(text.tex, text.family)
    height = renderer.get_canvas_width_height()[1] if renderer.flipy() else None
    pen = renderer.new_gc()
    pen.set_foreground(to_rgba(text.colour), isRGBA=True)
    pen.set_linewidth(0.0)
    for word in found.words:
        places = [place.transform((x + row.x * text.size, y - row.y * text.size)) for row in word.rows]
        with _said(word, renderer, *places[0]):
            for row, (left, base) in zip(word.rows, places, strict=True):
                look = _look(row.face, row.size * text.size * scale)
                if unicodedata.combining(row.text[0]):
                    # A renderer would shape an accent that stands alone as one on a dotted circle.
                    size = row.size * text.size / SIZE
                    at = Affine2D().scale(size, -size).translate(x + row.x * text.size, y - row.y * text.size)
                    renderer.draw_path(pen, _accent(row.text[0], look), at + place, to_rgba(text.colour))
                    continue
                renderer.draw_text(pen, left, base if height is None else height - base, row.text, look, 0.0)
    pen.restore()
    for left, bottom, wide, high in found.rules:
        middle = x + (left + wide / 2) * text.size, y - (bottom + high / 2) * text.size
        _draw(Path(OUTLINES["box"](*middle, wide * text.size, high * text.size), text.colour), scale, place, renderer)


@lru_cache(maxsize=64)
def _accent(character: str, look: FontProperties) -> Outline:
    """The outline of an accent at size 100, with y up."""
    face = get_font(findfont(look))
    face.set_size(SIZE, 72)
    face.load_char(ord(character), flags=LoadFlags.NO_HINTING)
    vertices, codes = face.get_path()
    return Outline(vertices, codes)


@contextmanager
def _said(word: Word, renderer: Any, x: float, y: float) -> Iterator[None]:
    """Mark the letters of a word in a PDF with its text, if they have several sizes: readers take those for words."""
    file = getattr(renderer, "file", None)
    has_accent = any(unicodedata.combining(row.text[0]) for row in word.rows)
    if not isinstance(file, PdfFile) or (len({(row.y, row.size) for row in word.rows}) == 1 and not has_accent):
        yield
        return
    stream, drawn = file.currentstream, BytesIO()
    file.currentstream = drawn
    try:
        yield
    finally:
        file.currentstream = stream
    said = word.said.encode("utf-16-be", "replace").hex().upper()
    # Readers take the place and the size of the text from where the mark ends, so these are of the first letter again.
    first = re.search(rb"/\S+ [\d.]+ Tf", drawn.getvalue())
    again = b"BT %b () Tj ET " % first[0] if first else b""
    mark = f"/Span << /ActualText <FEFF{said}> >> BDC".encode()
    end = b"q 1 0 0 1 %.3f %.3f cm %bEMC Q" % (x, y, again)
    file.output(Verbatim(b"\n".join([mark, drawn.getvalue().rstrip(), end])))  # type: ignore[no-untyped-call]


@lru_cache(maxsize=256)
def _look(face: Face, size: float) -> FontProperties:
    style: Any = face.style
    if face.file:
        return FontProperties(fname=face.file, size=size)
    return FontProperties(family=face.name, style=style, weight=face.weight, size=size)
