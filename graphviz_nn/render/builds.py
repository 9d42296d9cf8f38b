"""From several pictures to one file, a step each, one format a file; by suffix, and imported where used."""

import math
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.render import Format

if TYPE_CHECKING:
    from graphviz_nn.figure.build import Steps

BUILDS = {
    ".pdf": Format("pages", "pdf"),
    ".pptx": Format("pptx", "deck"),
    ".tex": Format("beamer", "beamer"),
    ".html": Format("html", "slideshow", "picture"),
    ".svg": Format("animation", "animation", options=("seconds",)),
    ".gif": Format("frames", "gif", options=("seconds",)),
    ".webp": Format("frames", "webp", options=("seconds",)),
}
"""What is behind each suffix; its function is given all scenes, or pictures and names."""


def builder(suffix: str) -> Callable[..., bytes]:
    """The function that makes a file of this kind.

    Raises
    ------
    UsageError
        With the nearest suffix, where there is no such kind.

    Examples
    --------
    >>> builder(".gff")
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: steps can't be written as '.gff': did you mean '.gif'? ...
    """
    if suffix not in BUILDS:
        raise UsageError(f"steps can't be written as {suffix!r}: {suggest(suffix, BUILDS)}")
    row = BUILDS[suffix]
    found: Callable[..., bytes] = getattr(import_module(f"graphviz_nn.render.{row.module}"), row.function)
    return found


def built(steps: "Steps", suffix: str, seconds: float | None) -> bytes:
    """The bytes of a file of this kind; `seconds` is how long each step is shown, of what moves.

    Raises
    ------
    UsageError
        For an unknown suffix, seconds that can't be or of what doesn't move, and where there are no steps.
    """
    build, row = builder(suffix), BUILDS[suffix]
    if not len(steps):
        raise UsageError("there are no steps to write")
    if seconds is not None:
        if "seconds" not in row.options:
            moving = [each for each, other in BUILDS.items() if "seconds" in other.options]
            raise UsageError(f"seconds= is for what moves, {' '.join(moving)}, found {suffix}")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0.05 <= seconds <= 600:
            raise UsageError(f"a step is shown for 0.05 to 600 seconds, found {seconds!r}")
    if row.takes == "picture":
        return build(steps.pictures, steps.names)
    given = {} if seconds is None or not math.isfinite(seconds) else {"seconds": float(seconds)}
    return build([picture.scene for picture in steps], **given)
