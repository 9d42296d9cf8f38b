"""From a picture to the bytes of a file, one format a file; by suffix, and imported where used."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from graphviz_nn.errors import UsageError, suggest

if TYPE_CHECKING:
    from graphviz_nn.figure.picture import Picture


class Format(NamedTuple):
    """The module and the function behind a suffix, what that is given, and the options that it knows."""

    module: str
    function: str
    takes: Literal["scene", "picture"] = "scene"
    options: tuple[str, ...] = ()


FORMATS = {
    ".svg": Format("svg", "svg", options=("text", "transparent")),
    ".html": Format("html", "html", "picture"),
    ".pdf": Format("matplotlib", "pdf", options=("transparent",)),
    ".png": Format("matplotlib", "png", options=("dpi", "transparent")),
    ".eps": Format("matplotlib", "eps"),
    ".pgf": Format("matplotlib", "pgf"),
    ".tex": Format("tikz", "tikz"),
    ".pptx": Format("pptx", "pptx"),
    ".drawio": Format("drawio", "drawio"),
    ".mmd": Format("mermaid", "mermaid", "picture"),
    ".dot": Format("dot", "dot", "picture"),
    ".gv": Format("dot", "dot", "picture"),
}
"""What is behind each suffix."""


def renderer(suffix: str, options: Iterable[str] = ()) -> Callable[..., bytes]:
    """The function that makes a file of this kind; it is given the scene, or what else its row says.

    Raises
    ------
    UsageError
        With the nearest suffix, where there is no such kind, or it doesn't know an option.
    """
    if suffix not in FORMATS:
        raise UsageError(f"there is no picture format {suffix!r}: {suggest(suffix, FORMATS)}")
    row = FORMATS[suffix]
    for option in options:
        if option not in row.options:
            known = [each for each, other in FORMATS.items() if option in other.options]
            raise UsageError(f"{option}= is for {' and '.join(known) or 'no format'}, found {suffix}")
    found: Callable[..., bytes] = getattr(import_module(f"graphviz_nn.render.{row.module}"), row.function)
    return found


def rendered(picture: "Picture", suffix: str, **options: Any) -> bytes:
    """The bytes of a file of this kind; where it is `transparent`, nothing is painted behind the picture.

    Raises
    ------
    UsageError
        As `renderer`, or where the format can't hold such a picture.
    """
    render = renderer(suffix, options)
    scene = replace(picture.scene, background="none") if options.pop("transparent", False) else picture.scene
    return render(picture if FORMATS[suffix].takes == "picture" else scene, **options)
