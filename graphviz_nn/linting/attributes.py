"""The rule on objects: arrays of an object that are constants of the graph."""

from collections.abc import Iterator

from graphviz_nn.linting.model import Model
from graphviz_nn.linting.report import Finding, Level
from graphviz_nn.linting.rules import rule


@rule("constant_attribute")
def _constant_attribute(model: Model) -> Iterator[Finding]:
    """An array of the object of a traced method, which is a constant and not a parameter."""
    level: Level = "note" if model.roles("parameter") else "warning"
    for name, way in model.written.graph.get("attributes", ()):
        if name in model.live:
            users = [model.written.operation(user) for user in model.written.successors(name)]
            yield Finding(
                "constant_attribute",
                f"{name} ({way}) is a constant: it isn't learned, and its gradient isn't checked",
                "trace the method of graphviz_nn.parameters_of(object), which makes arrays parameters",
                next((user.source for user in users), None),
                (name,),
                level,
            )
