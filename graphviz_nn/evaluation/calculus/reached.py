"""Everything that a function reaches beside its arguments, if all of it can be compared."""

import sys
from collections import deque, namedtuple
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from types import (
    BuiltinFunctionType,
    CellType,
    FunctionType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
    SimpleNamespace,
)
from typing import Any

import numpy as np

from graphviz_nn.evaluation.calculus import pure
from graphviz_nn.evaluation.calculus.loads import Chain, loads
from graphviz_nn.graph.ir import Array
from graphviz_nn.ops.custom import RULES
from graphviz_nn.tracing import frames
from graphviz_nn.tracing.reach import WRITTEN
from graphviz_nn.tracing.tracer import Tracer

# The most objects that are examined.
MOST = 2_000
PLAIN = frozenset([int, float, complex, str, bytes, bool, type(None), type(...), type(NotImplemented), range, slice])
MISSING = object()
# What methods are in a class, and those that say nothing about what objects compute.
METHODS = (FunctionType, staticmethod, classmethod, property)
# They read what is compared as it is.
READING = (MemberDescriptorType, type(namedtuple("Pair", "x").x))  # type: ignore[attr-defined]
SILENT = frozenset(
    ["__hash__", "__init__", "__new__", "__post_init__", "__repr__", "__str__", "__setattr__", "__delattr__"]
)
DERIVATIVES = "graphviz_nn.evaluation.calculus.derivative"
BASES = ("object", "Generic", "Protocol", "ABC", "tuple")


class Unknown(Exception):
    """Something that can't be compared."""


