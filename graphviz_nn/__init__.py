"""Trace neural networks, draw them as computation graphs, and check their gradients."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from graphviz_nn import errors
from graphviz_nn import ops as _operations  # noqa: F401 (registers the operations)
from graphviz_nn.graph import Graph, Operation, Variable, check
from graphviz_nn.ops.custom import custom_gradient
from graphviz_nn.tracing import constant, function, input, label, parameter, parameters_of, random, target, trace, zeros

if TYPE_CHECKING:
    from graphviz_nn import data, nn, plots, training
    from graphviz_nn.evaluation import (
        GradientReport,
        Program,
        check_gradients,
        compile,
        evaluate,
        value_and_gradient,
    )
    from graphviz_nn.evaluation.calculus import (
        elementwise_grad,
        grad,
        hessian,
        hessian_vector_product,
        jacobian,
        jvp,
        value_and_grad,
    )
    from graphviz_nn.figure.build import Steps
    from graphviz_nn.figure.composition import beside, slides, stacked
    from graphviz_nn.figure.drawing import draw
    from graphviz_nn.figure.picture import Picture
    from graphviz_nn.figure.stepping import steps
    from graphviz_nn.graph.file import load
    from graphviz_nn.importers.saved import save
    from graphviz_nn.linting import lint
    from graphviz_nn.playground.export import Handout, handout
    from graphviz_nn.playground.play import play
    from graphviz_nn.reporting import gradient_report
    from graphviz_nn.reporting.chain_rule import chain_rule
    from graphviz_nn.reporting.comparison.compare import Comparison, compare
    from graphviz_nn.reporting.explore import explore
    from graphviz_nn.reporting.summary import summary
    from graphviz_nn.style.formula import formula
    from graphviz_nn.training import Training, fit
    from graphviz_nn.transforms.backward import backward
    from graphviz_nn.transforms.batch import batch
    from graphviz_nn.transforms.collapse import collapsed
    from graphviz_nn.transforms.gradient import gradient
    from graphviz_nn.transforms.recognise import why_not

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "GradientReport",
    "Graph",
    "Handout",
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
    "compare",
    "compile",
    "constant",
    "custom_gradient",
    "data",
    "draw",
    "elementwise_grad",
    "errors",
    "evaluate",
    "explore",
    "fit",
    "formula",
    "function",
    "grad",
    "gradient",
    "gradient_report",
    "handout",
    "hessian",
    "hessian_vector_product",
    "input",
    "jacobian",
    "jvp",
    "label",
    "lint",
    "load",
    "nn",
    "parameter",
    "parameters_of",
    "play",
    "plots",
    "random",
    "save",
    "slides",
    "stacked",
    "steps",
    "summary",
    "target",
    "trace",
    "training",
    "value_and_grad",
    "value_and_gradient",
    "why_not",
    "zeros",
]


# Evaluation, drawing and training take most of the package; they are imported on first use.
LAZY = {
    "Comparison": "reporting.comparison.compare",
    "GradientReport": "evaluation",
    "Handout": "playground.export",
    "Picture": "figure.picture",
    "Program": "evaluation",
    "Steps": "figure.build",
    "Training": "training",
    "backward": "transforms.backward",
    "batch": "transforms.batch",
    "beside": "figure.composition",
    "chain_rule": "reporting.chain_rule",
    "check_gradients": "evaluation",
    "collapsed": "transforms.collapse",
    "compare": "reporting.comparison.compare",
    "compile": "evaluation",
    "draw": "figure.drawing",
    "elementwise_grad": "evaluation.calculus",
    "evaluate": "evaluation",
    "explore": "reporting.explore",
    "fit": "training",
    "formula": "style.formula",
    "grad": "evaluation.calculus",
    "gradient": "transforms.gradient",
    "gradient_report": "reporting",
    "handout": "playground.export",
    "hessian": "evaluation.calculus",
    "hessian_vector_product": "evaluation.calculus",
    "jacobian": "evaluation.calculus",
    "jvp": "evaluation.calculus",
    "lint": "linting",
    "load": "graph.file",
    "load_ipython_extension": "hosts.magic",
    "play": "playground.play",
    "save": "importers.saved",
    "setup": "hosts.sphinx",
    "slides": "figure.composition",
    "stacked": "figure.composition",
    "steps": "figure.stepping",
    "summary": "reporting.summary",
    "value_and_grad": "evaluation.calculus",
    "value_and_gradient": "evaluation",
    "why_not": "transforms.recognise",
}


def __getattr__(name: str) -> Any:
    if name in LAZY:
        found = globals()[name] = getattr(import_module(f"graphviz_nn.{LAZY[name]}"), name)
        return found
    if name in ("data", "nn", "plots", "training"):
        return import_module(f"graphviz_nn.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _shown(graph: Graph) -> dict[str, str]:
    """Represent a graph in a notebook: as a picture, or as a line of text if it is too large."""
    text = {"text/plain": f"<graph of {graph.graph.get('name', 'a model')}: {len(graph.operations)} operations>"}
    if len(graph.operations) > PICTURED:
        return text
    try:
        bundle: dict[str, str] = __getattr__("draw")(graph)._repr_mimebundle_()
    except errors.Error:
        return text
    return {**bundle, **text}


PICTURED = 200
"""The most operations of a graph that a notebook draws by itself."""
Graph.shown = _shown


def __dir__() -> list[str]:
    return __all__
