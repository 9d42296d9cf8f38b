"""The names of values in a finished graph."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphviz_nn.graph.ir import Variable


@dataclass
class Value:
    """A variable on its way into a graph. `name` is final if `fixed`, otherwise a wish; it is the function's name if
    `titled`.

    `layer` counts the layers that lead to it along its branch. If a graph has several layers, it follows a `numbered`
    name.
    """

    variable: Variable
    name: str | None = None
    fixed: bool = False
    anonymous: bool = False
    titled: bool = False
    layer: int = 0
    numbered: bool = False


def value_names(values: Sequence[Value]) -> tuple[list[str], list[int], dict[str, str]]:
    """Name every value. Also return which values the author gave no name, and which share a name: z1 of two
    branches becomes z1_1 and z1_2.

    A name that is bound several times is numbered as the lecture numbers layers: a1, a2, a3.
    """
    several = any(value.layer > 1 for value in values)
    wished = [f"{v.name}{v.layer}" if v.name and v.numbered and several else v.name for v in values]
    # The author's names come before those of modules.
    given = zip(wished, values, strict=True)
    wishes = Counter((wish, each.numbered) for wish, each in given if wish and not each.fixed)
    taken = {each.name for each in values if each.fixed and each.name}
    names = Names(taken)
    bound: Counter[tuple[str, bool]] = Counter()
    found: list[str] = []
    anonymous = []
    shared: dict[str, str] = {}
    for number, (wish, value) in enumerate(zip(wished, values, strict=True)):
        if wish is None:
            anonymous.append(number)
            found.append(names.unique("v", numbered=True))
        elif value.fixed:
            found.append(wish)
            if value.anonymous:
                anonymous.append(number)
        elif wishes[key := (wish, value.numbered)] > 1 or wish in taken or (value.numbered and wishes[wish, False]):
            bound[key] += 1
            is_numbered = value.numbered or re.search(r"\d$", wish)
            found.append(names.unique(f"{wish}{'_' if is_numbered else ''}{bound[key]}"))
            if is_numbered:
                shared[found[-1]] = wish
        else:
            found.append(names.unique(wish))
    return found, anonymous, shared


class Names:
    """A set of unique names."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)
        self.count: Counter[str] = Counter()

    def unique(self, wish: str, *, numbered: bool = False) -> str:
        name = f"{wish}{self.count[wish] + 1}" if numbered else wish
        while name in self.taken or not name:
            self.count[wish] += 1
            name = f"{wish}{self.count[wish] + 1}" if numbered else f"{wish}_{self.count[wish] + 1}"
        self.taken.add(name)
        return name
