"""Models of all kinds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import strategies as st

import graphviz_nn as gnn
from generated.chains import CLASSES, EXAMPLES, LARGE, Parameters
from generated.pieces import KINDS, WIDE_LOSSES, WIDE_STEPS, Script, Setting

# The dtypes of input and parameters.
DTYPES = {
    "float64": [("float64", "float64")],
    "float32": [("float32", "float32"), ("float64", "float32"), ("float32", "float64")],
    "whole": [("int64", "float64"), ("int32", "float32"), ("int16", "float32"), ("int64", "float32")],
}
FORMS = ("arguments", "nested", "attributes")
OUTPUTS = ("number", "tuple", "dict")
SHAPES = {"W": (CLASSES, CLASSES), "V": (CLASSES, CLASSES), "b": (CLASSES,), "c": (CLASSES,), "g": (CLASSES,)}
# Where the weights are attributes, these stay arguments.
ARGUMENTS = ("b", "c", "g")


@dataclass(frozen=True)
class WideModel:
    """A model of any kind and what it is fed with; shows itself by its pieces where a test fails.

    Parameters
    ----------
    form : str
        Where its weights are, one of `FORMS`: W and V as attributes of an object are constants when it is traced.
    output : str
        What it returns, one of `OUTPUTS`: the loss alone or before the last value.
    dtypes : tuple of str
        Of the input and the target, and of the parameters.
    script : str
        The dtype of the script's own arrays.
    """

    steps: tuple[str, ...]
    losses: tuple[str, ...]
    batch: bool
    form: str
    output: str
    dtypes: tuple[str, str]
    script: str
    seed: int

    @property
    def rows(self) -> tuple[int, ...]:
        return (EXAMPLES, CLASSES) if self.batch else (CLASSES,)

    def values(self, x: Any, y: Any, w: Parameters) -> Iterator[Any]:
        """The value after each step, then the loss."""
        s = Setting(x, w, Script(self.script, self.rows))
        h = x
        for step in self.steps:
            h = WIDE_STEPS[step](h, s)
            yield h
        loss = WIDE_LOSSES[self.losses[0]](h, y, s)
        for each in self.losses[1:]:
            loss = loss + 0.5 * WIDE_LOSSES[each](h, y, s)
        yield loss

    def _returned(self, x: Any, y: Any, w: Parameters) -> Any:
        *_, prediction, loss = self.values(x, y, w)
        if self.output == "number":
            return loss
        return (loss, prediction) if self.output == "tuple" else {"cost": loss, "prediction": prediction}

    def function(self, arrays: dict[str, Any]) -> Callable[..., Any]:
        """The model as people write it; weights that are attributes come from `arrays`."""
        if self.form == "nested":

            def nested(x: Any, y: Any, weights: Any) -> Any:
                b, rest = weights["rest"]
                return self._returned(x, y, Parameters(**weights["layer"], b=b, c=rest["c"], g=rest["g"]))

            return nested
        if self.form == "attributes":
            held = SimpleNamespace(W=arrays["W"], V=arrays["V"])
            return lambda x, y, b, c, g: self._returned(x, y, Parameters(held.W, held.V, b, c, g))
        return lambda x, y, W, V, b, c, g: self._returned(x, y, Parameters(W, V, b, c, g))

    def arranged(self, values: dict[str, Any]) -> dict[str, Any]:
        """Arrays or specs by name, as the function takes them."""
        given = {name: values[name] for name in "xy"}
        if self.form == "nested":
            rest = [values["b"], {"c": values["c"], "g": values["g"]}]
            return {**given, "weights": {"layer": {"W": values["W"], "V": values["V"]}, "rest": rest}}
        return {**given, **{name: values[name] for name in self.parameters}}

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters in the order in which the function takes them."""
        return ARGUMENTS if self.form == "attributes" else tuple(SHAPES)

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """Well-scaled values by name, y one-hot."""
        rng = np.random.default_rng(self.seed)
        data, learned = self.dtypes
        whole = np.dtype(data).kind == "i"
        x = rng.integers(-2, 3, self.rows) if whole else rng.uniform(-1, 1, self.rows)
        y = np.eye(CLASSES)[rng.integers(CLASSES, size=self.rows[:-1])]
        found = {"x": x.astype(data), "y": y.astype(data)}
        for name, shape in SHAPES.items():
            low = -1 if len(shape) == 2 else 0.2
            found[name] = rng.uniform(low, 1, shape).astype(learned)
        return found

    @property
    def graph(self) -> gnn.Graph:
        """The traced model."""
        arrays = self.arrays
        makers = {"x": gnn.input, "y": gnn.target}
        specs = {
            name: makers.get(name, gnn.parameter)(array.shape, dtype=array.dtype.name) for name, array in arrays.items()
        }
        return gnn.trace(self.function(arrays), **self.arranged(specs))

    def leaves(self, graph: gnn.Graph) -> dict[str, str]:
        """What the graph calls each argument, by its name here: nested weights have longer names there."""
        outer = [name for name, variable in graph.leaves.items() if variable.role != "constant"]
        return dict(zip(("x", "y", *self.parameters), outer, strict=False))

    def feeds(self, graph: gnn.Graph) -> dict[str, np.ndarray]:
        """The values by the names of the graph's leaves."""
        arrays = self.arrays
        return {leaf: arrays[name] for name, leaf in self.leaves(graph).items()}

    def computed(self, arrays: dict[str, np.ndarray] | None = None) -> list[Any]:
        """What the function gives on plain arrays: the loss, and the last value where that is returned too."""
        arrays = self.arrays if arrays is None else arrays
        with np.errstate(all="ignore"):
            found = self.function(arrays)(**self.arranged(arrays))
        if isinstance(found, dict):
            return list(found.values())
        return list(found) if isinstance(found, tuple) else [found]


def is_well_scaled(model: WideModel) -> bool:
    """Whether no value after a step is so large that written formulas round or overflow."""
    arrays = model.arrays
    with np.errstate(all="ignore"):
        values = model.values(arrays["x"], arrays["y"], Parameters(*(arrays[name] for name in SHAPES)))
        return all(np.abs(value).max(initial=0.0) < LARGE for value in values)


def wide_models(dtypes: str | None = None) -> st.SearchStrategy[WideModel]:
    """Models of all kinds; `dtypes` is one of `DTYPES`, any where not given."""
    # Each kind as often as another, however many ways of writing it there are.
    known = {name for kind in KINDS.values() for name in kind}
    kinds = [sorted(WIDE_STEPS.keys() - known), *(sorted(kind) for kind in KINDS.values())]
    step = st.one_of(*(st.sampled_from(each) for each in kinds))
    return st.builds(
        WideModel,
        steps=st.lists(step, min_size=1, max_size=5).map(tuple),
        losses=st.lists(st.sampled_from(sorted(WIDE_LOSSES)), min_size=1, max_size=2).map(tuple),
        batch=st.booleans(),
        form=st.sampled_from(FORMS),
        output=st.sampled_from(OUTPUTS),
        dtypes=st.sampled_from([pair for kind in ([dtypes] if dtypes else DTYPES) for pair in DTYPES[kind]]),
        script=st.sampled_from(["float64", "float32"]),
        seed=st.integers(0, 2**16),
    ).filter(is_well_scaled)
