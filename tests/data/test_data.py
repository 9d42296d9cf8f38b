"""Every data set of the table: its documented form, reproducibility, and separable classes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.data import DATA, Data, arrays, data
from graphviz_nn.errors import DataError, UsageError

MEASURED = {"iris": (150, 4, 3), "digits": (1797, 64, 10)}
MADE = sorted(set(DATA) - set(MEASURED))
RULES = {
    "gaussians": lambda x: x.sum(axis=1) > 0,
    "circle": lambda x: np.linalg.norm(x, axis=1) < 3,
    "xor": lambda x: x.prod(axis=1) > 0,
    "checkerboard": lambda x: np.floor((x + 6) / 3).sum(axis=1) % 2 == 0,
    "moons": lambda x: np.abs(np.linalg.norm(x - [1, 0.5], axis=1) - 1) < np.abs(np.linalg.norm(x, axis=1) - 1),
}


def test_every_data_set_is_a_name_of_the_room():
    assert set(DATA) <= set(gnn.data.__all__)


@pytest.mark.parametrize("name", MADE)
@settings(max_examples=20, deadline=None)
@given(n=st.integers(2, 60), noise=st.floats(0, 1), seed=st.integers(0, 10))
def test_made_sets_have_the_size_that_is_asked_for_and_repeat(name, n, noise, seed):
    found, again = (data(name, n=n, noise=noise, seed=seed) for _ in range(2))
    assert found.inputs.shape == (n, 2)
    assert len(found.targets) == n
    assert np.isfinite(found.inputs).all()
    np.testing.assert_array_equal(found.inputs, again.inputs)
    np.testing.assert_array_equal(found.targets, again.targets)
    other = data(name, n=n, noise=noise + 0.1, seed=seed + 1)
    assert not (np.array_equal(found.inputs, other.inputs) and np.array_equal(found.targets, other.targets))


@pytest.mark.parametrize("name", MADE)
def test_noise_moves_points_by_its_standard_deviation(name):
    still, moved = (data(name, n=4000, noise=noise, seed=3) for noise in (0.0, 0.5))
    change = moved.inputs - still.inputs if still.classes else moved.targets - still.targets
    assert abs(change.std() - 0.5) < 0.02
    assert abs(change.mean()) < 0.02


@pytest.mark.parametrize("name", sorted(RULES))
def test_classes_follow_the_rule_of_the_set(name):
    options = {"noise": 0.0} if name != "gaussians" else {}
    found = data(name, n=1000, **options)
    np.testing.assert_array_equal(found.targets, RULES[name](found.inputs))
    assert 0.4 < found.targets.mean() < 0.6


def test_the_arms_of_a_spiral_never_meet():
    found = data("spiral", n=400)
    outer = np.linalg.norm(found.inputs, axis=1) > 1
    one, other = (found.inputs[outer & (found.targets == k)] for k in (0, 1))
    assert np.linalg.norm(one[:, None] - other, axis=2).min() > 0.5


def test_numbers_are_those_of_their_surface():
    plane, bumps = data("plane"), data("bumps", n=5000)
    np.testing.assert_allclose(plane.targets, plane.inputs.mean(axis=1) / 6)
    top = bumps.inputs[bumps.targets.argmax()]
    assert np.linalg.norm(np.abs(top) - [4, 2.5]) < 0.3 or np.linalg.norm(top - [0, -2.5]) < 0.3
    assert bumps.targets.min() < -0.9
    assert plane.classes == bumps.classes == ()


@pytest.mark.parametrize("name", sorted(MEASURED))
def test_measured_sets_come_with_scikit_learn(name):
    pytest.importorskip("sklearn")
    found = data(name)
    rows, columns, classes = MEASURED[name]
    assert found.inputs.shape == (rows, columns)
    assert len(found.names) == columns
    assert len(found.classes) == len(set(found.targets)) == classes


@pytest.mark.parametrize("name", sorted(MEASURED))
def test_without_scikit_learn_the_extra_is_named(name, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sklearn", None)
    with pytest.raises(UsageError, match=r"pip install 'graphviz_nn\[sklearn\]'"):
        data(name)


@settings(max_examples=50, deadline=None)
@given(n=st.integers(2, 50), share=st.floats(0.05, 0.95), seed=st.integers(0, 5))
def test_a_split_keeps_every_example_once(n, share, seed):
    whole = Data(np.arange(n)[:, None], np.arange(n) % 2, classes=("even", "odd"))
    if not 0 < round(n * share) < n:
        with pytest.raises(DataError, match="can't be split"):
            whole.split(share, seed)
        return
    train, test = whole.split(share, seed)
    assert len(test) == round(n * share)
    assert sorted([*train.inputs[:, 0], *test.inputs[:, 0]]) == list(range(n))
    for part in (train, test):
        np.testing.assert_array_equal(part.inputs[:, 0] % 2, part.targets)
    np.testing.assert_array_equal(whole.split(share, seed)[1].inputs, test.inputs)


@pytest.mark.parametrize("kind", [str, int, bool])
def test_arrays_of_anything_but_floats_are_classes(kind):
    found = arrays([[0.0], [1.0], [2.0]], [kind(0), kind(1), kind(1)] if kind is not str else ["a", "b", "b"])
    np.testing.assert_array_equal(found.targets, [0, 1, 1])
    assert len(found.classes) == 2
    assert arrays([[0.0], [1.0]], [0.0, 1.0]).classes == ()


BAD = {
    "one row": (lambda: arrays([[1.0]], [0]), "there is 1 row"),
    "one class": (lambda: arrays([[1.0], [2.0]], ["a", "a"]), "there is only one class, 'a'"),
    "NaN": (lambda: arrays([[1.0, 2.0], [3.0, np.nan]], [0, 1]), "column 'x2', row 2: nan isn't a finite number"),
    "infinite target": (lambda: arrays([[1.0], [2.0]], [0.0, np.inf]), "column 'target', row 2: inf"),
    "text": (lambda: arrays([["a"], ["b"]], [0, 1]), "inputs must hold numbers, found <U1"),
    "a vector": (lambda: arrays([1.0, 2.0], [0, 1]), r"inputs must have a row per example"),
    "ragged": (lambda: arrays([[1.0], [2.0, 3.0]], [0, 1]), "inputs has lists of different lengths"),
    "fewer targets": (lambda: arrays([[1.0], [2.0]], [0.0]), "targets must have 2 entries, one per example"),
    "names": (lambda: arrays([[1.0], [2.0]], [0, 1], names="ab"), "2 names for 1 columns"),
    "class names": (lambda: arrays([[1.0], [2.0]], [0, 1], classes="a"), "1 names for 2 classes"),
    "class numbers": (lambda: Data([[1.0], [2.0]], [0, 7], classes=("a", "b")), "0 to 1"),
    "no name": (lambda: data("xro"), "did you mean 'xor'"),
    "no examples": (lambda: data("xor", n=0), "from 2 to 10,000,000, found 0"),
    "noise": (lambda: data("xor", noise=-1), "standard deviation from 0 to"),
    "one cell": (lambda: data("checkerboard", cells=1), "of at least 2, found 1"),
    "share": (lambda: data("xor").split(2), "between 0 and 1, found 2"),
}


@pytest.mark.parametrize("case", sorted(BAD))
def test_bad_data_are_refused_with_what_is_wrong(case):
    make, message = BAD[case]
    with pytest.raises((DataError, UsageError), match=message):
        make()
