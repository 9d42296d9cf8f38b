"""The errors have one base class, and suggestions help."""

import inspect

import pytest

from graphviz_nn import errors
from graphviz_nn.errors import suggest

KINDS = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, Exception)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_can_be_caught_as_one(kind):
    assert issubclass(kind, errors.Error | Warning)
    assert kind.__doc__


def test_the_nearest_name_comes_first():
    assert suggest("thta", ["theta", "x"]) == "did you mean 'theta'? There are: theta, x"


def test_all_names_where_none_is_near():
    assert suggest("q", ["theta", "x"]) == "there are: theta, x"


def test_no_names_at_all():
    assert suggest("q", []) == "there are none"


def test_many_names_are_cut():
    clause = suggest("q", (f"name{number}" for number in range(100)))
    assert clause.endswith(", …")
    assert clause.count(",") == 30
