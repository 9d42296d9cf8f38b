"""The steps of a framework as a Python function, one step a line."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from graphviz_nn.evaluation.backends.contractions import contractions
from graphviz_nn.evaluation.backends.steps import Framework, Step, steps
from graphviz_nn.evaluation.backends.windows import STEPS, windows
from graphviz_nn.evaluation.schedule import freed_after
from graphviz_nn.evaluation.source import RESERVED, comment, identifier, literal
from graphviz_nn.transforms.contract import Unused
from graphviz_nn.transforms.passes.listing import Listing


class StraightLine:
    """The lines of a graph with the kernels of a framework.

    Raises
    ------
    GraphError
        If the framework has no kernel for an operation.
    """

    def __init__(self, listing: Listing, framework: Framework) -> None:
        joined = windows.rewrite(listing) if framework.kernels.keys() >= STEPS.keys() else listing
        self.listing, self.framework = contractions.rewrite(joined), framework
        self.steps = list(steps(self.listing, framework))

    @cached_property
    def function(self) -> Callable[..., tuple[Any, ...]]:
        """A function of the leaves; no text of the graph enters its source."""
        unused = Unused(RESERVED)
        words = {name: unused(f"v{number}") for number, name in enumerate(self.listing.variables)}
        source, space = self._write(words, unused, plain=False)
        exec(compile(source, f"<graphviz_nn program for {self.framework.name}>", "exec"), space)
        found: Callable[..., tuple[Any, ...]] = space["program"]
        return found

    @property
    def source(self) -> str:
        """The same function with the names of variables and operations; it isn't executed."""
        unused = Unused(RESERVED)
        words = {name: unused(identifier(name)) for name in self.listing.variables}
        return self._write(words, unused, plain=True)[0]

    def _write(self, words: Mapping[str, str], unused: Unused, *, plain: bool) -> tuple[str, dict[str, Any]]:
        leaves, freed, space = self.listing.leaves, freed_after(self.listing), dict[str, Any]({"np": np})
        known = dict[Any, str]()

        def passed(value: Any, wish: str, key: Any = None) -> str:
            """The name by which an object is passed, one for each."""
            key = id(value) if key is None else key
            if key not in known:
                known[key] = unused(wish)
                space[known[key]] = value
            return known[key]

        def written(value: Any, wish: str) -> str:
            return passed(value, wish) if (text := literal(value)) is None else text

        def argument(step: Step, slot: int) -> str:
            value, needed = step.given[slot], step.call.needed[slot]
            text = words[value] if isinstance(value, str) else written(value, "number")
            if (cast := step.casts[slot]) is None:
                return text
            assert needed is not None
            return f"{passed(cast, f'to_{needed.name}', needed)}({text})"

        for name, each in leaves.items():
            if each.role == "constant":
                space[words[name]] = self.framework.constant(each.value, each.dtype)
        lines = []
        for number, step in enumerate(self.steps):
            given = [argument(step, slot) for slot in range(len(step.given))]
            given += [f"{key}={written(value, key)}" for key, value in step.attributes.items()]
            called = passed(step.kernel, step.call.op.name if plain else "kernel")
            remark = comment(step.call.origin) if plain else ""
            lines.append(f"    {words[step.call.result]} = {called}({', '.join(given)}){remark}")
            if number in freed:
                lines.append(f"    del {', '.join(words[each] for each in freed[number])}")
        arguments = ", ".join(words[name] for name, each in leaves.items() if each.role != "constant")
        returned = "".join(f"{words[name]}, " for name in self.listing.outputs).strip()
        return "\n".join([f"def program({arguments}):", *lines, f"    return {returned or '()'}", ""]), space
