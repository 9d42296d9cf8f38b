"""Open folded operations for the eye: a layer shows its textbook formula."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from graphviz_nn.errors import TracingError, UsageError, suggest
from graphviz_nn.graph.ir import Graph, Operation
from graphviz_nn.nn.formulas import FORMULAS
from graphviz_nn.tracing.trace import trace
from graphviz_nn.transforms.fold import fold, inlined, unfold
from graphviz_nn.transforms.match import agrees
from graphviz_nn.transforms.origin import without_lines
from graphviz_nn.transforms.reading import signature
from graphviz_nn.transforms.recognise import definition


def expanded(graph: Graph, names: Iterable[str]) -> Graph:
    """Open blocks in place, by their own names or those of their functions.

    The first of several blocks has the name of its function; write a 1 behind the name for it alone, as in
    ``linear_1``. You can also open calls inside a block. The fact ``graph.graph["frames"]`` has the function and the
    operations of each opened block.

    Raises
    ------
    UsageError
        If there is no such block, with the nearest name.
    """
    wanted = dict.fromkeys([names] if isinstance(names, str) else names)
    met, known = set[str](), dict[str, None]()
    frames: dict[str, tuple[str, tuple[str, ...]]] = {}
    found, repeated = graph, graph.graph.get("repeats", {})
    while True:
        folded = {name: op for name, op in found.operations.items() if op.body is not None and name not in repeated}
        titles = {name: {name, op.op, _single(found, name, op.op)} for name, op in folded.items()}
        known.update(dict.fromkeys([*(op.op for op in folded.values()), *folded]))
        met.update(*titles.values())
        bodies = {name: fold(shown_inside(found, name)) for name in folded if titles[name] & wanted.keys()}
        if not bodies:
            break
        found = inlined(found, bodies)
        inside: dict[str, tuple[str, ...]] = found.graph["inlined"]
        frames = {name: (function, _opened(steps, inside)) for name, (function, steps) in frames.items()}
        repeated = {name: replace(each, steps=_opened(each.steps, inside)) for name, each in repeated.items()}
        frames.update((name, (folded[name].op, steps)) for name, steps in inside.items())
    for name in wanted:
        if name not in met:
            raise UsageError(f"there is no block {name!r} to open: {suggest(name, known)}")
    if frames:
        found.graph["frames"] = frames
    if repeated:
        found.graph["repeats"] = repeated
    return found


def _opened(steps: Iterable[str], inside: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Some operations, with the contents of those that are open."""
    return tuple(step for each in steps for step in inside.get(each, (each,)))


def _single(graph: Graph, name: str, function: str) -> str:
    """The name that refers to a single block, if its own name is that of its function."""
    alone = f"{name}_1"
    return alone if name == function and alone not in graph else name


def by_formula(graph: Graph) -> Graph:
    """Open every call; well-known layers show their textbook formulas."""
    known = {each.layer for each in FORMULAS if each.replacement is not None}
    seen = fold(unfold(graph), lambda title, members: title not in known)
    bodies = {name: unfold(shown_inside(seen, name)) for name, op in seen.operations.items() if op.body is not None}
    return inlined(seen, bodies) if bodies else seen


def shown_inside(graph: Graph, name: str) -> Graph:
    """The contents of an opened block: the author's formula, otherwise its textbook formula, otherwise its
    definition."""
    operation = graph.operation(name)
    body = operation.body or Graph()
    given = tuple(graph.arguments(name).values())
    if operation.written is not None and set(operation.written.graph.get("arguments", ())) == set(given):
        shown = operation.written.copy()
        shown.graph["arguments"] = given
        return shown
    return _formula(graph, name, operation) or body


def _formula(graph: Graph, name: str, operation: Operation) -> Graph | None:
    """The textbook formula of a layer, if the operation is the layer's own definition."""
    given = [graph.variable(v) for v in graph.arguments(name).values()]
    shapes, dtypes = tuple(v.shape for v in given), tuple(v.dtype for v in given)
    for each in FORMULAS:
        if each.layer != operation.op or len(each.examples[0]) != len(shapes):
            continue
        if each.replacement is None:
            return None
        named = dict(zip(each.examples[0], shapes, strict=True))
        try:
            if signature(definition(each.replacement, shapes, (), dtypes)) != signature(operation.body or Graph()):
                continue
            specs = each.specs(named, {}, dict(zip(named, dtypes, strict=True)))
            found = fold(without_lines(trace(each.function, **specs)))
        except (TracingError, KeyError):
            continue
        (result,) = graph.results(name)
        fits = found.variable(found.outputs[0]).dtype == graph.variable(result).dtype
        if fits and agrees(each, tuple(named.items()), ()):
            found.graph["arguments"] = tuple(named)
            return found
    return None
