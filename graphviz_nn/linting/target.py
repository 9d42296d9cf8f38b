"""Rules on targets and losses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphviz_nn.linting.model import Model, arranged, at, maker
from graphviz_nn.linting.report import Finding
from graphviz_nn.linting.rules import rule
from graphviz_nn.views.kinds import LOSSES

COMPARING = LOSSES | {"subtract"}
NORMALIZING = ("softmax", "sigmoid", "log_softmax")


@dataclass(frozen=True)
class Way:
    """The shortest path from a target to a variable: the last step, and the path to its argument."""

    variable: str
    length: int = 0
    step: str = ""
    before: "Way | None" = None

    def __iter__(self) -> Iterator["Way"]:
        """The paths from the target, each one step longer."""
        ways, way = [self], self
        while way.before is not None:
            way = way.before
            ways.append(way)
        return reversed(ways)


@rule("leakage")
def _leakage(model: Model) -> Iterator[Finding]:
    """A prediction computed from its own target."""
    graph = model.seen
    ways, through_layers = _ways(model)
    shortest: dict[str, tuple[Way, ...]] = {}
    for name, operation in graph.operations.items():
        arguments = graph.arguments(name).values()
        if not model.of_target.intersection(arguments):
            continue
        # If the comparison is uncertain, the path must lead through a layer: a value weighted by the target after the
        # comparison isn't a prediction.
        compares = model.kinds[name] == "loss" or operation.op in COMPARING
        known = ways if compares else through_layers
        for way in (known[v] for v in arguments if v in known and v not in model.of_target):
            path = tuple(way)
            # An entry point is one mistake, in however many terms of the loss it appears.
            entrance = next(each.step for each in path[1:] if each.variable not in model.of_target)
            shortest[entrance] = min(path, shortest.get(entrance, path), key=len)
    for entrance, path in shortest.items():
        yield _leak(model, entrance, path)


def _ways(model: Model) -> tuple[dict[str, Way], dict[str, Way]]:
    """The paths from targets to all variables that depend on them, and those through an operation with parameters."""
    graph = model.seen
    ways = {name: Way(name) for name, variable in graph.leaves.items() if variable.role == "target"}
    through_layers: dict[str, Way] = {}
    for name in graph.computation_order():
        arguments = graph.arguments(name).values()
        learns = any(graph.variable(v).role == "parameter" for v in arguments)
        for known, found in ((ways, ways), (ways if learns else through_layers, through_layers)):
            before = _nearest(known[v] for v in arguments if v in known)
            if before is not None:
                found.update({v: Way(v, before.length + 1, name, before) for v in graph.results(name)})
    return ways, through_layers


def _nearest(ways: Iterable[Way]) -> Way | None:
    return min(ways, key=lambda way: way.length, default=None)


def _leak(model: Model, entrance: str, path: tuple[Way, ...]) -> Finding:
    target, steps, operation = path[0].variable, [each.step for each in path[1:]], model.seen.operation(entrance)
    words = [target, *(model.seen.operation(name).op for name in steps)]
    if path[-1].variable in model.written and path[-1].variable not in model.anonymous:
        words.append(path[-1].variable)
    return Finding(
        "leakage",
        f"the prediction depends on the target: {' → '.join(words)}",
        f"remove {target} from the arguments of {operation.op}; only the loss may depend on a target",
        operation.source,
        (
            *(n for name in steps for n in model.steps(name)),
            *(way.variable for way in path if way.variable in model.written),
        ),
        "error",
    )


@rule("softmax_twice")
def _softmax_twice(model: Model) -> Iterator[Finding]:
    """A loss that applies softmax or sigmoid to probabilities."""
    graph = model.seen
    for name, operation in graph.operations.items():
        if operation.op not in NORMALIZING or operation.body is None:
            continue
        (given, *_) = graph.arguments(name).values()
        before = maker(graph, arranged(graph, given))
        if before is None or before.op not in NORMALIZING[:2] or before.body is None:
            continue
        loss = next((u for v in graph.results(name) for u in graph.successors(v) if _is_loss(model, u)), None)
        if loss is not None:
            yield Finding(
                "softmax_twice",
                f"the loss expects logits and applies {operation.op}; "
                f"its argument is a {before.op}{at([before])} already, so no class can be certain",
                f"leave out {before.op}{at([before])}, and pass its argument to the loss",
                graph.operation(loss).source,
                model.steps(loss),
                "error",
            )


def _is_loss(model: Model, operation: str) -> bool:
    given = model.seen.arguments(operation).values()
    return model.seen.operation(operation).op in LOSSES or bool(model.of_target.intersection(given))
