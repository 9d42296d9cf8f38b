"""The schema of messages, each fault with a sentence and its field."""

import json
import math

import pytest
from hypothesis import given, strategies

from graphviz_nn.playground.server.messages import MESSAGES, MessageError, read, written

VALID = [
    {"do": "open"},
    {"do": "open", "state": {"data": "xor"}},
    {"do": "set", "field": "hidden", "value": [4, 2]},
    {"do": "step", "count": 3},
    {"do": "edit", "parameter": "W1", "index": [0, 1], "value": -0.5},
    {"do": "example", "point": [0.5, 1]},
    {"do": "walk", "at": -1},
    {"do": "sweep", "rates": [0.1, 1, 10], "steps": 100},
    {"do": "export", "as": "pptx"},
    {"do": "cancel", "of": 3},
    *({"do": do} for do, row in MESSAGES.items() if not any(field.needed for field in row.values())),
]


@pytest.mark.parametrize("message", VALID, ids=str)
def test_a_message_is_read(message):
    message = {"id": 1, **message}
    assert read(json.dumps(message)) == message


@pytest.mark.parametrize(
    ("text", "sentence", "field"),
    [
        ("", "must be JSON", None),
        ("{", "must be JSON", None),
        ("[" * 100_000, "nested too deeply", None),
        ("[1]", "must be an object", None),
        ('{"do": "pley", "id": 1}', "there is no message 'pley': did you mean 'play'?", "do"),
        ('{"do": ["play"], "id": 1}', "there is no message", "do"),
        ('{"id": 1}', "there is no message None", "do"),
        ('{"do": "play"}', "play needs an id", "id"),
        ('{"do": "play", "id": -1}', "id must be a whole number", "id"),
        ('{"do": "play", "id": true}', "id must be a whole number", "id"),
        ('{"do": "play", "id": 1, "fast": 1}', "play has no field 'fast'", "fast"),
        ('{"do": "set", "id": 1, "value": 1}', "set needs field, a name", "field"),
        ('{"do": "step", "id": 1, "count": 1.5}', "count must be a whole number from 1", "count"),
        ('{"do": "edit", "id": 1, "parameter": "W", "index": [0], "value": NaN}', "NaN isn't a number", None),
        ('{"do": "edit", "id": 1, "parameter": "W", "index": [0], "value": 1e999}', "must be a number", "value"),
        ('{"do": "edit", "id": 1, "parameter": "W", "index": [-1], "value": 1}', "list of whole numbers", "index"),
        ('{"do": "edit", "id": 1, "parameter": "", "index": [], "value": 1}', "must be a name", "parameter"),
        ('{"do": "sweep", "id": 1, "rates": [1, 2, 3, 4], "steps": 9}', "list of 1 to 3 numbers", "rates"),
        ('{"do": "export", "id": 1, "as": "exe"}', "svg or pdf", "as"),
        ('{"do": "step", "id": 1, "count": ' + "9" * 5000 + "}", "must be JSON", None),
    ],
)
def test_what_is_wrong_is_named(text, sentence, field):
    with pytest.raises(MessageError) as found:
        read(text)
    assert sentence in str(found.value) and found.value.field == field
    assert len(str(found.value)) < 400


@given(
    strategies.recursive(
        strategies.none() | strategies.booleans() | strategies.integers() | strategies.floats() | strategies.text(),
        lambda inner: (
            strategies.lists(inner)
            | strategies.dictionaries(
                strategies.sampled_from(["do", "id", "count", "of", "point", "play", "state", "x"]) | strategies.text(),
                inner,
            )
        ),
        max_leaves=8,
    )
)
def test_any_json_is_a_message_or_refused(value):
    try:
        message = read(json.dumps(value))
    except MessageError as error:
        assert json.loads(written({"what": str(error), "field": error.field}))
    else:
        assert message["do"] in MESSAGES


def test_what_is_not_finite_is_null():
    assert json.loads(written({"loss": [1.0, math.nan, {"deep": math.inf}]})) == {"loss": [1.0, None, {"deep": None}]}
