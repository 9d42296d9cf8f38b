"""A graph out of a user's file: ``my_model.py:loss`` or a graph saved as JSON."""

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from graphviz_nn.errors import Error, FileError, UsageError, suggest
from graphviz_nn.graph import Graph, load
from graphviz_nn.tracing import trace
from graphviz_nn.tracing.trace import has_spec

HOW = (
    "write specs as its defaults (def {0}(x=graphviz_nn.input(2)): …), trace it in the file "
    "(graph = graphviz_nn.trace({0}, …)), or give shapes here (--input x=2 --target y= --parameter theta=2)"
)


def open_model(model: str, specs: Mapping[str, Any] | None = None) -> Graph:
    """The graph that a command line names.

    Parameters
    ----------
    model : str
        ``file.py``, ``file.py:name`` or the path of a graph saved as JSON. The name is that of a graph or
        of a function; it may be left out where the file has only one.
    specs : mapping, optional
        What the function's arguments are, where the file doesn't say.

    Raises
    ------
    UsageError
        Where the file raises, or has no such graph.
    FileError
        Where the file can't be read.
    """
    path, name = _split(model)
    if path.suffix == ".json":
        if name or specs:
            raise UsageError(f"{path} is a graph already; it takes neither a name nor shapes")
        return load(path)
    if path.suffix != ".py":
        raise UsageError(f"{path} is neither a .py file nor a graph saved as .json")
    module = run(path)
    with blaming(path):
        return _named(module, path, name, specs or {}) if name else _only(module, path, specs or {})


def run(path: Path) -> ModuleType:
    """The module that a file defines; files beside it can be imported while it runs.

    Raises
    ------
    UsageError
        ``my_model.py:7: ZeroDivisionError: division by zero`` where it raises.
    FileError
        Where the file can't be read.
    """
    try:
        source = path.read_bytes()
    except OSError as error:
        raise FileError(f"can't read {path}: {error.strerror}") from error
    module = ModuleType(f"{path.stem} (model file)")
    module.__file__ = str(path)
    # Dataclasses look their module up by name.
    sys.modules[module.__name__] = module
    with _beside(path), blaming(path):
        exec(compile(source, str(path), "exec"), vars(module))
    return module


@contextmanager
def blaming(path: Path) -> Iterator[None]:
    """Turn whatever a user's code raises into one line that says where in the file."""
    try:
        yield
    except UsageError:
        raise
    except (Exception, SystemExit) as error:
        line = error.lineno if isinstance(error, SyntaxError) and error.filename == str(path) else None
        trail = error.__traceback__
        while trail is not None:
            if trail.tb_frame.f_code.co_filename == str(path):
                line = trail.tb_lineno
            trail = trail.tb_next
        what = error.msg if isinstance(error, SyntaxError) else str(error)
        reason = " ".join(str(what).split())
        kind = "" if isinstance(error, Error) else type(error).__name__
        where = f"{path.name}:{line}" if line else str(path)
        raise UsageError(": ".join(part for part in (where, kind, reason) if part)) from error


@contextmanager
def _beside(path: Path) -> Iterator[None]:
    folder, bytecode = str(path.resolve().parent), sys.dont_write_bytecode
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.path.remove(folder)
        sys.dont_write_bytecode = bytecode


def _split(model: str) -> tuple[Path, str]:
    file, _, name = model.rpartition(":")
    if not file or Path(model).exists() or not name.isidentifier():
        return Path(model), ""
    return Path(file), name


def _named(module: ModuleType, path: Path, name: str, specs: Mapping[str, Any]) -> Graph:
    found = vars(module).get(name)
    if isinstance(found, Graph):
        if specs:
            raise UsageError(f"{name} in {path} is a graph already; its shapes are given there")
        return found
    if not callable(found):
        known = [*_graphs(module), *_functions(module)]
        raise UsageError(f"{path} has no graph or function {name!r}: {suggest(name, known)}")
    if specs or _has_specs(found):
        return trace(found, **specs)
    title = getattr(found, "__name__", name)
    traced = {each: graph for each, graph in _graphs(module).items() if graph.graph.get("name") == title}
    if len(traced) == 1:
        return next(iter(traced.values()))
    if traced:
        raise UsageError(f"{path} traces {name} more than once; say which: {_choices(path, traced)}")
    raise UsageError(f"what the arguments of {name} in {path} are isn't said; {HOW.format(name)}")


def _only(module: ModuleType, path: Path, specs: Mapping[str, Any]) -> Graph:
    graphs = {} if specs else _graphs(module)
    traced = {graph.graph.get("name") for graph in graphs.values()}
    functions = _functions(module)
    names = [
        *graphs,
        *(name for name, each in functions.items() if name not in traced and (specs or _has_specs(each))),
    ]
    if len(names) == 1:
        return _named(module, path, names[0], specs)
    if names:
        raise UsageError(f"{path} has several models; say which: {_choices(path, names)}")
    if functions:
        raise UsageError(f"no function in {path} says what its arguments are; {HOW.format(next(iter(functions)))}")
    raise UsageError(f"{path} has neither a graph nor a function")


def _choices(path: Path, names: Any) -> str:
    return ", ".join(f"{path}:{name}" for name in names)


def _graphs(module: ModuleType) -> dict[str, Graph]:
    """The module's graphs, each once, by the first name it has."""
    found: dict[str, Graph] = {}
    for name, value in vars(module).items():
        if isinstance(value, Graph) and not any(value is known for known in found.values()):
            found[name] = value
    return found


def _functions(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions that are written in the module itself."""
    return {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__
    }


def _has_specs(function: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(has_spec(each.default) for each in parameters)
