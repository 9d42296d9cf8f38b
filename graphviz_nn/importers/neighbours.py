"""Modules beside a user's file: imported while it runs, read anew the next time."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, TracebackType


@contextmanager
def beside(folder: Path, files: set[Path]) -> Iterator[None]:
    """Meanwhile a folder's modules can be imported; afterwards they are forgotten, so that edits are seen.

    Parameters
    ----------
    folder : Path
        Where they are.
    files : set of Path
        Is given the files of those that were imported, also of the one that fails or isn't there.
    """
    place, known, bytecode = folder.resolve(), set(sys.modules), sys.dont_write_bytecode
    sys.path.insert(0, str(place))
    sys.dont_write_bytecode = True
    # A module may have been written since the folder was last looked at.
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
        sys.path.remove(str(place))
        sys.dont_write_bytecode = bytecode


def _is_from(folder: Path, module: ModuleType, name: str) -> bool:
    """Whether a module was found through this folder; this package itself stays, wherever it is."""
    if name.partition(".")[0] == "graphviz_nn":
        return False
    place = folder.joinpath(*name.split("."))
    file = getattr(module, "__file__", None)
    if file is None:
        return str(place) in list(getattr(module, "__path__", ()))
    return Path(file) in (place.with_name(f"{place.name}.py"), place / "__init__.py")


def _at_fault(error: BaseException, folder: Path) -> Iterator[Path]:
    """The files that an error goes through, and those that it misses."""
    yield from (Path(file) for file, _ in trail(error) if is_beside(folder, file))
    if isinstance(error, ModuleNotFoundError) and error.name:
        yield folder.joinpath(*error.name.split(".")).with_suffix(".py")


def trail(error: BaseException) -> Iterator[tuple[str, int]]:
    """The files and lines that an error goes through, down to the place where it arose.

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
    """Whether a file is one of the user's own in a folder or below it.

    Examples
    --------
    >>> is_beside(Path("/mine"), "/mine/model.py"), is_beside(Path("/mine"), "/mine/site-packages/numpy.py")
    (True, False)
    """
    path = Path(file)
    installed = {"site-packages", "dist-packages", "graphviz_nn"}
    return path.suffix == ".py" and path.is_relative_to(folder) and not installed & set(path.parts)
