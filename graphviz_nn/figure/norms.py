"""How steep a loss is by the parameters of each block: norms of gradients."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.evaluation import check_gradients
from graphviz_nn.evaluation.program import compile
from graphviz_nn.figure.annotation import fed_examples, loss_of, summed_up
from graphviz_nn.graph import Graph
from graphviz_nn.graph.text import words
from graphviz_nn.style.labels import label
from graphviz_nn.transforms.batch import batch as batched
from graphviz_nn.transforms.gradient import gradient


@dataclass(frozen=True)
class Norms:
    """The norm of the gradient by each parameter of a model, the verdicts of its check, and the words below."""

    of: Mapping[str, float] = field(default_factory=dict)
    verdicts: Mapping[str, str] = field(default_factory=dict)
    footer: tuple[tuple[str, str], ...] = ()


def norms(graph: Graph, feeds: Mapping[str, Any], *, check: bool, against: Any = None, batch: Iterable[str]) -> Norms:
    """Compute the norms of the gradients of a model's first output, with many examples of their mean.

    Raises
    ------
    UsageError
        If the output isn't a single number, or there is no parameter.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> graph = trace(lambda x, t: (t * x).sum(), x=input(2), t=parameter(2))
    >>> norms(graph, {"x": [3.0, 4.0], "t": [0.0, 0.0]}, check=False, batch=()).of
    {'t': 5.0}
    """
    of = loss_of(graph)
    leaves = graph.leaves.items()
    names = [name for name, v in leaves if v.role == "parameter" and np.dtype(v.dtype).kind == "f"]
    if not names:
        raise UsageError(
            "the gradients of blocks are those of their parameters, but no parameter is learned: "
            "call requires_grad_(True), give them as graphviz_nn.parameter(array), or leave out 'gradients'"
        )
    examples = fed_examples(feeds, tuple(batch))
    whole = batched(graph, examples, reduce="mean") if examples else graph
    both = gradient(whole, of, names)
    results: Mapping[str, str] = both.graph["gradients"]
    found = compile(both, list(results.values()))(feeds)
    # Squares of small numbers would vanish in single precision.
    sizes = {name: float(np.linalg.norm(np.asarray(found[each], float))) for name, each in results.items()}
    derivative = rf"\left\Vert \partial {label(of, graph.variable(of))}/\partial\theta \right\Vert"
    said = [(rf"{words('norm of the gradient in each block')}\ \ {derivative}", "gradient")]
    if examples:
        count = len(next(iter(examples.values())))
        said.append((words(f"of the mean over {count:,} examples"), "gradient"))
    if not check:
        return Norms(sizes, {}, tuple(said))
    wrt = names if against is None or isinstance(against, str) else None
    report = check_gradients(whole, feeds, against=against, wrt=wrt)
    return Norms(sizes, {row.name: row.verdict for row in report.rows}, (*said, summed_up(report)))
