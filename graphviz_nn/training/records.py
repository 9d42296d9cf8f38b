"""What training keeps of how it went."""

from dataclasses import dataclass, field

import numpy as np

from graphviz_nn.graph.ir import Array
from graphviz_nn.training.parameters import Layout

MEASURES = ("loss", "accuracy", "test_loss", "test_accuracy")


@dataclass(frozen=True)
class Record:
    """What was measured after so many steps; NaN for what there is not.

    Parameters
    ----------
    objective : float
        What the best step has least of.
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
        """Keep one more; what was measured of the same step before is the same."""
        if not self.kept or self.kept[-1].step < record.step:
            self.kept.append(record)

    @property
    def best(self) -> Record:
        """The first one with the least objective."""
        return min(self.kept, key=lambda record: record.objective)

    @property
    def waited(self) -> int:
        """How many there are since the best."""
        return len(self.kept) - 1 - self.kept.index(self.best)

    def history(self) -> dict[str, Array]:
        """Measures by name; those that there are."""
        found = {name: np.array([getattr(each, name) for each in self.kept]) for name in ("step", "rate", *MEASURES)}
        return {name: values for name, values in found.items() if not np.isnan(values).all()}

    def norms(self, layout: Layout) -> dict[str, Array]:
        """The length of the gradient by each parameter."""
        gradients = np.stack([each.gradient for each in self.kept])
        return {name: np.linalg.norm(gradients[:, place], axis=1) for name, place in layout.places.items()}

    def snapshots(self, layout: Layout) -> dict[str, Array]:
        """Each parameter at each record."""
        return layout.arrays(np.stack([each.parameters for each in self.kept]))
