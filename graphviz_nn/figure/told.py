"""Tell a script how large a picture will be, and what was changed so that it fits, on one line of its errors."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from logging import getLogger

from graphviz_nn.errors import PageWarning

_ELSEWHERE: ContextVar[bool] = ContextVar("told elsewhere", default=False)
# Without a configuration of its own, a script writes what is logged here to its errors. A log line never fails a test.
_log = getLogger("graphviz_nn")


@contextmanager
def told_elsewhere() -> Iterator[None]:
    """Meanwhile nothing is told, as the caller prints the remarks."""
    token = _ELSEWHERE.set(True)
    try:
        yield
    finally:
        _ELSEWHERE.reset(token)


def foretell(size: str) -> None:
    """Log how large a picture will be, before it is laid out; "" is nothing."""
    if size and not _ELSEWHERE.get():
        _log.warning("the picture will be %s", size)


def tell(changed: str, high: str) -> None:
    """Log what was changed, and warn of a picture that is too high; "" is nothing."""
    if _ELSEWHERE.get():
        return
    if changed:
        _log.warning("the picture is %s", changed)
    if high:
        # From `draw`, which the user called.
        warnings.warn(PageWarning(high), stacklevel=3)
