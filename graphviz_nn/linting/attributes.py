"""The rule about classes: arrays of an object that are constants of the graph."""

from collections.abc import Iterator

from graphviz_nn.linting.model import Model
from graphviz_nn.linting.report import Finding, Level
from graphviz_nn.linting.rules import rule


@rule("constant_attribute")
def _constant_attribute(model: Model) -> Iterator[Finding]:
    """An array of the object whose method was traced: it is a constant, not a parameter."""
    level: Level = "note" if model.roles("parameter") else "warning"
    for name, way in model.written.graph.get("attributes", ()):
        if name in model.live:
            users = [model.written.operation(user) for user in model.written.successors(name)]
            yield Finding(
                "constant_attribute",
                f"{name} ({way}) is a constant: it isn't learned, and no gradient of it is checked",
                "trace the method of graphviz_nn.parameters_of(object), in which arrays are parameters",
                next((user.source for user in users), None),
                (name,),
                level,
            )
