"""What an imported model needs but pictures don't show: results that nobody reads, and steps that change shapes."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from graphviz_nn.graph.ir import Operation
from graphviz_nn.tracing.recording import Recording, Step
from graphviz_nn.tracing.registry import lookup

SHAPING = {"reshape", "transpose", "broadcast_to", "getitem", "astype", "stack"}
"""Operations that compute no new numbers; `getitem` only if its index isn't traced."""

SERVED = "attention"


def leave_out(recording: Recording, outputs: list[int]) -> None:
    """Forget the steps of a layer that only lead to results that nobody reads, such as the last state of an LSTM. A
    layer of which nothing is read stays.
    """
    read = _read(recording, set(outputs), lambda step: False)
    calls = {each.operation.scope[:1] for each in recording.steps if isinstance(each, Step) and each.result in read}
    # What stays although nobody reads it still reads others.
    read = _read(recording, set(outputs), lambda step: step.operation.scope[:1] not in calls - {()})
    recording.steps = [each for each in recording.steps if isinstance(each, int) or each.result in read]


def _read(recording: Recording, outputs: set[int], stays: Callable[[Step], bool]) -> set[int]:
    """The values that outputs depend on, or steps that stay anyway; and these."""
    read = set(outputs)
    for each in reversed(recording.steps):
        if isinstance(each, Step) and (each.result in read or stays(each)):
            read.update((each.result, *each.arguments))
    return read


def spread(recording: Recording, outputs: list[int]) -> None:
    """Forget where an array is spread for operations that spread it themselves."""
    spreads = {
        each.result: each.arguments[0]
        for each in recording.steps
        if isinstance(each, Step) and each.operation.op == "broadcast_to" and each.result not in outputs
    }
    for place, step in enumerate(recording.steps):
        if isinstance(step, Step) and _is_elementwise(step.operation.op):
            given = [spreads.get(each, each) for each in step.arguments]
            shapes = (recording.values[each].variable.shape for each in given)
            if np.broadcast_shapes(*shapes) == recording.values[step.result].variable.shape:
                recording.steps[place] = step._replace(arguments=given)
    read = {argument for each in recording.steps if isinstance(each, Step) for argument in each.arguments}
    recording.steps = [
        each for each in recording.steps if isinstance(each, int) or each.result in read or each.result not in spreads
    ]


def _is_elementwise(op: str) -> bool:
    kernel = lookup(op).kernel
    return isinstance(kernel, np.ufunc) and kernel.signature is None


def join(recording: Recording, outputs: list[int]) -> None:
    """Move steps that only change shapes into the calls of attention that alone read them, or whose results they alone
    read: heads are split and joined there.
    """
    steps = {each.result: (place, each) for place, each in enumerate(recording.steps) if isinstance(each, Step)}
    users = defaultdict[int, list[int]](list)
    for result, (_, step) in steps.items():
        for argument in step.arguments:
            users[argument].append(result)
    calls = defaultdict[tuple[str, ...], set[int]](set)
    for result, (_, step) in steps.items():
        if (call := _call(step.operation.scope)) is not None:
            calls[call].add(result)
    for call, inside in calls.items():
        joined = _before(call, inside, steps, users, outputs) | _after(call, inside, steps, users, outputs)
        for result in joined:
            place, step = steps[result]
            moved = step._replace(operation=replace(step.operation, scope=call))
            recording.steps[place] = moved
            steps[result] = place, moved


def _call(scope: tuple[str, ...]) -> tuple[str, ...] | None:
    """The outermost call of attention in a scope."""
    for depth, name in enumerate(scope, 1):
        if name.partition(":")[0] == SERVED:
            return scope[:depth]
    return None


def _before(
    call: tuple[str, ...],
    inside: set[int],
    steps: dict[int, tuple[int, Step]],
    users: dict[int, list[int]],
    outputs: list[int],
) -> set[int]:
    found = set[int]()
    waiting = [each for result in inside for each in steps[result][1].arguments]
    while waiting:
        value = waiting.pop()
        if value in found or value in inside or value not in steps or value in outputs:
            continue
        step = steps[value][1]
        if _shapes(step.operation, len(step.arguments), call) and {*users[value]} <= inside | found:
            found.add(value)
            waiting.extend(step.arguments)
    return found


def _after(
    call: tuple[str, ...],
    inside: set[int],
    steps: dict[int, tuple[int, Step]],
    users: dict[int, list[int]],
    outputs: list[int],
) -> set[int]:
    found = set[int]()
    for result in inside:
        others = [each for each in users[result] if each not in inside]
        while len(others) == 1 and result not in outputs and others[0] not in outputs:
            step = steps[others[0]][1]
            if not _shapes(step.operation, len(step.arguments), call):
                break
            result = others[0]
            found.add(result)
            others = users[result]
    return found


def _shapes(operation: Operation, arguments: int, call: tuple[str, ...]) -> bool:
    """Whether a step beside a call only changes shapes."""
    return operation.op in SHAPING and arguments == 1 and operation.scope == call[:-1]
