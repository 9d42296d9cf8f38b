"""A feature map, or a vector, as a solid."""

from dataclasses import dataclass
from typing import NamedTuple


class Slab(NamedTuple):
    """Channels that lie together: how many, and the table of the style sheet with their look."""

    channels: int
    kind: str
    # Whether they were made elsewhere, and are only joined here.
    is_copy: bool = False


@dataclass(frozen=True)
class Volume:
    """The size of a feature map and what it is made of.

    Parameters
    ----------
    extent : tuple of int
        Its extents without channels, such as its height and its width; () of a vector.
    slabs : tuple of Slab
        Its channels, in order; those of a vector are its entries.
    last : str
        The kind of what closes its layer, such as an activation, or "".
    in_sheets : bool
        Whether each channel is drawn as a sheet of its own.
    """

    extent: tuple[int, ...]
    slabs: tuple[Slab, ...]
    last: str = ""
    in_sheets: bool = False

    @property
    def channels(self) -> int:
        return sum(slab.channels for slab in self.slabs)

    @property
    def across(self) -> int:
        """The extent across the flow; of a vector the number of its entries."""
        return self.extent[-2] if len(self.extent) > 1 else self.extent[-1] if self.extent else self.channels

    @property
    def deep(self) -> int:
        """The extent into the depth."""
        return self.extent[-1] if len(self.extent) > 1 else 1
