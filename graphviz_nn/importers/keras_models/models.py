"""Import models of Keras: functional, sequential and subclassed ones, and layers."""

import inspect
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from graphviz_nn.errors import TracingError
from graphviz_nn.graph.ir import Graph, ModuleCall
from graphviz_nn.importers.keras_models.layers import LAYERS
from graphviz_nn.importers.keras_models.operations import OPERATIONS
from graphviz_nn.importers.keras_models.steps import Step, steps_of
from graphviz_nn.importers.replay import UNFIT, Known, Replay, needed
from graphviz_nn.tracing.original import Original, remember, with_numbers
from graphviz_nn.tracing.specs import Spec
from graphviz_nn.tracing.tracer import Tracer

# NumPy has no dtype for these; a picture has the next wider one.
WIDER = {"bfloat16": "float32", "float8_e4m3fn": "float16", "float8_e5m2": "float16"}
SYMBOLS = {"kernel": "W", "bias": "b", "gamma": r"\gamma", "beta": r"\beta"}


def imported(model: Any, examples: Sequence[Any], keywords: Mapping[str, Any]) -> Graph:
    """The graph of a model; examples tell the lengths that the model leaves open, and the shapes that a subclassed
    model takes.

    Raises
    ------
    TracingError
        If the lengths aren't known, or the examples don't fit.
    """
    title = getattr(model, "name", type(model).__name__)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names, shapes = _inputs(model, type(model).__name__, examples, keywords)
        try:
            taken = steps_of(lambda *inputs: _symbolic(model, names, inputs), shapes)
        except (ValueError, TypeError, AttributeError) as error:
            said = str(error).strip().partition("\n")[0].rstrip(".")
            raise TracingError(
                f"{type(model).__name__} can't be traced with inputs {', '.join(str(shape) for shape, _ in shapes)}: "
                f"{said}; give an example that fits, and write the model with keras.ops"
            ) from None
        run = _Run()
        values = {
            id(tensor): run.replay.leaf(name, "input", _known(tensor))
            for name, tensor in zip(names, taken.inputs, strict=True)
        }
        run.steps(taken.steps, values, ())
        outputs = dict(zip(taken.names, (values[id(each)] for each in taken.outputs), strict=True))
        graph = needed(run.replay.graph(outputs, {"name": title}))
    given = {**dict(zip(names, _flat(examples), strict=False)), **keywords}
    return remember(graph, Original("keras", with_numbers(given)))


def _inputs(
    model: Any, kind: str, examples: Sequence[Any], keywords: Mapping[str, Any]
) -> tuple[list[str], list[tuple[Any, str]]]:
    """The names of a model's inputs, their shapes and dtypes."""
    own = getattr(model, "inputs", None) if isinstance(model, keras.Model) else None
    if own:
        plain = [str(each.name) for each in own]
        default = any(name.startswith(("input_layer", "keras_tensor")) for name in plain)
        letters = ["x"] if len(own) == 1 else [f"x{number}" for number in range(1, len(own) + 1)]
        names, shapes = letters if default else plain, [tuple(each.shape) for each in own]
        dtypes = [str(each.dtype) for each in own]
    else:
        names = [name for name in inspect.signature(model.call).parameters if name not in ("training", "mask")]
        shapes, dtypes = [None] * len(names), ["float32"] * len(names)  # type: ignore[list-item]
    given = dict(zip(names, _flat(examples), strict=False))
    unknown = [name for name in keywords if name not in names]
    if unknown or len(_flat(examples)) > len(names):
        raise TracingError(f"{kind} takes {', '.join(names)}; give an example for each of them")
    given.update(keywords)
    found = []
    for name, shape, dtype in zip(names, shapes, dtypes, strict=True):
        example = given.get(name)
        if example is not None:
            whole = tuple(int(n) for n in (example.variable.shape if isinstance(example, Spec) else np.shape(example)))
            if not isinstance(example, Spec) and shape is None:
                dtype = str(getattr(example, "dtype", "float32")).rpartition(".")[2]
                dtype = dtype if dtype != "float64" else "float32"
            if isinstance(example, Spec) and np.dtype(example.variable.dtype).kind in "iu":
                dtype = example.variable.dtype
            fits = shape is None or (
                len(shape) == len(whole) and all(n in (None, m) for n, m in zip(shape, whole, strict=True))
            )
            if not fits:
                raise TracingError(f"{kind} takes {name} of shape {shape}, but the example has {whole}")
            found.append((whole, dtype))
            continue
        if shape is None and name != names[0] and given:
            # Arguments that a call may leave out.
            names = names[: len(found)]
            break
        if shape is None or any(n is None for n in shape[1:]):
            raise TracingError(
                f"{kind} needs an example of {name}, such as graphviz_nn.input((1, 3)); "
                "graphviz_nn.trace(model, …), in other functions example=…"
            )
        found.append(((1 if shape[0] is None else shape[0], *shape[1:]), dtype))
    return names, found


