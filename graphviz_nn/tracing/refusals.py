"""Errors for code that can't be traced, with a replacement for the line that failed."""

import ast
import builtins
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import numpy as np

from graphviz_nn.errors import ConstantWarning, TracingError, suggest
from graphviz_nn.tracing import frames
from graphviz_nn.tracing.expression import Expression, expression
from graphviz_nn.tracing.foreign import FRAMEWORKS
from graphviz_nn.tracing.lists import MAKING, Coerced
from graphviz_nn.tracing.registry import FUNCTIONS, UFUNCS
from graphviz_nn.tracing.structure import leaves
from graphviz_nn.tracing.unsized import UNSIZED, unsized

STACKED = (
    "make it with graphviz_nn.zeros(shape) in place of np.zeros(shape), which traced values can be assigned to, "
    "or build it with np.stack or np.concatenate"
)
LISTED = "write np.array([a, b]) for a list [a, b] of traced values"

INSTEAD = {
    "all": "np.all(condition), since a traced array has no single truth value",
    "any": "np.any(condition), since a traced array has no single truth value",
    "array": "np.array(…) after `import numpy as np`, since the name alone can't be traced; or np.stack([a, b])",
    "asarray": "np.asarray(…) after `import numpy as np`, since the name alone can't be traced; or np.stack([a, b])",
    "bool": "np.where(condition, a, b)",
    "c_": "np.stack([a, b], axis=1) for np.c_[a, b]",
    "dot": "array @ x for array.dot(x)",
    "float": "the traced value itself, or x.astype('float64')",
    "fill_diagonal": "x * (1 - np.eye(n)) + d * np.eye(n), or make x with graphviz_nn.zeros",
    "int": "x.astype('int64')",
    "lstsq": "np.linalg.pinv(a) @ b for the solution",
    "max": "np.max(x) for the largest entry, np.maximum(a, b) for the larger of two",
    "min": "np.min(x) for the smallest entry, np.minimum(a, b) for the smaller of two",
    "take": "table[index], with the table an argument of the function, graphviz_nn.constant(table)",
    "repeat": "np.repeat(array, counts), with counts that aren't traced",
    "r_": "np.concatenate([a, b]) for np.r_[a, b]",
    "logpdf": "the formula of the density, such as -0.5 * x**2 - 0.5 * np.log(2 * np.pi)",
    "solve_triangular": "np.linalg.solve(np.tril(a), b)",
    **{
        f"scipy.special.{name}": f"scipy.special.{name}(...), by the name of its module, which must be imported before"
        for name in ("log_softmax", "logsumexp", "multigammaln", "polygamma", "softmax")
    },
}
"""Replacements for functions that can't be traced, by name."""


def name_of(function: Any) -> str:
    """A function as the author writes it, with its module.

    >>> name_of(np.linalg.qr), name_of(np.hypot), name_of(np.fft.rfft)
    ('np.linalg.qr', 'np.hypot', 'np.fft.rfft')
    """
    name = getattr(function, "__name__", str(function))
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"{name_of(owner)}.{name}"
    module = getattr(function, "__module__", None)
    if getattr(np, name, None) is function:
        module = "numpy"
    elif module is None:
        # A ufunc doesn't know its module.
        known = (each for each in ("scipy.special",) if getattr(sys.modules.get(each), name, None) is function)
        module = next(known, "")
    parts = ["np" if part == "numpy" else part for part in str(module).split(".") if part[:1] not in ("_", "")]
    parts = parts if parts != ["builtins"] else []
    return ".".join([*parts, name])


COMPUTE_BEFORE = "write it with NumPy functions that can be traced, or compute it beforehand and pass the result"


def no_rule(function: Any) -> TracingError:
    """The error for a function without a rule."""
    name = name_of(function)
    if name.removeprefix("np.") in UNSIZED:
        return unsized(function)
    return TracingError(f"{name} can't be traced{frames.where()}; {_instead(name)}")


