"""The gradients of one example, compared with central differences."""

from typing import Any

from graphviz_nn.evaluation import check_gradients
from graphviz_nn.graph.ir import Array
from graphviz_nn.playground.subject import Subject


def check(subject: Subject, feeds: dict[str, Array], parameters: dict[str, Array]) -> dict[str, Any]:
    """Compare the gradient by each parameter; a row has its worst entry.

    Parameters
    ----------
    feeds : dict of str to array
        An example: inputs and target.
    """
    model = subject.model
    known = {**feeds, **{name: value.copy() for name, value in parameters.items()}}
    report = check_gradients(model.whole, known, of=model.loss, wrt=list(model.parameters))
    rows = [
        {
            "parameter": row.name,
            "index": _index(row.worst),
            "compared": row.compared,
            "gradient": row.gradient,
            "difference": row.difference,
            "passed": row.verdict != "differs",
            "verdict": row.verdict,
        }
        for row in report.rows
    ]
    count = sum(row.compared for row in report.rows)
    return {"passed": report.passed, "rows": rows, "words": f"parameters: {report.summary}, {count} numbers in all"}


def _index(place: str) -> list[int]:
    """The index of an entry, ``[0, 1]``; a direction has none."""
    inside = place.strip("[]")
    return [int(each) for each in inside.split(",")] if inside.replace(",", "").replace(" ", "").isdigit() else []
