"""Files are written completely or not at all, and a replaced file keeps its kind."""

import errno
import os
import signal
import stat
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import graphviz_nn as gnn
from graphviz_nn import storage
from graphviz_nn.errors import FileError, UsageError
from graphviz_nn.storage import UNFINISHED, beside, writable, writable_folder, write

posix = pytest.mark.skipif(os.name != "posix", reason="rights, links and pipes are POSIX's")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def names(folder):
    return sorted(each.name for each in folder.iterdir())


def test_it_writes_and_replaces(tmp_path):
    path = tmp_path / "a.svg"
    assert write(path, b"one") == path
    write(path, b"two")
    assert path.read_bytes() == b"two"
    assert names(tmp_path) == ["a.svg"]


@posix
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_it_has_the_rights_of_any_new_file(tmp_path, umask):
    before = os.umask(umask)
    try:
        (tmp_path / "usual").write_bytes(b"")
        write(tmp_path / "ours", b"")
    finally:
        os.umask(before)
    assert mode(tmp_path / "usual") == mode(tmp_path / "ours")


@posix
def test_threads_that_write_leave_the_rights_of_new_files_alone(tmp_path):
    done = threading.Event()

    def work():
        while not done.is_set():
            write(tmp_path / "ours", b"")

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        found = set()
        for number in range(300):
            path = tmp_path / f"usual{number}"
            path.write_bytes(b"")
            found.add(mode(path))
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert len(found) == 1


@posix
@pytest.mark.parametrize("rights", [0o600, 0o640, 0o664, 0o755])
def test_what_is_replaced_keeps_its_rights(tmp_path, rights):
    path = tmp_path / "a.svg"
    path.write_bytes(b"old")
    path.chmod(rights)
    write(path, b"new")
    assert (path.read_bytes(), mode(path)) == (b"new", rights)


@posix
def test_a_symbolic_link_leads_to_the_new_content(tmp_path):
    (tmp_path / "folder").mkdir()
    target, link, other = tmp_path / "folder" / "a.svg", tmp_path / "link.svg", tmp_path / "other.svg"
    link.symlink_to("folder/a.svg")
    other.symlink_to("link.svg")
    for data in (b"new", b"newer"):
        write(other, data)
        assert (target.read_bytes(), link.is_symlink(), other.is_symlink()) == (data, True, True)
    assert names(tmp_path / "folder") == ["a.svg"]


@posix
def test_links_that_go_round_in_a_circle_are_refused(tmp_path):
    one, other = tmp_path / "one.svg", tmp_path / "other.svg"
    one.symlink_to(other)
    other.symlink_to(one)
    with pytest.raises(FileError, match="form a loop"):
        write(one, b"new")
    assert one.is_symlink() and other.is_symlink()


@posix
def test_all_names_of_a_file_lead_to_the_new_content(tmp_path):
    one, other = tmp_path / "one.svg", tmp_path / "other.svg"
    one.write_bytes(b"old and longer than what is new")
    os.link(one, other)
    write(one, b"new")
    assert one.samefile(other)
    assert other.read_bytes() == b"new"


@posix
def test_a_file_with_several_names_stays_when_the_disk_fails(tmp_path, monkeypatch):
    one, other = tmp_path / "one.svg", tmp_path / "other.svg"
    one.write_bytes(b"old")
    os.link(one, other)
    calls = []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) == 1:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(FileError, match="No space left on device"):
        write(one, b"new and longer")
    assert other.read_bytes() == b"old"


@posix
def test_a_pipe_is_sent_the_data_and_stays_a_pipe(tmp_path):
    path, data = tmp_path / "pipe.svg", bytes(300_000)
    os.mkfifo(path)
    with pytest.raises(FileError, match="no program reads from it"):
        write(path, data)
    with (tmp_path / "read").open("wb") as file, subprocess.Popen(["cat", str(path)], stdout=file) as reader:
        while True:
            try:
                write(path, data)
            except FileError:
                time.sleep(0.01)
            else:
                break
        assert reader.wait() == 0
    assert (tmp_path / "read").read_bytes() == data
    assert stat.S_ISFIFO(path.stat().st_mode)
    assert names(tmp_path) == ["pipe.svg", "read"]


@posix
def test_standard_output_is_written_to(tmp_path):
    (tmp_path / "out.svg").symlink_to("/dev/stdout")
    code = "from pathlib import Path; from graphviz_nn.storage import write; write(Path('out.svg'), b'data')"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    found = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert found.stdout == b"data"
    assert (tmp_path / "out.svg").is_symlink()


