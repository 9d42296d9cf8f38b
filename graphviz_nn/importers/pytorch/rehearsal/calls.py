"""Calls of PyTorch's functions as aten takes them: arguments in its order, its own defaults left out."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import torch
from torch.fx.operator_schemas import get_signature_for_torch_op

SPELLINGS = {
    **{"__eq__": "eq", "__ne__": "ne", "__lt__": "lt", "__le__": "le", "__gt__": "gt", "__ge__": "ge"},
    **{"__invert__": "bitwise_not", "__neg__": "neg", "__abs__": "abs", "absolute": "abs", "negative": "neg"},
    **{"__matmul__": "matmul", "__mod__": "remainder", "T": "numpy_T"},
}
"""Aten's names of functions that PyTorch spells otherwise."""

CASTS = {
    **{"float": torch.float32, "double": torch.float64, "half": torch.float16, "bfloat16": torch.bfloat16},
    **{"long": torch.int64, "int": torch.int32, "short": torch.int16, "bool": torch.bool},
}
"""Methods that are casts."""

KEYS = {"axis": "dim", "keepdims": "keepdim"}
"""NumPy's names of arguments, which PyTorch takes as well."""

NUMBERS = (bool, int, float, complex)
TYPES: dict[str, Any] = {
    "Tensor": torch.Tensor,
    "bool": bool,
    "float": (int, float),
    "number": NUMBERS,
    "Scalar": NUMBERS,
    "str": str,
    "Device": (torch.device, str),
    "Generator": torch.Generator,
    # A schema has numbers for these.
    "int": (int, torch.dtype, torch.memory_format, torch.layout),
}
"""The types in schemas."""


class Call(NamedTuple):
    """A step of aten's; whether it makes a tensor of nothing, on some device."""

    name: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    is_made: bool = False


class Parameter(NamedTuple):
    """What a variant of a step takes: its type, or that of a list's members, and for how many one number stands."""

    name: str
    kind: str
    is_list: bool
    is_optional: bool
    length: int | None
    is_keyword: bool
    default: tuple[Any, ...]

    def listed(self, value: Any) -> Any:
        """The argument; a list where a list is wanted."""
        if not self.is_list or value is None:
            return value
        return list(value) if isinstance(value, list | tuple) else [value] * (self.length or 1)

    def takes(self, value: Any, is_strict: bool) -> bool:
        """Whether it takes an argument; if not strictly, also a number where a tensor is wanted."""
        if value is None:
            return self.is_optional
        if self.is_list and isinstance(value, list | tuple):
            return all(_is_one(self.kind, each, True) for each in value)
        return not (self.is_list and self.kind == "Tensor") and _is_one(self.kind, value, is_strict)

    def is_default(self, value: Any) -> bool:
        """Whether an argument says nothing new."""
        return any(type(value) is type(each) and _is_plain(value) and value == each for each in self.default)


def call_of(name: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Call | None:
    """The call of a function as aten takes it; None if no variant of aten's takes these arguments.

    Examples
    --------
    >>> x = torch.ones(2, 3)
    >>> call_of("permute", (x, 1, 0), {}).arguments[1:], call_of("mean", (x,), {"axis": 0}).arguments[1:]
    (([1, 0],), ([0],))
    >>> call_of("no_such_function", (x,), {})
    """
    if name in CASTS and len(arguments) == 1:
        return Call("to", (*arguments, CASTS[name]), {})
    name = SPELLINGS.get(name, name)
    given = {KEYS.get(key, key): value for key, value in keywords.items()}
    for taken in (tuple(arguments), *_gathered(arguments)):
        for is_strict in (True, False):
            for variant in _variants(name):
                found = _bound(variant, taken, given, is_strict)
                if found is not None:
                    return Call(name, *found, _makes(variant))
    return None


def _gathered(arguments: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """The arguments with those that are written one by one as a list, as in ``x.view(2, 3)`` and ``zeros(2, 3)``."""
    for place in range(min(2, len(arguments))):
        for kind in (int, torch.Tensor):
            if all(isinstance(each, kind) and not isinstance(each, bool) for each in arguments[place:]):
                yield (*arguments[:place], list(arguments[place:]))


@cache
def _variants(name: str) -> list[tuple[Parameter, ...]]:
    """The variants of a step of tensors."""
    packet = getattr(torch.ops.aten, name, None)
    if packet is None:
        return []
    _, schemas = get_signature_for_torch_op(packet, return_schemas=True)
    found = [tuple(map(_parameter, each.arguments)) for each in schemas or []]
    return [each for each in found if any(one.kind == "Tensor" for one in each) or _makes(each)]


def _makes(variant: Sequence[Parameter]) -> bool:
    return any(each.name == "device" for each in variant) and not any(each.kind == "Tensor" for each in variant)


def _parameter(given: Any) -> Parameter:
    kind = str(given.type)
    inner = _within("Optional", kind)
    default = (given.default_value,) if given.has_default_value() else ()
    is_list, member = inner.startswith("List["), _within("Optional", _within("List", inner))
    return Parameter(given.name, member, is_list, kind != inner, given.N, given.kwarg_only, default)


def _within(outer: str, kind: str) -> str:
    return kind.removeprefix(f"{outer}[").removesuffix("]") if kind.startswith(f"{outer}[") else kind


def _bound(
    variant: Sequence[Parameter], arguments: Sequence[Any], keywords: Mapping[str, Any], is_strict: bool
) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """The arguments of a variant in order, and those that it takes by name; None if it doesn't take them."""
    ordered = [each for each in variant if not each.is_keyword]
    left = {key: value for key, value in keywords.items() if value is not None}
    taken = list(zip(ordered, arguments, strict=False))
    for each in ordered[len(arguments) :]:
        key = "input" if each.name == "self" and "input" in left else each.name
        taken.append((each, left.pop(key) if key in left else each.default[0] if each.default else _MISSING))
    named = [(each, left.pop(each.name, *each.default or (_MISSING,))) for each in variant if each.is_keyword]
    is_whole = len(arguments) <= len(ordered) and not left
    if not is_whole or not all(each.takes(value, is_strict) for each, value in (*taken, *named)):
        return None
    listed = [(each, each.listed(value)) for each, value in taken]
    while listed and listed[-1][0].is_default(listed[-1][1]):
        listed.pop()
    by_name = {each.name: each.listed(value) for each, value in named if not each.is_default(value)}
    return tuple(value for _, value in listed), by_name


_MISSING = object()


def _is_plain(value: Any) -> bool:
    """Whether equality is a single answer."""
    members = value if isinstance(value, list) else (value,)
    return not any(isinstance(each, torch.Tensor) for each in members)


def _is_one(kind: str, value: Any, is_strict: bool) -> bool:
    if kind == "int" and isinstance(value, bool):
        return not is_strict
    if kind == "Tensor" and isinstance(value, NUMBERS):
        return not is_strict
    return value is None or isinstance(value, TYPES.get(kind, ()))
