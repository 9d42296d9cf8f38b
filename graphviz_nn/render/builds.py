"""Render several scenes as one file with a step each, one format per module, chosen by suffix."""

from collections.abc import Callable

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.render import Format

BUILDS = {
    ".pdf": Format("pages", "pdf"),
    ".pptx": Format("pptx", "deck"),
    ".tex": Format("beamer", "beamer"),
    ".html": Format("html", "slideshow", "states"),
    ".svg": Format("animation", "animation", options=("seconds",)),
    ".gif": Format("frames", "gif", options=("seconds",)),
    ".webp": Format("frames", "webp", options=("seconds",)),
}
"""The format of each suffix; its function takes all scenes, and for a page their names and open blocks."""


def builder(suffix: str) -> Callable[..., bytes]:
    """The function that renders a format.

    Raises
    ------
    UsageError
        If there is no such format, with the nearest suffix.

    Examples
    --------
    >>> builder(".gff")
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: steps can't be written as '.gff': did you mean '.gif'? ...
    """
    if suffix not in BUILDS:
        raise UsageError(f"steps can't be written as {suffix!r}: {suggest(suffix, BUILDS)}")
    return BUILDS[suffix].loaded()
