"""What can go wrong, one class a kind, each message saying where, what was found, what would work."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

# What moves a terminal's cursor, turns a line around or can't be written at all.
UNSHOWN = "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"

# Of a word that nobody reads, the two ends.
LONG = r"(\S{100})\S{100,}(\S{100})"
MOST = 2000


T = TypeVar("T")


class Error(Exception):
    """Every error that `graphviz_nn` raises on purpose; its text is one line, whatever names and files are in it."""

    def __str__(self) -> str:
        return one_line(super().__str__())


class GraphError(Error):
    """A graph breaks one of its invariants."""


class TracingError(Error):
    """A function can't be traced as it is written."""


class ShapeError(TracingError):
    """An operation is given shapes that it can't combine."""


class FeedError(Error):
    """A value fed to a graph is missing, unknown or doesn't fit."""


class DataError(Error):
    """Examples hold what can't be learned from, or don't fit a graph."""


class NonFiniteError(Error):
    """A computation gives NaN or an infinity."""


class NumericalWarning(RuntimeWarning):
    """A value or a gradient that was asked for is NaN or infinite."""


class FrozenWarning(UserWarning):
    """A graph is trained that has random numbers of the time when it was traced."""


class PageWarning(UserWarning):
    """A picture is made for a width, and is higher than a page."""


class GradientError(Error):
    """A gradient that doesn't exist is asked for."""


class LabelError(Error):
    """A label isn't TeX that can be set."""


class StyleError(Error):
    """A style sheet is missing or says what no sheet can say."""


class LayoutError(Error):
    """The layout engine can't place a graph."""


class FileError(Error):
    """A file can't be read or written."""


class UsageError(Error):
    """An option or a name that doesn't exist is asked for."""


def one_line(text: str) -> str:
    """A text without line breaks, and with nothing in it that does something to a terminal.

    >>> print(one_line("two\\n  lines, \\x1b[31mred"))
    two lines, \\x1b[31mred
    """
    line = re.sub(LONG, r"\1…\2", re.sub(r"\s*\n\s*", " ", text).strip())
    line = re.sub(UNSHOWN, lambda found: repr(found[0])[1:-1], line)
    return line if len(line) <= MOST else f"{line[: MOST - 300]} … {line[-300:]}"


def brief(value: object) -> str:
    """What was found, in one line that can be read whatever it is.

    >>> brief("blue"), len(brief("blue" * 1000))
    ("'blue'", 60)
    """
    try:
        text = " ".join(repr(value).split())
    except Exception:
        # A whole number of thousands of digits, or an object that can't be shown.
        text = f"a {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:59]}…"


_ENDS: ContextVar[bool] = ContextVar("whether Ctrl-C ends all that is being done", default=False)


@contextmanager
def ending_at_ctrl_c() -> Iterator[None]:
    """Meanwhile Ctrl-C ends everything: what keeps what it has where somebody at a prompt goes on with it, doesn't.

    For whatever runs somebody's code on the way to something else, such as a command, or a page of documentation.

    Examples
    --------
    >>> with ending_at_ctrl_c():
    ...     ends_at_ctrl_c()
    True
    >>> ends_at_ctrl_c()
    False
    """
    token = _ENDS.set(True)
    try:
        yield
    finally:
        _ENDS.reset(token)


def ends_at_ctrl_c() -> bool:
    """Whether Ctrl-C must go through, rather than be answered with what there is so far."""
    return _ENDS.get()


def listed(option: str, given: Any) -> list[str]:
    """The names that an argument gives: one as it is, or several.

    Raises
    ------
    UsageError
        Where it holds anything else.

    Examples
    --------
    >>> listed("wrt", "theta"), listed("wrt", ("x", "theta"))
    (['theta'], ['x', 'theta'])
    """
    found = [given] if isinstance(given, str) or not isinstance(given, Iterable) else list(given)
    for name in found:
        if not isinstance(name, str):
            raise UsageError(f"{option}= takes a name or several, such as 'x' or ('x', 'W'), found {given!r:.60}")
    return found


def suggest(name: object, known: Iterable[str]) -> str:
    """A clause that names the nearest known names, and all of them where they are few.

    >>> suggest("thta", ["theta", "x"])
    "did you mean 'theta'? There are: theta, x"
    """
    from difflib import get_close_matches

    names, name = list(known), str(name)
    alike = [each for each in names if each.lower() == name.lower()]
    # Of a short name half is one letter.
    near = alike or get_close_matches(name, names, n=1, cutoff=0.6 if len(name) > 3 else 0.5)
    clause = f"did you mean {brief(near[0])}? " if near else ""
    if not names:
        return clause + "there are none"
    shown = ", ".join(each if each.isprintable() and len(each) <= 60 else brief(each) for each in names[:30])
    shown += ", …" if len(names) > 30 else ""
    return clause + (f"There are: {shown}" if near else f"there are: {shown}")


def refuse_unknown(kind: str, name: object, known: Iterable[str], error: type[Error] = UsageError) -> None:
    """Raise an error with the nearest name, where a name isn't known.

    >>> refuse_unknown("view", "layer", ["layers", "arrows"])
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: there is no view 'layer': did you mean 'layers'? There are: layers, arrows
    """
    if not isinstance(name, str) or name not in known:
        raise error(f"there is no {kind} {name!r}: {suggest(name, known)}")


def entry(kind: str, name: object, table: Mapping[Any, T]) -> T:
    """What a table has under a name that was given; where it has none, an error with the nearest.

    >>> entry("view", "layers", {"layers": 1})
    1
    """
    refuse_unknown(kind, name, table)
    return table[name]
