"""The values and gradients of one example, all through the graph."""

from collections.abc import Mapping
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.errors import brief
from graphviz_nn.evaluation import Program, compile
from graphviz_nn.evaluation.feeds import checked
from graphviz_nn.graph.draw import means
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.playground.choices import StateError
from graphviz_nn.playground.pictures import running
from graphviz_nn.playground.subject import Subject
from graphviz_nn.training.targets import examples
from graphviz_nn.transforms.gradient import gradient

LARGEST = 4_096
"""The most entries of a variable, or a parameter, whose numbers are sent."""


class Computed:
    """The program of all values and gradients of a graph that a view draws."""

    def __init__(self, graph: Graph) -> None:
        (loss,) = graph.outputs[:1]
        variables = graph.variables
        self.shown = [name for name, each in variables.items() if prod(each.shape) <= LARGEST]
        wrt = [name for name in self.shown if np.dtype(variables[name].dtype).kind == "f" and name != loss]
        self.both = gradient(graph, loss, wrt)
        self.slopes = self.both.graph["gradients"]
        self.program = compile(self.both, dict.fromkeys([*self.shown, *self.slopes.values()]))
        self.means = means(self.program.leaves)

    def numbers(self, feeds: Mapping[str, Array]) -> dict[str, Any]:
        """Values and gradients by variable."""
        found = self.program.run(checked(self.both, {**self.means, **feeds}))
        return {
            "values": {name: np.asarray(found[name]).astype(np.float32) for name in self.shown},
            "gradients": {name: np.asarray(found[slope]).astype(np.float32) for name, slope in self.slopes.items()},
        }


class Examples:
    """The numbers of single examples; in a graph of a batch, of the group that an example belongs to."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    def data(self, of: str) -> Data:
        """The training or the test data.

        Raises
        ------
        StateError
            If there are none.
        """
        found = self.subject.train if of == "train" else self.subject.test
        if found is None:
            raise StateError("example", "there are no test data; take one of train")
        return found

    def nearest(self, point: Any, of: str) -> int:
        """The example nearest to a point of the plane.

        Raises
        ------
        StateError
            If it isn't a point.
        """
        inputs = self.data(of).inputs
        right = isinstance(point, list | tuple) and len(point) == inputs.shape[1]
        if not right or not all(isinstance(x, int | float) and np.isfinite(x) for x in point):
            raise StateError("example", f"a point has {inputs.shape[1]} numbers, found {brief(point)}")
        return int(np.argmin(((inputs - np.asarray(point, float)) ** 2).sum(axis=1)))

    def known(self, picked: tuple[str, int]) -> tuple[str, int]:
        """A picked example, if it exists.

        Raises
        ------
        StateError
            If it doesn't.
        """
        of, index = picked
        if index >= len(self.data(of)):
            raise StateError("example", f"there is no example {index} of {of}; there are {len(self.data(of)):,}")
        return picked

    def computed(self, view: str) -> "Computed":
        """The program of what a view draws."""
        if view not in self._views:
            self._views[view] = Computed(running(self.subject.graph, view))
        return self._views[view]

    @cached_property
    def _views(self) -> dict[str, "Computed"]:
        return {}

    @cached_property
    def measures(self) -> Program:
        """The loss, and the prediction if it is a variable of the layers."""
        model = self.subject.model
        return compile(model.whole, [name for name in (model.loss, model.prediction) if name in model.whole.variables])

    @cached_property
    def _feeds(self) -> dict[str, dict[str, Array]]:
        return {}

    def feeds(self, picked: tuple[str, int]) -> dict[str, Array]:
        """The inputs and the target of an example, by name."""
        of, index = self.known(picked)
        model, data = self.subject.model, self.data(of)
        if of not in self._feeds:
            self._feeds[of] = {n: model.together.grouped(v) for n, v in examples(model, data).items()}
        return {name: each[index // model.together.count] for name, each in self._feeds[of].items()}

    def numbers(self, parameters: Mapping[str, Array], picked: tuple[str, int], view: str) -> dict[str, Any]:
        """Values and gradients of the variables of a view; the loss, the target and the prediction of an example."""
        feeds = {**parameters, **self.feeds(picked)}
        measured = self.measures.run(checked(self.measures.graph, {**means(self.measures.leaves), **feeds}))
        model = self.subject.model
        told = {"of": picked[0], "index": picked[1], "loss": float(measured[model.loss].item())}
        told |= self._told(picked, measured.get(model.prediction))
        return {**self.computed(view).numbers(feeds), "example": told}

    def _told(self, picked: tuple[str, int], prediction: Array | None) -> dict[str, Any]:
        """The target of an example and what is predicted: the names of classes, or numbers."""
        of, index = picked
        data, model, encoding = self.data(of), self.subject.model, self.subject.objective.encoded
        target: Any = data.targets[index]
        if prediction is None:
            predicted: Any = None
        else:
            rows = model.together.apart(prediction[None])[index % model.together.count][None]
            predicted = rows[0] if encoding is None else data.classes[int(encoding.classes(rows)[0])]
        target = data.classes[int(target)] if data.classes else np.asarray(target).tolist()
        return {"target": target, "prediction": np.asarray(predicted).tolist() if encoding is None else predicted}
