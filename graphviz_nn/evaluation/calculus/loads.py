"""What a code takes from outside, by its bytecode, and whether it leaves something there."""

import dis
from collections.abc import Sequence
from functools import lru_cache
from types import CodeType
from typing import NamedTuple, TypeAlias

from graphviz_nn.tracing.reach import codes

Chain: TypeAlias = tuple[str, ...]
"""A variable, and the attributes that are taken of it at once: ("np", "linalg", "norm")."""

GLOBAL = ("LOAD_GLOBAL", "LOAD_NAME")
CLOSURE = ("LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_DEREF")
ATTRIBUTE = ("LOAD_ATTR", "LOAD_METHOD")
# They leave something outside of the function, define a class, whose code has other variables, or hide names.
LEAVING = frozenset(
    [
        "STORE_GLOBAL",
        "DELETE_GLOBAL",
        "STORE_ATTR",
        "DELETE_ATTR",
        "STORE_NAME",
        "LOAD_BUILD_CLASS",
        "IMPORT_STAR",
        "MATCH_CLASS",
    ]
)


class Loads(NamedTuple):
    """What a code and its inner codes take from outside.

    Parameters
    ----------
    globals, closure : tuple of tuple of str
        The variables with the attributes that are taken of them.
    imports : tuple of str
        The modules that are imported.
    attributes : frozenset of str
        The names of attributes of other values.
    leaves_something : bool
        Whether it stores attributes or outer variables.
    """

    globals: tuple[Chain, ...]
    closure: tuple[Chain, ...]
    imports: tuple[str, ...]
    attributes: frozenset[str]
    leaves_something: bool


@lru_cache(maxsize=4096)
def loads(code: CodeType) -> Loads:
    """What a code and its inner codes take from outside.

    >>> found = loads((lambda x: np.linalg.norm(x).real).__code__)
    >>> found.globals, sorted(found.attributes)
    ((('np', 'linalg', 'norm'),), ['real'])
    """
    outside, closed, imports, attributes = dict[Chain, None](), dict[Chain, None](), dict[str, None](), set[str]()
    leaves_something = False
    for inner in codes(code):
        steps = list(dis.get_instructions(inner))
        chained = 0
        for place, each in enumerate(steps):
            name, is_outer = each.argval, each.argval in code.co_freevars
            if each.opname in GLOBAL or (each.opname in CLOSURE and is_outer):
                chain = _chain(steps[place + 1 :])
                chained = place + len(chain)
                (outside if each.opname in GLOBAL else closed)[name, *chain] = None
            elif each.opname == "IMPORT_NAME":
                imports[name] = None
            elif each.opname in (*ATTRIBUTE, "IMPORT_FROM", "LOAD_SUPER_ATTR"):
                if place > chained:
                    attributes.add(name)
            elif each.opname in LEAVING or (each.opname in ("STORE_DEREF", "DELETE_DEREF") and is_outer):
                leaves_something = True
    return Loads(tuple(outside), tuple(closed), tuple(imports), frozenset(attributes), leaves_something)


def _chain(rest: Sequence[dis.Instruction]) -> Chain:
    found = []
    for each in rest:
        if each.opname not in ATTRIBUTE:
            break
        found.append(each.argval)
    return tuple(found)