@posix
def test_a_device_is_written_to_and_stays_one(tmp_path):
    path = tmp_path / "null.svg"
    path.symlink_to("/dev/null")
    write(path, b"data")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert path.is_symlink()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_device_is_said(tmp_path):
    (tmp_path / "full.svg").symlink_to("/dev/full")
    with pytest.raises(FileError, match="No space left on device"):
        write(tmp_path / "full.svg", b"data")


@pytest.mark.parametrize("where", ["no/such/folder/a.svg", "file/a.svg", "folder", "a\0.svg", "a" * 256, "\ud800.svg"])
@pytest.mark.parametrize("attempt", [lambda path: write(path, b"data"), writable], ids=["write", "writable"])
def test_a_place_that_can_not_be_written(tmp_path, where, attempt):
    (tmp_path / "file").write_bytes(b"mine")
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(FileError, match="can't write") as caught:
        attempt(tmp_path / where)
    assert str(caught.value).isprintable()
    assert sorted(tmp_path.rglob("*")) == before


@posix
@pytest.mark.parametrize("attempt", [lambda path: write(path, b"data"), writable], ids=["write", "writable"])
def test_what_is_write_protected(tmp_path, monkeypatch, attempt):
    path = tmp_path / "a.svg"
    path.write_bytes(b"old")
    for protected in (tmp_path, path):
        # The superuser, as whom tests may run, is allowed all.
        monkeypatch.setattr("os.access", lambda asked, _, protected=protected: Path(asked) != protected)
        with pytest.raises(FileError, match="it is write-protected"):
            attempt(path)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.svg"]


@pytest.mark.parametrize("length", [4, 250, 255])
def test_names_as_long_as_a_name_may_be(tmp_path, length):
    path = tmp_path / ("ü" * ((length - 4) // 2) + "a" * (length % 2) + ".svg")
    assert write(path, b"data").read_bytes() == b"data"


def test_what_was_there_stays_when_the_disk_fails(tmp_path, monkeypatch):
    path = tmp_path / "a.svg"
    path.write_bytes(b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    for fails in ("pathlib.Path.replace", "os.fsync"):
        with monkeypatch.context() as patched:
            patched.setattr(fails, full)
            with pytest.raises(FileError, match="No space left on device"):
                write(path, b"new")
        assert path.read_bytes() == b"old"
        assert names(tmp_path) == ["a.svg"]


KILLED = """\
import os, sys
from pathlib import Path
from graphviz_nn.storage import write
os.fsync = lambda descriptor: os._exit(9)
write(Path(sys.argv[1]), b"new")
"""


@posix
def test_what_a_killed_process_left_is_cleared_and_nothing_else(tmp_path):
    path = tmp_path / "a.svg"
    path.write_bytes(b"old")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    assert subprocess.run([sys.executable, "-c", KILLED, str(path)], env=environment, check=False).returncode == 9
    assert path.read_bytes() == b"old"
    (left,) = (name for name in names(tmp_path) if name != "a.svg")
    assert UNFINISHED.fullmatch(left)
    elsewhere = left.replace(storage.HOST, "00000000")
    alive = f".graphviz_nn-{storage.HOST}-{os.getpid()}-{16 * '0'}"
    old = f".graphviz_nn-00000000-1-{16 * '1'}"
    kept = ["a.svg", elsewhere, alive, f"{left}.mine", left.removeprefix("."), ".graphviz_nn-mine"]
    for name in (*kept, old):
        (tmp_path / name).write_bytes(b"mine")
    os.utime(tmp_path / old, (0, 0))
    link, folder, *_ = (left[:-1] + digit for digit in "012" if digit != left[-1])
    (tmp_path / link).symlink_to(path)
    (tmp_path / folder).mkdir()
    write(path, b"new")
    assert names(tmp_path) == sorted({*kept, link, folder} - {left})


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="there is no /proc here")
def test_where_no_file_can_be_made_whatever_the_rights():
    with pytest.raises(FileError, match="can't make the folder"):
        writable_folder(Path("/proc/figures"))
    with pytest.raises(FileError, match="can't make the folder"):
        writable_folder(Path("/proc"))
    with pytest.raises(FileError, match="can't write"):
        writable(Path("/proc/figure.svg"))


@pytest.mark.parametrize("stem", ["a" * 252, "é" * 126, "𝜃" * 63, "report", "a.b"])
def test_a_file_beside_another_has_a_name_that_disks_take(tmp_path, stem):
    name = beside(tmp_path / f"{stem}.md", ".svg").name
    assert name.endswith(".svg") and stem.startswith(name[:-4]) and len(os.fsencode(name)) <= 255
    assert len(os.fsencode(name)) > 250 or name == f"{stem}.svg"


def test_folders_that_can_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"mine")
    monkeypatch.chdir(tmp_path)
    for good in (tmp_path, tmp_path / "new" / "newer", Path("new"), Path()):
        assert writable_folder(good) == good
    for bad in (tmp_path / "file", tmp_path / "file" / "new", Path("a\0"), Path("a" * 256)):
        with pytest.raises(FileError, match="can't make the folder") as caught:
            writable_folder(bad)
        assert str(caught.value).isprintable()
    assert names(tmp_path) == ["file"]


def attributes(path):
    return {name: os.getxattr(path, name) for name in os.listxattr(path) if name.startswith(storage.KEPT)}


def set_or_skip(path, name, value):
    try:
        os.setxattr(path, name, value)
    except (AttributeError, OSError):
        pytest.skip("this disk knows no such attributes")


def access_list(group, *users):
    """An access list as Linux keeps it: what the owner, these users, the group, all of these at most, others may."""
    none = 0xFFFFFFFF
    entries = [(1, 6, none), *((2, rights, user) for user, rights in users), (4, group, none), (16, 7, none)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *each) for each in [*entries, (32, 0, none)])


