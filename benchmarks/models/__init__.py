"""Thirty models that people draw, written as a lecturer or student writes them; real shapes, only smaller.

`MODELS` has each by name. Nothing but NumPy and `gnn.nn` is used, and nothing is written for the picture.
"""

from models import (
    adversaries,
    classifiers,
    convolutional,
    dynamics,
    embeddings,
    encoders,
    mixtures,
    normalization,
    recurrent,
    transformers,
)
from models.model import Model

FAMILIES = (
    classifiers,
    convolutional,
    recurrent,
    transformers,
    encoders,
    adversaries,
    embeddings,
    mixtures,
    dynamics,
    normalization,
)
MODELS: dict[str, Model] = {
    each.name: each for family in FAMILIES for each in vars(family).values() if isinstance(each, Model)
}

__all__ = ["MODELS", "Model"]
