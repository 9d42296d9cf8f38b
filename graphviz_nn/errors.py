"""What can go wrong, one class a kind, each message saying where, what was found, what would work."""

from collections.abc import Iterable
from difflib import get_close_matches


class Error(Exception):
    """Every error that `graphviz_nn` raises on purpose; its text is one line."""


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


def suggest(name: str, known: Iterable[str]) -> str:
    """A clause that names the nearest known names, and all of them where they are few.

    >>> suggest("thta", ["theta", "x"])
    "did you mean 'theta'? There are: theta, x"
    """
    names = list(known)
    alike = [each for each in names if each.lower() == name.lower()]
    near = alike or get_close_matches(name, names, n=1, cutoff=0.6)
    clause = f"did you mean {near[0]!r}? " if near else ""
    if not names:
        return clause + "there are none"
    shown = ", ".join(names[:30]) + (", …" if len(names) > 30 else "")
    return clause + (f"There are: {shown}" if near else f"there are: {shown}")
