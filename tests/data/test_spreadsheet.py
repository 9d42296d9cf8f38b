"""Realistic CSV files, and the errors for unusable ones."""

import csv as writer

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphviz_nn.data import csv
from graphviz_nn.errors import DataError, FileError

FLOWERS = "length,width,species\n1.0,2.0,setosa\n3.5,4.5,virginica\n5,6,setosa\n"


@pytest.fixture
def file(tmp_path):
    def written(text, name="data.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def test_words_are_classes(file):
    found = csv(file(FLOWERS))
    assert found.names == ("length", "width")
    assert found.classes == ("setosa", "virginica")
    np.testing.assert_array_equal(found.targets, [0, 1, 0])
    np.testing.assert_array_equal(found.inputs, [[1, 2], [3.5, 4.5], [5, 6]])


def test_columns_are_chosen(file):
    found = csv(file(FLOWERS), target="length", inputs=["width"])
    assert (found.names, found.classes) == (("width",), ())
    np.testing.assert_array_equal(found.targets, [1, 3.5, 5])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_delimiters_marks_line_ends_and_empty_lines(file, delimiter, mark):
    text = FLOWERS.replace(",", delimiter).replace("\n", "\r\n\r\n")
    np.testing.assert_array_equal(csv(file(mark + text.encode())).targets, [0, 1, 0])


def test_without_names_columns_are_numbered(file):
    found = csv(file("1,2,0\n3,4,1\n5,6,0\n7,8,1\n"))
    assert (found.names, found.classes) == (("x1", "x2"), ("0", "1"))


@pytest.mark.parametrize("classes", [None, True, False])
def test_whole_numbers_are_classes_where_few_or_said(file, classes):
    few = csv(file("x,y\n1,3\n2,10\n3,3\n4,10\n"), classes=classes)
    assert few.classes == (() if classes is False else ("3", "10"))
    many = csv(file("x,y\n" + "".join(f"{i},{i}\n" for i in range(50))), classes=classes)
    assert len(many.classes) == (50 if classes else 0)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.text(max_size=8)), min_size=2, max_size=8))
def test_what_a_table_holds_is_read_or_refused_in_one_line(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("tables") / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer.writer(file).writerows([("a", "b", "c"), *rows])
    try:
        found = csv(path, classes=True)
    except (DataError, FileError) as error:
        assert "\n" not in str(error)
        return
    np.testing.assert_array_equal(found.inputs, [row[:2] for row in rows])
    assert len(found.classes) == len(set(found.targets.tolist())) > 1


BAD = {
    "text": ("a,b,c\n1,2,0\n1,x,1\n", {}, "column 'b', row 2: 'x' isn't a number; leave the column out"),
    "nothing": ("a,b,c\n1,,0\n1,2,1\n", {}, "column 'b', row 1: the cell is empty"),
    "NaN": ("a,b,c\n1,2,0\n1,nan,1\n", {}, "column 'b', row 2: nan isn't a finite number"),
    "infinite": ("a,b,c\n1,2,0\ninf,3,1\n", {}, "column 'a', row 2: inf"),
    "one class": ("a,c\n1,yes\n2,yes\n", {}, "every 'c' is 'yes'; learning needs"),
    "class missing": ("a,c\n1,yes\n2,\n3,no\n", {}, "column 'c', row 2: the class is missing"),
    "one row": ("a,c\n1,yes\n", {}, "has 1 row of data; learning needs"),
    "no row": ("a,c\n", {}, "has 0 rows of data"),
    "empty": ("", {}, "is empty"),
    "ragged": ("a,b,c\n1,2,0\n1,2\n", {}, "row 2 has 2 columns, but the first line has 3"),
    "twice": ("a,a,c\n1,2,0\n1,2,1\n", {}, "two columns are called 'a'"),
    "target": ("a,b,label\n1,2,0\n1,2,1\n", {"target": "lable"}, "did you mean 'label'"),
    "input": ("a,b,label\n1,2,0\n1,2,1\n", {"inputs": ["c"]}, "has no column 'c'"),
    "one column": ("a\n1\n2\n", {}, "only one column, 'a'"),
    "words for numbers": ("a,c\n1,yes\n2,no\n", {"classes": False}, "column 'c', row 1: 'yes' isn't a number"),
    "latin": (b"a,c\n1,\xe9\n2,no\n", {}, "isn't text in UTF-8"),
    "quotes": ('a,c\n1,"yes\n2,no\n', {}, "can't be read as CSV"),
}


@pytest.mark.parametrize("case", sorted(BAD))
def test_bad_files_are_refused_with_column_and_row(file, case):
    text, options, message = BAD[case]
    path = file(text)
    with pytest.raises((DataError, FileError), match=message) as caught:
        csv(path, **options)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileError, match=r"can't read .*nowhere.csv: No such file"):
        csv(tmp_path / "nowhere.csv")
