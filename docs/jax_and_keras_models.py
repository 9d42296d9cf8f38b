"""Write `docs/jax_and_keras_models.md`, models of JAX and Keras beside their own numbers.

Run ``KERAS_BACKEND=jax python -m docs.jax_and_keras_models`` in the repository's folder, with the extras ``jax`` and
``keras``.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

PAGE = Path(__file__).with_suffix(".md")
# The modules with the models import each other as tests do.
sys.path.insert(0, str(PAGE.parents[1] / "tests"))

import jax_zoo  # noqa: E402
import keras_zoo  # noqa: E402
from jax_agreement import distance, distances  # noqa: E402

LIMITS = {"float64": 1e-10, "float32": 1e-4}
INTRODUCTION = """# Models of JAX and Keras

`KERAS_BACKEND=jax python -m docs.jax_and_keras_models` writes this page. It imports small models of the usual kinds,
with random weights, and compares every result with the framework's own; for JAX also the gradient of the sum of the
sines of all results by every parameter: relative to the largest entry, within 1e-10 in float64 and 1e-4 in float32.
[The same for PyTorch](pytorch_operators.md), [for ONNX](onnx_operators.md).
"""


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *_jax(), *_keras()]) + "\n"


def _jax() -> Iterable[str]:
    yield "## JAX\n\n| model | results | gradients | float64 | float32 | drawn only |\n|---|---|---|---|---|---|"
    for name, model in jax_zoo.MODELS.items():
        every = {dtype: distances(model, dtype) for dtype in LIMITS}
        results, gradients, graph = every["float64"]
        said = " | ".join(_said([*one, *other], LIMITS[dtype]) for dtype, (one, other, _) in every.items())
        yield f"| {name} | {len(results)} | {len(gradients)} | {said} | {len(graph.remarks)} |"
    yield ""


def _keras() -> Iterable[str]:
    yield "## Keras\n\n| model | layers | results | float32 | drawn only |\n|---|---|---|---|---|"
    for name in keras_zoo.MODELS:
        found, wanted, graph = keras_zoo.compared(name)
        kinds = {each.modules[-1].kind for each in graph.operations.values() if each.modules}
        gaps = [distance(ours, theirs) for ours, theirs in zip(found, wanted, strict=True)]
        said = _said(gaps, LIMITS["float32"])
        yield f"| {name} | {', '.join(sorted(kinds))} | {len(gaps)} | {said} | {len(graph.remarks)} |"


def _said(gaps: Sequence[float], limit: float) -> str:
    return "equal" if max(gaps) < limit else f"differs by {max(gaps):.1e}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
