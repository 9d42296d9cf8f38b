"""The goals of the layout, and whether they are met."""

from collections.abc import Iterator, Sequence
from statistics import median

from yardstick.drawing import WAYS, Row
from yardstick.table import drawn

WIDEST = {
    "layers": 17,
    "compact": 17,
    "arrows": 17,
    "operations": 20,
    "operations+gradients": 25,
    "layers+gradients": 25,
}
"""The greatest median width of a view from left to right, in cm."""
# So many models may be too large for a column in each of the views.
COLUMNS_REFUSED = 3


def goals(rows: Sequence[Row], before: Sequence[Row] = ()) -> Iterator[str]:
    """A line for each goal: whether it is met, and what was found."""
    failed = [row for row in rows if row.refused and row.way != "units"]
    yield _goal(not failed, f"pictures that can't be drawn: {len(failed)} (none)")
    rows = drawn(rows)
    for way, limit in WIDEST.items():
        widths = [row.width for row in rows if (row.way, row.direction) == (way, "LR")]
        if widths:
            yield _goal(
                median(widths) <= limit, f"median width of {way}, LR: {median(widths):.1f} cm (at most {limit})"
            )
    refused = {name: _refused(rows, name) for name in ("page", "column")}
    if refused["page"]:
        said = ", ".join(f"{len(models)} in {way}" for way, models in refused["page"].items())
        yield _goal(not any(refused["page"].values()), f"models that width='page' refuses: {said} (none)")
    if refused["column"]:
        # Numbers are drawn beside what is drawn without them.
        plain = [models for way, models in refused["column"].items() if "show" not in WAYS[way]]
        never = sorted(set.intersection(*(plain or refused["column"].values())))
        said = f"models that width='column' refuses in every view: {len(never)} (at most {COLUMNS_REFUSED})"
        yield _goal(len(never) <= COLUMNS_REFUSED, ": ".join([said, *([", ".join(never)] if never else [])]))
    for name in ("touched", "dangling"):
        count = sum(bool(getattr(row, name)) for row in rows)
        yield _goal(not count, f"pictures with something {name}: {count} of {len(rows)} (none)")
    if before:
        known, old = {row.key for row in rows}, {row.key: row for row in drawn(before)}
        then = crossings([row for key, row in old.items() if key in known])
        now = crossings([row for row in rows if row.key in old])
        yield _goal(2 * now <= then, f"crossings: {now}, {then} before (at most half)")
    else:
        yield f"         crossings: {crossings(rows)} (at most half of those before: --against)"


def crossings(rows: Sequence[Row]) -> int:
    """All of them; between units, each joined to every other one, they are what is shown."""
    return sum(row.crossings for row in rows if row.way != "units")


def _refused(rows: Sequence[Row], width: str) -> dict[str, set[str]]:
    """By view, the models that can't be made to fit a width from left to right."""
    found: dict[str, set[str]] = {}
    for row in rows:
        if width in row.fits and row.direction == "LR" and row.way != "units":
            found.setdefault(row.way, set())
            if row.fits[width].refused:
                found[row.way].add(row.model)
    return found


def _goal(met: bool, said: str) -> str:
    return f"{'met    ' if met else 'NOT MET'}  {said}"
