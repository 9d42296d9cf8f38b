"""Computation graphs of neural networks: traced from code, drawn for lectures, their gradients checked."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from graphviz_nn import errors
from graphviz_nn import ops as _operations  # noqa: F401 (registers the operations)
from graphviz_nn.evaluation import (
    GradientReport,
    Program,
    check_gradients,
    compile,
    evaluate,
    value_and_gradient,
)
from graphviz_nn.graph import Graph, Operation, Variable, check, load, save
from graphviz_nn.tracing import constant, function, input, label, parameter, parameters_of, random, target, trace
from graphviz_nn.transforms.backward import backward
from graphviz_nn.transforms.batch import batch
from graphviz_nn.transforms.gradient import gradient

if TYPE_CHECKING:
    from graphviz_nn import data, nn, plots, training
    from graphviz_nn.figure.build import Steps
    from graphviz_nn.figure.composition import beside, slides, stacked
    from graphviz_nn.figure.drawing import draw
    from graphviz_nn.figure.picture import Picture
    from graphviz_nn.figure.stepping import steps
    from graphviz_nn.linting import lint
    from graphviz_nn.reporting import gradient_report
    from graphviz_nn.reporting.chain_rule import chain_rule
    from graphviz_nn.style.formula import formula
    from graphviz_nn.training import Training, fit
    from graphviz_nn.transforms.collapse import collapsed
    from graphviz_nn.transforms.recognise import why_not

__version__ = "0.1.0"

__all__ = [
    "GradientReport",
    "Graph",
    "Operation",
    "Picture",
    "Program",
    "Steps",
    "Training",
    "Variable",
    "backward",
    "batch",
    "beside",
    "chain_rule",
    "check",
    "check_gradients",
    "collapsed",
    "compile",
    "constant",
    "data",
    "draw",
    "errors",
    "evaluate",
    "fit",
    "formula",
    "function",
    "gradient",
    "gradient_report",
    "input",
    "label",
    "lint",
    "load",
    "nn",
    "parameter",
    "parameters_of",
    "plots",
    "random",
    "save",
    "slides",
    "stacked",
    "steps",
    "target",
    "trace",
    "training",
    "value_and_gradient",
    "why_not",
]


# Half of the package serves drawing or training only; it is imported when it is first used.
LAZY = {
    "Picture": "figure.picture",
    "Steps": "figure.build",
    "Training": "training",
    "beside": "figure.composition",
    "chain_rule": "reporting.chain_rule",
    "collapsed": "transforms.collapse",
    "draw": "figure.drawing",
    "fit": "training",
    "formula": "style.formula",
    "gradient_report": "reporting",
    "lint": "linting",
    "load_ipython_extension": "hosts.magic",
    "setup": "hosts.sphinx",
    "slides": "figure.composition",
    "stacked": "figure.composition",
    "steps": "figure.stepping",
    "why_not": "transforms.recognise",
}


def __getattr__(name: str) -> Any:
    if name in LAZY:
        return getattr(import_module(f"graphviz_nn.{LAZY[name]}"), name)
    if name in ("data", "nn", "plots", "training"):
        return import_module(f"graphviz_nn.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _shown(graph: Graph) -> dict[str, str]:
    """A graph in a notebook: its picture, or a line of text where it is too large for one."""
    text = {"text/plain": f"<graph of {graph.graph.get('name', 'a model')}: {len(graph.operations)} operations>"}
    if len(graph.operations) > PICTURED:
        return text
    try:
        bundle: dict[str, str] = __getattr__("draw")(graph)._repr_mimebundle_()
    except errors.Error:
        return text
    return {**bundle, **text}


PICTURED = 200
"""The most operations of a graph that a notebook draws unasked."""
Graph.shown = _shown


def __dir__() -> list[str]:
    return __all__
