"""Find likely mistakes in a model that runs."""

from typing import Any

from graphviz_nn.linting import attributes as _attributes  # noqa: F401
from graphviz_nn.linting import frozen as _frozen  # noqa: F401 (each registers its rules)
from graphviz_nn.linting import linear as _linear  # noqa: F401
from graphviz_nn.linting import target as _target  # noqa: F401
from graphviz_nn.linting import unstable as _unstable  # noqa: F401
from graphviz_nn.linting.model import Model
from graphviz_nn.linting.report import Finding, Report
from graphviz_nn.linting.rules import RULES
from graphviz_nn.tracing.model import Traceable, graph_of

__all__ = ["RULES", "Finding", "Report", "lint"]


def lint(graph: Traceable, *, example: Any = ()) -> Report:
    """Find likely mistakes in a model: a target that leaks, linear layers in a row, overflow, and others.

    Parameters
    ----------
    graph : Graph or callable
        A model.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.

    Raises
    ------
    GraphError
        If `graph` breaks an invariant of graphs.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> print(lint(trace(lambda x, W: np.tanh(W @ x), x=input(2), W=parameter((3, 2)))))
    nothing found
    >>> [finding] = lint(trace(lambda x, V, W: W @ (V @ x), x=input(2), V=parameter((3, 2)), W=parameter((2, 3))))
    >>> finding.rule
    'linear_collapse'
    """
    model = Model(graph_of(graph, example))
    found: dict[tuple[object, ...], Finding] = {}
    for name, rule in RULES.items():
        for finding in rule(model):
            assert finding.rule == name
            # Repeated calls of a function are reported once.
            found.setdefault((name, finding.message, finding.source), finding)
    last = len(model.position)
    place = {each: min((model.position[n] for n in each.nodes), default=last) for each in found.values()}
    return Report(sorted(place, key=lambda each: (place[each], each.rule, each.message)))
