"""Pictures for the tests of formats: the lecture's, and those of models with names from strangers."""

from functools import cache

import graphviz_nn as gnn
from graphviz_nn.cli.figures import figures
from graphviz_nn.graph.text import words

NAMES = (
    "</svg><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--",
    "-->",
    "]]>",
    "--",
    "a & b",
    "quo\"te'",
    "\u202eabc",
    "😀",
    "学习",
    "نموذج",
    "a" * 500,
    r"\%$#&_{}~^",
    r"\input{secret}",
    "c:\\d\\",
    "end",
    "1. x",
    "- x",
    "`md` **b** __c__",
    "#quot; &lt;",
    "%%{init: {}}%%",
    "A-->B; C",
    "x|y",
    "javascript:alert(1)",
)


STEMS = [figure.path.stem for figure in figures()]


@cache
def lecture():
    """The lecture's pictures by name."""
    return {figure.path.stem: figure.picture() for figure in figures()}


@cache
def named(name, label=None):
    """A picture of a model with one variable and one block of this name."""
    graph = gnn.Graph()
    graph.add_variable(name, gnn.Variable((2,), role="input", label=label))
    graph.add_operation("negative", gnn.Operation("negative", source=None), [name], ["y"])
    graph.add_variable("y", gnn.Variable((2,), role="output"))
    graph.graph["name"] = name
    graph.outputs = ("y",)
    return gnn.draw(graph, feeds={name: [1.0, 2.0]}, show=("shapes", "values"))


def subscripted(name):
    """A picture of a model with a name, which is also the subscript of a letter."""
    return named(name, rf"x_{{{words(name)}}}")