class Reached:
    """The variables that a function reaches, with their values.

    Attributes
    ----------
    names : list of tuple
        Global variables, and those of modules: where they are, the name and the value.
    cells, sequences, mappings, slots, functions : list of tuple
        Variables of closures, lists, dicts, attributes that no dict holds, and called functions, with what they hold.
    arrays : dict of int to array
        Arrays by their id.
    tells_types : bool
        Whether the code may tell a traced whole number from Python's.

    Raises
    ------
    Unknown
        If the function reaches something that can't be compared, or leaves something outside.
    """

    def __init__(self, function: Any, others: Iterable[Any]) -> None:
        self.names: list[tuple[Mapping[str, Any], str, Any]] = []
        self.cells: list[tuple[CellType, Any]] = []
        self.sequences: list[tuple[Any, tuple[Any, ...]]] = []
        self.mappings: list[tuple[Mapping[Any, Any], tuple[Any, ...], tuple[Any, ...]]] = []
        self.slots: list[tuple[Any, tuple[str, ...], tuple[Any, ...]]] = []
        self.functions: list[tuple[FunctionType, Any, Any, int]] = []
        self.arrays: dict[int, Array] = {}
        self.tells_types = False
        self._root = function
        # An object is known by its identity, which it has as long as it is kept.
        self._met: dict[int, Any] = {}
        self._attributes: dict[str, None] = {}
        self._holders: dict[int, Any] = {}
        self._looked: set[tuple[int, str]] = set()
        waiting = deque([function, *others])
        while waiting or (waiting := deque(self._looked_up())):
            value = waiting.popleft()
            if type(value) in PLAIN or isinstance(value, np.generic | np.dtype | Tracer) or id(value) in self._met:
                continue
            self._met[id(value)] = value
            if len(self._met) > MOST:
                raise Unknown("too many objects")
            waiting.extend(self._held(value))

    def _held(self, value: Any) -> Iterator[Any]:
        """What a value holds."""
        kind = type(value)
        if kind is np.ndarray:
            if value.dtype.hasobject:
                raise Unknown(kind)
            self.arrays[id(value)] = value
        elif kind is list or kind is tuple:
            self.sequences.append((value, tuple(value)))
            yield from value
        elif kind is dict:
            yield from self._mapping(value)
        elif kind is frozenset:
            yield from value
        elif kind is partial:
            yield from (value.func, value.args, value.keywords)
        elif kind is MethodType:
            yield from (value.__self__, value.__func__)
        elif kind is FunctionType:
            yield from self._function(value)
        elif kind is ModuleType:
            if not pure.is_pure_module(value) and not _is_python(value):
                raise Unknown(value.__name__)
            self._holders[id(value)] = value
        elif isinstance(value, type):
            yield from self._class(value, called=True)
        elif kind is BuiltinFunctionType and isinstance(value.__self__, pure.HOLDERS):
            yield value.__self__
        elif kind in (property, staticmethod, classmethod):
            yield from (value.fget, value.fset) if kind is property else (value.__func__,)
        elif kind is SimpleNamespace:
            yield from self._mapping(vars(value))
        elif not pure.is_pure(value):
            yield from self._object(value)
        self.tells_types |= any(value is each for each in pure.TELLING)

    def _mapping(self, value: Mapping[Any, Any]) -> Iterator[Any]:
        self.mappings.append((value, tuple(value), tuple(value.values())))
        yield from value
        yield from value.values()

    def _object(self, value: Any) -> Iterator[Any]:
        """The attributes of an object of the author's, or of this package."""
        kind = type(value)
        if kind.__module__ == DERIVATIVES:
            # A derivative: its programs aren't what it computes.
            yield value.function
            return
        yield from self._class(kind, called=False)
        if isinstance(value, tuple):
            self.sequences.append((value, tuple(value)))
            yield from value
        elif hasattr(value, "__dict__"):
            inside = self._mapping(vars(value))
            if any(pure.is_known(each.__module__) for each in kind.__mro__):
                # This package takes attributes by names that the author's code doesn't have.
                yield from inside
            else:
                next(inside, None)
                self._holders[id(value)] = vars(value)
        names = tuple(
            name
            for each in kind.__mro__
            for name, slot in vars(each).items()
            if isinstance(slot, MemberDescriptorType) and name not in ("__dict__", "__weakref__")
        )
        if names:
            held = slots_of(value, names)
            self.slots.append((value, names, held))
            yield from (each for each in held if each is not MISSING)

    def _class(self, kind: type, *, called: bool) -> Iterator[Any]:
        if pure.is_pure(kind) and (called or pure.is_known(kind.__module__)):
            if kind.__module__.split(".")[0] == "numpy" and not called:
                raise Unknown(kind)
            return
        if type(kind).__name__ not in ("type", "ABCMeta", "_ProtocolMeta") or not _is_authors(kind):
            raise Unknown(kind)
        for each in kind.__mro__:
            if each.__module__ in ("builtins", "typing", "abc") or pure.is_known(each.__module__):
                if each.__name__ not in BASES and not each.__module__.startswith("graphviz_nn."):
                    raise Unknown(kind)
                continue
            inside = vars(each)
            self.mappings.append((inside, tuple(inside), tuple(inside.values())))
            self._holders[id(each)] = inside
            for name, value in inside.items():
                is_special = name.startswith("__") and name.endswith("__")
                if is_special and isinstance(value, METHODS) and (called or name not in SILENT):
                    yield value

    def _function(self, function: FunctionType) -> Iterator[Any]:
        """What a function holds, and what its code loads."""
        name, code = function.__name__, function.__code__
        # A decorator may have given it the module of what it wraps.
        is_known = pure.is_known(function.__globals__.get("__name__"))
        if is_known and frames.is_ours(code.co_filename):
            if name in pure.IMPURE:
                raise Unknown(name)
            yield getattr(function, "__wrapped__", None)
            for cell in function.__closure__ or ():
                held = content(cell)
                yield RULES[held].rule if isinstance(held, str) and held in RULES else held
            return
        if is_known and name not in pure.IMPURE:
            return
        if frames.is_ours(code.co_filename):
            raise Unknown(name)
        found = loads(code)
        if found.leaves_something:
            raise Unknown(f"what {name} leaves outside")
        if function is not self._root:
            self.functions.append((function, code, function.__defaults__, len(vars(function))))
        if vars(function):
            yield from self._mapping(vars(function))
        yield function.__defaults__
        yield function.__kwdefaults__
        closed = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
        for name, cell in closed.items():
            held = content(cell)
            if function is not self._root:
                self.cells.append((cell, held))
            if name == "__class__":
                yield from self._class(held, called=False)
            elif held is not MISSING and not isinstance(held, ModuleType):
                yield held
        for name, *chain in found.closure:
            yield from self._chained(content(closed[name]), tuple(chain))
        for name, *chain in found.globals:
            yield from self._global(function.__globals__, name, tuple(chain))
        for name in found.imports:
            if name not in sys.modules:
                raise Unknown(name)
            yield from (sys.modules[name], sys.modules[name.split(".")[0]])
        self._attributes |= dict.fromkeys(sorted(found.attributes))

    def _global(self, space: dict[str, Any], name: str, chain: Chain) -> Iterator[Any]:
        value = space.get(name, MISSING)
        self.names.append((space, name, value))
        if value is MISSING:
            builtin = space.get("__builtins__", {})
            value = (vars(builtin) if isinstance(builtin, ModuleType) else builtin).get(name, MISSING)
        if value is not MISSING:
            yield from self._chained(value, chain)

    def _chained(self, value: Any, chain: Chain) -> Iterator[Any]:
        """A value, with the attributes taken of it, as far as it is a module."""
        rest = deque(chain)
        while rest and isinstance(value, ModuleType):
            value = self._of_module(value, name := rest.popleft())
            if value is MISSING:
                raise Unknown(name)
        self._attributes |= dict.fromkeys(rest)
        yield value

    def _of_module(self, module: ModuleType, name: str) -> Any:
        inside = vars(module)
        if pure.is_pure_module(module):
            if name in pure.IMPURE:
                raise Unknown(name)
            if module.__name__ == "graphviz_nn":
                # Its parts are imported where they're needed.
                return getattr(module, name, MISSING)
            return inside.get(name, sys.modules.get(f"{module.__name__}.{name}", MISSING))
        if not _is_python(module):
            raise Unknown(module.__name__)
        value = inside.get(name, MISSING)
        self.names.append((inside, name, value))
        return value

    def _looked_up(self) -> Iterator[Any]:
        """What attributes of these names are in classes, and in modules that the code passes on."""
        if hidden := pure.HIDDEN & self._attributes.keys():
            raise Unknown(min(hidden))
        for place, holder in list(self._holders.items()):
            for name in list(self._attributes):
                if (place, name) not in self._looked:
                    self._looked.add((place, name))
                    is_module = isinstance(holder, ModuleType)
                    value = self._of_module(holder, name) if is_module else holder.get(name, MISSING)
                    if value is not MISSING and type(value) not in READING:
                        yield value


def slots_of(value: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    """The attributes of an object that no dict holds."""
    return tuple(getattr(value, name, MISSING) for name in names)


def content(cell: CellType) -> Any:
    """What a variable of a closure holds."""
    try:
        return cell.cell_contents
    except ValueError:
        # The variable isn't bound yet.
        return MISSING


def _is_python(module: ModuleType) -> bool:
    """Whether a module is the author's or of a library in Python, whose code is examined."""
    file = getattr(module, "__file__", None)
    if "__getattr__" in vars(module) or module.__name__ in sys.builtin_module_names:
        return False
    return file is None or (file.endswith(".py") and frames.is_users(file))


def _is_authors(kind: type) -> bool:
    """Whether a class is written in Python by the author or in a library."""
    module = sys.modules.get(kind.__module__)
    return bool(kind.__flags__ & WRITTEN) and (module is None or _is_python(module))
