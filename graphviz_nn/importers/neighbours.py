"""Modules beside a user's file: importable while it runs, and read again the next time."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, TracebackType

INSTALLED = {"site-packages", "dist-packages", "graphviz_nn"}
"""Folders whose modules aren't the user's."""


@contextmanager
def beside(folder: Path, files: set[Path]) -> Iterator[None]:
    """Make a folder's modules importable in this context; forget them afterwards, so that edits take effect.

    Parameters
    ----------
    folder : Path
        The folder of the modules.
    files : set of Path
        Receives the files of imported modules, including failing and missing ones.
    """
    place, bytecode = folder.resolve(), sys.dont_write_bytecode
    hidden = _namesakes(place)
    for name in hidden:
        del sys.modules[name]
    known = set(sys.modules)
    sys.path.insert(0, str(place))
    sys.dont_write_bytecode = True
    # A module may be newer than Python's cache of the folder.
    importlib.invalidate_caches()
    try:
        yield
    except BaseException as error:
        files.update(_at_fault(error, place))
        raise
    finally:
        for name in set(sys.modules) - known:
            if _is_from(place, sys.modules[name], name):
                file = sys.modules.pop(name).__file__
                files.update([Path(file)] if file else [])
        sys.modules.update(hidden)
        sys.path.remove(str(place))
        sys.dont_write_bytecode = bytecode


def _namesakes(folder: Path) -> dict[str, ModuleType]:
    """Loaded modules of other folders of the user's that are called like those in this one."""
    own = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    own -= {"graphviz_nn", "__main__", *sys.stdlib_module_names}
    alike = {name for name in own & sys.modules.keys() if not _is_from(folder, sys.modules[name], name)}
    alike = {
        name for name in alike if not INSTALLED & set(Path(getattr(sys.modules[name], "__file__", None) or "").parts)
    }
    return {name: module for name, module in sys.modules.items() if name.partition(".")[0] in alike}


def _is_from(folder: Path, module: ModuleType, name: str) -> bool:
    """Whether a module comes from this folder; never true for this package."""
    if name.partition(".")[0] == "graphviz_nn":
        return False
    place = folder.joinpath(*name.split("."))
    file = getattr(module, "__file__", None)
    if file is None:
        return str(place) in list(getattr(module, "__path__", ()))
    return Path(file) in (place.with_name(f"{place.name}.py"), place / "__init__.py")


def _at_fault(error: BaseException, folder: Path) -> Iterator[Path]:
    """The files in an error's traceback, and the files that it misses."""
    yield from (Path(file) for file, _ in trail(error) if is_beside(folder, file))
    if isinstance(error, ModuleNotFoundError) and error.name:
        yield folder.joinpath(*error.name.split(".")).with_suffix(".py")


def trail(error: BaseException) -> Iterator[tuple[str, int]]:
    """The files and lines of an error's traceback, down to its origin.

    Examples
    --------
    >>> try:
    ...     compile("x = (", "mine.py", "exec")
    ... except SyntaxError as error:
    ...     list(trail(error))[-1]
    ('mine.py', 1)
    """
    step: TracebackType | None = error.__traceback__
    while step is not None:
        yield step.tb_frame.f_code.co_filename, step.tb_lineno
        step = step.tb_next
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        yield error.filename, error.lineno


def is_beside(folder: Path, file: str) -> bool:
    """Whether a file is a user's file in a folder or below it.

    Examples
    --------
    >>> is_beside(Path("/mine"), "/mine/model.py"), is_beside(Path("/mine"), "/mine/site-packages/numpy.py")
    (True, False)
    """
    path = Path(file)
    return path.suffix == ".py" and path.is_relative_to(folder) and not INSTALLED & set(path.parts)
