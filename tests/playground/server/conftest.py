"""A server of counting sessions."""

import pytest
from tabs import COUNTING, Client

from graphviz_nn.playground.server.serve import Server


@pytest.fixture(scope="module")
def client():
    """One server for the tests of a file."""
    with Server(COUNTING) as server:
        yield Client(server)
