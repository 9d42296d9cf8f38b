"""What is known of values before they are computed."""

from typing import Any

import jax
import numpy as np

from graphviz_nn.importers.replay import Known

# NumPy has no dtype for these; a picture has the next wider one.
WIDER = {"bfloat16": "float32", "float8_e4m3fn": "float16", "float8_e5m2": "float16"}


class Key:
    """A random key among the arguments: it has no numbers, and what is drawn with it is drawn anew in each run."""

    shape = ()
    dtype = np.dtype("uint32")


KEY = Key()


def known(aval: Any) -> Known:
    """The shape and the dtype of an abstract value."""
    dtype = str(aval.dtype)
    return Known(tuple(aval.shape), WIDER.get(dtype, dtype))


def is_key(dtype: Any) -> bool:
    """Whether a dtype is that of random keys.

    >>> is_key(jax.random.key(0).dtype), is_key(np.dtype("float32"))
    (True, False)
    """
    return bool(jax.dtypes.issubdtype(dtype, jax.dtypes.extended))  # type: ignore[attr-defined]
