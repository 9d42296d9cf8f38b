"""How often functions are traced."""

import pytest

from graphviz_nn.evaluation.calculus import derivative
from graphviz_nn.evaluation.calculus.called import called


@pytest.fixture
def traces(monkeypatch):
    """The traces that were made: a function that counts its own calls would be traced at each."""
    made = []

    def counted(*arguments, **keywords):
        made.append(arguments[0])
        return called(*arguments, **keywords)

    monkeypatch.setattr(derivative, "called", counted)
    return made
