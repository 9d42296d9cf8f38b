"""Findings of lint, and their report."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from graphviz_nn.graph.ir import Graph, Source

Level: TypeAlias = Literal["error", "warning", "note"]
MARKS: dict[Level, str] = {"error": "✗", "warning": "!", "note": "·"}


@dataclass(frozen=True)
class Finding:
    """A likely mistake.

    Parameters
    ----------
    rule : str
        The name of the rule.
    message : str
        What is wrong.
    remedy : str
        What to write instead.
    source : Source, optional
        The line of the user's code; None for an unused argument.
    nodes : tuple of str
        The operations and variables involved, by their names in the unfolded graph.
    level : {"error", "warning", "note"}
        An error gives wrong results; a note is information.
    """

    rule: str
    message: str
    remedy: str
    source: Source | None = None
    nodes: tuple[str, ...] = ()
    level: Level = "warning"

    def __str__(self) -> str:
        place = f"{self.source}: " if self.source else ""
        return f"{place}{self.message}; {self.remedy} ({self.rule})"

    def concerns(self, seen: Graph) -> bool:
        """Whether the finding applies to a view too. A view computes the stable definition of a recognised formula, and
        remarks itself on parts that no output depends on."""
        stable = self.rule == "unstable" and set(_replaced(seen)).issuperset(self.nodes)
        return self.rule != "dead_branch" and not stable


def _replaced(graph: Graph) -> Iterator[str]:
    for operation in graph.operations.values():
        if operation.written is not None:
            yield from operation.written.operations
        elif operation.body is not None:
            yield from _replaced(operation.body)


class Report(tuple[Finding, ...]):
    """Findings in the order of the graph; prints as a table."""

    __slots__ = ()

    @property
    def passed(self) -> bool:
        """Whether there are only notes."""
        return all(finding.level == "note" for finding in self)

    @property
    def summary(self) -> str:
        """The number of findings of each level."""
        counts = ((sum(finding.level == level for finding in self), level) for level in MARKS)
        return ", ".join(f"{n} {level}{'s' * (n > 1)}" for n, level in counts if n) or "nothing found"

    def __str__(self) -> str:
        rows = [(MARKS[each.level], each.rule, str(each.source or "")) for each in self]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = []
        for row, finding in zip(rows, self, strict=True):
            start = "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True))
            lines += [f"{start}  {finding.message}", f"{' ' * len(start)}  → {finding.remedy}"]
        return "\n".join([*lines, self.summary])

    __repr__ = __str__
