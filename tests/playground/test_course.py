"""Whatever is done to a session, its state says how to get there again: by a link, and by `fit`."""

import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graphviz_nn.playground.packing import packed
from graphviz_nn.playground.past import MOST, Past
from graphviz_nn.playground.session import ANSWERS, Session
from graphviz_nn.playground.state import KINDS
from graphviz_nn.training.parameters import State
from playground.test_session import fitted, parameters, same
from playground.test_state import JUNK

ACTIONS = st.one_of(
    st.integers(1, 12).map(lambda count: {"do": "step", "count": count}),
    st.integers(1, 20).map(lambda count: {"do": "back", "count": count}),
    st.sampled_from([0.01, 0.2, 0.5]).map(lambda rate: {"do": "set", "field": "rate", "value": rate}),
    st.integers(1, 30).map(lambda size: {"do": "set", "field": "batch_size", "value": size}),
    st.sampled_from(["none", "l1", "l2"]).map(lambda word: {"do": "set", "field": "regularisation", "value": word}),
    st.sampled_from([0.0, 0.01]).map(lambda rate: {"do": "set", "field": "regularisation_rate", "value": rate}),
    st.tuples(st.integers(0, 2), st.integers(0, 1), st.floats(-2, 2)).map(
        lambda edit: {"do": "edit", "parameter": "W1", "index": list(edit[:2]), "value": edit[2]}
    ),
    st.sampled_from([{"do": "reset"}, {"do": "regenerate"}, {"do": "set", "field": "seed", "value": 3}]),
)


@settings(max_examples=8, deadline=None)
@given(st.lists(ACTIONS, min_size=3, max_size=10), st.sampled_from(["adam", "gradient descent", "momentum"]))
def test_any_course_is_that_of_its_link_and_of_fit(actions, optimizer):
    session = Session()
    session.do({"do": "open", "state": {"n": 60, "hidden": [3], "optimizer": optimizer}})
    for action in actions:
        assert "error" not in session.do(action)
    link = session.state.short()
    again = Session()
    assert again.do({"do": "open", "state": link})["remarks"] == []
    assert again.state == session.state
    for name, value in parameters(session).items():
        np.testing.assert_array_equal(parameters(again)[name], value)
    # What was left by going back is no part of it.
    ahead = [change for change in session.state.changes if change[0] > session.course.step]
    if session.course.step and not ahead:
        same(session, fitted(session))


NAMES = ["state", "field", "value", "count", "parameter", "index", "of", "point", "at", "as", "rates", "steps", *KINDS]
LIKELY = st.one_of(
    JUNK,
    st.sampled_from(["W1", "b2", "train", "test", "svg", "py", "units", "scalars", "own", *KINDS]),
    st.lists(st.floats() | st.integers(-1, 9), max_size=3),
    st.dictionaries(st.sampled_from(list(KINDS)), JUNK, max_size=3),
)
MESSAGES = st.fixed_dictionaries(
    {"do": st.sampled_from(list(ANSWERS)) | JUNK},
    optional=dict.fromkeys(NAMES[: NAMES.index("steps")], LIKELY) | {"steps": st.integers(-1, 30) | JUNK},
)


@settings(max_examples=80, deadline=None)
@given(MESSAGES)
def test_any_message_is_answered(message):
    session = FUZZED
    answer = session.do(message)
    json.dumps(packed(answer), allow_nan=False)
    assert "error" not in answer or answer["error"]["what"]
    assert "error" not in session.do({"do": "set", "field": "view", "value": "units"})


FUZZED = Session()


def test_the_past_is_bounded_and_reaches_back_to_the_start():
    past = Past()
    for step in range(20_000):
        past.keep(State(step, np.full(3, float(step)), np.zeros((0, 3))))
    assert len(past.latest) <= MOST and len(past.spaced) <= MOST + 1
    assert past.before(0).parameters[0] == 0
    for step in (19_999, 19_500, 17_777, 333):
        found = past.before(step)
        assert found.step == found.parameters[0] and 0 <= step - found.step < past.every
    past.forget(500)
    assert past.before(19_999).step <= 500


def test_large_states_take_bounded_memory():
    past = Past()
    for step in range(40):
        past.keep(State(step, np.zeros(1_000_000), np.zeros((1, 1_000_000))))
    held = sum(each.parameters.nbytes + each.memory.nbytes for each in {**past.latest, **past.spaced}.values())
    assert held < 80_000_000
    assert past.before(39).step == 39 and past.before(0).step == 0
