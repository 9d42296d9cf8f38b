"""A model that can't be exported."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphviz_nn.errors import TracingError
from graphviz_nn.graph.ir import Graph, Role


def graph_of_run(
    module: Any,
    title: str,
    given: Sequence[Any],
    named: Mapping[str, Any],
    roles: Sequence[Role],
    failed: Exception,
) -> Graph:
    """Say why."""
    raise TracingError(f"{title} can't be exported: {' '.join(str(failed).split()):.300}") from failed
