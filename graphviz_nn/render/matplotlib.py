"""A scene as PDF, PNG and EPS through matplotlib, with searchable text and the exact page size."""

import re
from io import BytesIO
from typing import Any

from graphviz_nn.layout.measure import FAMILY, MATH_FAMILY, typeset
from graphviz_nn.scene.primitives import Command, Path, Scene, Text

PNG_DPI = 200


def pdf(scene: Scene) -> bytes:
    """The bytes of a PDF file, without a date in it."""
    return _print(
        scene,
        "pdf",
        metadata={"CreationDate": None, "Producer": None, "Creator": "graphviz_nn", "Title": scene.title},
    )


def png(scene: Scene) -> bytes:
    """The bytes of a PNG file of 200 dots an inch."""
    return _print(scene, "png", dpi=PNG_DPI, metadata={"Software": None, "Title": scene.title})


def eps(scene: Scene) -> bytes:
    """The bytes of an EPS file, without a date in it."""
    found = _print(scene, "eps")
    return re.sub(rb"^%%(CreationDate|Creator|Title):.*\n", b"", found, flags=re.MULTILINE)


def _print(scene: Scene, kind: str, **options: Any) -> bytes:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"pdf.fonttype": 42, "ps.fonttype": 42, "path.simplify": False, "text.usetex": False}):
        figure = Figure(figsize=(scene.width / 72, scene.height / 72), facecolor=scene.background)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_axis_off()
        axes.set_xlim(0, scene.width)
        axes.set_ylim(scene.height, 0)
        for group in scene.groups:
            for item in group.items:
                if isinstance(item, Path):
                    axes.add_patch(_patch(item))
                elif item.tex.strip():
                    _write(axes, item)
        buffer = BytesIO()
        figure.savefig(buffer, format=kind, facecolor=scene.background, **options)
    return buffer.getvalue()


def _patch(path: Path) -> Any:
    from matplotlib.patches import PathPatch

    return PathPatch(
        _outline(path.commands),
        facecolor=path.fill or "none",
        edgecolor=path.stroke or "none",
        linewidth=path.width if path.stroke else 0.0,
        linestyle=(0, path.dash) if path.dash else "solid",
        capstyle="butt",
        joinstyle="miter",
    )


def _outline(commands: tuple[Command, ...]) -> Any:
    from matplotlib.path import Path as Outline

    codes = {
        "M": [Outline.MOVETO],
        "L": [Outline.LINETO],
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


def _write(axes: Any, text: Text) -> None:
    from matplotlib.font_manager import FontProperties

    found = typeset(text.tex)
    x = text.x - (found.left + found.right) / 2 * text.size
    y = text.y + (found.top + found.bottom) / 2 * text.size
    font = FontProperties(family=FAMILY, math_fontfamily=MATH_FAMILY, size=text.size)
    axes.text(x, y, f"${text.tex}$", fontproperties=font, color=text.colour, ha="left", va="baseline")
