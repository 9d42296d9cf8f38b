"""PyTorch's own functions in Python, opened: what they call is seen instead of they themselves."""

import inspect
from collections.abc import Callable
from types import CellType, FunctionType
from typing import Any

QUESTIONS = ("has_torch_function", "has_torch_function_unary", "has_torch_function_variadic")
"""By these a function asks whether somebody wants to run in its place, as `torch.overrides` has it."""


class Inside:
    """Functions of PyTorch that don't ask whether somebody wants to run in their place; each is made once."""

    def __init__(self) -> None:
        self._found: dict[Any, Callable[..., Any]] = {}
        self._names: dict[str, dict[str, Any]] = {}

    def of(self, function: Any) -> Callable[..., Any]:
        """The same function without its question."""
        plain = inspect.unwrap(function)
        if isinstance(plain, FunctionType) and plain not in self._found:
            # One that calls itself finds itself.
            self._found[plain] = plain
            # One that chooses between others has them around it; each of them asks again.
            around = tuple(CellType(self.of(each.cell_contents)) for each in plain.__closure__ or ())
            found = FunctionType(plain.__code__, self._names_of(plain), plain.__name__, plain.__defaults__, around)
            found.__kwdefaults__ = plain.__kwdefaults__
            self._found[plain] = found
        return self._found[plain] if isinstance(plain, FunctionType) else plain

    def _names_of(self, function: FunctionType) -> dict[str, Any]:
        """The names around a function; the questions are answered with no."""
        if function.__module__ not in self._names:
            self._names[function.__module__] = {**function.__globals__, **dict.fromkeys(QUESTIONS, _nobody)}
        return self._names[function.__module__]


def _nobody(*_: Any) -> bool:
    return False
