"""Asking for a layer by another library's name suggests the name in this one."""

import pytest

from graphviz_nn import nn
from graphviz_nn.nn.elsewhere import OURS


@pytest.mark.parametrize("name", OURS)
def test_a_layer_of_another_library_is_named_as_it_is_here(name):
    assert OURS[name] in nn.__all__ and name not in nn.__all__
    with pytest.raises(AttributeError, match=f"{name!r}: it is called {OURS[name]} here"):
        getattr(nn, name)


def test_a_slip_of_the_pen_gets_the_nearest_name_and_no_more():
    with pytest.raises(AttributeError, match="did you mean 'Tanh'"):
        _ = nn.Tahn
    assert not hasattr(nn, "convolve_everything")
