"""Models of the kinds that autograd's documentation shows run unchanged: only the import is another one."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import autograd
import autograd.numpy
import numpy as np
import pytest

import graphviz_nn as gnn

STEPS = 10
MODELS = {
    path.stem: path for path in sorted(Path(__file__).parent.glob("*.py")) if not path.stem.startswith(("test", "_"))
}


def model(path):
    spec = spec_from_file_location(path.stem, path)
    found = module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_every_kind_is_there():
    assert len(MODELS) == 10


@pytest.mark.parametrize("name", MODELS)
def test_the_losses_are_autograds(name):
    main = model(MODELS[name]).main
    ours, theirs = main(np, gnn.grad, STEPS), main(autograd.numpy, autograd.grad, STEPS)
    np.testing.assert_allclose(ours, theirs, rtol=1e-8)
    assert len(ours) == STEPS and ours[-1] < ours[0]
