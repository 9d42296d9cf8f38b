"""Python's search for reference cycles, put off while a graph is made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Meanwhile Python looks for no cycles: many objects that stay make it look again and again, for nothing.

    >>> import gc
    >>> with uncollected():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                # What was made is old from now on; a search of the young objects would go through all of it.
                gc.freeze()
                gc.unfreeze()
            gc.enable()
