"""Files are written whole or not at all."""

import os
import stat

import pytest

from graphviz_nn.errors import FileError
from graphviz_nn.storage import write


def test_it_writes_and_replaces(tmp_path):
    path = tmp_path / "a.svg"
    assert write(path, b"one") == path
    write(path, b"two")
    assert path.read_bytes() == b"two"
    assert [each.name for each in tmp_path.iterdir()] == ["a.svg"]


@pytest.mark.skipif(os.name != "posix", reason="rights are POSIX's")
def test_it_has_the_rights_of_any_new_file(tmp_path):
    (tmp_path / "usual").write_bytes(b"")
    write(tmp_path / "ours", b"")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("usual", "ours")]
    assert modes[0] == modes[1]


@pytest.mark.parametrize("where", ["no/such/folder/a.svg", "file/a.svg", "folder"])
def test_a_place_that_can_not_be_written(tmp_path, where):
    (tmp_path / "file").write_bytes(b"mine")
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(FileError, match="can't write"):
        write(tmp_path / where, b"data")
    assert sorted(tmp_path.rglob("*")) == before


def test_what_was_there_stays_when_the_disk_fails(tmp_path, monkeypatch):
    path = tmp_path / "a.svg"
    path.write_bytes(b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(FileError, match="No space left on device"):
        write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.svg"]
