"""Fit the parameters of a graph to data."""

import sys
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.errors import DataError, FrozenWarning, UsageError, brief
from graphviz_nn.evaluation.backends import backend_of
from graphviz_nn.linting.frozen import frozen
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.training.batches import batches, steps_of_a_pass
from graphviz_nn.training.changes import changes_of
from graphviz_nn.training.checkpoint import Checkpoint
from graphviz_nn.training.initial import initial_parameters
from graphviz_nn.training.model import Model
from graphviz_nn.training.objective import Objective
from graphviz_nn.training.optimizers import Optimizer, optimizer_of
from graphviz_nn.training.parameters import Layout, Penalty, State
from graphviz_nn.training.progress import progress_bar
from graphviz_nn.training.records import Records
from graphviz_nn.training.result import Training, result
from graphviz_nn.training.run import Run
from graphviz_nn.training.schedules import Rate, rates
from graphviz_nn.training.stepping import Stepper
from graphviz_nn.training.together import Together

STEPS = 500
RECORDS = 100
"""The approximate number of records if `every` isn't given."""


def fit(
    graph: Traceable,
    data: Data | None = None,
    *,
    steps: int | None = None,
    epochs: int | None = None,
    batch_size: int | None = None,
    optimizer: str | Optimizer = "gradient descent",
    rate: Rate = 0.1,
    schedule: str | None = None,
    l1: float = 0.0,
    l2: float = 0.0,
    seed: int = 0,
    initial: str | Mapping[str, Any] | None = None,
    test: Data | None = None,
    stop_early: int | None = None,
    prediction: str | None = None,
    encoding: str | None = None,
    every: int | None = None,
    changes: Iterable[tuple[Any, ...]] = (),
    progress: bool = True,
    save: str | Path | None = None,
    resume: str | Path | None = None,
    backend: str = "numpy",
    device: Any = None,
    mesh: Any = None,
    shard: Mapping[str, Any] | None = None,
    example: Any = (),
) -> Training:
    """Fit the parameters of a graph to data, by following the gradient of its loss.

    Training minimizes the mean loss over the data. Ctrl-C, or a value that isn't finite, ends it early, and it returns
    the best result so far. In a file that a command or a page of documentation runs, Ctrl-C ends everything.

    Parameters
    ----------
    graph : Graph or callable
        A model of one example: inputs, parameters, and a loss that depends on a target. Or a model of a batch, with the
        examples along the first or the last axis of each input and target; the number of data must be a multiple of the
        batch.
    data : Data
        The data to train on.
    steps, epochs : int, optional
        The number of steps, or of passes over the data; default 500 steps. With 0 steps, the start is measured.
    batch_size : int, optional
        The number of examples per step, selected at random; default all, or as many as the graph takes.
    optimizer : str or Optimizer
        One of `training.OPTIMIZERS`.
    rate : float, pair of float, or callable
        The learning rate; its first and last value; or a function of the step, counted from 0.
    schedule : str, optional
        The change of the rate, one of `training.SCHEDULES`.
    l1, l2 : float
        The weights of the penalties l1 · Σ|θ| and l2 · Σθ² over all parameters in the loss.
    seed : int
        The seed of the initial parameters, the order of the examples, and random leaves.
    initial : dict or str, optional
        The initial parameters by name, or how to draw them; see `training.initial_parameters`.
    test : Data, optional
        The data to test on at every record.
    stop_early : int, optional
        Stop after this many consecutive records without a lower test loss.
    prediction : str, optional
        The predicted variable; default the last one that doesn't depend on the target.
    encoding : str, optional
        How classes become targets, one of `training.ENCODINGS`; default by the loss.
    every : int, optional
        The number of steps between records; by default there are about 100 records.
    changes : iterable of tuple
        What changes before a step, counted from 0: ``(step, option, value)`` for the options rate, batch_size, l1 and
        l2; ``(step, parameter, index, value)`` for a number of a parameter.
    progress : bool
        Whether to show a bar with loss and speed on a terminal, and the reason for an early end.
    save : path, optional
        An ``.npz`` file to resume from; it also feeds a picture.
    resume : path, optional
        Such a file, to resume from; the result is the same as without a break.
    backend : str
        What computes losses and gradients, as for `compile`; parameters and optimizer stay in NumPy.
    device, mesh, shard : optional
        Where it computes, as for `compile`. The examples are the first axis of inputs and targets, so ``shard={"x":
        "data", "y": "data"}`` divides those of a step over the devices.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.

    Returns
    -------
    Training

    Warns
    -----
    FrozenWarning
        If random numbers were drawn while the graph was traced: they are the same at every step.

    Raises
    ------
    UsageError
        For a graph that can't be trained, unknown options, and a mesh that doesn't divide the examples of a step.
    DataError
        If the data don't fit the graph or its loss.
    NonFiniteError
        If the loss isn't finite at the start.
    FileError
        If a file to resume from can't be read, or is of another training.

    Examples
    --------
    >>> import graphviz_nn as gnn
    >>> def loss(x, y, W, b):
    ...     return gnn.nn.cross_entropy(gnn.nn.softmax(W @ x + b), y)
    >>> graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)), b=gnn.parameter(2))
    >>> training = fit(graph, gnn.data.gaussians(100), steps=100)
    >>> training.accuracy()
    1.0
    """
    graph = graph_of(graph, example)
    for finding in frozen(graph):
        warnings.warn(FrozenWarning(str(finding)), stacklevel=2)
    if data is None:
        raise UsageError("there are no data to fit; give some, such as gnn.data.arrays(x, y) or gnn.data.xor()")
    backend_of(backend)
    _check_data(data=data, test=test)
    _check_numbers(epochs=epochs, batch_size=batch_size, stop_early=stop_early, every=every)
    _check_numbers(0, steps=steps, seed=seed)
    _check_penalties(l1=l1, l2=l2)
    if len(data) < 2:
        raise DataError("there is one example; learning needs at least two")
    if steps is not None and epochs is not None:
        raise UsageError(f"steps={steps} and epochs={epochs} both set the length; leave one out")
    if stop_early is not None and test is None:
        raise UsageError("stop_early= needs test data; give test=, such as train, test = data.split()")
    engine = {"backend": backend, "device": device, "mesh": mesh, "shard": shard}
    model, rule = Model(graph, prediction, data.inputs.shape[1], engine), optimizer_of(optimizer)
    size = _batch_size(batch_size, len(data), model.together)
    if test is not None:
        model.together.groups(len(test), "the test data have")
    count = epochs * steps_of_a_pass(len(data), size) if epochs else STEPS if steps is None else int(steps)
    start = initial_parameters(model.whole, initial, seed)
    layout = Layout(start)
    objective = Objective(model, data, layout, encoding)
    if shard is not None:
        objective.compiled(size, len(data) % size)
    stepper = Stepper(
        objective,
        Penalty(l1, l2),
        rule,
        rates(rate, schedule, max(1, count)),
        batches(len(data), size, seed),
        State(0, layout.vector(start), np.zeros((rule.memory, layout.size))),
        seed,
    )
    run = Run(
        stepper,
        None if test is None else Objective(model, test, layout, encoding, differentiated=False),
        count,
        every or max(1, count // RECORDS),
        stop_early,
        Records(),
        changes_of(changes, layout.shapes, model.together),
    )
    checkpoint = Checkpoint(model, data, layout, rule, size, seed, None if save is None else Path(save))
    if resume is not None:
        stepper.state, run.records = checkpoint.load(Path(resume))
    with np.errstate(all="ignore"), progress_bar(count, progress) as show:

        def recorded(state: State, records: Records) -> None:
            show(records.kept[-1])
            checkpoint.save_now_and_then(state, records)

        try:
            run.to_the_end(recorded)
        except KeyboardInterrupt:
            if run.records.kept:
                checkpoint.save(run.state, run.records)
            raise
    checkpoint.save(run.state, run.records)
    if progress:
        for remark in run.remarks:
            print(f"graphviz-nn: {remark}", file=sys.stderr)
    return result(run)


def _batch_size(wanted: int | None, count: int, together: Together) -> int:
    """The number of examples per step: a multiple of those that the graph takes at once."""
    together.groups(count)
    size = min(wanted or (together.count if together.count > 1 else count), count)
    if size % together.count:
        raise UsageError(
            f"batch_size={wanted} isn't a multiple of {together.count}, the number of examples in the graph"
        )
    return size


def _check_data(**options: Any) -> None:
    for name, value in options.items():
        if not isinstance(value, Data) and not (name == "test" and value is None):
            kind = type(value).__name__
            raise UsageError(f"{name} must be made by graphviz_nn.data, such as data.arrays(x, y); found a {kind}")


def _check_numbers(least: int = 1, /, **options: int | None) -> None:
    for name, value in options.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least):
            raise UsageError(f"{name} must be a whole number of at least {least}, found {brief(value)}")
        if value is not None and value >= 2**63:
            raise UsageError(f"{name} must be below 2**63, found {brief(value)}")


def _check_penalties(**options: float) -> None:
    for name, value in options.items():
        if not 0 <= value < float("inf"):
            raise UsageError(f"{name} must be a number of at least 0, found {value!r}")
