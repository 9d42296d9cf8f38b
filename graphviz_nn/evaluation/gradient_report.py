"""What a comparison of gradients found."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["agrees", "not measurable", "kink", "differs"]
MARKS: dict[Verdict, str] = {"agrees": "✓", "not measurable": "?", "kink": "~", "differs": "✗"}
DIFFERENCES = "central differences"


@dataclass(frozen=True)
class Row:
    """What was found for one variable: its worst entry or direction.

    Parameters
    ----------
    gradient, difference : float
        The graph's own, and what it was compared with.
    unmeasured : int
        How many of its entries or directions can't be measured.
    """

    name: str
    role: str
    shape: tuple[int, ...]
    mode: str
    compared: int
    worst: str
    gradient: float
    difference: float
    error: float
    verdict: Verdict
    note: str = ""
    unmeasured: int = 0


@dataclass(frozen=True)
class GradientReport:
    """Every gradient of a graph beside another's; prints as a table.

    Parameters
    ----------
    of : str
        The variable that was differentiated.
    rows : tuple of Row
        One for each variable that was compared.
    tolerance : float
        The largest relative error that agrees.
    remarks : tuple of str
        What was noticed, a sentence each.
    against : str
        What the gradients were compared with.
    first : str, optional
        Of what differs, the first on the way back: the others may follow from it.
    step : str
        The step back to that, where its other end agrees.
    hints : tuple of str
        What those that differ may be instead, a sentence each.
    """

    of: str
    rows: tuple[Row, ...]
    tolerance: float
    remarks: tuple[str, ...] = ()
    against: str = DIFFERENCES
    first: str | None = None
    step: str = ""
    hints: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether no gradient differs; at a kink none can be told right or wrong, and none is."""
        return all(row.verdict != "differs" for row in self.rows)

    @property
    def measured(self) -> bool:
        """Whether every entry of every gradient could be compared; rounding may hide a slope altogether."""
        return not any(row.unmeasured for row in self.rows)

    def __bool__(self) -> bool:
        return self.passed

    @property
    def summary(self) -> str:
        """One sentence."""
        agree = sum(row.verdict == "agrees" for row in self.rows)
        sentence = f"{agree} of {len(self.rows)} agree with {self.against}"
        kinks = [row.name for row in self.rows if row.verdict == "kink"]
        differ = [row for row in self.rows if row.verdict == "differs"]
        hidden = [_hidden(row) for row in self.rows if row.unmeasured]
        if hidden:
            sentence += f"; {', '.join(hidden)} not measurable"
        if kinks:
            sentence += f"; {', '.join(kinks)} at a kink"
        if differ:
            worst = max(differ, key=lambda row: row.error)
            sentence += f"; the worst is {worst.name} {worst.worst}".rstrip()
        if len(differ) > 1 and self.first:
            sentence += f"; the first on the way back is {self.first}"
        return sentence

    @property
    def table(self) -> tuple[tuple[str, ...], ...]:
        """The rows as text, below their head."""
        return self.written()

    def written(self, digits: int = 6) -> tuple[tuple[str, ...], ...]:
        """The table with so many significant digits."""
        head = ("", "variable", "shape", "worst", "gradient", self._other, "error")
        body = [
            (
                MARKS[row.verdict],
                row.name,
                "×".join(map(str, row.shape)) or "1",
                row.worst,
                f"{row.gradient:.{digits}g}",
                f"{row.difference:.{digits}g}",
                f"{row.error:.1e}",
            )
            for row in self.rows
        ]
        return (head, *body)

    @property
    def _other(self) -> str:
        return "difference" if self.against == DIFFERENCES else self.against

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say beside the table, a sentence each."""
        step = (f"look at the step back to {self.first}: {self.step}",) if self.step else ()
        return (*(f"{row.name}: {row.note}" for row in self.rows if row.note), *step, *self.hints, *self.remarks)

    def __str__(self) -> str:
        widths = [max(map(len, column)) for column in zip(*self.table, strict=True)]
        lines = ["  ".join(w.ljust(n) for w, n in zip(row, widths, strict=True)).rstrip() for row in self.table]
        return "\n".join([*lines, *self.notes, self.summary])

    __repr__ = __str__


def _hidden(row: Row) -> str:
    if row.unmeasured == row.compared:
        return row.name
    return f"{row.unmeasured} of {row.compared} {row.mode} of {row.name}"
