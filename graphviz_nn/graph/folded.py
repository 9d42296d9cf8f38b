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
    sets : tuple of int
        For each part, the number of the first part with the same weights; empty if no part has any.
    weights : mapping of str to tuple of tuple of str
        For each operation of the first part, the parameters of that operation and of those that it is drawn for.
    of : str
        What each part is called.
    against : int
        How many parts the model has that this one is compared with, if these are fewer.
    """

    count: int
    steps: tuple[str, ...]
    first: Mapping[str, str]
    in_series: bool
    sets: tuple[int, ...]
    weights: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    of: str = ""
    against: int = 0

    @property
    def title(self) -> str:
        """What a picture says of it: ×12 of parts with weights of their own, ↻12 of one that is applied again."""
        if not self.in_series:
            return f"{self.count - 2:,} more"
        against = f" against ×{self.against:,}" if self.against else ""
        return f"{self.of} {self._times}{against}".strip()

    @property
    def note(self) -> str:
        """What it says where there is room."""
        return "same weights" if self.in_series and set(self.sets) == {0} else ""

    @property
    def _times(self) -> str:
        own = len(set(self.sets)) or self.count
        if own == self.count:
            return f"×{self.count:,}"
        if own == 1:
            return f"↻{self.count:,}"
        again, rest = divmod(self.count, own)
        if not rest and self.sets == tuple(range(own)) * again:
            return f"×{own:,} ↻{again:,}"
        if not rest and self.sets == tuple(k - k % again for k in range(self.count)):
            return f"↻{again:,} ×{own:,}"
        return f"×{self.count:,}, {own:,} sets of weights"
