"""The values and gradients of one example, all through the graph."""

from collections.abc import Mapping
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.errors import brief
from graphviz_nn.evaluation import Program, compile
from graphviz_nn.graph.draw import means
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.playground.choices import StateError
from graphviz_nn.playground.subject import Subject
from graphviz_nn.training.targets import examples
from graphviz_nn.transforms.gradient import gradient

LARGEST = 4_096
"""The most entries of a variable, or a parameter, whose numbers are sent."""


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

    def checked(self, picked: tuple[str, int]) -> tuple[str, int]:
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

    @cached_property
    def _whole(self) -> Graph:
        """The graph as layers, with its gradients by every variable on the way to the loss."""
        model = self.subject.model
        graph = model.whole
        wrt = [
            name
            for name, each in graph.variables.items()
            if prod(each.shape) <= LARGEST
            and np.dtype(each.dtype).kind == "f"
            and each.role not in ("constant", "random")
        ]
        return gradient(graph, of=model.loss, wrt=wrt)

    @cached_property
    def _program(self) -> Program:
        graph = self._whole
        small = [name for name, each in self.subject.model.whole.variables.items() if prod(each.shape) <= LARGEST]
        return compile(graph, [*small, *graph.graph["gradients"].values()])

    @cached_property
    def _feeds(self) -> dict[str, dict[str, Array]]:
        return {}

    def feeds(self, picked: tuple[str, int]) -> dict[str, Array]:
        """The inputs and the target of an example, by name."""
        of, index = self.checked(picked)
        model, data = self.subject.model, self.data(of)
        if of not in self._feeds:
            self._feeds[of] = {n: model.together.grouped(v) for n, v in examples(model, data).items()}
        return {name: each[index // model.together.count] for name, each in self._feeds[of].items()}

    def numbers(self, parameters: Mapping[str, Array], picked: tuple[str, int]) -> dict[str, Any]:
        """Values and gradients by variable, the loss, the target and the prediction of an example."""
        program, model = self._program, self.subject.model
        known = {**means(program.leaves), **parameters, **self.feeds(picked)}
        with np.errstate(all="ignore"):
            found = program.arrays(*(known.get(name, leaf.value) for name, leaf in program.leaves.items()))
        values = dict(zip(program.outputs, map(np.asarray, found), strict=True))
        results = self._whole.graph["gradients"]
        return {
            "values": {n: values[n].astype(np.float32) for n in values if n in model.whole.variables},
            "gradients": {name: values[result].astype(np.float32) for name, result in results.items()},
            "example": {
                "of": picked[0],
                "index": picked[1],
                "loss": float(values[model.loss].item()),
                **self._told(picked, values.get(model.prediction)),
            },
        }

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
