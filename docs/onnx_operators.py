"""Write `docs/onnx_operators.md`: the cases and models that the package onnx brings, passed, failed and opaque.

Run ``python -m docs.onnx_operators`` in the repository's folder, with the extra ``onnx``.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import fill

import numpy as np

import graphviz_nn as gnn
from benchmarks.onnx_cases import COMMON, cases, is_real, models, operator_of, operators_in, verdict
from tests.onnx_light import FOLDER, NAMES, compared

PAGE = Path(__file__).with_suffix(".md")
INTRODUCTION = """# ONNX's operators and models

`python -m docs.onnx_operators` writes this page. The package onnx brings cases for each operator, with inputs and
expected results. A case passes if the graph gives the expected shapes, types and numbers, within the tolerance of the
case; it is opaque if a step is drawn, but not computed. Settings such as axes, which models have as constants, are
constants. Arrays of sequences are inputs of their own. Numbers of short types such as bfloat16 are computed in the next
wider one, and may differ by a unit of the last digit of the largest entry. Of cases that draw random numbers, shapes
and types are compared.
"""


def page() -> str:
    """The whole page."""
    found = {name: verdict(name)[0] for name in (*cases(), *models())}
    return "\n".join([INTRODUCTION, *_counts(found), *_light(), *_operators(found)]) + "\n"


def _counts(found: Mapping[str, str]) -> Iterable[str]:
    every = {**cases(), **models()}
    inside = {name: operators_in(case) for name, case in every.items()}
    own = {name for name in cases() if operator_of(name) in COMMON}
    rows = {
        "about one of them, also written out by its definition": own,
        "about one of them, with real numbers alone": {name for name in own if is_real(every[name])},
        "consisting of them alone": {name for name in cases() if inside[name] <= COMMON},
        "consisting of them, and of CastLike, which definitions need": {
            name for name in cases() if inside[name] <= COMMON | {"CastLike"}
        },
        "with one of them anywhere": {name for name in cases() if inside[name] & COMMON},
        "with one of them anywhere, and the small models of PyTorch and Caffe2": {
            name for name in every if inside[name] & COMMON
        },
    }
    yield f"## The {len(COMMON)} commonest operators\n"
    yield "How many cases they have depends on how one counts.\n"
    yield "| cases | of | passed | failed | opaque |\n|---|---|---|---|---|"
    for title, names in rows.items():
        count = Counter(found[name] for name in names)
        yield f"| {title} | {len(names)} | {_three(count)} |"
    left = sorted(name for name in rows["with one of them anywhere"] if found[name] != "passed")
    yield "\n" + fill(f"Those that don't pass: {', '.join(left) or 'none'}.", 120)
    yield "\n" + fill(f"The {len(COMMON)} are {', '.join(sorted(COMMON))}.", 120) + "\n"


def _light() -> Iterable[str]:
    yield "## Models\n\nThe light models of the package, with seeded random weights, beside onnx's reference. The"
    yield "difference is relative to the largest entry.\n"
    yield "| model | operations | parameters | drawn | difference |\n|---|---|---|---|---|"
    for name in NAMES:
        graph = gnn.trace(FOLDER / f"light_{name}.onnx")
        drawn = "yes" if gnn.draw(graph, view="layers").svg and not graph.remarks else "in part"
        parameters = sum(each.role == "parameter" for each in graph.leaves.values())
        ours, theirs = compared(name)
        gap = float(np.max(np.abs(ours - theirs)) / np.max(np.abs(theirs)))
        yield f"| {name} | {len(graph.operations)} | {parameters} | {drawn} | {'below 1e-5' if gap < 1e-5 else gap} |"
    yield ""


def _operators(found: Mapping[str, str]) -> Iterable[str]:
    counts: dict[str, Counter[str]] = {}
    for name in cases():
        counts.setdefault(operator_of(name), Counter())[found[name]] += 1
    yield "## Operators\n\nSome operators that have no rule here are computed by ONNX's own definition.\n"
    yield "| operator | passed | failed | opaque |\n|---|---|---|---|"
    for operator, count in sorted(counts.items()):
        yield f"| {operator} | {_three(count)} |"
    yield f"| **all** | {_three(sum(counts.values(), Counter()))} |"
    small = Counter(found[name] for name in models())
    yield f"| **small models of PyTorch and Caffe2** | {_three(small)} |"


def _three(count: Counter[str]) -> str:
    return " | ".join(str(count[each]) for each in ("passed", "failed", "opaque"))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
