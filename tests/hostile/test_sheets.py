"""Untrusted style sheets: used, or refused in one line that names the key."""

import math
import random
from dataclasses import fields

import numpy as np
import pytest
from hostile.oneline import refused_in_one_line

import graphviz_nn as gnn
from graphviz_nn.errors import Error, StyleError
from graphviz_nn.style.sheet import Sheet, load

SQUARE = gnn.trace(lambda x, w: np.tanh(w @ x) ** 2, x=gnn.input(2), w=gnn.parameter(2))
KEYS = [(table.name, key.name, key.type) for table in fields(Sheet) for key in fields(table.type)]
ODD = [
    *(None, True, 0, -1, 1e-300, 1000, 1e6, 10**400, 10**5000, math.nan, math.inf, -math.inf, 2j, b"#000000"),
    *(
        "",
        "red",
        "#fff",
        "#12345g",
        "#000000\n",
        "#000000;}",
        "<b>",
        "</style><script>",
        "\\input{x}",
        "$",
        "\0",
        "\ud800",
    ),
    *(
        "x" * 100_000,
        [],
        [[]],
        [-1],
        [math.nan],
        ["2"],
        (4, 2),
        {},
        {"a": 1},
        {1: 2},
        np.float32(3),
        np.arange(3),
        object,
    ),
]
TEXT = [
    '"red"',
    "nan",
    "-inf",
    "1e400",
    "9" * 5000,
    "[[[[",
    "[" * 9000,
    "1979-05-27",
    '"""',
    "{a=1}",
    "true",
    '"\\uD800"',
    "\0",
    "=",
    "\ufeff",
]


@pytest.mark.parametrize("seed", range(10))
def test_tables_with_anything_in_them(seed):
    generator = random.Random(seed)
    for _ in range(100):
        sheet = {"inherit": generator.choice(["lecture", ["dark", "column"]])}
        for _ in range(generator.choice([1, 1, 2, 5])):
            table, key, _ = generator.choice(KEYS)
            value = generator.choice(ODD)
            place = generator.choice(["value", "value", "value", "key", "table", "inherit"])
            if place == "inherit":
                sheet["inherit"] = value
            elif place == "table" or not isinstance(sheet.get(table, {}), dict):
                sheet[table] = value
            else:
                name = value if place == "key" and type(value).__hash__ else key
                sheet.setdefault(table, {})[name] = value
        found = refused_in_one_line(StyleError, load, sheet)
        if found is not None:
            assert_every_value_can_be_drawn_with(found)


def assert_every_value_can_be_drawn_with(sheet):
    for table in fields(Sheet):
        for key in fields(table.type):
            value = getattr(getattr(sheet, table.name), key.name)
            if key.type is float:
                assert isinstance(value, float) and 0 <= value <= 1000
            elif key.name == "dash":
                assert all(0 <= each <= 1000 for each in value)
            elif isinstance(value, tuple):
                assert all(map(is_colour, value))
            else:
                assert value.isalpha() or value == "" or is_colour(value)


def is_colour(value):
    return value[0] == "#" and value[1:].isalnum() and len(value) == 7


@pytest.mark.parametrize("seed", range(5))
def test_files_with_anything_in_them(tmp_path, seed):
    generator = random.Random(seed)
    path = tmp_path / "mine.toml"
    good = (
        'inherit = "lecture"\n[data]\nfill = "#ffffff"\noutline = "pill"\n[target]\ndash = [4, 2]\n[gap]\nrank = 20\n'
    )
    for _ in range(200):
        data = bytearray(good, "utf-8")
        for _ in range(generator.choice([1, 1, 3])):
            place = generator.randrange(len(data))
            kind = generator.randrange(4)
            if kind == 0:
                data[place] ^= 1 << generator.randrange(8)
            elif kind == 1:
                del data[place : place + generator.randrange(1, 20)]
            else:
                text = generator.choice(TEXT).encode("utf-8", "surrogatepass")
                data[place : place + (kind == 3) * len(text)] = text
        path.write_bytes(data)
        found = refused_in_one_line(StyleError, load, path)
        if found is not None:
            assert_every_value_can_be_drawn_with(found)


@pytest.mark.parametrize("value", [0, 1e-9, 1000])
@pytest.mark.parametrize("table", sorted({table for table, _, kind in KEYS if kind is float}))
def test_sizes_as_small_and_as_large_as_they_may_be(table, value):
    for name, key, kind in KEYS:
        if name == table and kind is float:
            sheet = {"inherit": "lecture", table: {key: min(value, 1) if key.endswith("_share") else value}}
            picture = refused_in_one_line(Error, lambda sheet=sheet: gnn.draw(SQUARE, style=sheet, width="column"))
            if picture is not None:
                assert "nan" not in picture.svg and "inf" not in picture.svg


def test_sheets_that_inherit_from_each_other(tmp_path):
    for number in range(30):
        after = f"{number + 1}.toml"
        (tmp_path / f"{number}.toml").write_text(f'inherit = ["{after}", "{after}"]\n')
    (tmp_path / "30.toml").write_text('inherit = "lecture"\n')
    with pytest.raises(StyleError, match="inherits through more than 20 sheets"):
        load(tmp_path / "0.toml")
    # Every way through them once, not 2^15 ways.
    assert load(tmp_path / "15.toml") == load("lecture")
    (tmp_path / "around.toml").write_text(f'inherit = "../{tmp_path.name}/around.toml"\n')
    with pytest.raises(StyleError, match="inherits from itself"):
        load(tmp_path / "around.toml")
