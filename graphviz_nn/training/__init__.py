"""Train the graph that you draw on a data set."""

from graphviz_nn.training.fitting import fit
from graphviz_nn.training.initial import INITIALIZERS, initial_parameters
from graphviz_nn.training.optimizers import OPTIMIZERS, Optimizer
from graphviz_nn.training.result import Training
from graphviz_nn.training.schedules import SCHEDULES
from graphviz_nn.training.targets import ENCODINGS, feeds

__all__ = [
    "ENCODINGS",
    "INITIALIZERS",
    "OPTIMIZERS",
    "SCHEDULES",
    "Optimizer",
    "Training",
    "feeds",
    "fit",
    "initial_parameters",
]
