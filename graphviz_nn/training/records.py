"""The records of a training."""

from dataclasses import dataclass, field

import numpy as np

from graphviz_nn.graph.ir import Array
from graphviz_nn.training.parameters import Layout

MEASURES = ("loss", "accuracy", "test_loss", "test_accuracy")


@dataclass(frozen=True)
class Record:
    """The measurements after a number of steps; NaN for missing ones.

    Parameters
    ----------
    objective : float
        The quantity that the best step minimizes.
    """

    step: int
    rate: float
    loss: float
    accuracy: float
    test_loss: float
    test_accuracy: float
    objective: float
    gradient: Array
    parameters: Array


@dataclass
class Records:
    """All records, in order."""

    kept: list[Record] = field(default_factory=list)

    def add(self, record: Record) -> None:
        """Add a record; an earlier record of the same step is the same."""
        if not self.kept or self.kept[-1].step < record.step:
            self.kept.append(record)

    @property
    def best(self) -> Record:
        """The first record with the lowest objective."""
        return min(self.kept, key=lambda record: record.objective)

    @property
    def waited(self) -> int:
        """The number of records since the best."""
        return len(self.kept) - 1 - self.kept.index(self.best)

    def history(self) -> dict[str, Array]:
        """The measurements by name, without missing ones."""
        found = {name: np.array([getattr(each, name) for each in self.kept]) for name in ("step", "rate", *MEASURES)}
        return {name: values for name, values in found.items() if not np.isnan(values).all()}

    def norms(self, layout: Layout) -> dict[str, Array]:
        """The norm of each parameter's gradient."""
        gradients = np.stack([each.gradient for each in self.kept])
        return {name: np.linalg.norm(gradients[:, place], axis=1) for name, place in layout.places.items()}

    def snapshots(self, layout: Layout) -> dict[str, Array]:
        """Each parameter at each record."""
        return layout.arrays(np.stack([each.parameters for each in self.kept]))
