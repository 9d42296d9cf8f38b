"""Compare gradients with measured slopes: along each entry, or along directions that move many entries at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from graphviz_nn.evaluation.gradient_report import Row
from graphviz_nn.evaluation.slopes import Judged, judged
from graphviz_nn.graph.ir import Array, Variable

LARGE = 1000
# Entries of smaller ones move one by one unless that computes more numbers than this.
WORK = 200_000_000
# Entries of similar size move together, each up or down at random, several times.
BLOCKS, DRAWS = 8, 6
# A data set, which nobody trains, moves in fewer blocks, once each.
DATA_BLOCKS = 4
# An error of this size is reported with its probability of being found.
SMALL = 0.01
ORDER = {"agrees": 0, "not measurable": 1, "kink": 2, "differs": 3}


@dataclass(frozen=True)
class Line:
    """The output of a graph as a function of one variable, with everything else fixed.

    Parameters
    ----------
    value : array
        The value of the variable.
    at : callable
        The output for another value.
    middle : float
        The output for the current value.
    change : callable
        The change of the output for a change of the value.
    tolerance, around : float
        The largest error that counts as agreement; the steepest slope elsewhere.
    may_bend : callable
        Whether there are kinks between the variable and the output.
    rounding : callable
        The rounding error of each entry of the gradient.
    cost : callable
        How many numbers are computed for another value.
    """

    value: Array
    at: Callable[[Array], Array]
    middle: float
    change: Callable[[Array], float]
    tolerance: float
    around: float
    may_bend: Callable[[], bool]
    rounding: Callable[[], Array]
    cost: Callable[[], int] = lambda: 0

    def judged(self, direction: Array, slope: float) -> Judged:
        """Compare a slope along a direction with the measured one."""
        scale = max(1.0, float(np.max(np.abs(self.value), where=direction != 0, initial=0.0)))

        def along(h: float) -> float:
            return float(self.at(self.value + h * direction).item())

        def change(h: float) -> float:
            return self.change(h * direction)

        def rounding() -> float:
            return float(np.sum(np.abs(self.rounding() * direction)))

        return judged(along, self.middle, slope, scale, self.tolerance, change, self.may_bend, rounding)


def compared(
    name: str,
    variable: Variable,
    found: Array,
    line: Line,
    mode: str,
    rng: "np.random.Generator",
    *,
    is_data: bool = False,
) -> tuple[Row, Array | None]:
    """Compare a gradient with the slopes along all entries or some directions; also return the slopes of all entries,
    if known. A data set is compared along few directions."""
    found, shape = np.asarray(found, float), line.value.shape
    if not line.value.size:
        return Row(name, variable.role, shape, "entries", 0, "", 0.0, 0.0, 0.0, "agrees", "it has no entries"), None
    if is_data or mode == "directions" or (mode == "auto" and _takes_long(line)):
        along, seen = _along_directions(found, line, rng, *((DATA_BLOCKS, 1) if is_data else (BLOCKS, DRAWS)))
        return _row(name, variable, "directions", along, seen), None
    probes = [(index, line.judged(entry(shape, index), float(found[index]))) for index in np.ndindex(shape)]
    slopes = np.array([each.difference for _, each in probes]).reshape(shape)
    return _row(name, variable, "entries", [(_title(index), each) for index, each in probes], ""), slopes


def holds_data(variable: Variable) -> bool:
    """Whether a variable holds a data set, rather than a single example or parameters."""
    return variable.role in ("input", "target") and prod(variable.shape) > BLOCKS * DRAWS


def _takes_long(line: Line) -> bool:
    """Whether it takes longer to compare entry by entry than along directions, and too long."""
    size = line.value.size
    return size > LARGE or (size > BLOCKS * DRAWS and size * line.cost() > WORK)


def entry(shape: tuple[int, ...], index: tuple[int, ...]) -> Array:
    """The direction of a single entry."""
    direction = np.zeros(shape)
    direction[index] = 1.0
    return direction


def _title(index: tuple[int, ...]) -> str:
    return str([int(each) for each in index]) if index else ""


def _along_directions(
    found: Array, line: Line, rng: "np.random.Generator", count: int, draws: int
) -> tuple[list[tuple[str, Judged]], str]:
    """Measure along blocks of entries with gradients of similar size, and describe the sensitivity.

    Every entry moves in each draw, by the same length, so a single wrong entry shows in all draws. With several wrong
    entries, one with an error above the resolution shows in each draw with a probability of at least one half, since
    only one of its signs can hide it.
    """
    judgements: list[tuple[str, Judged]] = []
    order = np.argsort(np.abs(found), axis=None, kind="stable")
    blocks = [block for block in np.array_split(order, count) if len(block)]
    limits = np.full(len(blocks), np.inf)
    for draw in range(draws):
        for number, block in enumerate(blocks):
            length = 1 / np.sqrt(len(block))
            direction = _along(found.shape, block, length * (2.0 * rng.integers(2, size=len(block)) - 1.0))
            title, each = f"direction {len(judgements) + 1}", line.judged(direction, float(np.sum(found * direction)))
            if each.verdict == "differs":
                return [_located(found, direction, line) or (title, each)], ""
            judgements.append((title, each))
            limits[number] = min(limits[number], each.resolution / length) if draw else each.resolution / length
    return judgements, _seen(found, blocks, limits, draws)


def _seen(found: Array, blocks: list[Array], limits: Array, draws: int) -> str:
    """The smallest error of a single entry that would be found."""
    sizes = np.abs(found.ravel())
    seen = sum(np.count_nonzero(SMALL * sizes[block] > limit) for block, limit in zip(blocks, limits, strict=True))
    count = np.count_nonzero(sizes)
    share = f"; an error of {SMALL:.0%} with a probability of {100 * seen // count}%" if count else ""
    return (
        f"an error of {np.max(limits):.1g} or more in one of {found.size:,} entries is always found"
        f"{share}; each of several errors with at least {1 - 0.5**draws:.0%}"
    )


def _along(shape: tuple[int, ...], places: Array, lengths: Array) -> Array:
    """The direction that moves the entries at these flat positions by these lengths."""
    direction = np.zeros(shape)
    direction.flat[places] = lengths
    return direction


def _located(found: Array, direction: Array, line: Line) -> tuple[str, Judged] | None:
    """Find the wrong entry by bisection: follow the half with the larger error."""
    places = np.flatnonzero(direction)
    while len(places) > 1:
        off = []
        halves = np.array_split(places, 2)
        for half in halves:
            part = _along(found.shape, half, direction.ravel()[half])
            each = line.judged(part, float(np.sum(found * part)))
            off.append(abs(each.slope - each.difference))
        places = halves[int(off[1] > off[0])]
    index = tuple(int(i) for i in np.unravel_index(int(places[0]), found.shape))
    each = line.judged(entry(found.shape, index), float(found[index]))
    return (_title(index), each) if each.verdict == "differs" else None


def _row(name: str, variable: Variable, mode: str, probes: list[tuple[str, Judged]], seen: str) -> Row:
    """The worst result, with a note on the others."""
    worst_verdict = max((each.verdict for _, each in probes), key=ORDER.__getitem__)
    alike = [(title, each) for title, each in probes if each.verdict == worst_verdict]
    # NaN is worse than any number.
    title, worst = max(alike, key=lambda pair: np.inf if np.isnan(pair[1].error) else pair[1].error)
    notes = list(_notes(mode, probes, seen, worst_verdict))
    return Row(
        name, variable.role, variable.shape, mode, len(probes), title, worst.slope, worst.difference, worst.error,
        worst_verdict, "; ".join(notes), sum(each.verdict == "not measurable" for _, each in probes),
    )  # fmt: skip


def _notes(mode: str, probes: list[tuple[str, Judged]], seen: str, verdict: str) -> Iterator[str]:
    if verdict == "differs":
        notes = [each.note for _, each in probes if each.verdict == "differs" and each.note]
        yield from notes[:1]
        return
    for kind, said in (("kink", "at a kink"), ("not measurable", "can't be measured")):
        alike = [(title, each) for title, each in probes if each.verdict == kind]
        if alike:
            title, worst = max(alike, key=lambda pair: pair[1].error)
            yield counted(len(alike), len(probes), mode, said, title, worst.note)
    if seen:
        yield seen


def counted(count: int, compared: int, mode: str, said: str, title: str, note: str) -> str:
    """Describe some entries, with the reason for one of them."""
    return f"{said}: {note}" if compared == 1 else f"{count} of {compared} {mode} {said}, {title}: {note}"
