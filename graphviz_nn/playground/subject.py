"""What is trained: a graph and its data, the classic ones of a state or the user's own."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from graphviz_nn.data import DATA, Data
from graphviz_nn.errors import DataError, Error
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.playground.choices import OWN, StateError
from graphviz_nn.playground.networks import network
from graphviz_nn.playground.state import State
from graphviz_nn.training.initial import initial_parameters
from graphviz_nn.training.model import Model
from graphviz_nn.training.objective import Objective
from graphviz_nn.training.parameters import Layout
from graphviz_nn.training.targets import examples

LEAST_NOISE = {"gaussians": 0.5}
"""What is added to the noise of a data set: without any, two clouds are two points."""
COLUMNS, EXAMPLES = 64, 20_000
"""The most columns of the user's data for the classic network, and the most examples."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A graph with its data.

    Parameters
    ----------
    graph : Graph
        The graph that is drawn and trained.
    train, test : Data
        The data to train on, and to test on, if any.
    own : bool
        Whether the graph is the user's.
    """

    graph: Graph
    train: Data
    test: Data | None
    own: bool

    @cached_property
    def model(self) -> Model:
        """The graph, read as a model."""
        return Model(self.graph, columns=self.train.inputs.shape[1])

    def start(self, seed: int) -> dict[str, Array]:
        """The parameters that training starts from."""
        return initial_parameters(self.model.whole, None, seed)

    @cached_property
    def layout(self) -> Layout:
        """The position of each parameter in the vector of all."""
        return Layout(self.start(0))

    @property
    def outputs(self) -> int:
        """The number of classes, or of numbers to predict."""
        return len(self.train.classes) or int(np.prod(self.train.targets.shape[1:]))

    @cached_property
    def objective(self) -> Objective:
        """The loss on the training data."""
        return Objective(self.model, self.train, self.layout)

    @cached_property
    def watched(self) -> Objective:
        """The same loss to look at, without its gradient."""
        return Objective(self.model, self.train, self.layout, differentiated=False)

    @cached_property
    def tested(self) -> Objective | None:
        """The loss on the test data."""
        return None if self.test is None else Objective(self.model, self.test, self.layout, differentiated=False)


def noise_of(state: State) -> float:
    """The noise of the generated data."""
    return state.noise + LEAST_NOISE.get(state.data, 0.0)


def data_of(state: State, given: Data | None) -> Data:
    """The data of a state, generated or the user's.

    Raises
    ------
    StateError
        If the user gave no data.
    """
    if state.data != OWN:
        return DATA[state.data](n=state.n, noise=noise_of(state), seed=state.data_seed)
    if given is None:
        raise StateError("data", "there are no data of your own; start with some: graphviz-nn play --data FILE")
    return given


def parts(count: int, test: float, together: int = 1) -> float:
    """The share of the test data, which are a multiple of the examples that a graph takes at once."""
    return round(count * test / together) * together / count


def parted(data: Data, test: float, seed: int, together: int = 1) -> tuple[Data, Data | None]:
    """Training and test data.

    Raises
    ------
    StateError
        If a part would be empty.
    """
    share = parts(len(data), test, together)
    if not test or (together > 1 and not 0 < share < 1):
        return data, None
    try:
        return data.split(share, seed)
    except DataError as error:
        raise StateError("test", str(error)) from None


def subject(state: State, graph: Graph | None = None, given: Data | None = None) -> Subject:
    """What a state trains: its own network, or the user's graph.

    Raises
    ------
    StateError
        If the data don't fit the network, with the field.
    Error
        If the user's data don't fit the user's graph.
    """
    data = data_of(state, given)
    if len(data) > EXAMPLES:
        raise StateError("data", f"at most {EXAMPLES:,} examples, found {len(data):,}; give a part of them")
    if graph is not None:
        together = Model(graph, columns=data.inputs.shape[1]).together.count
        found = Subject(graph, *parted(data, state.test, state.data_seed, together), own=True)
        # Each raises an error if the data don't fit.
        found.model.together.groups(len(data))
        _ = found.model.prediction, examples(found.model, found.train)
        return found
    columns, targets = data.inputs.shape[1], data.targets
    if columns > COLUMNS:
        raise StateError("data", f"at most {COLUMNS} columns for this network, found {columns}; choose some of them")
    problem = "classification" if data.classes else "regression"
    if problem != state.problem:
        raise StateError("problem", f"the targets of these data are for {problem}")
    outputs = len(data.classes) or int(np.prod(targets.shape[1:]))
    train, test = parted(data, state.test, state.data_seed)
    return Subject(network(state, columns, outputs), train, test, own=False)


def said(error: Error) -> dict[str, Any]:
    """An error as the page is told it."""
    named = {"field": error.field} if isinstance(error, StateError) else {}
    return {"what": str(error), **named}
