"""What lint finds in the models of a picture, as far as it applies to their views."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from graphviz_nn.figure.panel import Panel
from graphviz_nn.graph.ir import Graph
from graphviz_nn.style.prose import prose

if TYPE_CHECKING:
    from graphviz_nn.linting.report import Finding

# The TeX before a finding of each level.
SIGNS = {"error": r"\times", "warning": r"\mathrm{!}"}


def findings(panels: Sequence[Panel]) -> Iterator["Finding"]:
    """The errors and warnings on each panel."""
    # Lint runs on demand: most pictures are only drawn and saved.
    from graphviz_nn.linting import lint

    reports = {key: lint(model) for key, model in {id(panel.model): panel.model for panel in panels}.items()}
    for panel in panels:
        serious = (each for each in reports[id(panel.model)] if each.level != "note")
        yield from (each for each in serious if each.concerns(panel.graph))


def stopped(graphs: Sequence[Graph]) -> tuple[tuple[str, ...], ...]:
    r"""Why models failed that are drawn as far as they ran: a paragraph of TeX words each.

    Examples
    --------
    >>> stopped([Graph(stopped="KeyError $x$")])
    (('\\times', '\\mathrm{KeyError}', '\\mathrm{\\$x\\$}'),)
    """
    said = (graph.graph.get("stopped") for graph in graphs)
    return tuple((SIGNS["error"], *words) for each in said if each for words in prose(each.replace("$", r"\$")))


def written(panels: Sequence[Panel]) -> tuple[tuple[str, ...], ...]:
    """The findings as they stand below a picture: a paragraph of TeX words each.

    Examples
    --------
    >>> from graphviz_nn.figure.drawing import draw
    >>> from graphviz_nn.tracing import input, trace
    >>> written(draw(trace(lambda x: x**2, x=input(2))).panels)
    ()
    """
    said = (
        (SIGNS[each.level], *words) for each in findings(panels) for words in prose(each.message.replace("$", r"\$"))
    )
    return tuple(dict.fromkeys(said))
