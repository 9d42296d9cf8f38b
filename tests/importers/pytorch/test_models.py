"""Usual models: values and gradients are PyTorch's."""

import pytest
from frameworks import beside

pytestmark = list(beside("torch"))
torch = pytest.importorskip("torch")

from agreement import as_dtype, distances  # noqa: E402 (they need torch)
from zoo import models  # noqa: E402

ZOO = models()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ZOO)
def test_values_and_gradients(name, dtype):
    model, examples = ZOO[name]
    kind = getattr(torch, dtype)
    found, graph = distances(model.to(kind), as_dtype(kind, examples))
    assert max(found.values()) < {"float64": 1e-10, "float32": 1e-4}[dtype], found
    assert not graph.remarks
