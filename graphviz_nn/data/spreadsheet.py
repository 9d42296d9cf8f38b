"""Data from a CSV file."""

import csv as reader
import io
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from graphviz_nn.data.data import Data
from graphviz_nn.data.given import arrays
from graphviz_nn.errors import DataError, FileError, brief, suggest
from graphviz_nn.storage import path_of, read

DELIMITERS = ",;\t"
# Integers with more distinct values are numbers, not classes.
FEW = 20


def csv(
    path: str | Path, target: str | None = None, *, inputs: Iterable[str] = (), classes: bool | None = None
) -> Data:
    """Read data from a file with one row per example, separated by commas, semicolons or tabs.

    Parameters
    ----------
    target : str, optional
        The column to predict; default the last.
    inputs : iterable of str
        The columns to predict it from; default all others.
    classes : bool, optional
        Whether the target is a class or a number. By default, words are classes, and so are integers with at most 20
        distinct values.

    A first line without numbers has the names. Without such a line, the columns are called x1, x2, ….

    Raises
    ------
    FileError
        If the file can't be read.
    DataError
        If a cell isn't a number, with its column and row, or there is only one row or one class.

    Examples
    --------
    >>> csv("flowers.csv", target="species", inputs=["length", "width"])  # doctest: +SKIP
    """
    path = path_of(path)
    try:
        lines = [line for line in _lines(path) if any(map(str.strip, line))]
    except UnicodeDecodeError as error:
        raise FileError(f"{path} isn't text in UTF-8 (byte {error.start}); save it as CSV in UTF-8") from None
    except reader.Error as error:
        raise FileError(f"{path} can't be read as CSV: {error}") from None
    if not lines:
        raise DataError(f"{path} is empty; give a file with rows of data")
    header = not any(map(_is_number, lines[0]))
    names = [name.strip() for name in lines[0]] if header else [f"x{i + 1}" for i in range(len(lines[0]))]
    rows = lines[header:]
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise DataError(f"{path}: two columns are called {brief(twice)}; rename one")
    if len(rows) < 2:
        raise DataError(f"{path} has {len(rows)} row{'s' * (len(rows) != 1)} of data; learning needs at least two")
    for number, row in enumerate(rows, 1):
        if len(row) != len(names):
            raise DataError(f"{path}, row {number} has {len(row)} columns, but the first line has {len(names)}")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    target = names[-1] if target is None else target
    chosen = list(inputs) or [name for name in names if name != target]
    for name in (target, *chosen):
        if name not in columns:
            raise DataError(f"{path} has no column {brief(name)}: {suggest(name, names)}")
    if not chosen:
        raise DataError(f"{path} has only one column, {brief(target)}; add columns of inputs")
    remedy = f"leave the column out (inputs=…) or predict it (target=…); {brief(target)} is the target"
    x = np.array([_numbers(path, name, columns[name], remedy) for name in chosen]).T
    y = [value.strip() for value in columns[target]]
    if classes is None:
        classes = not all(map(_is_number, y)) or _few(y)
    if not classes:
        return arrays(x, _numbers(path, target, y, "classes=False predicts numbers"), names=chosen)
    _check_classes(path, target, y)
    return arrays(x, [int(v) for v in y] if all(map(_is_whole, y)) else y, names=chosen)


def _lines(path: Path) -> list[list[str]]:
    text = read(path).decode("utf-8-sig")
    first = next(io.StringIO(text), "")
    delimiter = max(DELIMITERS, key=first.count)
    return list(reader.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def _check_classes(path: Path, target: str, y: list[str]) -> None:
    missing = next((number for number, value in enumerate(y, 1) if value.lower() in ("", "nan")), None)
    if missing is not None:
        raise DataError(f"{path}, column {brief(target)}, row {missing}: the class is missing; leave the row out")
    if len(set(y)) < 2:
        raise DataError(f"{path}: every {brief(target)} is {brief(y[0])}; learning needs at least two classes")


def _few(values: list[str]) -> bool:
    different = len(set(values))
    return all(map(_is_whole, values)) and different <= min(FEW, len(values) // 2)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    # Only Python's own number syntax.
    return "_" not in text


def _is_whole(text: str) -> bool:
    # Larger integers aren't exact as floats.
    whole = _is_number(text) and float(text).is_integer() and abs(float(text)) < 2**53
    return whole and "." not in text and "e" not in text.lower()


def _numbers(path: Path, name: str, texts: Iterable[str], remedy: str) -> list[float]:
    found = []
    for number, text in enumerate(texts, 1):
        if not _is_number(text):
            shown = f"{brief(text.strip())} isn't a number" if text.strip() else "the cell is empty"
            raise DataError(f"{path}, column {brief(name)}, row {number}: {shown}; {remedy}")
        value = float(text)
        if not np.isfinite(value):
            raise DataError(f"{path}, column {brief(name)}, row {number}: {value} isn't a finite number; {remedy}")
        found.append(value)
    return found
