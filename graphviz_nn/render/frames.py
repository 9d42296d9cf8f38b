"""Scenes as the frames of a moving image."""

from collections.abc import Sequence
from io import BytesIO
from math import ceil

from PIL import Image

from graphviz_nn.render.matplotlib import png
from graphviz_nn.scene.primitives import Scene

# How long a step is shown, and the most pixels that a frame is wide.
SECONDS, WIDEST = 1.5, 1600


def gif(scenes: Sequence[Scene], *, seconds: float = SECONDS) -> bytes:
    """The bytes of a GIF that goes round; all frames have the same colours, so that none flickers."""
    frames = _frames(scenes)
    width, height = frames[0].size
    sheet = Image.new("RGB", (width, height * len(frames)))
    for place, frame in enumerate(frames):
        sheet.paste(frame, (0, place * height))
    palette = sheet.quantize(255, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    shared = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    buffer = BytesIO()
    # A GIF counts in hundredths of a second.
    shared[0].save(
        buffer,
        "GIF",
        save_all=True,
        append_images=shared[1:],
        duration=max(1, round(seconds * 100)) * 10,
        loop=0,
        optimize=False,
    )
    return buffer.getvalue()


def webp(scenes: Sequence[Scene], *, seconds: float = SECONDS) -> bytes:
    """The bytes of a WebP image that goes round, without loss."""
    frames = _frames(scenes)
    buffer = BytesIO()
    frames[0].save(
        buffer,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=round(seconds * 1000),
        loop=0,
        lossless=True,
        quality=80,
        method=4,
    )
    return buffer.getvalue()


def _frames(scenes: Sequence[Scene]) -> list[Image.Image]:
    """The scenes as images of one size, drawn larger and made smaller where they would be too wide."""
    found = [Image.open(BytesIO(png(scene))).convert("RGB") for scene in scenes]
    width, height = max(each.width for each in found), max(each.height for each in found)
    if width <= WIDEST:
        return found
    size = WIDEST, ceil(height * WIDEST / width)
    return [each.resize(size, Image.Resampling.LANCZOS) for each in found]
