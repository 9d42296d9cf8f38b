"""Scenes as the frames of an animated image."""

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from math import ceil
from typing import TypeAlias

from PIL import Image

from graphviz_nn.render.matplotlib import png
from graphviz_nn.scene.primitives import Scene

# The seconds per step, and the largest width of a frame in pixels.
SECONDS, WIDEST = 1.5, 1600
# The number of colours in a GIF, and the least distance of two of them, of 256 levels.
COLOURS, APART = 255, 10
Colour: TypeAlias = tuple[int, ...]


def gif(scenes: Sequence[Scene], *, seconds: float = SECONDS) -> bytes:
    """The bytes of a GIF that loops; all frames share one palette, so that nothing flickers."""
    frames = _frames(scenes)
    return moving(frames, ".gif", [seconds] * len(frames))


def webp(scenes: Sequence[Scene], *, seconds: float = SECONDS) -> bytes:
    """The bytes of a lossless WebP image that loops."""
    frames = _frames(scenes)
    return moving(frames, ".webp", [seconds] * len(frames))


def moving(frames: Sequence[Image.Image], suffix: str, seconds: Sequence[float]) -> bytes:
    """The bytes of an animation, ``.gif`` or ``.webp``, with a duration for each image."""
    return _gif(frames, seconds) if suffix == ".gif" else _webp(frames, seconds)


def _gif(frames: Sequence[Image.Image], seconds: Sequence[float]) -> bytes:
    palette = _palette(frames)
    shared = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    buffer = BytesIO()
    # GIF counts time in hundredths of a second.
    shared[0].save(
        buffer,
        "GIF",
        save_all=True,
        append_images=shared[1:],
        duration=[max(1, round(each * 100)) * 10 for each in seconds],
        loop=0,
        optimize=False,
    )
    return buffer.getvalue()


def _palette(frames: Sequence[Image.Image]) -> Image.Image:
    """The most frequent colours of all frames, without those that look like an earlier one."""
    counts = Counter[Colour]()
    for frame in frames:
        for count, colour in frame.getcolors(frame.width * frame.height) or ():
            assert isinstance(colour, tuple)
            counts[colour] += count
    chosen: list[Colour] = []
    for colour, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        if len(chosen) < COLOURS and all(
            max(abs(one - other) for one, other in zip(colour, known, strict=True)) >= APART for known in chosen
        ):
            chosen.append(colour)
    found = Image.new("P", (1, 1))
    found.putpalette([value for colour in chosen for value in colour])
    return found


def _webp(frames: Sequence[Image.Image], seconds: Sequence[float]) -> bytes:
    buffer = BytesIO()
    frames[0].save(
        buffer,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=[round(each * 1000) for each in seconds],
        loop=0,
        lossless=True,
        quality=80,
        method=4,
    )
    return buffer.getvalue()


def _frames(scenes: Sequence[Scene]) -> list[Image.Image]:
    """The scenes as images of one size, supersampled, and scaled down if they would be too wide."""
    found = [Image.open(BytesIO(png(scene))).convert("RGB") for scene in scenes]
    width, height = max(each.width for each in found), max(each.height for each in found)
    if width <= WIDEST:
        return found
    size = WIDEST, ceil(height * WIDEST / width)
    return [each.resize(size, Image.Resampling.LANCZOS) for each in found]
