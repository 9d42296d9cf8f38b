"""Medians of things timed in turn, so that a busy moment of the machine hits all of them alike."""

from collections.abc import Callable, Mapping
from random import Random
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter


def cpu() -> float:
    """Seconds of the processor for this process and its children."""
    used = [getrusage(whose) for whose in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def medians(
    things: Mapping[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = perf_counter
) -> dict[str, float]:
    """Seconds each takes, after one round that doesn't count; the order changes, as a slow one leaves its mark."""
    order, chosen = list(things.items()), Random(0)
    taken: dict[str, list[float]] = {name: [] for name in things}
    for number in range(rounds + 1):
        chosen.shuffle(order)
        for name, thing in order:
            start = clock()
            thing()
            if number:
                taken[name].append(clock() - start)
    return {name: median(times) for name, times in taken.items()}


def ratio(found: Mapping[str, float], one: str, other: str, limit: float) -> None:
    """Print how many times as long one takes as the other, and what it may be."""
    times = found[one] / found[other]
    print(f"{'ok  ' if times <= limit else 'SLOW'}  {one} / {other}: {times:.2f} (at most {limit:g})")


def table(found: Mapping[str, float]) -> None:
    """Print the medians."""
    for name, seconds in found.items():
        print(f"{1000 * seconds:9.1f} ms  {name}")
