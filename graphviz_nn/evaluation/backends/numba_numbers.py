"""Graphs of many single numbers: as loops where they are alike, otherwise on a machine."""

import struct
from threading import Lock
from typing import Any

from graphviz_nn.evaluation.backends.numba_alike import alike
from graphviz_nn.evaluation.backends.numba_cells import Cells
from graphviz_nn.evaluation.backends.numba_entries import ENTRIES
from graphviz_nn.evaluation.backends.numba_instructions import instructions
from graphviz_nn.evaluation.backends.numba_machine import machine
from graphviz_nn.evaluation.backends.numba_rolled import Rolled, is_worth
from graphviz_nn.transforms.passes.listing import Listing

MANY = 300
"""So many lines are worth the cells."""


def is_for(listing: Listing) -> bool:
    """Whether a graph has many lines, and only single numbers in double precision."""
    known = all(not each.shape and each.dtype in ("float64", "bool") for each in listing.variables.values())
    return known and len(listing.lines) >= MANY and all(line.op in ENTRIES for line in listing.lines)


class Numbers:
    """A graph of many single numbers, compiled.

    Parameters
    ----------
    rolled : Rolled or None
        Its loops, if most of its operations are alike.
    steps : callable
        A function of the leaves, as floats.
    """

    def __init__(self, listing: Listing) -> None:
        found = instructions(listing)
        groups = alike(found)
        cells = Cells(listing, (each.result for parts in groups for part in parts for each in part))
        self.rolled = Rolled(groups, cells) if is_worth(groups, len(found)) else None
        run = self.rolled.run() if self.rolled else machine(found, cells)
        w: Any = cells.array()
        pack = struct.Struct(f"{len(cells.leaves)}d").pack_into
        unpack = struct.Struct(f"{len(cells.outputs)}d").unpack_from
        start, lock = 8 * len(cells.leaves), Lock()

        def program(*leaves: float) -> tuple[float, ...]:
            # Threads share the cells.
            with lock:
                pack(w, 0, *leaves)
                run(w)
                return unpack(w, start)

        self.steps = program
