"""Find the model among the names that a user's code defines."""

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.graph import Graph
from graphviz_nn.tracing import trace
from graphviz_nn.tracing.foreign import framework_of, is_model_class
from graphviz_nn.tracing.trace import has_spec

HOW = (
    "write specs as its defaults (def {0}(x=graphviz_nn.input(2)): …), trace it in the file "
    "(graph = graphviz_nn.trace({0}, …)), or give shapes here (--input x=2 --target y= --parameter theta=2)"
)


def named(names: Mapping[str, Any], where: str, name: str, specs: Mapping[Any, Any]) -> Graph:
    """Return the graph with this name, or the graph of the function with this name.

    Parameters
    ----------
    names : mapping
        The names that the code defines, as in ``vars(module)``.
    where : str
        How errors refer to the code.
    specs : mapping
        The specs of the function's arguments by name, or by number from 0, if the code doesn't give them.

    Raises
    ------
    UsageError
        If there is no such model, or its arguments have no specs.

    Examples
    --------
    >>> from graphviz_nn.tracing import input
    >>> named({"double": lambda x: 2 * x}, "here", "double", {"x": input(3)}).outputs
    ('output',)
    """
    found = names.get(name)
    if isinstance(found, type) and is_model_class(found):
        found = _made(found, where)
    if isinstance(found, Graph):
        if specs:
            raise UsageError(
                f"{name} in {where} is a graph and has its shapes; leave out --input, --target, --parameter"
            )
        return found
    if not callable(found) and framework_of(found) is None:
        known = [*_graphs(names), *_functions(names), *_models(names)]
        raise UsageError(f"{where} has no graph or function {name!r}: {suggest(name, known)}")
    if specs or _has_specs(found):
        in_order = [specs[key] for key in sorted(each for each in specs if isinstance(each, int))]
        return trace(found, *in_order, **{key: spec for key, spec in specs.items() if not isinstance(key, int)})
    if framework_of(found) is not None:
        return trace(found)
    title = getattr(found, "__name__", name)
    traced = {each: graph for each, graph in _graphs(names).items() if graph.graph.get("name") == title}
    if len(traced) == 1:
        return next(iter(traced.values()))
    if traced:
        raise UsageError(f"{where} traces {name} more than once; say which: {_choices(where, traced)}")
    raise UsageError(f"the arguments of {name} in {where} have no shapes; {HOW.format(name)}")


def only(names: Mapping[str, Any], where: str, specs: Mapping[Any, Any]) -> Graph:
    """Return the only graph, or the graph of the only function.

    Raises
    ------
    UsageError
        If there are several, or none.
    """
    graphs = {} if specs else _graphs(names)
    traced = {graph.graph.get("name") for graph in graphs.values()}
    functions = _functions(names)
    found = [
        *graphs,
        *(name for name, each in functions.items() if name not in traced and (specs or _has_specs(each))),
        *_models(names),
    ]
    if len(found) == 1:
        return named(names, where, found[0], specs)
    if found:
        raise UsageError(f"{where} has several models; say which: {_choices(where, found)}")
    if functions:
        raise UsageError(f"no function in {where} has shapes for its arguments; {HOW.format(next(iter(functions)))}")
    raise UsageError(f"{where} has neither a graph nor a function; define one")


def last(names: Mapping[str, Any], where: str, code: str) -> str:
    """Return the name of the graph or function that some code defines last.

    Raises
    ------
    UsageError
        If it defines none.

    Examples
    --------
    >>> last({"double": lambda x: 2 * x, "n": 3}, "here", "double = lambda x: 2 * x; n = 3")
    'double'
    """
    found = [name for name in _bound(code) if isinstance(names.get(name), Graph) or callable(names.get(name))]
    if not found:
        raise UsageError(f"{where} defines neither a graph nor a function; define one, or name an existing one")
    return found[-1]


def _bound(code: str) -> Iterator[str]:
    """The names that some code defines, in order."""
    for statement in ast.parse(code).body:
        if isinstance(statement, ast.FunctionDef):
            yield statement.name
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            yield from (each.id for each in targets if isinstance(each, ast.Name))


def _choices(where: str, names: Iterable[str]) -> str:
    return ", ".join(f"{where}:{name}" for name in names)


def _graphs(names: Mapping[str, Any]) -> dict[str, Graph]:
    """The module's graphs, each once, under its first name."""
    found: dict[str, Graph] = {}
    for name, value in names.items():
        if isinstance(value, Graph) and not any(value is known for known in found.values()):
            found[name] = value
    return found


def _models(names: Mapping[str, Any]) -> dict[str, Any]:
    """The models of other frameworks, each once, and otherwise the classes of such that the module defines."""
    found: dict[str, Any] = {}
    for name, value in names.items():
        is_one = not isinstance(value, type) and framework_of(value) is not None and callable(value)
        if is_one and not any(value is known for known in found.values()):
            found[name] = value
    return found or {
        name: value
        for name, value in names.items()
        if isinstance(value, type) and value.__module__ == names.get("__name__") and is_model_class(value)
    }


def _made(kind: type, where: str) -> Any:
    """An instance of a class whose constructor needs nothing."""
    try:
        inspect.signature(kind).bind()
    except TypeError as error:
        raise UsageError(
            f"{kind.__name__} in {where} can't be made without arguments ({error}); "
            f"write net = {kind.__name__}(…) in the file, and name net"
        ) from None
    return kind()


def _functions(names: Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    """The functions defined in the module itself."""
    return {
        name: value
        for name, value in names.items()
        if inspect.isfunction(value) and value.__module__ == names.get("__name__")
    }


def _has_specs(function: Any) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(has_spec(each.default) for each in parameters)
