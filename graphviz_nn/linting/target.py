"""Rules for what a target and its loss may depend on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphviz_nn.linting.model import Model, arranged, at, maker
from graphviz_nn.linting.report import Finding
from graphviz_nn.linting.rules import rule
from graphviz_nn.nn import losses

LOSSES = frozenset(name for name, value in vars(losses).items() if getattr(value, "__module__", "") == losses.__name__)
COMPARING = LOSSES | {"subtract"}
NORMALIZING = ("softmax", "sigmoid", "log_softmax")


@dataclass(frozen=True)
class Way:
    """The shortest way from a target to a variable: the last step, and the way to what that is given."""

    variable: str
    length: int = 0
    step: str = ""
    before: "Way | None" = None

    def __iter__(self) -> Iterator["Way"]:
        """The ways from the target on, each a step longer."""
        ways, way = [self], self
        while way.before is not None:
            way = way.before
            ways.append(way)
        return reversed(ways)


@rule("leakage")
def _leakage(model: Model) -> Iterator[Finding]:
    """A prediction that is made from the target that it is compared with."""
    graph = model.seen
    ways, through_layers = _ways(model)
    shortest: dict[str, tuple[Way, ...]] = {}
    for name, operation in graph.operations.items():
        arguments = graph.arguments(name).values()
        if not model.of_target.intersection(arguments):
            continue
        # Where it isn't sure that this is the comparison, the way must lead through a layer: what is weighed by
        # the target once it has been compared isn't a prediction.
        compares = model.kinds[name] == "loss" or operation.op in COMPARING
        known = ways if compares else through_layers
        for way in (known[v] for v in arguments if v in known and v not in model.of_target):
            path = tuple(way)
            # One entrance is one mistake, in however many terms of the loss it shows.
            entrance = next(each.step for each in path[1:] if each.variable not in model.of_target)
            shortest[entrance] = min(path, shortest.get(entrance, path), key=len)
    for entrance, path in shortest.items():
        yield _leak(model, entrance, path)


def _ways(model: Model) -> tuple[dict[str, Way], dict[str, Way]]:
    """The ways from targets to all that depends on them, and those that lead through an operation with parameters."""
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
        f"take {target} out of what {operation.op} is given; only the loss may depend on a target",
        operation.source,
        (
            *(n for name in steps for n in model.steps(name)),
            *(way.variable for way in path if way.variable in model.written),
        ),
        "error",
    )


@rule("softmax_twice")
def _softmax_twice(model: Model) -> Iterator[Finding]:
    """A loss that makes probabilities of its argument, given probabilities."""
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
                f"the loss expects logits and takes the {operation.op} of them; "
                f"it is given a {before.op}{at([before])} already: no class can be predicted with certainty",
                f"leave out {before.op}{at([before])} and give the loss its argument",
                graph.operation(loss).source,
                model.steps(loss),
                "error",
            )


def _is_loss(model: Model, operation: str) -> bool:
    given = model.seen.arguments(operation).values()
    return model.seen.operation(operation).op in LOSSES or bool(model.of_target.intersection(given))