def _instead(name: str) -> str:
    """The replacement for a function, known by its full name, its own name or its module."""
    own = name.rpartition(".")[2]
    known = next((each for each in (name, own, *name.split(".")) if each in INSTEAD), None)
    if known is not None:
        return f"write {INSTEAD[known]}"
    if isinstance(getattr(np, own, None), type):
        return f"write x.astype({own!r}) for {name}(x)"
    from difflib import get_close_matches

    traced = sorted((name_of(each) for each in (*FUNCTIONS, *UFUNCS) if callable(each)), reverse=True)
    if name in traced:
        return LISTED
    names = {each.rpartition(".")[2]: each for each in traced}
    near = get_close_matches(own, names, n=1)
    return COMPUTE_BEFORE + (f"; the nearest that can be: {names[near[0]]}" if near else "")


def _running() -> tuple[ast.AST | None, str]:
    """The running expression in the author's line, and the function or object that it calls or indexes."""
    frame = frames.user_frame()
    here = expression(frame) if frame else None
    return (here.node, _called(frame, here)) if frame and here else (None, "")


def _called(frame: FrameType, here: Expression) -> str:
    """The called function under its own module's name if it has one, since the author may use an alias."""
    first, *rest = here.called.split(".")
    found = frame.f_locals.get(first, frame.f_globals.get(first, getattr(builtins, first, None)))
    for name in rest:
        found = getattr(found, name, None)
    return name_of(found) if callable(found) and hasattr(found, "__name__") else here.called


def no_array() -> TracingError:
    """The error if NumPy asks a traced value for its numbers."""
    node, called = _running()
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        return not_stored(frames.where())
    if isinstance(node, ast.Subscript) and called.rpartition(".")[2] not in INSTEAD:
        what = "a plain array can't be indexed by a traced value"
        remedy = "make it an argument of the function, graphviz_nn.constant(table), then index that"
    elif called:
        what = f"{called} can't take a traced value, whose numbers aren't known yet"
        is_made = called.rpartition(".")[2] in MAKING
        remedy = LISTED if _takes_a_list(node) and not is_made else _instead(called)
    else:
        what = "a traced value can't become a NumPy array, since its numbers aren't known yet"
        remedy = LISTED if _takes_a_list(node) else "write it with NumPy's functions, np.array([a, b]) for a list"
    return Coerced(f"{what}{frames.where()}; {remedy}")


def _takes_a_list(node: ast.AST | None) -> bool:
    """Whether a call or an operator has a list as an argument, of which NumPy makes an array before it looks inside."""
    given = node.args if isinstance(node, ast.Call) else [node.left, node.right] if isinstance(node, ast.BinOp) else ()
    return any(isinstance(each, ast.List | ast.ListComp | ast.Tuple) for each in given)


def no_attribute(name: str, known: list[str]) -> TracingError:
    """The error for an attribute that traced arrays lack, or that is misspelt."""
    if name in INSTEAD:
        remedy = f"write {INSTEAD[name]}"
    elif hasattr(np.ndarray, name):
        remedy = "write it with NumPy functions that can be traced"
    else:
        remedy = suggest(name, known)
    return TracingError(f"a traced array has no {name!r}{frames.where()}; {remedy}")


def no_digits(form: str) -> TracingError:
    """The error if a traced value is formatted with digits."""
    return TracingError(
        f"a traced value has no digits yet, so {form!r} can't write it{frames.where()}; "
        "print values after gnn.evaluate, or leave the text out of the function"
    )


def ended() -> TracingError:
    """The error if NumPy asks for the numbers of a value that left the function."""
    return TracingError(
        f"this is a value of a trace that has ended{frames.where()}; return it from the function, or take float(…) of "
        "it inside"
    )


def no_number(*, is_known: bool = False) -> TracingError:
    """The error if Python asks a traced value for its number; `is_known` if the function runs on numbers."""
    node, called = _running()
    remedy = "use NumPy's functions; if a number must be known, pass one that isn't traced"
    if isinstance(node, ast.Subscript):
        remedy = "for a list of arrays write np.stack(arrays)[i], for a table make it an argument of the function"
    elif called.startswith("math."):
        remedy = f"write np.{called.removeprefix('math.')}"
    elif called in INSTEAD:
        remedy = f"write {INSTEAD[called]}"
    elif is_known:
        remedy = "use NumPy's functions, such as np.round(x)"
    if is_known:
        remedy += "; where only the number counts, take float(x) or int(x) of a single one first"
    return TracingError(f"a traced value can't become a Python number yet{frames.where()}; {remedy}")


