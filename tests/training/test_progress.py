"""The progress bar: shown only on a terminal, and removed afterwards."""

import io
import sys

import pytest

import graphviz_nn as gnn
from graphviz_nn.training import progress
from training.models import network

XOR = gnn.data.xor(60)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("kind", "wanted", "shown"), [(Terminal, True, True), (Terminal, False, False), (io.StringIO, True, False)]
)
def test_a_bar_with_loss_and_speed_is_shown_where_somebody_looks(kind, wanted, shown, monkeypatch):
    monkeypatch.setattr(progress, "PAUSE", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    stream = kind()
    monkeypatch.setattr(sys, "stderr", stream)
    with_bar = gnn.fit(network(3), XOR, steps=200, progress=wanted)
    said = stream.getvalue()
    assert ("Training" in said and "loss 0." in said and "steps/s" in said) is shown
    assert bool(said) is shown
    if shown:
        # The line is erased in the end, and the cursor is back.
        assert "\x1b[2K" in said.rpartition("Training")[2]
        assert "\x1b[?25h" in said
    without = gnn.fit(network(3), XOR, steps=200, progress=False)
    assert with_bar.parameters["W1"].tobytes() == without.parameters["W1"].tobytes()
