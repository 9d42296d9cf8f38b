r"""Features φ(x), the inputs of a layer instead of x: a straight line in the features is a curve in x."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.nn.common import layer, refuse, where
from graphviz_nn.tracing import label

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "sin": np.sin,
    "cos": np.cos,
    "exp": np.exp,
    "tanh": np.tanh,
    "abs": np.abs,
}
"""The functions that a term can apply to an entry."""

HOW = "write features as x1, x1^2, x1 x2 or sin x1, or give functions of x"
_FACTOR = re.compile(r"(?:([a-z]+)\s*\(?\s*)?x_?(\d+)\)?(?:(?:\^|\*\*)(\d+))?")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_POWERS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))


@layer
def features(x: Any, *terms: str | Callable[[Any], Any]) -> Any:
    """Compute a vector of features from the entries of x, for one example or for each row.

    Parameters
    ----------
    *terms : str or callable
        ``"x1"``, ``"x1^2"``, ``"x1 x2"``, ``"sin x1"``, products of these; or a function of `x` that returns a number
        for each example.

    Shapes
    ------
    x : (entries,) or (..., entries)
    result : (terms,) or (..., terms)

    Raises
    ------
    UsageError
        For an invalid feature, with the nearest entry or function.

    Examples
    --------
    >>> features([2.0, 3.0], "x1", "x1^2", "x1 x2", lambda x: x[0] - x[1])
    array([ 2.,  4.,  6., -1.])
    """
    if not np.ndim(x):
        refuse("features", "x of shape () has no entries; give a vector")
    if not terms:
        raise UsageError(f"features{where()}: give at least one feature; {HOW}")
    entries: dict[int, Any] = {}
    found = [_computed(x, term, entries) if isinstance(term, str) else _called(x, term) for term in terms]
    return np.stack(found, axis=-1)


def _called(x: Any, term: Any) -> Any:
    if not callable(term):
        raise UsageError(f"features{where()}: {term!r} is neither a name nor a function; {HOW}")
    value = term(x)
    if np.shape(value) != np.shape(x)[:-1]:
        name = getattr(term, "__name__", repr(term))
        refuse("features", f"{name} must return a number for x {np.shape(x)}, found shape {np.shape(value)}")
    return value


def _computed(x: Any, term: str, entries: dict[int, Any]) -> Any:
    """Compute a feature by name; `entries` caches the entries of x."""
    value, symbol = None, ""
    for function, number, power in _factors(term, np.shape(x)[-1]):
        name = rf"x_{{{number}}}"
        if number not in entries:
            entries[number] = label(x[number - 1] if np.ndim(x) == 1 else x[..., number - 1], name)
        factor = entries[number]
        if function:
            command = {"abs": rf"|{name}|", "exp": rf"e^{{{name}}}"}.get(function, rf"\{function}\,{name}")
            factor, name = label(FUNCTIONS[function](factor), command), command
        if power > 1:
            name = f"({name})^{{{power}}}" if function else f"{name}^{{{power}}}"
            factor = label(factor**power, name)
        symbol += name
        value = factor if value is None else label(value * factor, symbol)
    return value


def _factors(term: str, entries: int) -> list[tuple[str, int, int]]:
    """The factors of a product: a function or none, the number of an entry from 1, a power."""
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: "^" + "".join(_POWERS[c] for c in found[0]), term)
    text = text.translate(_SUBSCRIPTS).replace("·", " ").strip()
    found, place = [], 0
    while place < len(text):
        match = _FACTOR.match(text, place)
        if match is None:
            raise UsageError(f"features{where()}: {term!r} isn't a feature; {HOW}")
        function, number, power = match[1] or "", int(match[2]), int(match[3] or 1)
        if function and function not in FUNCTIONS:
            raise UsageError(
                f"features{where()}: {term!r} uses the unknown function {function!r}; {suggest(function, FUNCTIONS)}"
            )
        if not 1 <= number <= entries:
            known = ", ".join(f"x{i}" for i in range(1, min(entries, 6) + 1)) + (", …" if entries > 6 else "")
            raise UsageError(f"features{where()}: {term!r} uses x{number}, but x has {entries} entries: {known}")
        found.append((function, number, power))
        place = match.end()
        place += len(text[place:]) - len(text[place:].lstrip(" *"))
    if not found:
        raise UsageError(f"features{where()}: {term!r} is empty; {HOW}")
    return found
