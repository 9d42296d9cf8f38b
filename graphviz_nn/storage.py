"""Files written whole or not at all."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from graphviz_nn.errors import FileError, UsageError, suggest


def destination(to: str | os.PathLike[str], what: str, suffixes: Iterable[str]) -> Path:
    """The path of a file that something can be written to.

    Raises
    ------
    UsageError
        Where its suffix is none of these.

    Examples
    --------
    >>> destination("report.MD", "a report", (".html", ".md")).suffix
    '.MD'
    >>> destination("report.doc", "a report", (".html", ".md"))
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: a report can't be written as '.doc': ...
    """
    path, suffixes = Path(os.fspath(to)), list(suffixes)
    if path.suffix.lower() not in suffixes:
        raise UsageError(f"{what} can't be written as {path.suffix or path.name!r}: {suggest(path.suffix, suffixes)}")
    return path


def write(path: Path, data: bytes) -> Path:
    """Write a file beside its place, then move it there, so that nobody ever sees half of it.

    Raises
    ------
    FileError
        Where the file can't be written; what was there before stays.
    """
    beside = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            beside = Path(file.name)
            file.write(data)
        # A temporary file is private; the finished one gets the rights that any new file would.
        umask = os.umask(0)
        os.umask(umask)
        beside.chmod(0o666 & ~umask)
        beside.replace(path)
    except OSError as error:
        raise FileError(f"can't write {path}: {error.strerror}; is the folder there, and yours?") from error
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)
    return path
