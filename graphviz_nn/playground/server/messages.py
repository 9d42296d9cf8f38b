"""The messages of a page: one schema, a row for each kind."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from graphviz_nn.errors import Error, brief, suggest
from graphviz_nn.playground.packing import packed

Check = Callable[[Any], bool]


class MessageError(Error):
    """A message of a page that isn't one; `field` is the wrong one, `id` the number of the message where it has one."""

    def __init__(self, what: str, field: str | None = None, id: int | None = None) -> None:
        super().__init__(what)
        self.field, self.id = field, id


class Field(NamedTuple):
    """What a field takes."""

    what: str
    check: Check
    needed: bool = True


def _whole(low: int, high: int) -> Field:
    return Field(f"a whole number from {low} to {high}", lambda v: type(v) is int and low <= v <= high)


def _numbers(low: int, high: int) -> Field:
    return Field(
        f"a list of {low} to {high} numbers",
        lambda v: isinstance(v, list) and low <= len(v) <= high and all(map(_is_number, v)),
    )


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= 1e300


def _one_of(*words: str) -> Field:
    return Field(" or ".join(words), lambda v: isinstance(v, str) and v in words)


def _optional(field: Field) -> Field:
    return field._replace(needed=False)


NAME = Field("a name", lambda v: isinstance(v, str) and 0 < len(v) <= 200)
NUMBER = Field("a number", _is_number)
ANYTHING = Field("a value", lambda v: True)
FIELDS = Field("the fields of a state", lambda v: isinstance(v, dict))
NATURAL = _whole(0, 2**53)
INDEX = Field("a list of whole numbers", lambda v: isinstance(v, list) and len(v) <= 32 and all(map(NATURAL.check, v)))

MESSAGES: dict[str, dict[str, Field]] = {
    "open": {"state": _optional(FIELDS)},
    "set": {"field": NAME, "value": ANYTHING},
    "play": {},
    "pause": {},
    "step": {"count": _optional(_whole(1, 100_000))},
    "back": {"count": _optional(_whole(1, 100_000))},
    "reset": {},
    "regenerate": {},
    "edit": {"parameter": NAME, "index": INDEX, "value": NUMBER},
    "shown": {"number": NATURAL},
    "example": {
        "index": _optional(NATURAL),
        "point": _optional(_numbers(1, 4096)),
        "of": _optional(_one_of("train", "test")),
    },
    "walk": {"at": _whole(-1, 1_000_000)},
    "check": {},
    "sweep": {"rates": _numbers(1, 3), "steps": _whole(1, 100_000)},
    "export": {"as": _one_of("svg", "pdf", "png", "tex", "pptx", "py")},
    "last_good": {},
    "cancel": {"of": NATURAL},
}
"""What a page may ask for, with the fields of each."""

UNANSWERED = ("shown", "cancel")
"""What needs no number, since nothing is answered."""


def read(text: str) -> dict[str, Any]:
    """Read a message of a page.

    Raises
    ------
    MessageError
        If it isn't JSON, or not a message with these fields.

    Examples
    --------
    >>> read('{"do": "step", "id": 7, "count": 20}')
    {'do': 'step', 'id': 7, 'count': 20}
    >>> read('{"do": "step", "id": 7, "count": -1}')
    Traceback (most recent call last):
    graphviz_nn.playground.server.messages.MessageError: step: count must be a whole number from 1 to 100000, found -1
    """
    try:
        message = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise MessageError(f"a message must be JSON: {reason}") from None
    if not isinstance(message, dict):
        raise MessageError(f"a message must be an object with do and id, found {brief(message)}")
    do, id = message.get("do"), message.get("id")
    if id is not None and not NATURAL.check(id):
        raise MessageError(f"id must be {NATURAL.what}, found {brief(id)}", "id")
    if not isinstance(do, str) or do not in MESSAGES:
        raise MessageError(f"there is no message {brief(do)}: {suggest(str(do)[:200], MESSAGES)}", "do", id)
    if id is None and do not in UNANSWERED:
        raise MessageError(f"{do} needs an id, {NATURAL.what}", "id")
    _check_fields(do, id, message)
    return message


def _check_fields(do: str, id: int | None, message: dict[str, Any]) -> None:
    row = MESSAGES[do]
    for name in message:
        if name not in row and name not in ("do", "id"):
            raise MessageError(f"{do} has no field {brief(name)}: {suggest(name[:200], row)}", name[:200], id)
    for name, field in row.items():
        if name not in message:
            if field.needed:
                raise MessageError(f"{do} needs {name}, {field.what}", name, id)
        elif not field.check(message[name]):
            raise MessageError(f"{do}: {name} must be {field.what}, found {brief(message[name])}", name, id)


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} isn't a number of JSON")


def written(message: Any) -> bytes:
    """Write a message for a page; arrays become their bytes, and what isn't finite null.

    >>> written({"loss": [1.0, float("nan")]})
    b'{"loss":[1.0,null]}'
    """
    return json.dumps(packed(message), allow_nan=False, separators=(",", ":")).encode()


def error(id: int | None, what: str, field: str | None = None) -> dict[str, Any]:
    """The answer to a message that can't be done."""
    return {"re": id, "error": {"what": what} if field is None else {"what": what, "field": field}}
