"""The state: read from JSON with errors that name the field, and the same after a round trip."""

import json
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphviz_nn.data import DATA
from graphviz_nn.playground.changes import MOST, Changed, changes_for_fit
from graphviz_nn.playground.choices import DATASETS, FEATURES, Flag, StateError
from graphviz_nn.playground.state import EFFECTS, KINDS, State, described
from graphviz_nn.training import OPTIMIZERS

EDITS = st.tuples(st.just("edit"), st.tuples(st.sampled_from(["W1", "b2"]), st.just((0,)), st.floats(-5, 5)))
OPTIONS = st.one_of(
    EDITS, st.tuples(st.just("rate"), st.floats(0, 10)), st.tuples(st.just("batch_size"), st.integers(1, 500))
)
CHANGES = st.lists(st.tuples(st.integers(0, 1000), OPTIONS).map(lambda pair: (pair[0], *pair[1])), max_size=4)


@st.composite
def states(draw):
    problem = draw(st.sampled_from(list(DATASETS)))
    return {
        "data": draw(st.sampled_from(DATASETS[problem])),
        "problem": problem,
        "n": draw(st.integers(10, 10_000)),
        "noise": draw(st.floats(0, 10)),
        "data_seed": draw(st.integers(0, 2**31)),
        "test": draw(st.floats(0, 0.9)),
        "features": draw(st.lists(st.sampled_from(FEATURES), min_size=1, unique=True)),
        "hidden": draw(st.lists(st.integers(1, 8), max_size=6)),
        "activation": draw(st.sampled_from(["tanh", "relu", "sigmoid", "linear"])),
        "optimizer": draw(st.sampled_from(list(OPTIMIZERS))),
        "rate": draw(st.floats(0, 1e12)),
        "batch_size": draw(st.integers(1, 10_000)),
        "regularisation": draw(st.sampled_from(["none", "l1", "l2"])),
        "regularisation_rate": draw(st.floats(0, 100)),
        "seed": draw(st.integers(0, 2**31)),
        "step": draw(st.integers(0, 1_000_000)),
        "changes": draw(CHANGES),
        "view": draw(st.sampled_from(["units", "scalars"])),
        "speed": draw(st.sampled_from(["step", "epoch", "fast"])),
        "discretise": draw(st.booleans()),
        "show_test": draw(st.booleans()),
        "example": draw(st.none() | st.tuples(st.sampled_from(["train", "test"]), st.integers(0, 100))),
        "unit": draw(st.none() | st.tuples(st.just("a1"), st.integers(0, 7))),
    }


@settings(max_examples=40, deadline=None)
@given(states())
def test_a_state_is_the_same_after_a_round_trip(found):
    state = State.read(found)
    assert set(found) == {each.name for each in fields(State)}
    for text in (state.json(), state.short()):
        assert State.read(json.loads(json.dumps(text))) == state
    assert State.opened(state.short()) == (state, [])


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from([*KINDS, "version", "nonsense"]), JUNK, max_size=5) | JUNK)
def test_whatever_a_link_holds_gives_a_state_and_sentences_with_the_fields(given):
    state, remarks = State.opened(given)
    assert State.read(state.json()) == state
    for remark in remarks:
        assert remark.partition(":")[0] in (*KINDS, "version", "nonsense", "state", "a", "b")
    json.dumps(state.json(), allow_nan=False)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"data": "xxor"}, "data", "did you mean 'xor'?"),
        ({"n": 5}, "n", "from 10 to 10,000"),
        ({"n": True}, "n", "found True"),
        ({"noise": float("nan")}, "noise", "found nan"),
        ({"rate": "0.1"}, "rate", "must be a number"),
        ({"features": []}, "features", "at least one of x1"),
        ({"features": ["x3"]}, "features", "there is no 'x3'"),
        ({"hidden": [4, 9]}, "hidden", "from 1 to 8, found 9"),
        ({"hidden": [1] * 7}, "hidden", "at most 6 layers"),
        ({"discretise": 1}, "discretise", "true or false"),
        ({"example": ["tests", 1]}, "example", "one of train, test"),
        ({"unit": [1, 2]}, "unit", "a name and a number"),
        ({"changes": [[1, "edit", ["W1", [0], "x"]]]}, "changes", "a change is"),
        ({"changes": [[1, "seed", 2]]}, "changes", "one of rate, batch_size"),
        ({"changes": [[-1, "rate", 2]]}, "changes", "whole number"),
        ({"changes": [[1, "rate", 2]] * (MOST + 1)}, "changes", "at most 10,000"),
        ({"version": 2}, "version", "must be 1"),
        ({"hiden": [4]}, "hiden", "did you mean 'hidden'?"),
        ({"data": "plane", "problem": "classification"}, "problem", "plane isn't data for classification"),
        ([1], "state", "must be an object"),
    ],
)
def test_a_wrong_field_is_named(given, field, words):
    with pytest.raises(StateError, match=words.replace("?", r"\?")) as caught:
        State.read(given)
    assert caught.value.field == field
    state, remarks = State.opened(given)
    assert any(remark.startswith(f"{field}: ") for remark in remarks)
    assert state.n == 500


def test_data_and_problem_go_together():
    assert State().with_field("data", "bumps").problem == "regression"
    assert State().with_field("problem", "regression").data == "plane"
    assert State().with_field("problem", "classification").data == "xor"
    assert {name for sets in DATASETS.values() for name in sets} == set(DATA) - {"iris", "digits"}


def test_the_page_gets_every_field_with_its_default():
    found = described()
    assert list(found) == [each.name for each in fields(State)]
    for name, each in found.items():
        assert json.loads(json.dumps(each["default"])) == State().json()[name]
        assert each["effect"] == EFFECTS[name]
    assert found["discretise"] == {**Flag().described(), "default": False, "effect": "view"}
    assert not {"features", "hidden", "activation", "problem"} & set(described(own=True))


def test_changes_of_the_regularisation_become_those_of_fit():
    changes = Changed().read([[9, "rate", 1], [2, "regularisation", "l1"], [5, "regularisation_rate", 0.5]])
    assert changes_for_fit(changes, "l2", 0.25) == [
        *[(2, "l1", 0.25), (2, "l2", 0.0), (5, "l1", 0.5), (5, "l2", 0.0)],
        (9, "rate", 1.0),
    ]
