"""What a traced function may call: modules and functions whose results depend on their arguments alone."""

import builtins
import sys
from types import BuiltinFunctionType, ModuleType
from typing import Any

import numpy as np

MODULES = frozenset(
    [
        "cmath",
        "collections",
        "functools",
        "graphviz_nn",
        "graphviz_nn.nn",
        "graphviz_nn.errors",
        "itertools",
        "math",
        "numpy",
        "numpy.exceptions",
        "numpy.fft",
        "numpy.linalg",
        "operator",
        "scipy",
        "scipy.special",
        "typing",
    ]
)
# Where functions and classes of this package and of others are defined whose code isn't examined.
PLACES = (
    "graphviz_nn.errors",
    "graphviz_nn.evaluation.calculus",
    "graphviz_nn.nn",
    "graphviz_nn.ops",
    "graphviz_nn.tracing",
    "numpy",
    "scipy.special",
)
OTHERS = ("numpy.random", "numpy.ctypeslib", "numpy.testing", "numpy.f2py")
# Functions of these modules that read files, settings or memory, or hide what they call.
IMPURE = frozenset(
    [
        *("attrgetter", "cached_property", "cache", "frombuffer", "fromfile", "frompyfunc"),
        *("fromiter", "from_dlpack", "fromregex", "genfromtxt", "get_printoptions", "getbufsize", "geterr"),
        *("geterrcall", "load", "load_library", "loadtxt", "lru_cache", "memmap", "methodcaller", "save"),
        *("savetxt", "savez", "savez_compressed", "set_printoptions", "setbufsize", "seterr", "seterrcall"),
        *("show_config", "show_runtime", "singledispatch", "singledispatchmethod"),
    ]
)
BUILTINS = frozenset(
    [
        *("abs", "all", "any", "ascii", "bin", "callable", "chr", "divmod", "format", "hasattr", "hex", "isinstance"),
        *("issubclass", "iter", "len", "max", "min", "next", "oct", "ord", "pow", "print", "repr", "round", "sorted"),
        "sum",
    ]
)
# They tell a traced whole number from Python's.
TELLING = (isinstance, issubclass, type, str, repr, callable, hasattr, ascii)
# They reach what no variable names.
HIDDEN = frozenset(
    [
        *(
            "__builtins__",
            "__closure__",
            "__dict__",
            "__getstate__",
            "__code__",
            "__globals__",
            "__import__",
            "__loader__",
            "__spec__",
        ),
        *("__subclasses__", "f_globals", "f_locals", "gi_frame", "tb_frame", "cell_contents", "ctypes", "tofile"),
    ]
)
INDEXERS = ("c_", "index_exp", "mgrid", "ogrid", "r_", "s_")
HOLDERS = (np.ndarray, list, dict, tuple, str, bytes, frozenset)


def is_pure_module(module: ModuleType) -> bool:
    """Whether all functions of a module, except for the impure ones, depend on their arguments alone."""
    return module.__name__ in MODULES


def is_known(name: Any) -> bool:
    """Whether a module, by name, is of a place whose code isn't examined."""
    return isinstance(name, str) and _within(name, PLACES) and not _within(name, OTHERS)


def _within(name: str, places: tuple[str, ...]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in places)


def is_pure(value: Any) -> bool:
    """Whether something that isn't written in Python may be called or read.

    >>> import time
    >>> is_pure(np.sin), is_pure(len), is_pure(open), is_pure(time.time)
    (True, True, False, False)
    """
    name = getattr(value, "__name__", "")
    if isinstance(value, np.ufunc):
        special = sys.modules.get("scipy.special")
        return any(getattr(each, name, None) is value for each in (np, special))
    if isinstance(value, BuiltinFunctionType):
        owner = value.__self__
        if owner is builtins:
            return name in BUILTINS
        if isinstance(owner, type):
            return owner.__module__ in ("builtins", "itertools", "numpy")
        module = value.__module__ or ""
        return name not in IMPURE and (module.lstrip("_") in MODULES or is_known(module))
    if isinstance(value, type):
        return name not in IMPURE and (value.__module__ in ("builtins", *MODULES) or is_known(value.__module__))
    if type(value).__module__.split(".")[0] == "numpy" and callable(value):
        # Functions that others may override; np.vectorize calls something of its own.
        return type(value) is type(np.sum) and name not in IMPURE and is_known(value.__module__)
    return any(value is getattr(np, each) for each in INDEXERS)
