"""The steps of a Keras model: which layer or operation is called with what, in order."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras


class Step(NamedTuple):
    """A call of a layer or an operation with symbolic tensors."""

    called: Any
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    results: Any


class Steps(NamedTuple):
    """A model taken apart: its symbolic inputs, its steps, its symbolic outputs and their names."""

    inputs: list[Any]
    steps: list[Step]
    outputs: list[Any]
    names: list[str]


def steps_of(function: Callable[..., Any], shapes: Sequence[tuple[Any, str]]) -> Steps:
    """The steps of a function of symbolic tensors with these shapes and dtypes."""
    inputs = [keras.Input(batch_shape=shape, dtype=dtype) for shape, dtype in shapes]
    outputs = function(*inputs)
    model = keras.Model(inputs, outputs)
    found: list[Step] = []

    def call(called: Any, *arguments: Any, **keywords: Any) -> Any:
        results = called(*arguments, **keywords)
        found.append(Step(called, arguments, keywords, results))
        return results

    again = keras.models.clone_model(model, clone_function=lambda each: each, call_function=call)
    return Steps(list(again.inputs), found, list(again.outputs), names_of(outputs, len(again.outputs)))


def names_of(outputs: Any, count: int) -> list[str]:
    """The names of a model's outputs: the keys of a dict; output, or output1 and output2."""
    if isinstance(outputs, dict) and len(outputs) == count:
        return [str(each) for each in keras.tree.flatten({key: key for key in outputs})]
    return ["output"] if count == 1 else [f"output{number}" for number in range(1, count + 1)]
