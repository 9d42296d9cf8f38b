"""Rows as text: each picture, medians and worst, and what changed against another run."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from graphviz_nn.layout.result import DIRECTIONS
from graphviz_nn.scene import PAGES
from yardstick.drawing import WAYS, Row
from yardstick.measures import MEASURES, Measure

Cells = list[str]
HEADINGS = ["", "", "", *(each.heading for each in MEASURES)]
SUMMARIES = ("median", "worst")


def aligned(lines: Iterable[Sequence[str]]) -> str:
    """Cells in columns, the first three from the left.

    >>> print(aligned([["a", "", "", "10"], ["bb", "", "", "9"]]))
    a       10
    bb       9
    """
    lines = list(lines)
    widths = [max(len(line[i]) for line in lines if i < len(line)) for i in range(max(map(len, lines)))]
    return "\n".join(
        "  ".join(cell.ljust(widths[i]) if i < 3 else cell.rjust(widths[i]) for i, cell in enumerate(line)).rstrip()
        for line in lines
    )


def pictures(rows: Sequence[Row]) -> str:
    """A line for each picture, and one for each that there can't be."""
    cells = [[*row.key, *(each.text(each.number(row)) for each in MEASURES)] for row in drawn(rows)]
    refused = (f"{', '.join(row.key)}: {row.refused}" for row in rows if row.refused)
    return "\n".join([aligned([HEADINGS, *cells]), *refused])


def summary(rows: Sequence[Row]) -> str:
    """Medians and worst of each view and direction."""
    return aligned([HEADINGS, *_summaries(rows, lambda each, kind, group: each.text(each.summary(kind, group)))])


def ways_to_fit(rows: Sequence[Row]) -> str:
    """How often each width was met, by which change."""
    lines = []
    for way, direction, group in _groups(rows):
        for name in PAGES:
            fits = [row.fits[name] for row in group if name in row.fits]
            said = [("refused" if fit.refused else fit.changed or "as asked") for fit in fits]
            if fits:
                counted = ", ".join(f"{said.count(each)} {each}" for each in sorted(set(said)))
                lines.append(f"{way}, {direction}, {name}: {counted}")
    return "\n".join(lines)


def faults(rows: Sequence[Row]) -> Iterator[str]:
    """What is wrong with each picture, also with those that were made to fit a width."""
    for row in rows:
        parts = {"": (*row.touched, *row.dangling), **{name: fit.faults for name, fit in row.fits.items()}}
        for width, said in parts.items():
            yield from (f"{', '.join([*row.key, *filter(None, [width])])}: {each}" for each in said)


def changes(rows: Sequence[Row], before: Sequence[Row]) -> str:
    """What is other than in another run, of the pictures that are in both: by view, then by model."""
    old = {row.key: row for row in drawn(before)}
    both = [row for row in drawn(rows) if row.key in old]

    def change(each: Measure, kind: str, group: Sequence[Row]) -> str:
        then, now = (each.text(each.summary(kind, some)) for some in ([old[row.key] for row in group], group))
        return now if then == now or "-" in (then, now) else f"{then}→{now}"

    models = [(name, [row for row in both if row.model == name]) for name in dict.fromkeys(row.model for row in both)]
    by_model = ([name, "", "median", *(change(each, "median", group) for each in MEASURES)] for name, group in models)
    return aligned([HEADINGS, *_summaries(both, change), *by_model])


def drawn(rows: Iterable[Row]) -> list[Row]:
    """Those that could be drawn."""
    return [row for row in rows if not row.refused]


def _summaries(rows: Sequence[Row], text: Callable[[Measure, str, Sequence[Row]], str]) -> Iterator[Cells]:
    for way, direction, group in _groups(rows):
        for kind in SUMMARIES:
            yield [way, direction, f"{kind} of {len(group)}", *(text(each, kind, group) for each in MEASURES)]


def _groups(rows: Sequence[Row]) -> Iterator[tuple[str, str, list[Row]]]:
    for way in WAYS:
        for direction in DIRECTIONS:
            group = [row for row in drawn(rows) if row.key[1:] == (way, direction)]
            if group:
                yield way, direction, group
