"""How numba takes matrices apart and sorts: calls of LAPACK, and of NumPy's functions that numba has, one by one."""

from functools import cache
from math import prod
from typing import Any

import numba
import numpy as np

from graphviz_nn.evaluation.backends import imported
from graphviz_nn.evaluation.backends.calls import Call
from graphviz_nn.evaluation.backends.numba_writer import Writer

MATRICES = {
    "solve": "np.linalg.solve({0}, {1})",
    "inv": "np.linalg.inv({0})",
    "pinv": "np.linalg.pinv({0})",
    "det": "np.linalg.det({0})",
    "det_sign": "np.linalg.slogdet({0})[0]",
    "log_det": "np.linalg.slogdet({0})[1]",
    "cholesky": "np.linalg.cholesky({0})",
    "eigvalsh": "np.linalg.eigvalsh({0})",
    "eigenvectors": "np.linalg.eigh({0})[1]",
    "left_singular_vectors": "np.linalg.svd({0}, False)[0]",
    "singular_values": "np.linalg.svd({0}, False)[1]",
    "right_singular_vectors": "np.linalg.svd({0}, False)[2]",
    "qr_q": "np.linalg.qr({0})[0]",
    "qr_r": "np.linalg.qr({0})[1]",
}
"""What each operation computes of a matrix."""


@cache
def _compiled(operation: str) -> Any:
    """A function that does it for each matrix in stacks; numba compiles it once for a dtype."""
    formula = MATRICES[operation].format("a[m]", "b[m % len(b)]")
    taken = "a, b" if "b[" in formula else "a"
    space = dict[str, Any]({"np": np})
    exec(f"def each({taken}, out):\n    for m in range(len(out)):\n        out[m] = {formula}\n", space)
    return numba.njit(space["each"])


def of_matrices(writer: Writer, call: Call) -> None:
    """Of a matrix, or of each matrix in a stack."""
    # numba finds LAPACK in SciPy.
    imported("scipy", f"{call.origin} on numba")
    count, kind = prod(call.shapes[0][:-2]), f"np.{call.dtype.name}"
    given = list[str]()
    for argument, shape, dtype in zip(call.arguments, call.shapes, call.dtypes, strict=True):
        code = f"{writer.own(str(argument))}.reshape({(prod(shape[:-2]), *shape[-2:])})"
        given.append(code if dtype == call.dtype else f"{code}.astype({kind})")
    each, result = writer.known(call.op.name, _compiled(call.op.name)), call.result
    if call.shape:
        whole = f"{writer.whole(result)}.reshape({(count, *call.shape[len(call.shapes[0]) - 2 :])})"
        writer.alone(result, f"{each}({', '.join([*given, whole])})")
    else:
        word = f"t_{writer.words[result]}"
        writer.alone(result, f"one = np.empty(1, {kind})", f"{each}({', '.join([*given, 'one'])})", f"{word} = one[0]")


def argsort(writer: Writer, call: Call) -> None:
    """The places of the entries in order, along an axis."""
    (shape,), axis = call.shapes, call.attributes["axis"]
    parts = prod(shape[:axis]), shape[axis], prod(shape[axis + 1 :])
    x, result = (f"{each}.reshape({parts})" for each in (writer.own(str(call.arguments[0])), writer.whole(call.result)))
    writer.alone(
        call.result,
        f"for m in range({parts[0]}):",
        f"    for n in range({parts[2]}):",
        f'        {result}[m, :, n] = np.argsort({x}[m, :, n], kind="mergesort")',
    )
