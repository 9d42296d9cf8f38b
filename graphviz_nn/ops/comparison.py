"""Comparisons of entries, which have no gradient."""

import numpy as np

from graphviz_nn.ops.rules import broadcast
from graphviz_nn.tracing.registry import op

for _ufunc, _tex, _symmetric in (
    (np.equal, "=", True),
    (np.not_equal, r"\neq", True),
    (np.less, "<", False),
    (np.less_equal, r"\leq", False),
    (np.greater, ">", False),
    (np.greater_equal, r"\geq", False),
    (np.logical_and, r"\wedge", True),
    (np.logical_or, r"\vee", True),
):
    op(
        _ufunc.__name__,
        _ufunc,
        broadcast,
        None,
        tex=f"{{0}} {_tex} {{1}}",
        glyph=_tex,
        category="comparison",
        commutative=_symmetric,
    )
op("logical_not", np.logical_not, broadcast, None, tex=r"\neg {0}", glyph=r"\neg", category="comparison")
