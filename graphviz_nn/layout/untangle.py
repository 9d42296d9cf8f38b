"""Lead arrows that cross others another way, alone or two at a time, where fewer cross then."""

from collections import deque
from collections.abc import Collection, Sequence
from itertools import permutations
from typing import TypeAlias

from graphviz_nn.layout.bends import Bends, Drawn

Ends: TypeAlias = tuple[str, str]

# The most ways that are looked for in all; what is no better by that isn't better.
WAYS, BETTER = 60, 0.01
# Among many arrows a way takes longer to find: fewer are looked for.
SEARCHED = 100_000


def untangle(bends: Bends, movable: Collection[Ends]) -> None:
    """Change the ways of some arrows until no change of one or two of them makes it better.

    Parameters
    ----------
    movable : collection of pair of str
        Tail and head of each arrow that may be led another way.
    """
    left, waiting = min(WAYS, SEARCHED // (len(movable) ** 2 or 1)), deque(_crossing(bends, movable))
    while waiting:
        ends = waiting.popleft()
        across = bends.across(*ends)
        # First alone, then with each that it crosses and has a shape in common with, as their ends may be swapped.
        others = (other for other in across if other in movable and not set(other).isdisjoint(ends))
        pairs = (pair for other in others for pair in permutations((ends, other)))
        for some in ([ends], *pairs) if across else ():
            left -= len(some)
            if left < 0:
                return
            if _changed(bends, some):
                waiting.extend(each for each in some if each not in waiting)
                break


def _crossing(bends: Bends, movable: Collection[Ends]) -> list[Ends]:
    """The arrows that cross others, those first that cross the most."""
    counts = {ends: len(bends.across(*ends)) for ends in movable}
    return sorted((ends for ends, count in counts.items() if count), key=lambda ends: -counts[ends])


def _changed(bends: Bends, some: Sequence[Ends]) -> bool:
    """Draw arrows anew, one after the other; whether that is better: if not, they are as before."""
    before, old = 0.0, list[Drawn]()
    for ends in some:
        old.append(bends.take_out(*ends))
        before += _cost(bends, ends, old[-1])
    after, new = 0.0, list[Ends]()
    for ends, drawn in zip(some, old, strict=True):
        found = bends.best(*ends, drawn.value, before - after - BETTER)
        if found is None:
            break
        after += _cost(bends, ends, found)
        bends.keep(found, ends[1])
        new.append(ends)
    if len(new) == len(some):
        return True
    for ends in new:
        bends.take_out(*ends)
    for ends, drawn in zip(some, old, strict=True):
        bends.keep(drawn, ends[1])
    return False


def _cost(bends: Bends, ends: Ends, drawn: Drawn) -> float:
    """How bad a way is beside those that are there."""
    return drawn.own + bends.crossed(drawn.corners, drawn.value, ends[1])
