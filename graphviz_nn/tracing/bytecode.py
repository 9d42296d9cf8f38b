"""Find the names under which the author's code stores the results of instructions."""

import dis
from functools import lru_cache
from itertools import pairwise
from types import CodeType
from typing import NamedTuple

# How many values an instruction takes off the stack; a call also takes its function and a slot for self.
TAKEN = {
    "PUSH_NULL": 0,
    "KW_NAMES": 0,
    "PRECALL": 0,
    "LOAD_ATTR": 1,
    "LOAD_METHOD": 1,
    "BINARY_OP": 2,
    "BINARY_SUBSCR": 2,
    "COMPARE_OP": 2,
}
# Instructions that store into something other than a name.
INTO = ("STORE_SUBSCR", "STORE_SLICE", "STORE_ATTR")

# Endings of singular words with a final s.
SINGULAR = ("ss", "as", "is", "us")
# Endings of plurals with -es.
HISSING = ("sses", "xes", "ches", "shes")


class Destination(NamedTuple):
    """The destination of a result.

    Parameters
    ----------
    name : str
        The name that stores it.
    parts : tuple of str
        The names that store its parts, "" for a part without a name.
    returned : bool
        Whether the function returns it to its caller.
    place : int, optional
        Its position in a returned tuple.
    """

    name: str = ""
    parts: tuple[str, ...] = ()
    returned: bool = False
    place: int | None = None


@lru_cache(maxsize=4096)
def destinations(code: CodeType) -> dict[int, Destination]:
    """Map the offset of each instruction whose result is stored or returned to its destination."""
    instructions = [each for each in dis.get_instructions(code) if each.opname not in ("NOP", "CACHE")]
    found: dict[int, Destination] = {}
    for position, (here, after) in enumerate(pairwise(instructions)):
        rest = instructions[position + 1 :]
        if here.opname == "UNPACK_SEQUENCE":
            # Iterating over an array happens while its parts are stored.
            destination = _unpacked([here, *rest])
        elif after.opname in ("PRECALL", "CALL"):
            destination = _appended(instructions[: position + 1], rest)
        else:
            destination = None
        destination = destination or _destination(rest)
        if destination is not None:
            # The offset of a frame in a call is that of one of the instruction's cache entries.
            found.update(dict.fromkeys(range(here.offset, after.offset, 2), destination))
    return found


def _destination(rest: list[dis.Instruction]) -> Destination | None:
    """The destination of the top value, judged by the following instructions."""
    first = rest[0]
    if first.opname == "COPY" and first.arg == 1:
        # With several names, z = w = … or (y := …), the first one counts.
        return _destination(rest[1:]) if len(rest) > 1 else None
    if first.opname == "RETURN_VALUE":
        return Destination(returned=True)
    if first.opname == "UNPACK_SEQUENCE":
        return _unpacked(rest)
    if first.opname.startswith("STORE_") and first.opname not in INTO:
        return Destination(_stored(first)[0])
    if first.opname.startswith("LOAD_"):
        into = _stored_into(rest)
        if into:
            return Destination(into)
    return _later(rest)


def _stored(each: dis.Instruction) -> tuple[str, ...]:
    """The names that an instruction stores. From Python 3.13 on, one instruction may store two, or store and load."""
    if isinstance(each.argval, tuple):
        return tuple(each.argval) if each.opname == "STORE_FAST_STORE_FAST" else (each.argval[0],)
    return (str(each.argval),)


def _unpacked(rest: list[dis.Instruction]) -> Destination | None:
    """The names in ``mu, self.s = …``."""
    count, names, place = rest[0].arg or 0, list[str](), 1
    while len(names) < count and place < len(rest):
        each = rest[place]
        if each.opname.startswith("STORE_") and each.opname not in INTO:
            names.extend(_stored(each))
        elif each.opname.startswith("LOAD_") and (into := _stored_into(rest[place:])):
            names.append(into)
            place += _length(rest[place:])
        elif each.opname == "POP_TOP":
            names.append("")
        else:
            return None
        place += 1
    return Destination(parts=tuple(names))


def _length(rest: list[dis.Instruction]) -> int:
    return next(number for number, each in enumerate(rest) if each.opname in INTO)


def _stored_into(rest: list[dis.Instruction]) -> str:
    """The name of an attribute, of a key, or of the list whose entry is stored: h of ``hs[t] = …``."""
    for number, each in enumerate(rest[:8]):
        if each.opname == "STORE_ATTR":
            return str(each.argval) if number == 1 else ""
        if each.opname == "STORE_SUBSCR":
            key = rest[number - 1]
            if number == 2 and key.opname == "LOAD_CONST" and isinstance(key.argval, str):
                return key.argval if key.argval.isidentifier() else ""
            return one_of(str(rest[0].argval)) if isinstance(rest[0].argval, str) else ""
        if not each.opname.startswith(("LOAD_", "BINARY_OP", "BINARY_SUBSCR")):
            return ""
    return ""


def _appended(before: list[dis.Instruction], rest: list[dis.Instruction]) -> Destination | None:
    """The singular of the list that a value is appended to: h of ``hs.append(…)``."""
    call = next((number for number, each in enumerate(rest[:2]) if each.opname == "CALL"), None)
    if call is None or rest[call].arg != 1 or rest[call + 1].opname != "POP_TOP":
        return None
    for held, method in reversed(list(pairwise(before))):
        if method.opname in ("LOAD_METHOD", "LOAD_ATTR") and method.argval == "append":
            return Destination(one_of(held.argval)) if isinstance(held.argval, str) else None
    return None


def one_of(names: str) -> str:
    """The singular of a plural name.

    >>> one_of("hs"), one_of("states"), one_of("loss"), one_of("bias"), one_of("H"), one_of("losses")
    ('h', 'state', 'loss', 'bias', 'H', 'loss')
    """
    if names.endswith(HISSING):
        return names[:-2]
    is_many = len(names) > 1 and names.endswith("s") and not (len(names) > 2 and names.endswith(SINGULAR))
    return names[:-1] if is_many else names


def _later(rest: list[dis.Instruction]) -> Destination | None:
    """The destination of the top value once others cover it: q in ``q, k = a, b``, or the first of a tuple."""
    above = 0
    for number, each in enumerate(rest):
        if each.opname.startswith("STORE_") and each.opname not in INTO:
            if above == 0:
                return Destination(str(each.argval)) if isinstance(each.argval, str) else None
            above -= 1
            continue
        if each.opname in ("CALL", "BUILD_LIST", "BUILD_TUPLE"):
            taken, given = (each.arg or 0) + 2 * (each.opname == "CALL"), 1
        elif each.opname in TAKEN or each.opname.startswith(("LOAD_", "UNARY_")):
            taken = TAKEN.get(each.opname, int(each.opname.startswith("UNARY_")))
            effect = 0 if each.opname == "PRECALL" else dis.stack_effect(each.opcode, each.arg, jump=False)
            given = taken + effect
        else:
            return None
        if taken > above:
            after = rest[number + 1 : number + 2]
            if each.opname == "BUILD_TUPLE" and after and after[0].opname == "RETURN_VALUE":
                return Destination(returned=True, place=taken - 1 - above)
            return None
        above += given - taken
    return None
