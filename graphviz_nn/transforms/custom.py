"""Gradient rules of the author's, applied to every one of many examples."""

from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Variable
from graphviz_nn.ops.custom import custom_of, once, pulled
from graphviz_nn.tracing.recording import Recording
from graphviz_nn.tracing.tracer import Tracer, apply
from graphviz_nn.transforms.batch import batch
from graphviz_nn.transforms.splice import spliced


def pulled_each(g: Tracer, y: Tracer, arguments: list[Any], rule: str, many: tuple[bool, ...], slot: int) -> Any:
    """The gradient by an argument of a function that is applied to many examples; its rule is written for one."""
    if not slot:
        return None
    key = rule, many, g.number, y.number
    return once(g.recording, key, lambda: _all(g, y, arguments, rule, many))[slot - 1]


def _all(g: Tracer, y: Tracer, arguments: list[Any], rule: str, many: tuple[bool, ...]) -> tuple[Any, ...]:
    recording, (size, *_) = Recording(names_from_code=False), g.shape
    given: dict[str, Tracer] = {}
    over: list[str] = []

    def one(name: str, value: Any, is_many: bool) -> Any:
        """An argument of the rule, of a single example."""
        if not isinstance(value, Tracer):
            return value
        given[name] = value
        over.extend([name] * is_many)
        shape = value.shape[1:] if is_many else value.shape
        return Tracer(recording, recording.add(Variable(shape, value.dtype.name, "input"), name, fixed=True))

    first = one("g", g, True), one("y", y, True)
    others = tuple(one(f"x{place}", each, many[place + 1]) for place, each in enumerate(arguments))
    parts = pulled(custom_of(rule), *first, others)
    traced = [None if each is None else apply("positive", _traced(recording, each)) for each in parts]
    graph = recording.graph([each.number for each in traced if each is not None], {})
    names = [None if each is None else recording.names[each.number] for each in traced]
    whole = batch(graph, over=over, size=size)
    found = spliced(whole, g.recording, given, [each for each in names if each is not None])
    return tuple(
        None if name is None else found[name] if many[place + 1] else np.sum(found[name], axis=0)
        for place, name in enumerate(names)
    )


def _traced(recording: Recording, value: Any) -> Tracer:
    return value if isinstance(value, Tracer) else Tracer(recording, recording.constant(np.asarray(value, float)))
