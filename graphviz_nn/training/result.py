"""The result of a training: parameters, history and predictions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.errors import UsageError
from graphviz_nn.evaluation import Program
from graphviz_nn.graph.draw import means
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.training.model import Model
from graphviz_nn.training.run import Run
from graphviz_nn.training.targets import encoding_of, feeds, input_feeds

ROWS = 12
"""The most rows in a table of the history."""


@dataclass(frozen=True, eq=False)
class Training:
    """A trained graph; prints as a table of its history. Predictions aren't random: noise is replaced by its mean.

    Parameters
    ----------
    model : Model
        The graph, read as a model.
    data, test : Data
        The data of the training, and the test data if given.
    parameters : dict of str to array
        The parameters at the recorded step with the lowest loss: on the test data with early stopping, otherwise on the
        training data including penalties.
    step : int
        The step of these parameters.
    history : dict of str to array
        The history, with an entry per record: "step", "rate", "loss", for classes also "accuracy", with test data also
        "test_loss" and "test_accuracy".
    gradient_norms : dict of str to array
        The norm of each parameter's gradient, with an entry per record.
    snapshots : dict of str to array
        Each parameter at each record.
    remarks : tuple of str
        Remarks, such as the reason for an early end; one sentence each.

    Shapes
    ------
    history, gradient_norms : (records,)
    snapshots : (records, *shape of the parameter)
    """

    model: Model
    data: Data
    test: Data | None
    parameters: dict[str, Array]
    step: int
    history: dict[str, Array]
    gradient_norms: dict[str, Array]
    snapshots: dict[str, Array]
    remarks: tuple[str, ...] = ()
    encoding: str | None = None
    _programs: dict[tuple[str, int], Program] = field(default_factory=dict, repr=False)

    @cached_property
    def graph(self) -> Graph:
        """The graph with the trained parameters as values, to draw, save or evaluate."""
        return with_values(self.model.graph, self._trained)

    @cached_property
    def _trained(self) -> dict[str, Array]:
        return {name: value.copy() for name, value in self.parameters.items()}

    def __post_init__(self) -> None:
        # Callers may change the arrays in `parameters`; the trained graph stays the same.
        _ = self._trained

    def at(self, record: int) -> dict[str, Array]:
        """The parameters at a record, counted from 0; -1 is the last."""
        return {name: values[record].copy() for name, values in self.snapshots.items()}

    def graph_at(self, record: int) -> Graph:
        """The graph with the parameters of a record as values; -1 is the last."""
        return with_values(self.model.graph, self.at(record))

    @property
    def prediction(self) -> str:
        """The name of the predicted variable."""
        return self.model.prediction

    @cached_property
    def feeds(self) -> dict[str, Array]:
        """The data and the parameters, for ``draw(graph, feeds=…, batch=training.batch)``."""
        return {**feeds(self.model, self.data, self.encoding), **self.parameters}

    @property
    def batch(self) -> tuple[str, ...]:
        """The names in `feeds` that have many examples."""
        return (*self.model.inputs, *self.model.targets)

    def evaluate(self, inputs: Any, variable: str, *, parameters: Mapping[str, Any] | None = None) -> Array:
        """Compute a variable, such as a hidden layer, for many inputs.

        Parameters
        ----------
        parameters : dict of str to array, optional
            Parameters to use instead of the trained ones, such as those of an earlier step.

        Shapes
        ------
        inputs : (examples, columns)
        result : (examples, *shape of the variable)

        Raises
        ------
        UsageError
            If there is no such variable, or it depends on the target.
        DataError
            If the columns don't fit the graph.
        """
        given = input_feeds(self.model, inputs, self.data.names)
        together, count = self.model.together, len(next(iter(given.values())))
        # The last example fills up an incomplete group.
        places = np.minimum(np.arange(-(-count // together.count) * together.count), count - 1)
        given = {name: together.grouped(each[places]) for name, each in given.items()}
        size = len(places) // together.count
        program = self._programs.get((variable, size))
        if program is None:
            program = self._programs[variable, size] = self.model.program(variable, size)
        known = {**self.parameters, **(parameters or {}), **means(program.leaves), **given}
        with np.errstate(all="ignore"):
            found = program({name: known[name] for name in program.leaves if name in known})
        return together.apart(np.asarray(found[program.outputs[0]]))[:count]

    def predict(self, inputs: Any, *, parameters: Mapping[str, Any] | None = None) -> Array:
        """Predict the class number, or the numbers, for many inputs.

        Shapes
        ------
        inputs : (examples, columns)
        result : (examples,), or as the data's targets
        """
        found = self.evaluate(inputs, self.prediction, parameters=parameters)
        encoding = encoding_of(self.model, self.data, self.encoding)
        if encoding is None:
            return found.reshape(len(found), *self.data.targets.shape[1:])
        return encoding.classes(found)

    def margins(self, inputs: Any, *, parameters: Mapping[str, Any] | None = None) -> Array:
        """How far each class is ahead of the others, for many inputs: above 0 for the predicted class.

        It is the distance of its score to the greatest other score, or of the logarithms of probabilities.

        Shapes
        ------
        inputs : (examples, columns)
        result : (examples, classes)

        Raises
        ------
        UsageError
            If the targets are numbers, not classes.
        """
        encoding = encoding_of(self.model, self.data, self.encoding)
        if encoding is None:
            raise UsageError("margins need classes, but these targets are numbers; use predict()")
        found = self.evaluate(inputs, self.prediction, parameters=parameters)
        return encoding.margins(found, len(self.data.classes))

    def accuracy(self, data: Data | None = None) -> float:
        """The share of right classes, by default on the training data.

        Raises
        ------
        UsageError
            If the targets are numbers, not classes.
        """
        data = self.data if data is None else data
        if not data.classes:
            raise UsageError("accuracy needs classes, but these targets are numbers; use loss()")
        return float(np.mean(self.predict(data.inputs) == data.targets))

    def loss(self, data: Data | None = None) -> float:
        """The mean loss over data, without penalties; by default over the training data.

        Random leaves are replaced by their means, as in `predict`: there is no noise, and dropout drops nothing.
        """
        data = self.data if data is None else data
        program = self.model.losses(self.model.together.groups(len(data)), differentiated=False)
        with np.errstate(all="ignore"):
            known = {**feeds(self.model, data, self.encoding), **self.parameters, **means(program.leaves)}
            return float(np.asarray(program(known)[self.model.loss]).item())

    def __str__(self) -> str:
        """The history as a table, with a mark at the step of `parameters`."""
        chosen = _chosen(self.history["step"], self.step)
        titles = [name for name in self.history if name != "rate"]
        rows = [[name.replace("_", " ") for name in titles]]
        rows += [[_shown(name, self.history[name][i]) for name in titles] for i in chosen]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        marks = [" ", *("→" if self.history["step"][i] == self.step else " " for i in chosen)]
        lines = [
            "  ".join([mark, *(cell.rjust(width) for cell, width in zip(row, widths, strict=True))])
            for mark, row in zip(marks, rows, strict=True)
        ]
        return "\n".join(lines)


def with_values(graph: Graph, parameters: Mapping[str, Any]) -> Graph:
    """A graph whose parameters have these default values.

    Examples
    --------
    >>> from graphviz_nn.tracing import parameter, trace
    >>> graph = with_values(trace(lambda t: t**2, t=parameter(())), {"t": np.array(3.0)})
    >>> float(graph.variable("t").value)
    3.0
    """
    found: Graph = graph.copy()
    for name, value in parameters.items():
        variable = found.variable(name)
        found.add_variable(name, replace(variable, value=np.array(value, variable.dtype)))
    return found


def result(run: Run) -> Training:
    """The result of a finished run."""
    objective, records = run.stepper.objective, run.records
    best = records.best
    return Training(
        objective.model,
        objective.data,
        None if run.tested is None else run.tested.data,
        {name: value.copy() for name, value in objective.layout.arrays(best.parameters).items()},
        best.step,
        records.history(),
        records.norms(objective.layout),
        records.snapshots(objective.layout),
        tuple(run.remarks),
        objective.encoding,
    )


def _chosen(steps: Array, best: int) -> Sequence[int]:
    """The records in a table: evenly spaced ones, including the first, the last and the best."""
    spaced = np.linspace(0, len(steps) - 1, min(len(steps), ROWS)).round().astype(int)
    return sorted({*spaced.tolist(), *np.flatnonzero(steps == best).tolist()})


def _shown(name: str, value: Any) -> str:
    if name == "step":
        return f"{value:,}"
    return f"{value:.1%}" if name.endswith("accuracy") else f"{value:.4g}"
