"""Sequences are aligned as well as they can be, whatever the scores."""

from functools import cache

import numpy as np
import pytest

from graphviz_nn.transforms.alignment import FURTHER, NEVER, OPEN, alignment


def gap(length):
    return OPEN + FURTHER * (length - 1) if length else 0.0


def worth(scores, pairs):
    """What an alignment is worth; it fails where pairs cross, or go with nothing."""
    found, before = 0.0, (-1, -1)
    for i, j in [*pairs, scores.shape]:
        assert i > before[0] and j > before[1]
        found -= gap(i - before[0] - 1) + gap(j - before[1] - 1)
        before = i, j
    assert all(scores[pair] > NEVER for pair in pairs)
    return found + sum(scores[pair] for pair in pairs)


def best(scores):
    """The same of the best alignment, by trying all."""
    first, second = scores.shape

    @cache
    def rest(i, j, way):
        if (i, j) == scores.shape:
            return 0.0
        found = []
        if i < first and j < second and scores[i, j] > NEVER:
            found.append(scores[i, j] + rest(i + 1, j + 1, 0))
        if i < first:
            found.append(rest(i + 1, j, 1) - (FURTHER if way == 1 else OPEN))
        if j < second:
            found.append(rest(i, j + 1, 2) - (FURTHER if way == 2 else OPEN))
        return max(found)

    return rest(0, 0, 0)


@pytest.mark.parametrize("seed", range(60))
def test_no_alignment_is_better(seed):
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, 8, 2)
    scores = np.where(rng.random(shape) < 0.5, rng.integers(0, 12, shape).astype(float), NEVER)
    assert worth(scores, alignment(lambda place: scores[place], *shape)) == pytest.approx(best(scores))


def test_nothing_goes_with_nothing():
    assert alignment(lambda place: np.zeros(0), 3, 0) == alignment(lambda place: np.zeros(2), 0, 2) == []


def test_of_equal_parts_the_last_is_left():
    one, other = np.array(list("sabababe")), np.array(list("sababe"))
    pairs = alignment(lambda place: np.where(other == one[place], 1.0, NEVER), len(one), len(other))
    assert [i for i, _ in pairs] == [0, 1, 2, 3, 4, 7]