def would_lose(value: Any) -> bool:
    """Whether a traced value would lose its gradient as a number: unless the author asks for the number by name."""
    known = value.recording.known
    if known is None or not known.is_varied(value.number):
        return False
    _, called = _running()
    return called not in ("float", "round") and not called.endswith(".item")


def tell_constant(value: Any, spelled: str) -> None:
    """Warn that a number stands still for the gradient."""
    known = value.recording.known
    if known is not None and known.is_varied(value.number):
        warnings.warn(
            f"{spelled} is a constant for the gradient{frames.where()}; the value itself can be computed with, "
            "decided by and printed",
            ConstantWarning,
            stacklevel=3,
        )


def not_stored(where: str) -> TracingError:
    """The error if an array of the author's would have to store a traced value."""
    return TracingError(f"a traced value can't be stored in a plain array{where}; {STACKED}")


def of_objects() -> TracingError:
    """The error for an array of objects with traced values in it."""
    return TracingError(
        f"an array of objects can't hold traced values{frames.where()}; make it with graphviz_nn.zeros(shape) in place "
        "of dtype=object, which traced values can be assigned to"
    )


def no_truth() -> TracingError:
    """The error if Python asks for the truth value of a traced value."""
    _, called = _running()
    remedy = "write np.where(condition, a, b); a condition on shapes may use 'if'"
    return TracingError(
        "a traced value has no truth value yet, so 'if', 'while', 'and', 'or', 'in' and 'not' can't use it"
        f"{frames.where()}; {f'write {INSTEAD[called]}' if called in INSTEAD else remedy}"
    )


MISTAKEN = (AttributeError, IndexError, NotImplementedError, RuntimeError, TypeError, ValueError)
"""Exceptions that foreign code raises if it gets an unexpected type."""


def told(error: Exception, is_traced: Callable[[Any], bool]) -> TracingError | None:
    """Translate an exception from a line of the author's that has a traced value; None for other lines."""
    if not isinstance(error, MISTAKEN):
        return None
    steps = list(_steps(error))
    ours = [(frame, instruction) for frame, instruction in steps if frames.is_users(frame.f_code.co_filename)]
    if not ours:
        return None
    frame, instruction = ours[-1]
    here = expression(frame, instruction)
    if here is None or not any(map(is_traced, _held(frame, here))):
        return None
    if isinstance(error, AttributeError) and isinstance(error.obj, ModuleType):
        # Of a misspelt function the module's own error says more.
        return None
    line = getattr(here.node, "lineno", frame.f_lineno)
    where = f"{Path(frame.f_code.co_filename).name}:{line}"
    strangers = (Path(each.f_code.co_filename).parts for each, _ in steps[steps.index(ours[-1]) + 1 :])
    if isinstance(error, AttributeError) and error.name == "__array_interface__":
        return TracingError(
            f"the memory of a traced value can't be read, as np.lib.stride_tricks.as_strided does ({where}); write "
            "np.lib.stride_tricks.sliding_window_view, np.broadcast_to, or an index"
        )
    framework = next((FRAMEWORKS[part].name for each in strangers for part in each if part in FRAMEWORKS), "")
    if framework:
        return TracingError(f"{framework} can't take a traced value ({where}); write this step with NumPy's functions")
    if _stores(here):
        return not_stored(f" ({where})")
    reason = " ".join(str(error).split())
    return TracingError(
        f"{type(error).__name__}: {reason} ({where}); a traced value isn't a plain array: "
        "write this line with NumPy's functions and operators"
    )


def _steps(error: Exception) -> Iterator[tuple[FrameType, int]]:
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame, trace.tb_lasti
        trace = trace.tb_next


def _held(frame: FrameType, here: Expression) -> Iterator[Any]:
    """The objects that the names in a statement refer to."""
    for name in here.names:
        for space in (frame.f_locals, frame.f_globals):
            if name in space:
                yield from (leaf for _, leaf in leaves(space[name]))
                break


def _stores(here: Expression) -> bool:
    match here.statement:
        case ast.Assign(targets=targets):
            return any(isinstance(each, ast.Subscript) for each in targets)
        case ast.AugAssign(target=ast.Subscript()):
            return True
    return False