ATTRIBUTES = {
    "an author": {"user.author": b"Ada", "user.empty": b""},
    "a list": {"system.posix_acl_access": access_list(4, (1234, 6))},
    "both": {"user.author": b"Ada", "system.posix_acl_access": access_list(0, (1234, 4), (1235, 7))},
}


@pytest.mark.parametrize("kind", ATTRIBUTES)
def test_what_is_replaced_keeps_its_attributes(tmp_path, kind):
    path = tmp_path / "a.svg"
    path.write_bytes(b"old")
    for name, value in ATTRIBUTES[kind].items():
        set_or_skip(path, name, value)
    before = attributes(path), mode(path)
    assert before[0] == ATTRIBUTES[kind]
    write(path, b"new")
    assert (path.read_bytes(), (attributes(path), mode(path))) == (b"new", before)


def test_a_folder_gives_no_rights_to_what_is_replaced(tmp_path):
    path = tmp_path / "a.svg"
    path.write_bytes(b"old")
    path.chmod(0o640)
    set_or_skip(tmp_path, "system.posix_acl_default", access_list(7, (1234, 7)))
    write(path, b"new")
    assert (path.read_bytes(), attributes(path), mode(path)) == (b"new", {}, 0o640)


@pytest.mark.parametrize("kind", ATTRIBUTES)
def test_what_has_attributes_that_can_not_be_copied_is_overwritten(tmp_path, monkeypatch, kind):
    path = tmp_path / "a.svg"
    path.write_bytes(b"old and longer")
    for name, value in ATTRIBUTES[kind].items():
        set_or_skip(path, name, value)
    before = attributes(path), path.stat().st_ino

    def refused(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.setxattr", refused)
    write(path, b"new")
    assert (path.read_bytes(), (attributes(path), path.stat().st_ino)) == (b"new", before)
    assert names(tmp_path) == ["a.svg"]


def linked(folder, data):
    one, other = folder / "one.svg", folder / "other.svg"
    one.write_bytes(data)
    os.link(one, other)
    return one, other


@posix
@pytest.mark.parametrize("size", [3, 100_000])
def test_a_full_disk_is_found_before_a_file_with_several_names_is_changed(tmp_path, monkeypatch, size):
    one, other = linked(tmp_path, b"old")

    def full(*_):
        assert other.read_bytes() == b"old"
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full, raising=False)
    with pytest.raises(FileError, match="No space left on device"):
        write(one, bytes(size))
    assert other.read_bytes() == b"old" and one.samefile(other)


@posix
def test_ctrl_c_never_leaves_half_of_a_file_with_several_names(tmp_path, monkeypatch):
    one, other = linked(tmp_path, b"old and longer than what is new")
    fill = storage._fill

    def slowly(file, data):
        file.seek(0)
        file.write(data[:2])
        # More than once, as people do.
        for _ in range(3):
            signal.raise_signal(signal.SIGINT)
        fill(file, data)

    monkeypatch.setattr(storage, "_fill", slowly)
    # Where tests run in the background, it is ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            write(one, b"new")
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert other.read_bytes() == b"new" and one.samefile(other)


@pytest.mark.parametrize("wrong", [5, None, ["a.svg"]])
def test_what_is_no_path_is_said(wrong):
    graph = gnn.trace(lambda x: x**2, x=gnn.input(()))
    takers = [lambda: gnn.save(graph, wrong), lambda: gnn.load(wrong), lambda: gnn.data.csv(wrong)]
    takers += [lambda: gnn.gradient_report(graph, {"x": 1.0}, wrong), lambda: gnn.draw(graph).save(wrong)]
    takers += [] if wrong is None else [lambda: gnn.draw(graph, wrong), lambda: gnn.steps(graph, to=wrong)]
    for taker in takers:
        with pytest.raises(UsageError, match="a file name must be text or a path, found"):
            taker()
