"""Messages as JSON: arrays become their bytes in base64."""

from base64 import b64encode
from typing import Any

import numpy as np

KINDS = {np.dtype("<f4"): "f32", np.dtype("<f8"): "f64", np.dtype("u1"): "u8"}
"""The word of each dtype."""


def packed(value: Any) -> Any:
    """A message without arrays: each is an object with its bytes and its shape, and no number is NaN or infinite.

    Examples
    --------
    >>> packed({"plane": np.array([0, 255], np.uint8), "loss": np.nan})
    {'plane': {'u8': 'AP8=', 'shape': [2]}, 'loss': None}
    """
    if isinstance(value, np.ndarray):
        known = value if value.dtype in KINDS else value.astype("<f4")
        return {KINDS[known.dtype]: b64encode(known.tobytes()).decode(), "shape": list(known.shape)}
    if isinstance(value, dict):
        return {name: packed(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [packed(each) for each in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value
