"""Comparisons of entries, and operations on their truth and their bits, which have no gradient."""

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
    (np.logical_xor, r"\oplus", True),
    (np.bitwise_and, r"\&", True),
    (np.bitwise_or, "|", True),
    (np.bitwise_xor, r"\oplus", True),
    (np.left_shift, r"\ll", False),
    (np.right_shift, r"\gg", False),
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
op("invert", np.invert, broadcast, None, tex=r"\sim {0}", glyph=r"\sim", category="comparison")
