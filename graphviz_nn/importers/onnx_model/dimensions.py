"""The shapes of a model's inputs; what a file leaves open is asked for by name."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphviz_nn.errors import TracingError, suggest
from graphviz_nn.graph.ir import Shape
from graphviz_nn.importers.onnx_model.formats import dtype_of
from graphviz_nn.importers.onnx_model.tensors import shape_of
from graphviz_nn.importers.replay import Known
from graphviz_nn.tracing.specs import Spec

Axis = int | str


def known_inputs(
    inputs: Sequence[Any], examples: Sequence[Any], given: Mapping[str, Any], where: str
) -> dict[str, Known]:
    """The shape and dtype of each input.

    Parameters
    ----------
    inputs : sequence of ValueInfoProto
        The model's inputs, without its weights.
    examples : sequence
        Specs or arrays for the first inputs.
    given : mapping
        Specs or arrays by input, and numbers by open length.

    Raises
    ------
    TracingError
        If a length is open, or something given doesn't fit.
    """
    axes = {each.name: _axes(each) for each in inputs}
    lengths = {axis for each in axes.values() for axis in each if isinstance(axis, str) and axis}
    if len(examples) > len(inputs):
        raise TracingError(f"{where} takes {len(inputs)} inputs, found {len(examples)} examples")
    shapes = {each.name: _shape(example) for each, example in zip(inputs, examples, strict=False)}
    numbers: dict[str, int] = {}
    for name, value in given.items():
        if name in axes:
            shapes[name] = _shape(value)
        elif name in lengths:
            numbers[name] = _length(name, value)
        else:
            raise TracingError(
                f"{where} has no input or open length {name!r}: {suggest(name, [*axes, *sorted(lengths)])}"
            )
    for name, shape in shapes.items():
        _fit(name, axes[name], shape, numbers, where)
    _complete(axes, shapes, numbers, where)
    found = {}
    for each in inputs:
        shape = shapes.get(each.name) or tuple(
            numbers[axis] if isinstance(axis, str) else axis for axis in axes[each.name]
        )
        found[each.name] = Known(shape_of(shape), dtype_of(each.type.tensor_type.elem_type))
    return found


def _axes(value: Any) -> list[Axis]:
    """The length of each axis: a number, the name of an open one, or "" for one without a name."""
    return [
        each.dim_param if each.WhichOneof("value") == "dim_param" else each.dim_value if each.dim_value > 0 else ""
        for each in value.type.tensor_type.shape.dim
    ]


def _shape(example: Any) -> Shape:
    return example.variable.shape if isinstance(example, Spec) else tuple(int(n) for n in np.shape(example))


def _length(name: str, value: Any) -> int:
    """A number, or on the command line a shape of one axis."""
    if isinstance(value, Spec) and len(value.variable.shape) == 1:
        return value.variable.shape[0]
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
        raise TracingError(f"the length {name} must be a whole number, found {value!r:.60}")
    return int(value)


def _fit(name: str, axes: Sequence[Axis], shape: Shape, numbers: dict[str, int], where: str) -> None:
    """Check a given shape, and learn the open lengths from it."""
    told = ", ".join(str(axis or "?") for axis in axes)
    fits = len(axes) == len(shape)
    for axis, length in zip(axes, shape, strict=False):
        if isinstance(axis, str) and axis:
            fits &= numbers.setdefault(axis, length) == length
        elif axis:
            fits &= axis == length
    if not fits:
        raise TracingError(f"{where} takes {name} of shape ({told}), found {shape}")


def _complete(
    axes: Mapping[str, Sequence[Axis]], shapes: Mapping[str, Shape], numbers: Mapping[str, int], where: str
) -> None:
    missing = {name: each for name, each in axes.items() if name not in shapes}
    names = dict.fromkeys(
        axis for each in missing.values() for axis in each if isinstance(axis, str) and axis and axis not in numbers
    )
    unnamed = [name for name, each in missing.items() if "" in each]
    if not names and not unnamed:
        return
    if unnamed or any(not name.isidentifier() for name in names):
        name = next(iter(unnamed), None) or next(n for n, each in missing.items() if any(a in names for a in each))
        told = ", ".join(str(axis or "?") for axis in axes[name])
        example = ", ".join(str(axis) if isinstance(axis, int) else "1" for axis in axes[name])
        raise TracingError(
            f"{where} leaves the shape of {name} open: ({told}); give it: "
            f'graphviz_nn.trace("…", **{{{name!r:.60}: graphviz_nn.input(({example}))}}), or --input {name:.60}=…'
        )
    told = ", ".join(f"{name}=1" for name in names)
    flags = " ".join(f"--input {name}=1" for name in names)
    raise TracingError(
        f'{where} leaves {", ".join(names)} open; give a number: graphviz_nn.trace("…", {told}), or {flags}'
    )
