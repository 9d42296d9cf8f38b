"""The front door for models: a user's files, one kind a file here, and the names in a notebook."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from graphviz_nn.errors import UsageError
from graphviz_nn.graph import Graph


class Importer(NamedTuple):
    """The module and the function behind a suffix, and what its files are.

    The function is given the path, the name of a model in the file (or ""), specs by argument, and a set to which it
    adds the user's other files that it takes; it returns a graph.
    """

    module: str
    function: str
    what: str


IMPORTERS = {
    ".py": Importer("python_file", "from_python", "a .py file"),
    ".json": Importer("saved", "from_json", "a graph saved as .json"),
}
"""What is behind each suffix."""


def open_model(model: str, specs: Mapping[str, Any] | None = None, files: set[Path] | None = None) -> Graph:
    """The graph that a command line names.

    Parameters
    ----------
    model : str
        The path of a file, or ``file.py:name``. The name is that of a graph or of a function; it may be left out where
        the file has only one.
    specs : mapping, optional
        What the function's arguments are, where the file doesn't say.
    files : set of Path, optional
        Is given the user's files that this took, or for want of which it failed.

    Raises
    ------
    UsageError
        Where the file is of no known kind, raises, or has no such graph.
    FileError
        Where the file can't be read.
    """
    path, name = _split(model)
    files = set() if files is None else files
    files.add(path)
    if path.suffix not in IMPORTERS:
        raise UsageError(f"{path} is neither {' nor '.join(row.what for row in IMPORTERS.values())}")
    row = IMPORTERS[path.suffix]
    found: Callable[..., Graph] = getattr(import_module(f"graphviz_nn.importers.{row.module}"), row.function)
    return found(path, name, specs or {}, files)


def _split(model: str) -> tuple[Path, str]:
    file, _, name = model.rpartition(":")
    if not file or Path(model).exists() or not name.isidentifier():
        return Path(model), ""
    return Path(file), name
