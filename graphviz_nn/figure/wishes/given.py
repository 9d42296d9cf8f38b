"""Read and check the options that compose a picture."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphviz_nn.errors import UsageError
from graphviz_nn.style.prose import prose

Names: TypeAlias = tuple[str, ...]
Text: TypeAlias = tuple[tuple[str, ...], ...]

ARROW = "->"


@dataclass(frozen=True)
class Wishes:
    """The wishes: names as the author gave them, and sentences as TeX.

    Parameters
    ----------
    highlight : tuple
        One or more names each: a node, or the ends of paths.
    wrong : tuple of str
        Nodes with a wrong gradient.
    """

    title: Text = ()
    caption: Text = ()
    headings: tuple[Text, ...] = ()
    callouts: Mapping[str, Text] = field(default_factory=dict)
    braces: Mapping[str, Names] = field(default_factory=dict)
    highlight: tuple[Names, ...] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    hide: Names = ()
    order: tuple[Names, ...] = ()
    align: tuple[Names, ...] = ()
    wrong: Names = ()

    @property
    def names(self) -> set[str]:
        """All names in them."""
        groups = (*self.braces.values(), *self.highlight, self.hide, *self.order, *self.align, self.wrong)
        return {*self.callouts, *self.rename, *(name for group in groups for name in group)}


def wishes(
    *,
    title: str | None = None,
    caption: str | None = None,
    headings: str | Iterable[str] = (),
    callouts: Mapping[str, str] | None = None,
    braces: Mapping[str, str | Iterable[str]] | None = None,
    highlight: str | Iterable[str] = (),
    rename: Mapping[str, str] | None = None,
    hide: Iterable[str] = (),
    order: Iterable[str | Iterable[str]] = (),
    align: Iterable[str | Iterable[str]] = (),
) -> Wishes:
    """Check the composing options of `draw`, as far as possible without a graph.

    Raises
    ------
    UsageError
        If a text isn't text, or a name isn't a name.

    Examples
    --------
    >>> wishes(highlight=["x", "theta -> loss"]).highlight
    (('x',), ('theta', 'loss'))
    """
    return Wishes(
        _text("title", title),
        _text("caption", caption),
        _headings(headings),
        {name: _text("callouts", text) for name, text in _mapping("callouts", callouts).items()},
        {text: _names("braces", given) for text, given in _mapping("braces", braces).items()},
        tuple(map(_path, _names("highlight", highlight))) if highlight else (),
        {name: _line("rename", text) for name, text in _mapping("rename", rename).items()},
        tuple(hide),
        _groups("order", order),
        _groups("align", align),
    )


def _mapping(option: str, given: Any) -> Mapping[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping) or not all(isinstance(name, str) and name.strip() for name in given):
        example = {"braces": "{'features': ('x', 'a1')}", "rename": "{'z1': 's'}"}
        shown = example.get(option, "{'a1': 'learned features'}")
        raise UsageError(f"{option}= must be a dict such as {shown}, found {given!r}")
    return given


def _line(option: str, text: Any) -> str:
    if not isinstance(text, str) or not text.strip():
        raise UsageError(f"{option}= needs text, found {text!r}")
    return text


def _text(option: str, text: Any) -> Text:
    return () if text is None else prose(_line(option, text))


def _headings(given: Any) -> tuple[Text, ...]:
    """Read one text, or several."""
    if not isinstance(given, Iterable):
        raise UsageError(f"headings= needs a text for each view, found {given!r}")
    return tuple(_text("headings", _line("headings", text)) for text in ((given,) if isinstance(given, str) else given))


def _names(option: str, given: Any) -> Names:
    """Read one name, or several."""
    names = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, Iterable) else ()
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise UsageError(f"{option}= needs names such as 'x' or ('x', 'a1'), found {given!r}")
    return names


def _path(text: str) -> Names:
    names = tuple(part.strip() for part in text.split(ARROW))
    if not all(names):
        raise UsageError(f"highlight= takes names, and paths such as 'x -> loss', found {text!r}")
    return names


def _groups(option: str, given: Any) -> tuple[Names, ...]:
    """Read groups of at least two names; a single group needs no outer brackets."""
    groups = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
    if groups and all(isinstance(each, str) for each in groups):
        groups = (groups,)
    found = tuple(_names(option, group) for group in groups)
    for group in found:
        if len(set(group)) < max(len(group), 2):
            raise UsageError(f"{option}= needs two or more different names in a group, found {group!r}")
    return found
