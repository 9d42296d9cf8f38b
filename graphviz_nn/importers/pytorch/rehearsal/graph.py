"""The graph of a run on shapes: its steps replayed as those of an export are."""

from collections.abc import Sequence
from typing import Any

from graphviz_nn.graph.ir import Graph, Role
from graphviz_nn.importers.pytorch.exported import name_values, rule_of
from graphviz_nn.importers.pytorch.outputs import named
from graphviz_nn.importers.pytorch.rehearsal.stage import Rehearsal, Step
from graphviz_nn.importers.pytorch.tensors import array_of, as_written, known, role_of, tensors_in, with_tensors
from graphviz_nn.importers.replay import Replay


def graph_of_rehearsal(run: Rehearsal, title: str, inputs: Sequence[tuple[str, Role]]) -> Graph:
    """The graph of a run on shapes.

    Parameters
    ----------
    inputs : sequence of (str, Role)
        The names and roles of the tensors that the module takes, in order.
    """
    replay = Replay()
    values = _leaves(run, replay, inputs)
    wishes = list[tuple[str, Any]]()
    for step, following in zip(run.steps, [*run.steps[1:], None], strict=True):
        found = _replayed(step, replay, values)
        values.update((id(tensor), value) for tensor, value in zip(step.results, found, strict=True))
        line = step.line
        if line is not None and line.name and not line.goes_on(following.line if following else None):
            wishes.append((line.name, found[-1]))
    name_values(wishes)
    results = with_tensors(run.found, lambda each: _Whole(values[id(each)]))
    return replay.graph({name: _whole(each) for name, each in named(results).items()}, {"name": title})


def _leaves(run: Rehearsal, replay: Replay, inputs: Sequence[tuple[str, Role]]) -> dict[int, Any]:
    """The values of the model's tensors and of the inputs that a step reads, by their twins."""
    read = {id(each) for step in run.steps for each in step.given} | {id(each) for each in tensors_in(run.found)}
    found = dict[int, Any]()
    for path, tensor in run.twins.state.items():
        twin = run.twins.of(tensor)
        if id(twin) in read:
            array = array_of(tensor)
            found[id(twin)] = replay.leaf(as_written(path), role_of(tensor, array), known(tensor), array)
    for twin, (name, role) in zip(run.inputs, inputs, strict=True):
        if id(twin) in read:
            found[id(twin)] = replay.leaf(name, role, known(twin))
    return found


def _replayed(step: Step, replay: Replay, values: dict[int, Any]) -> Sequence[Any]:
    """The values of a step's results."""
    name, arguments, keywords = step.call.name, step.call.arguments, step.call.keywords
    arguments, keywords = with_tensors((arguments, keywords), lambda each: values[id(each)])
    with replay.at(step.modules, step.line and step.line.source):
        found = replay.step(name, rule_of(name), arguments, keywords, [known(each) for each in step.results])
    return found if step.is_several else [found]


class _Whole:
    """A value in a structure of results."""

    is_whole = True

    def __init__(self, value: Any) -> None:
        self.value = value


def _whole(value: Any) -> Any:
    return value.value if isinstance(value, _Whole) else value
