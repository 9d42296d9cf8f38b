"""Every row of the table: values and gradients are PyTorch's, in both precisions."""

import pytest
from frameworks import beside

pytestmark = list(beside("torch"))
torch = pytest.importorskip("torch")

from agreement import as_dtype, distances  # noqa: E402 (they need torch)
from families import FAMILIES, family  # noqa: E402


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", FAMILIES)
def test_values_and_gradients(name, dtype):
    module, examples = family(name)
    kind = getattr(torch, dtype)
    found, graph = distances(module.to(kind), as_dtype(kind, examples))
    results = list(module(*as_dtype(kind, examples))) if name != "recurrent" else []
    limit = {"float64": 1e-10, "float32": 1e-4}[dtype]
    # Results have numbers where functions return them by name.
    called = {f"result{number}": each for number, each in enumerate(results)}
    assert not {called.get(each, each): gap for each, gap in found.items() if not gap < limit}
    assert not graph.remarks
