"""Writes `docs/spellings.md`: which spellings of layers are recognised, and what only looks like one, with the reason.

Run ``python -m docs.spellings`` in the repository's folder.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import graphviz_nn as gnn
from graphviz_nn.views import detailed
from tests.nn.spellings import NEAR_MISSES, SPELLINGS, Spelling

PAGE = Path(__file__).with_suffix(".md")
INTRODUCTION = """# Spellings

This page is written by `python -m docs.spellings`: each row is traced and folded, and a test proves that it's current.

A layer is recognised by its formula, or by what it computes: a part of the graph that gives the same numbers as the
layer is that layer, however it is written. It is tried on numbers of either sign, small, large, equal and whole, until
every branch has been taken; what its arguments happen to be computed from doesn't count. So literals may be moved
(`-1 / m * …`, `… / m`), arrays transposed, axes kept or put back, examples lie in rows or in columns. Where the author
adds something small lest a logarithm, a root or a quotient fail (at most 1e-4), it belongs to the layer, and what was
written is computed.

A name is given only where the arguments have the roles that it speaks of:

- a *target* is a target, labels (whole numbers), a constant, or computed from one of these;
- a *probability* is a leaf, or is computed by something that may give one: not by a weighted sum, an exponential, tanh;
- a *parameter* is a parameter of the model.

z, x, s and a stand for values, p and q for probabilities, y for a target, `labels` for whole numbers, `m` and `n` for
the number of examples, the others for parameters. `gnn.why_not(graph, "softmax")` says the same of your own code.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *_found(), *_missed()])


def _found() -> Iterable[str]:
    yield f"## What is recognised\n\n{len(SPELLINGS)} spellings of {len({row.layer for row in SPELLINGS})} layers.\n"
    groups: dict[str, list[Spelling]] = defaultdict(list)
    for row in SPELLINGS:
        groups[row.layer].append(row)
    for layer, rows in groups.items():
        yield f"### {layer.replace('_', ' ')}\n\n| written | of | folds to |\n|---|---|---|"
        for row in rows:
            operations = detailed("layers", row.graph()).operations.values()
            yield f"| {_code(row.source)} | {_shapes(row)} | {', '.join(each.op for each in operations)} |"
        yield ""


def _missed() -> Iterable[str]:
    yield f"## What is not, and why\n\n{len(NEAR_MISSES)} near misses.\n"
    yield "| written | of | isn't | because | `gnn.why_not` |\n|---|---|---|---|---|"
    for row in NEAR_MISSES:
        said = gnn.why_not(row.graph(), row.layer)
        # Where the code stands says nothing here.
        reason = re.sub(r" \(<string>:\d+\)", "", said.partition("isn't there")[2]).lstrip(":; ")
        cells = _code(row.source), _shapes(row), row.layer.replace("_", " "), row.why, reason
        yield f"| {' | '.join(cells)} |"
    yield ""


def _code(source: str) -> str:
    """An expression as an author writes it: ``let(a, lambda e: b)`` is ``e = a; b``.

    >>> _code("let(np.exp(z), lambda e: e / e.sum())")
    '`e = np.exp(z); e / e.sum()`'
    """
    steps = []
    node = ast.parse(source, mode="eval").body
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "let":
        value, function = node.args
        assert isinstance(function, ast.Lambda)
        steps.append(f"{function.args.args[0].arg} = {ast.unparse(value)}")
        node = function.body
    return f"`{'; '.join([*steps, ast.unparse(node)])}`"


def _shapes(row: Spelling) -> str:
    return ", ".join(f"{name} {'×'.join(map(str, shape)) or 'number'}" for name, shape in row.shapes.items())


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
