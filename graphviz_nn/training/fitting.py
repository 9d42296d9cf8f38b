"""Training: the parameters of a graph, made to fit data."""

import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.errors import DataError, FrozenWarning, UsageError, brief
from graphviz_nn.linting.frozen import frozen
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.training.batches import batches, steps_of_a_pass
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
from graphviz_nn.training.together import Together

STEPS = 500
RECORDS = 100
"""About how many records there are where `every` isn't given."""


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
    progress: bool = True,
    save: str | Path | None = None,
    resume: str | Path | None = None,
) -> Training:
    """Parameters with which a graph fits data, found by following its gradient.

    The mean of the graph's loss over the data is made small. Ctrl-C, and a value that isn't finite, end training early;
    what was found so far is kept. In a file that a command or a page of documentation runs, Ctrl-C ends all of that.

    Parameters
    ----------
    graph : Graph or callable
        Of one example: inputs, parameters, and a loss that compares with a target; or of a batch, with the examples
        along the first axis of each input and target, or along the last; the data are then so many, or a multiple.
    data : Data
        What it is trained on.
    steps, epochs : int, optional
        How often the parameters change, or how often all data are gone through; 500 steps where neither is given.
    batch_size : int, optional
        How many examples a step looks at, chosen at random; where not given all, or as many as the graph takes at once.
    optimizer : str or Optimizer
        One of `training.OPTIMIZERS`.
    rate : float, pair of float, or callable
        The learning rate; its first and last value; or a function of the step, counted from 0.
    schedule : str, optional
        How the rate changes, one of `training.SCHEDULES`.
    l1, l2 : float
        What is added to the loss: l1 · Σ|θ| and l2 · Σθ² over all parameters.
    seed : int
        Of the parameters to start from, of the order of the examples, and of random leaves.
    initial : dict or str, optional
        The parameters to start from by name, or how they are drawn; see `training.initial_parameters`.
    test : Data, optional
        What it is tested with, at every record.
    stop_early : int, optional
        End after so many records in a row without a lower loss on the test data.
    prediction : str, optional
        The variable that is predicted; the last one that doesn't depend on the target where not given.
    encoding : str, optional
        How classes are written as targets, one of `training.ENCODINGS`; as the loss wants them where not given.
    every : int, optional
        After how many steps a record is made; such that there are about 100 where not given.
    progress : bool
        Show a bar with loss and speed while a terminal looks on, and say there what ended training early.
    save : path, optional
        A file that training can be resumed from, ``.npz``; it also feeds a picture.
    resume : path, optional
        Such a file, to go on from; what comes out is as if nothing had come between.

    Returns
    -------
    Training

    Warns
    -----
    FrozenWarning
        Where random numbers were drawn while the graph was traced: they are the same at every step.

    Raises
    ------
    UsageError
        For what can't be trained, and for options that there aren't.
    DataError
        Where data don't fit the graph or its loss.
    NonFiniteError
        Where the loss isn't finite at the very start.
    FileError
        Where a file to resume from can't be read, or is of another training.

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
    graph = graph_of(graph)
    for finding in frozen(graph):
        warnings.warn(FrozenWarning(str(finding)), stacklevel=2)
    if data is None:
        raise UsageError("there is no data to fit; give some, such as gnn.data.arrays(x, y) or gnn.data.xor()")
    _check_data(data=data, test=test)
    _check_numbers(steps=steps, epochs=epochs, batch_size=batch_size, stop_early=stop_early, every=every)
    _check_numbers(0, seed=seed)
    _check_penalties(l1=l1, l2=l2)
    if len(data) < 2:
        raise DataError("there is one example; two are needed at least to learn from")
    if steps is not None and epochs is not None:
        raise UsageError(f"steps={steps} and epochs={epochs} both say how long to train; leave one out")
    if stop_early is not None and test is None:
        raise UsageError("stop_early= looks at the loss on other data; give some: train, test = data.split()")
    model, rule = Model(graph, prediction, data.inputs.shape[1]), optimizer_of(optimizer)
    size = _batch_size(batch_size, len(data), model.together)
    if test is not None:
        model.together.groups(len(test), "the test data have")
    count = steps or (epochs * steps_of_a_pass(len(data), size) if epochs else STEPS)
    start = initial_parameters(model.whole, initial, seed)
    layout = Layout(start)
    run = Run(
        Objective(model, data, layout, encoding),
        None if test is None else Objective(model, test, layout, encoding, differentiated=False),
        Penalty(l1, l2),
        rule,
        rates(rate, schedule, count),
        batches(len(data), size, seed),
        count,
        every or max(1, count // RECORDS),
        stop_early,
        State(0, layout.vector(start), np.zeros((rule.memory, layout.size))),
        Records(),
        seed,
    )
    checkpoint = Checkpoint(model, data, layout, rule, size, seed, None if save is None else Path(save))
    if resume is not None:
        run.state, run.records = checkpoint.load(Path(resume))
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
    """How many examples a step looks at: whole groups of those that the graph takes at once."""
    together.groups(count)
    size = min(wanted or (together.count if together.count > 1 else count), count)
    if size % together.count:
        raise UsageError(
            f"batch_size={wanted} isn't a multiple of {together.count}, so many examples the graph takes at once"
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
            raise UsageError(f"{name} must be a whole number from {least} on, found {brief(value)}")
        if value is not None and value >= 2**63:
            raise UsageError(f"{name} must be below 2**63, found {brief(value)}")


def _check_penalties(**options: float) -> None:
    for name, value in options.items():
        if not 0 <= value < float("inf"):
            raise UsageError(f"{name} must be a number of at least 0, found {value!r}")
