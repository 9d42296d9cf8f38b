"""Generated models, and values to feed them.

`models` makes chains and branches of layers on float64 inputs and parameters, with one loss: what `Model` takes.

`wide_models` makes these and everything else that people write: data of the script as constants, results that nothing
uses, values that only parameters lead to, equal copies of one expression, arrays that change between two uses, weights
in nested dicts and lists and as attributes of a class, several outputs, float32 and whole numbers. A test of what must
hold for every model takes `wide_models`; `models` is for what is said of layers alone.

Every model is a Python function that runs on plain arrays as well: what it gives there is right.
"""

from generated.chains import LOSSES, STEPS, Model, models
from generated.wide import WideModel, wide_models

__all__ = ["LOSSES", "STEPS", "Model", "WideModel", "models", "wide_models"]
