"""Write the lines of a graph as a Python function, in this package's own words only."""

import re
from collections.abc import Callable, Mapping
from keyword import kwlist
from typing import Any
from unicodedata import normalize

import numpy as np

from graphviz_nn.evaluation.buffers import Buffers, planned
from graphviz_nn.evaluation.floats import FUNCTIONS, statements
from graphviz_nn.evaluation.lowered import FRESH, KERNELS
from graphviz_nn.evaluation.schedule import Schedule
from graphviz_nn.evaluation.step import Step
from graphviz_nn.evaluation.written import WRITTEN
from graphviz_nn.graph.ir import Operation, Source
from graphviz_nn.graph.kinds import DTYPES
from graphviz_nn.tracing.registry import lookup
from graphviz_nn.transforms.contract import Unused
from graphviz_nn.transforms.passes.listing import Line, Listing

RESERVED = (*kwlist, "__debug__", "np", "program", *FUNCTIONS)

LONGEST = 60
"""The longest attribute that is written out; a longer one is passed by name."""


def executed(listing: Listing, *, of_floats: bool = False) -> tuple[str, dict[str, Any]]:
    """The source of a function ``program`` of the leaves, and the objects that it refers to by name.

    No text of the graph enters the source: variables are numbered; attributes and special numbers are passed as
    objects.

    Parameters
    ----------
    of_floats : bool
        Whether it takes and returns Python's floats.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> graph = trace(lambda x: np.sum(x, axis=0) * 2, x=input(3))
    >>> print(executed(Listing.of(graph))[0].rstrip())
    def program(v0):
        v1 = np.add.reduce(v0, axis=0)
        v2 = v1 * 2
        return v2,
    """
    unused = Unused(RESERVED)
    words = {name: unused(f"v{number}") for number, name in enumerate(listing.variables)}
    return _write(listing, words, unused, of_floats=of_floats)


def readable(listing: Listing, *, of_floats: bool = False) -> str:
    """The same function with the variables' names, and the user's lines as comments; it isn't executed."""
    unused = Unused(RESERVED)
    words = {name: unused(identifier(name)) for name in listing.variables}
    return _write(listing, words, unused, comment, of_floats=of_floats)[0]


def _write(
    listing: Listing,
    words: Mapping[str, str],
    unused: Unused,
    remark: Callable[[Operation], str] = lambda _: "",
    *,
    of_floats: bool,
) -> tuple[str, dict[str, Any]]:
    buffers = dict[str, str]()
    functions, objects, space = dict[str, str](), dict[Any, str](), dict[str, Any]({"np": np})
    leaves = listing.leaves

    def code(value: Any, wish: str) -> str:
        """A literal, or the name by which an object is passed, one for each."""
        text = literal(value)
        if text is not None and len(text) <= LONGEST:
            return text
        key = value if isinstance(value, np.dtype | str) else id(value)
        if key not in objects:
            objects[key] = unused(wish)
            space[objects[key]] = value
        return objects[key]

    def called(line: Line, given: tuple[str, ...]) -> str:
        """A call of the operation's own function."""
        op = None if line.op in KERNELS else lookup(line.op)
        kernel = op.kernel if op else KERNELS[line.op]
        if line.op not in functions:
            is_numpy = getattr(np, line.op, None) is kernel
            functions[line.op] = f"np.{line.op}" if is_numpy else unused(identifier(line.op))
            space.setdefault(functions[line.op], kernel)
        # The keys are those of the operation's own signature.
        known = (each for each in (op.signature.kinds if op else ()) if each in line.attributes)
        more = (f"{each}={code(line.attributes[each], each)}" for each in known)
        into = [f"out={buffers[line.result]}"] if line.result in buffers and isinstance(kernel, np.ufunc) else []
        return f"{words[line.result]} = {functions[line.op]}({', '.join([*given, *more, *into])})"

    constants = ((words[name], each.value) for name, each in leaves.items() if each.role == "constant")
    if of_floats:
        space.update((word, float(value)) for word, value in constants if value is not None)
        space.update(FUNCTIONS)
        lines = statements(listing, words, lambda each: code(float(each), "number"), lambda line: remark(line.origin))
    else:
        space.update(constants)
        schedule, lines = Schedule(listing, FRESH), list[str]()
        freed, places = schedule.freed, planned(schedule)
        buffers.update((name, unused("kept")) for name in places)
        if places:
            whole, memory = unused("arrays"), unused("memory")
            space[memory] = Buffers(list(places.values()))
            lines += [f"{whole} = {memory}.take()", f"{', '.join(buffers.values())}, = {whole}"]
        for number, line in enumerate(listing.lines):
            given = tuple(words[each] if isinstance(each, str) else code(each, "number") for each in line.given)
            over = tuple(isinstance(each, str) and schedule.may_overwrite(number, each) for each in line.given)
            write = WRITTEN.get(line.op)
            step = Step(line, given, words[line.result], over, listing.variables, code, buffers.get(line.result))
            lines.append(((write and write(step)) or called(line, given)) + remark(line.origin))
            if number in freed:
                lines.append(f"del {', '.join(words[each] for each in freed[number])}")
        if places:
            lines.append(f"{memory}.give({whole})")
    arguments = ", ".join(words[name] for name, each in leaves.items() if each.role != "constant")
    returned = "".join(f"{words[name]}, " for name in listing.outputs).strip()
    body = [*lines, f"return {returned or '()'}"]
    return "\n".join([f"def program({arguments}):", *(f"    {line}" for line in body), ""]), space


def literal(value: Any) -> str | None:
    """Python code for a plain value; None for any other object, whatever its repr says."""
    kind = type(value)
    if value is None or value is Ellipsis or kind is bool:
        return repr(value)
    if kind is int:
        return repr(value) if abs(value) < 2**63 else None
    if kind is float:
        return repr(value) if np.isfinite(value) else "-np.inf" if value < 0 else "np.inf" if value > 0 else "np.nan"
    if kind is str:
        return f'"{value}"' if value in DTYPES or re.fullmatch("#[1-9][0-9]{0,3}", value) else None
    if kind is slice:
        parts = [literal(each) for each in (value.start, value.stop, value.step)]
        return None if None in parts else f"slice({', '.join(map(str, parts))})"
    if kind is tuple:
        parts = [literal(each) for each in value[:LONGEST]]
        text = f"({', '.join(map(str, parts))}{',' * (len(value) == 1)})"
        return None if None in parts or len(value) > LONGEST else text
    return None


def identifier(name: str) -> str:
    """A word that resembles a name, in letters that Python leaves unchanged."""
    word = re.sub(r"[^A-Za-z0-9_Α-Ωα-ω]", "_", normalize("NFKC", name))
    return word if word.isidentifier() else f"_{word}"


def comment(operation: Operation) -> str:
    match operation.source:
        case Source(file=str(file), line=int(line)) if re.fullmatch(r"[\w .<>+-]{1,80}", file):
            return f"  # {file}:{line:d}"
    return ""
