"""Write `docs/spellings.md`: the recognised spellings of layers, and the near misses with the reason.

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

`python -m docs.spellings` writes this page. It traces and folds each row; a test checks that the page is current.

A view recognises a layer by its formula or by its values: a part of the graph that computes the same numbers as a layer
is that layer, however you write it. The values are compared on positive, negative, small, large, equal and whole
numbers, until every branch has been taken. Where the arguments come from doesn't matter. So you can move literals
(`-1 / m * …`, `… / m`), transpose arrays, keep or restore axes, and put examples in rows or in columns. A small number
(at most 1e-4) that keeps a logarithm, a root or a quotient from failing belongs to the layer; the graph computes what
you wrote.

The arguments must also have the roles that the name implies:

- a *target* is a target, labels (whole numbers), a constant, or computed from one of these;
- a *probability* is a leaf, or the result of an operation that can give one: not of a weighted sum, an exponential or
  tanh;
- a *parameter* is a parameter of the model.

z, x, s and a are values, p and q are probabilities, y is a target, `labels` are whole numbers, `m` and `n` count
examples, and the other names are parameters. `gnn.why_not(graph, "softmax")` gives the reasons for your own code.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *_found(), *_missed()])


def _found() -> Iterable[str]:
    yield f"## Recognised spellings\n\n{len(SPELLINGS)} spellings of {len({row.layer for row in SPELLINGS})} layers.\n"
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
    yield f"## Near misses, and why\n\n{len(NEAR_MISSES)} near misses.\n"
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