def _flat(examples: Sequence[Any]) -> list[Any]:
    return [part for each in examples for part in (each if isinstance(each, list | tuple) else [each])]


def _symbolic(model: Any, names: Sequence[str], inputs: Sequence[Any]) -> Any:
    """What a model's own code makes of symbolic tensors."""
    if not model.built:
        model(*inputs)
    if isinstance(model, keras.Sequential):
        found = inputs[0]
        for each in model.layers:
            found = each(found)
        return found
    if isinstance(model, keras.Model) and getattr(model, "inputs", None):
        packed = keras.tree.pack_sequence_as(model.input, list(inputs))
        return model.call(packed)
    return model.call(*inputs)


def _known(tensor: Any, shape: Any = None) -> Known:
    dtype = str(tensor.dtype)
    return Known(tuple(int(n) for n in (tensor.shape if shape is None else shape)), WIDER.get(dtype, dtype))


class _Run:
    """The steps of a model on traced values."""

    def __init__(self) -> None:
        self.replay = Replay()
        self._variables: dict[int, Tracer] = {}
        self._calls: dict[str, int] = {}

    def variable(self, variable: Any) -> Tracer:
        """The leaf of a variable; the same for each use."""
        if id(variable) not in self._variables:
            array = np.asarray(keras.ops.convert_to_numpy(variable))
            known = _known(variable)
            name = variable.path.replace("/", ".")
            self._variables[id(variable)] = self.replay.leaf(
                name,
                "parameter" if variable.trainable else "constant",
                known,
                array.astype(known.dtype, copy=False),
                SYMBOLS.get(variable.name),
            )
        return self._variables[id(variable)]

    def steps(self, steps: Sequence[Step], values: dict[int, Any], modules: tuple[ModuleCall, ...]) -> None:
        """Replay steps; `values` are those of symbolic tensors, by their ids."""
        for step in steps:
            results = keras.tree.flatten(step.results)
            # A symbolic tensor stays the same object while its step is kept.
            found = self._step(step, values, modules)
            for tensor, value in zip(results, found, strict=True):
                values[id(tensor)] = value

    def _step(self, step: Step, values: Mapping[int, Any], modules: tuple[ModuleCall, ...]) -> Sequence[Any]:
        called = step.called
        is_layer = isinstance(called, keras.Layer)
        inside = modules
        if is_layer:
            path = ".".join(filter(None, [modules[-1].path if modules else "", called.name]))
            self._calls[path] = self._calls.get(path, 0) + 1
            inside = (*modules, ModuleCall(path, type(called).__name__, self._calls[path]))

        def replaced(value: Any) -> Any:
            if isinstance(value, keras.KerasTensor):
                return values[id(value)]
            if isinstance(value, keras.Variable):
                return self.variable(value)
            if isinstance(value, list | tuple):
                return type(value)(replaced(each) for each in value)
            if isinstance(value, dict):
                return {key: replaced(each) for key, each in value.items()}
            return value if isinstance(value, str | int | float | bool | type(None) | slice) else _plain(value)

        arguments, keywords = replaced(tuple(step.arguments)), replaced(dict(step.keywords))
        results = keras.tree.flatten(step.results)
        rule = (LAYERS if is_layer else OPERATIONS).get(type(called).__name__) if _is_kerass(called) else None
        if is_layer and rule is None:
            opened = self._opened(step, values, inside)
            if opened is not None:
                return opened
        with self.replay.at(inside):
            bound = None
            if rule is not None:

                def bound(*arguments: Any, **keywords: Any) -> Any:
                    keywords = {name: each for name, each in keywords.items() if name not in ("training",)}
                    return rule(_Own(self, called), *arguments, **keywords)

            # What a rule adds may be taken back; a variable stays.
            for each in called.variables if is_layer and rule is not None else ():
                self.variable(each)
            known = [
                _known(each, self.lengths(each, number, bound, arguments, keywords))
                for number, each in enumerate(results)
            ]
            found = self.replay.step(type(called).__name__, bound, arguments, keywords, known)
        return found if isinstance(found, tuple) else [found]

    def _opened(self, step: Step, values: Mapping[int, Any], modules: tuple[ModuleCall, ...]) -> Sequence[Any] | None:
        """The results of the steps inside of a layer; None if its code can't be followed."""
        given = [each for each in keras.tree.flatten((step.arguments, step.keywords)) if _is_tensor(each)]

        def call(*inputs: Any) -> Any:
            rest = iter(inputs)
            arguments, keywords = keras.tree.map_structure(
                lambda each: next(rest) if _is_tensor(each) else each, (step.arguments, step.keywords)
            )
            if isinstance(step.called, keras.Sequential):
                return _symbolic(step.called, (), arguments)
            return step.called.call(*arguments, **keywords)

        try:
            taken = steps_of(call, [(np.shape(values[id(each)]), str(each.dtype)) for each in given])
        except (*UNFIT, RuntimeError):
            return None
        inner = {id(one): values[id(other)] for one, other in zip(taken.inputs, given, strict=True)}
        self.steps(taken.steps, inner, modules)
        return [inner[id(each)] for each in taken.outputs]

    def lengths(self, tensor: Any, number: int, rule: Any, arguments: Any, keywords: Any) -> Any:
        """The shape of a result; where Keras leaves lengths open, as the rule gives it."""
        if rule is None or None not in tensor.shape:
            return tuple(1 if n is None else n for n in tensor.shape)
        mark = self.replay.recording.mark()
        try:
            found = rule(*arguments, **keywords)
            return np.shape(found[number] if isinstance(found, tuple) else found)
        except UNFIT:
            return tuple(1 if n is None else n for n in tensor.shape)
        finally:
            self.replay.recording.back_to(mark)


class _Own:
    """A layer or an operation, whose variables are traced values."""

    def __init__(self, run: _Run, called: Any) -> None:
        self._run, self._called = run, called

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._called, name)
        return self._run.variable(found) if isinstance(found, keras.Variable) else found

    def has(self, name: str) -> bool:
        """Whether there is such an attribute, and it isn't None."""
        return getattr(self._called, name, None) is not None

    def inner(self, layer: Any) -> "_Own":
        """A layer inside."""
        return _Own(self._run, layer)


def _is_tensor(value: Any) -> bool:
    return isinstance(value, keras.KerasTensor)


def _is_kerass(called: Any) -> bool:
    return type(called).__module__.partition(".")[0] == "keras"


def _plain(value: Any) -> Any:
    """An array of the backend as one of NumPy."""
    try:
        return np.asarray(keras.ops.convert_to_numpy(value))
    except (TypeError, ValueError):
        return value
