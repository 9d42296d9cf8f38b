"""Arbitrary CSV files: read literally, or refused in one line."""

import csv as writer
import io
import random

import numpy as np
import pytest
from hostile.oneline import refused_in_one_line

from graphviz_nn.data import csv
from graphviz_nn.errors import Error

FLOWERS = 'length,width,species\n1.0,2.0,setosa\n3.5,4.5,virginica\n5,6,setosa\n-1e3,.5,"a, ""b"""\n'
PIECES = [
    *(
        '"',
        '""',
        ",",
        ";",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "\0",
        "\ufeff",
        "\x1b[31m",
        "\u202e",
        "\u2028",
        " ",
        "nan",
        "inf",
        "1_0",
    ),
    *(
        "1e400",
        "-0",
        "９",
        "²",
        "0x10",
        "1,5",
        "true",
        "9" * 400,
        "9" * 5000,
        "x" * 200_000,
        "é",
        "漢",
        "=1+1",
        "<b>",
        "'",
    ),
]
MARKS = [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("latin-1", b""), ("utf-16", b""), ("utf-32", b""), ("cp037", b"")]


@pytest.mark.parametrize("seed", range(12))
def test_damaged_files(tmp_path, seed):
    generator = random.Random(seed)
    path = tmp_path / "flowers.csv"
    for _ in range(120):
        text = FLOWERS.replace(",", generator.choice(",,;\t")).replace("\n", generator.choice(["\n", "\r\n", "\r"]))
        for _ in range(generator.choice([0, 1, 1, 2, 4])):
            place = generator.randrange(len(text))
            rest = place + generator.choice([0, 0, 1, 8])
            text = text[:place] + generator.choice([*PIECES, ""]) + text[rest:]
        encoding, mark = generator.choice([*MARKS, *MARKS[:1] * 6])
        data = bytearray(mark + text.encode(encoding, "replace"))
        if data and generator.random() < 0.3:
            data[generator.randrange(len(data))] ^= 1 << generator.randrange(8)
        path.write_bytes(data)
        options = generator.choice(
            [{}, {"target": "species"}, {"target": "width"}, {"inputs": ["length"]}, {"classes": True}]
        )
        found = refused_in_one_line(Error, csv, path, **options)
        if found is not None:
            assert_it_is_what_stands_there(found, data.decode("utf-8-sig"))


def assert_it_is_what_stands_there(found, text):
    """Every number of the data is in the file, as Python reads it, in the order of its row."""
    delimiter = max(",;\t", key=next(io.StringIO(text)).count)
    lines = [
        line for line in writer.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(map(str.strip, line))
    ]
    lines = lines[len(lines) - len(found) :]
    assert np.isfinite(found.inputs).all() and len(set(found.names)) == len(found.names)
    for row, line in zip(found.inputs, lines, strict=True):
        numbers = [float(each) for each in line if is_number(each)]
        assert all(value in numbers for value in row), (row, line)
    assert not found.classes or len(found.classes) == len(set(found.targets.tolist())) > 1


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_as_many_columns_as_anybody_has(tmp_path):
    names = [f"column{number}" for number in range(20_000)]
    rows = [[*map(str, range(row, row + 19_999)), "yes" if row % 2 else "no"] for row in range(4)]
    path = tmp_path / "wide.csv"
    path.write_text("\n".join(",".join(line) for line in [names, *rows]))
    found = csv(path)
    assert found.inputs.shape == (4, 19_999)
    assert found.inputs[2, 10_000] == 10_002
    assert refused_in_one_line(Error, csv, path, target="colum7") is None
    path.write_text("\n".join(",".join(line) for line in [[*names[:-1], names[0]], *rows]))
    assert refused_in_one_line(Error, csv, path) is None


def test_numbers_are_those_that_people_write(tmp_path):
    path = tmp_path / "numbers.csv"
    path.write_text("a,c\n1_000,yes\n2,no\n")
    with pytest.raises(Error, match="'1_000' isn't a number"):
        csv(path)
    # Classes that a float no longer tells apart are words.
    path.write_text("a,c\n1,9007199254740993\n2,9007199254740992\n3,9007199254740993\n")
    assert csv(path, classes=True).classes == ("9007199254740992", "9007199254740993")
