"""Equal parts that an operation stands for."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Folded:
    """What an operation that stands for equal parts stands for, and how it is drawn.

    Parameters
    ----------
    count : int
        The number of all parts; if they are in series, the operation stands for all but the first, otherwise for all
        but the first and the last.
    steps : tuple of str
        The operations of the first part.
    first : mapping of str to str
        For each result, that of the first part in the same place.
    in_series : bool
        Whether the first part is drawn for all.
    same_weights : bool
        Whether all parts have the same weights.
    weights : mapping of str to tuple of tuple of str
        For each operation of the first part, the parameters of that operation and of those that it is drawn for.
    of : str
        What each part is called.
    """

    count: int
    steps: tuple[str, ...]
    first: Mapping[str, str]
    in_series: bool
    same_weights: bool
    weights: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    of: str = ""

    @property
    def title(self) -> str:
        """What a picture says of it."""
        return f"{self.of} ×{self.count:,}".strip() if self.in_series else f"{self.count - 2:,} more"

    @property
    def note(self) -> str:
        """What it says where there is room."""
        return "same weights" if self.in_series and self.same_weights else ""
