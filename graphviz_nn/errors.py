"""The errors and warnings. Each message says where, what was found, and what would work."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

# Characters that move a terminal's cursor, reverse a line or can't be written at all.
UNSHOWN = "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"

# Long words are cut to their two ends.
LONG = r"(\S{100})\S{100,}(\S{100})"
MOST = 2000


T = TypeVar("T")


class Error(Exception):
    """Every error that `graphviz_nn` raises on purpose. Its text is one line, whatever names and files it contains."""

    def __str__(self) -> str:
        return one_line(super().__str__())


class GraphError(Error):
    """A graph breaks one of its invariants."""


class TracingError(Error):
    """A function can't be traced."""


class ShapeError(TracingError):
    """An operation can't combine the shapes of its arguments."""


class FeedError(Error):
    """A value fed to a graph is missing, unknown or doesn't fit."""


class DataError(Error):
    """Examples contain unusable values, or don't fit a graph."""


class NonFiniteError(Error):
    """A computation gives NaN or an infinity."""


class NumericalWarning(RuntimeWarning):
    """A requested value or gradient is NaN or infinite."""


class FrozenWarning(UserWarning):
    """A graph to train contains random numbers drawn while it was traced."""


class BranchWarning(UserWarning):
    """A function takes so many branches that it is traced at each call."""


class ConstantWarning(UserWarning):
    """A function to differentiate takes the number of a value, through which no gradient passes."""


class ExposedWarning(UserWarning):
    """A playground that other machines reach."""


class PageWarning(UserWarning):
    """A picture with a given width is higher than a page."""


class GradientError(Error):
    """A requested gradient doesn't exist."""


class LabelError(Error):
    """A label isn't valid TeX."""


class StyleError(Error):
    """A style sheet is missing or invalid."""


class LayoutError(Error):
    """The layout engine can't place a graph."""


class FileError(Error):
    """A file can't be read or written."""


class UsageError(Error):
    """An option or a name doesn't exist."""


def one_line(text: str) -> str:
    """Replace line breaks and control characters of a text.

    >>> print(one_line("two\\n  lines, \\x1b[31mred"))
    two lines, \\x1b[31mred
    """
    line = re.sub(LONG, r"\1…\2", re.sub(r"\s*\n\s*", " ", text).strip())
    line = re.sub(UNSHOWN, lambda found: repr(found[0])[1:-1], line)
    return line if len(line) <= MOST else f"{line[: MOST - 300]} … {line[-300:]}"


def brief(value: object) -> str:
    """Show a value in one readable line.

    >>> brief("blue"), len(brief("blue" * 1000))
    ("'blue'", 60)
    """
    try:
        text = " ".join(repr(value).split())
    except Exception:
        # An integer of thousands of digits, or an object whose repr fails.
        text = f"a {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:59]}…"


_ENDS: ContextVar[bool] = ContextVar("whether Ctrl-C ends all that is being done", default=False)


@contextmanager
def ending_at_ctrl_c() -> Iterator[None]:
    """Let Ctrl-C end everything in this context, including trainings that would return their best result.

    For code that runs as a part of something else, such as a command or a page of documentation.

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
    """Whether Ctrl-C must end everything, instead of returning the results so far."""
    return _ENDS.get()


def listed(option: str, given: Any) -> list[str]:
    """Read an argument that is one name or several.

    Raises
    ------
    UsageError
        If it contains anything else.

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
    """Suggest the nearest known names; also list all names if they are few.

    >>> suggest("thta", ["theta", "x"])
    "did you mean 'theta'? There are: theta, x"
    """
    from difflib import get_close_matches

    names, name = list(known), str(name)
    alike = [each for each in names if each.lower() == name.lower()]
    # In a short name, half of it is one letter.
    near = alike or get_close_matches(name, names, n=1, cutoff=0.6 if len(name) > 3 else 0.5)
    clause = f"did you mean {brief(near[0])}? " if near else ""
    if not names:
        return clause + "there are none"
    shown = ", ".join(each if each.isprintable() and len(each) <= 60 else brief(each) for each in names[:30])
    shown += ", …" if len(names) > 30 else ""
    return clause + (f"There are: {shown}" if near else f"there are: {shown}")


def refuse_unknown(kind: str, name: object, known: Iterable[str], error: type[Error] = UsageError) -> None:
    """Raise an error with the nearest name, unless a name is known.

    >>> refuse_unknown("view", "layer", ["layers", "arrows"])
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: there is no view 'layer': did you mean 'layers'? There are: layers, arrows
    """
    if not isinstance(name, str) or name not in known:
        raise error(f"there is no {kind} {name!r}: {suggest(name, known)}")


def entry(kind: str, name: object, table: Mapping[Any, T]) -> T:
    """Look up a name in a table; if it is missing, raise an error with the nearest name.

    >>> entry("view", "layers", {"layers": 1})
    1
    """
    refuse_unknown(kind, name, table)
    return table[name]
