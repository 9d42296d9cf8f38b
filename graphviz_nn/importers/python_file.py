"""Load a graph from a user's Python file: ``my_model.py:loss``."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from graphviz_nn.errors import Error, UsageError, ending_at_ctrl_c
from graphviz_nn.graph import Graph
from graphviz_nn.importers.names import last, named, only
from graphviz_nn.importers.neighbours import beside, is_beside, trail
from graphviz_nn.storage import read


def from_python(path: Path, name: str, specs: Mapping[Any, Any], files: set[Path]) -> Graph:
    """The graph with this name in a Python file, or the only one if the name is ""."""
    code = read(path)
    with blaming(path), beside(path.parent, files):
        names = vars(_run(code, path))
        return named(names, str(path), name, specs) if name else only(names, str(path), specs)


def model_of_code(
    code: str,
    path: Path,
    *,
    line: int = 1,
    name: str = "",
    specs: Mapping[Any, Any] | None = None,
    files: set[Path] | None = None,
) -> Graph:
    """Return the graph that some code within another file defines, such as in a page of documentation.

    Parameters
    ----------
    code : str
        Python code; it can import the files beside that file.
    path : Path
        The file that contains the code.
    line : int
        The line where the code begins.
    name : str
        The name of a graph or function; by default the last one.
    specs : mapping, optional
        The specs of the function's arguments, if the code doesn't give them.
    files : set of Path, optional
        Receives the user's files that were read, or whose absence is the error.

    Raises
    ------
    UsageError
        If the code raises, or has no such graph.

    Examples
    --------
    >>> from graphviz_nn.tracing import input
    >>> code = "def double(x):\\n    return 2 * x"
    >>> model_of_code(code, Path("page.rst"), specs={"x": input(3)}).graph["name"]
    'double'
    """
    with blaming(path), beside(path.parent, set() if files is None else files):
        names = vars(_run(("\n" * (line - 1) + code).encode(), path))
        return named(names, str(path), name or last(names, str(path), code), specs or {})


def run(path: Path) -> ModuleType:
    """Run a file and return its module; it can import files beside it.

    Raises
    ------
    UsageError
        ``my_model.py:7: ZeroDivisionError: division by zero``, if the file raises.
    FileError
        If the file can't be read.
    """
    code = read(path)
    with blaming(path), beside(path.parent, set()):
        return _run(code, path)


def _run(code: bytes, path: Path) -> ModuleType:
    module = ModuleType(f"{path.stem} (model file)")
    module.__file__ = str(path)
    # Dataclasses look up their module by name.
    sys.modules[module.__name__] = module
    exec(compile(code, str(path), "exec"), vars(module))
    return module


@contextmanager
def blaming(path: Path) -> Iterator[None]:
    """Turn any exception of a user's code into one line with its place in the file; Ctrl-C ends everything."""
    try:
        with ending_at_ctrl_c():
            yield
    except UsageError:
        raise
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        # Not only Exceptions: a model file may call exit(), or raise anything.
        line, elsewhere = None, ""
        for file, number in trail(error):
            if file == str(path):
                line, elsewhere = number, ""
            elif is_beside(path.resolve().parent, file):
                elsewhere = f"({Path(file).name}:{number})"
        reason = " ".join([*_said(error).split(), elsewhere]).strip()
        kind = "" if isinstance(error, Error) else type(error).__name__
        where = f"{path.name}:{line}" if line else str(path)
        raise UsageError(": ".join(part for part in (where, kind, reason) if part)) from error


def _said(error: BaseException) -> str:
    try:
        return str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException:
        # A user's exception may have no text, or raise another exception instead.
        return ""
