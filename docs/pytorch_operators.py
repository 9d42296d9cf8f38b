"""Write `docs/pytorch_operators.md`, PyTorch's models and operators beside its own numbers.

Run ``python -m docs.pytorch_operators`` in the repository's folder, with the extra ``torch``.
"""

from collections.abc import Iterable
from pathlib import Path
from unittest.mock import patch

import torch

import graphviz_nn as gnn
from graphviz_nn.importers.pytorch.aten import ROWS
from tests.importers.pytorch.agreement import as_dtype, distances
from tests.importers.pytorch.families import FAMILIES, family
from tests.importers.pytorch.zoo import models

PAGE = Path(__file__).with_suffix(".md")
LIMITS = {torch.float64: 1e-10, torch.float32: 1e-4}
INTRODUCTION = """# PyTorch's models and operators

`python -m docs.pytorch_operators` writes this page. It imports each model and each family of operators, and compares
every result, and the gradient of their weighted sum by every input and parameter, with PyTorch's own: relative to the
largest entry, within 1e-10 in float64 and 1e-4 in float32. What isn't in the table is drawn by its name, but not
computed.
"""


def page() -> str:
    """The whole page."""
    met: set[str] = set()
    return "\n".join([INTRODUCTION, *_models(met), *_operators(met)]) + "\n"


class Noting(dict[str, object]):
    """The table of operators; notes which are looked up."""

    def __init__(self, met: set[str]) -> None:
        super().__init__(ROWS)
        self.met = met

    def get(self, key: str, default: object = None) -> object:
        if key in self:
            self.met.add(key)
        return super().get(key, default)


def _compared(
    model: torch.nn.Module, examples: tuple[torch.Tensor, ...]
) -> tuple[list[dict[str, float]], gnn.Graph, set[str]]:
    """The distances in both precisions, the graph, and the operators."""
    noting = Noting(set())
    with patch("graphviz_nn.importers.pytorch.exported.ROWS", noting):
        found = [distances(model.to(kind), as_dtype(kind, examples)) for kind in LIMITS]
    return [gaps for gaps, _ in found], found[0][1], noting.met


def _models(met: set[str]) -> Iterable[str]:
    yield "## Models\n\n| model | results | gradients | float64 | float32 | drawn only |\n|---|---|---|---|---|---|"
    for name, (model, examples) in models().items():
        gaps, graph, used = _compared(model, examples)
        met |= used
        slopes = sum(each.startswith("∂") for each in gaps[0])
        yield f"| {name} | {len(gaps[0]) - slopes - 1} | {slopes} | {_both(gaps)} | {len(graph.remarks)} |"
    yield ""


def _operators(met: set[str]) -> Iterable[str]:
    yield "## Operators\n\n| family | float64 | float32 | operators |\n|---|---|---|---|"
    for name in FAMILIES:
        gaps, _, used = _compared(*family(name))
        met |= used
        yield f"| {name} | {_both(gaps)} | {', '.join(sorted(used))} |"
    others = sorted(ROWS.keys() - met)
    yield f"\n{len(met)} of {len(ROWS)} rows have a case here. Most of the others are second names of these, or the"
    yield f"forms that PyTorch's decompositions give them: {', '.join(others)}."


def _both(gaps: list[dict[str, float]]) -> str:
    return " | ".join(_said(each, limit) for each, limit in zip(gaps, LIMITS.values(), strict=True))


def _said(gaps: dict[str, float], limit: float) -> str:
    wrong = [name for name, gap in gaps.items() if not gap < limit]
    return f"differs: {', '.join(wrong)}" if wrong else "equal"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
