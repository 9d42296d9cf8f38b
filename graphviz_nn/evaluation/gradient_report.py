"""The result of a gradient check."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["agrees", "not measurable", "kink", "differs"]
MARKS: dict[Verdict, str] = {"agrees": "✓", "not measurable": "?", "kink": "~", "differs": "✗"}
DIFFERENCES = "central differences"


@dataclass(frozen=True)
class Row:
    """The result for one variable: its worst entry or direction.

    Parameters
    ----------
    gradient, difference : float
        The graph's gradient, and the number it was compared with.
    unmeasured : int
        The number of its entries or directions that can't be measured.
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
    """The comparison of every gradient of a graph; prints as a table.

    Parameters
    ----------
    of : str
        The differentiated variable.
    rows : tuple of Row
        One for each compared variable.
    tolerance : float
        The largest relative error that counts as agreement.
    remarks : tuple of str
        Remarks, one sentence each.
    against : str
        The source of the other gradients.
    first : str, optional
        The first variable on the way back that differs; the others may follow from it.
    step : str
        The backward step that leads to it, if its other end agrees.
    hints : tuple of str
        Likely explanations of wrong gradients, one sentence each.
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
        """Whether no gradient differs; at a kink, no gradient counts as wrong."""
        return all(row.verdict != "differs" for row in self.rows)

    @property
    def measured(self) -> bool:
        """Whether every entry of every gradient could be compared; rounding can hide a slope."""
        return not any(row.unmeasured for row in self.rows)

    def __bool__(self) -> bool:
        return self.passed

    @property
    def summary(self) -> str:
        """A summary in one sentence."""
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
        """The rows as text, below their header."""
        return self.written()

    def written(self, digits: int = 6) -> tuple[tuple[str, ...], ...]:
        """The table with this number of significant digits."""
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
        """Notes below the table, one sentence each."""
        step = (f"check the backward step to {self.first}: {self.step}",) if self.step else ()
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
