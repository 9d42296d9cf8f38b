"""Whether a frame around the first of equal parts would hold only what is part of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.transforms.repeats import Repeat


def framed(wiring: Wiring, found: Iterable[Repeat], least: int) -> list[Repeat]:
    """The repeats as they can be drawn: in series only such that nothing else is beside their first part on its way.

    Where values go on over more than one part, as in coupling layers that exchange their halves, a part begins in the
    middle of what is before it. Those of at least so many parts are drawn as the first, …, and the last.
    """
    depths = _depths(wiring)
    return [
        repeat if is_clear else replace(repeat, in_series=False)
        for repeat in found
        if (is_clear := not repeat.in_series or _is_clear(wiring, repeat, depths)) or len(repeat.parts) >= least
    ]


def _is_clear(wiring: Wiring, repeat: Repeat, depths: Mapping[str, int]) -> bool:
    """Whether all that leads only to the first part is before it."""
    first, second = ({v for name in part for v in wiring.arguments[name].values()} for part in repeat.parts[:2])
    inside, start = set(repeat.parts[0]), min((depths[name] for name in repeat.parts[0] if depths[name]), default=0)
    makers = {wiring.producer[v] for v in first - second if v in wiring.producer} - inside
    return not start or all(depths[maker] < start for maker in makers)


def _depths(wiring: Wiring) -> dict[str, int]:
    """How many operations are on the longest way from data to each; 0 for what is computed of weights alone."""
    found: dict[str, int] = {}
    data = {
        name for name, v in wiring.variables.items() if name not in wiring.producer and v.role in ("input", "target")
    }
    for name in wiring.order():
        given = wiring.arguments[name].values()
        before = [found[wiring.producer[v]] for v in given if v in wiring.producer]
        steps = max(before, default=0)
        found[name] = steps + 1 if steps or not data.isdisjoint(given) else 0
    return found
