"""The gradient rules of operations in an open trace: each is asked once for operations that are alike."""

from collections.abc import Callable, Mapping, Sequence
from types import EllipsisType, NoneType
from typing import Any, NamedTuple

import numpy as np

from graphviz_nn.graph.ir import Operation, Variable
from graphviz_nn.ops.custom import CUSTOM
from graphviz_nn.ops.rules import sum_to
from graphviz_nn.tracing.recording import Recording, Step
from graphviz_nn.tracing.registry import lookup
from graphviz_nn.tracing.tracer import Tracer
from graphviz_nn.transforms.custom import pulled_each


class Pullbacks:
    """The contributions of operations to cotangents, as steps of a trace.

    A rule sees shapes, dtypes and attributes alone, so what it recorded once is recorded again for every operation that
    has the same.

    Examples
    --------
    >>> from graphviz_nn.graph.ir import Variable
    >>> recording = Recording(names_from_code=False)
    >>> g, y, x = (Tracer(recording, recording.add(Variable(()))) for _ in range(3))
    >>> pullbacks = Pullbacks(recording)
    >>> [pullbacks.pulled(Operation("exp"), 0, g, y, [x]).number for _ in range(2)]
    [3, 4]
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._patterns: dict[Any, _Pattern | None] = {}

    def pulled(self, operation: Operation, slot: int, cotangent: Any, result: Any, arguments: list[Any]) -> Any:
        """The contribution of an operation to the cotangent of an argument, of its shape and dtype; None without a
        gradient."""
        rule, known = lookup(operation.op).pullback(slot), arguments[slot]
        if rule is None or known.dtype.kind not in "fc":
            return None

        def asked() -> Any:
            if operation.op == CUSTOM and operation.attributes.get("many"):
                part = pulled_each(cotangent, result, arguments[1:], slot=slot, **operation.attributes)
            else:
                part = rule(cotangent, result, *arguments, **operation.attributes)
            return None if part is None else _like(part, known)

        if operation.op == CUSTOM:
            return asked()
        try:
            key = operation.op, slot, _exact(operation.attributes), _exact(operation.literals)
        except TypeError:
            return asked()
        return self._recorded(key, (cotangent, result, *arguments), asked)

    def added(self, one: Any, other: Any) -> Any:
        """The sum of two contributions."""
        return self._recorded("add", (one, other), lambda: one + other)

    def _recorded(self, key: Any, given: Sequence[Any], ask: Callable[[], Any]) -> Any:
        recording, values = self.recording, self.recording.values
        inputs: list[int] = []
        kinds: list[Any] = []
        for each in given:
            if isinstance(each, Tracer):
                number = each.number
                variable = values[number].variable
                kinds.append((variable.shape, variable.dtype, inputs.index(number) if number in inputs else -1))
                inputs.append(number)
            else:
                kinds.append(type(each))
        whole = key, *kinds
        if whole in self._patterns:
            pattern = self._patterns[whole]
            return ask() if pattern is None else pattern.again(recording, inputs)
        told, mark = len(recording.remarks), recording.mark()
        found = ask()
        is_silent = told == len(recording.remarks)
        self._patterns[whole] = _Pattern.of(recording, inputs, mark, found) if is_silent else None
        return found


def _like(part: Any, known: Tracer) -> Any:
    """A contribution of the shape and dtype of an argument."""
    part = sum_to(part, known.shape)
    # If NumPy promotes dtypes in the forward pass, the backward pass returns to the original dtype.
    is_real = known.dtype.kind == "f" and np.iscomplexobj(part)
    return np.astype(np.real(part) if is_real else part, known.dtype)


class _Pattern(NamedTuple):
    """Steps that a rule recorded: of each the operation, its arguments, its result, and its name.

    An argument is the place of an input, or the complement of the place of a step before.
    """

    steps: list[tuple[Operation, tuple[int, ...], Variable, str]]
    result: int | None

    @staticmethod
    def of(recording: Recording, inputs: Sequence[int], mark: int, found: Any) -> "_Pattern | None":
        """The steps since a mark; None if they are more than steps of the inputs."""
        if found is not None and not isinstance(found, Tracer):
            return None
        place = {number: i for i, number in reversed(list(enumerate(inputs)))}
        place |= {number: ~i for i, number in enumerate(range(mark, len(recording.values)))}
        steps = list[tuple[Operation, tuple[int, ...], Variable, str]]()
        for step in recording.steps[mark:]:
            if not isinstance(step, Step) or not place.keys() >= {*step.arguments} or not recording.is_here(step):
                return None
            arguments = tuple(place[each] for each in step.arguments)
            steps.append((step.operation, arguments, recording.values[step.result].variable, step.name))
        if found is None:
            return _Pattern(steps, None)
        return _Pattern(steps, place[found.number]) if found.number in place else None

    def again(self, recording: Recording, inputs: Sequence[int]) -> Tracer | None:
        """Record the steps for other inputs."""
        first = recording.mark()
        for operation, places, variable, name in self.steps:
            arguments = [inputs[each] if each >= 0 else first + ~each for each in places]
            recording.step(recording.moved(operation), arguments, variable, name)
        if self.result is None:
            return None
        return Tracer(recording, inputs[self.result] if self.result >= 0 else first + ~self.result)


def _exact(value: Any) -> Any:
    """A key in which equal values of different types differ, such as 1 and True.

    >>> _exact((1, None)) == _exact((True, None)), _exact({0: 0.0}) == _exact({0: -0.0})
    (False, False)
    """
    kind = type(value)
    if kind is tuple:
        return kind, *map(_exact, value)
    if kind is dict or isinstance(value, Mapping):
        return tuple([(key, _exact(each)) for key, each in value.items()]) if value else ()
    if kind is slice:
        return kind, _exact(value.start), _exact(value.stop), _exact(value.step)
    if kind is float:
        return kind, repr(value)
    if kind in (int, bool, str, NoneType, EllipsisType):
        return kind, value
    raise TypeError(f"{kind.__name__} has no key")
