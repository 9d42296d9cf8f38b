"""The signature of an operation: the number of arguments, and the types of attributes."""

from collections.abc import Callable, Mapping
from inspect import Parameter, signature
from typing import Any, NamedTuple, get_type_hints

from graphviz_nn.errors import suggest
from graphviz_nn.graph.kinds import is_of, words


class Signature(NamedTuple):
    """The signature of an operation, read from its shape rule, whose keyword-only arguments are the attributes.

    Parameters
    ----------
    least, most : int
        The number of arguments; None without a limit.
    kinds : mapping of str to object
        The annotation of each attribute.
    required : frozenset of str
        The attributes without a default.
    """

    least: int
    most: int | None
    kinds: Mapping[str, Any]
    required: frozenset[str]

    def misfit(self, count: int, attributes: Mapping[str, Any]) -> str | None:
        """Describe the mismatch of a number of arguments and some attributes; None if they fit.

        >>> def rule(x, *, axis: int): ...
        >>> of(rule, None).misfit(1, {"axes": 0})
        "it has no attribute 'axes'; did you mean 'axis'? There are: axis"
        """
        if count < self.least or (self.most is not None and count > self.most):
            least = f"at least {self.least}" if self.most is None else str(self.least)
            return f"it takes {least} argument{'' if self.least == 1 else 's'}, found {count}"
        for name, value in attributes.items():
            if name not in self.kinds:
                return f"it has no attribute {name!r}; {suggest(str(name), self.kinds)}"
            if not is_of(self.kinds[name])(value):
                return f"its attribute {name} is {value!r:.60}; it must be {words(self.kinds[name])}"
        for name in self.required:
            if name not in attributes:
                return f"its attribute {name} is missing"
        return None


def of(shape: Callable[..., Any], count: int | None) -> Signature:
    """The signature of an operation with this shape rule; `count` arguments if the rule takes any number."""
    parameters = signature(shape).parameters.values()
    hints = get_type_hints(shape)
    given = [each for each in parameters if each.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)]
    least: int = sum(each.default is Parameter.empty for each in given)
    most: int | None = len(given)
    if any(each.kind is Parameter.VAR_POSITIONAL for each in parameters):
        least, most = (count or max(least, 1)), count
    named = [each for each in parameters if each.kind is Parameter.KEYWORD_ONLY]
    return Signature(
        least,
        most,
        {each.name: hints.get(each.name, Any) for each in named},
        frozenset(each.name for each in named if each.default is Parameter.empty),
    )
