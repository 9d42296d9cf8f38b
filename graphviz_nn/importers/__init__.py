"""Load models from a user's files, one format per module, and from the names in a notebook."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from graphviz_nn.errors import UsageError
from graphviz_nn.graph import Graph


class Importer(NamedTuple):
    """The module and the function that load a suffix, and a description of its files.

    The function's arguments are the path, the name of a model in the file (or ""), specs by argument, and a set that
    receives the user's other files that it reads. It returns a graph.
    """

    module: str
    function: str
    what: str


IMPORTERS = {
    ".py": Importer("python_file", "from_python", "a .py file"),
    ".onnx": Importer("onnx_model", "from_onnx", "an ONNX model (.onnx)"),
    ".json": Importer("saved", "from_json", "a graph saved as .json"),
}
"""The importer of each suffix."""

PICKLES = {".bin", ".ckpt", ".pickle", ".pkl", ".pt", ".pth", ".pt2"}
"""The suffixes of files that may hold pickles, which run any code when they are loaded."""

EXTRAS = {"onnx": "onnx", "google": "onnx"}
"""Packages that importers need, and the extra that installs each."""


def open_model(model: str, specs: Mapping[Any, Any] | None = None, files: set[Path] | None = None) -> Graph:
    """Open the graph that a command line names.

    Parameters
    ----------
    model : str
        The path of a file, or ``file.py:name``. The name is that of a graph or function. It may be left out if the file
        has only one.
    specs : mapping, optional
        The specs of the function's arguments by name, or by number from 0, if the file doesn't give them.
    files : set of Path, optional
        Receives the user's files that were read, or whose absence is the error.

    Raises
    ------
    UsageError
        If the format of the file is unknown, or the file raises, or has no such graph.
    FileError
        If the file can't be read.
    """
    path, name = _split(model)
    files = set() if files is None else files
    files.add(path)
    if path.suffix in PICKLES:
        raise UsageError(
            f"{path} may hold a pickle, which can run any code, so it is never loaded; write a Python file that makes "
            f"the model, and draw that: net.load_state_dict(torch.load({path.name!r}, weights_only=True)), then "
            "graphviz-nn draw file.py:net --input 1x3x224x224"
        )
    if path.suffix not in IMPORTERS:
        missing = "" if path.exists() else "there is no such file; "
        raise UsageError(f"{path}: {missing}a model is {' or '.join(row.what for row in IMPORTERS.values())}")
    row = IMPORTERS[path.suffix]
    try:
        module = import_module(f"graphviz_nn.importers.{row.module}")
    except ModuleNotFoundError as error:
        if error.name not in EXTRAS:
            raise
        command = f"pip install 'graphviz_nn[{EXTRAS[error.name]}]'"
        raise UsageError(f"{path} is {row.what}; to read it, run {command}") from None
    found: Callable[..., Graph] = getattr(module, row.function)
    return found(path, name, specs or {}, files)


def _split(model: str) -> tuple[Path, str]:
    file, _, name = model.rpartition(":")
    if not file or Path(model).exists() or not name.isidentifier():
        return Path(model), ""
    return Path(file), name
