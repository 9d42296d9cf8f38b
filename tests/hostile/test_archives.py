"""Untrusted .npz and .json files of trainings and values are either read completely or refused in one line."""

import io
import json
import pickle
import random
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hostile.oneline import refused_in_one_line
from training.models import network

import graphviz_nn as gnn
from graphviz_nn.cli.feeds import given_feeds
from graphviz_nn.data.npz import npz
from graphviz_nn.errors import Error, FileError
from graphviz_nn.evaluation import evaluate

XOR = gnn.data.xor(12, seed=1)
QUIET = {"progress": False, "every": 2, "optimizer": "momentum"}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A training's file, what it goes on to, and the program that goes on."""
    path = tmp_path_factory.mktemp("trainings") / "run.npz"
    gnn.fit(network(2), XOR, steps=6, save=path, **QUIET)
    return path.read_bytes()


@pytest.fixture(scope="module")
def tested(tmp_path_factory):
    """The file of a training with test data."""
    path = tmp_path_factory.mktemp("trainings") / "run.npz"
    gnn.fit(network(2), XOR, test=gnn.data.xor(8, seed=2), steps=6, save=path, **QUIET)
    return path.read_bytes()


def resumed(path, *, steps=6):
    return gnn.fit(network(2), XOR, steps=steps, resume=path, **QUIET)


def members(data):
    with np.load(io.BytesIO(data)) as arrays:
        return {name: arrays[name] for name in arrays.files}


def archive(arrays, pack=np.savez):
    file = io.BytesIO()
    pack(file, **arrays)
    return file.getvalue()


CANARY = Path("canary-of-an-archive")


class Canary:
    def __reduce__(self):
        return CANARY.touch, ()


ARRAYS = {
    "of another type": lambda a, r: np.ones(a.shape, r.choice(["f2", "f4", ">f8", "i8", "u1", "c16", "U5", "S3", "?"])),
    "of objects": lambda a, r: np.full(a.shape, Canary(), object),
    "of days": lambda a, r: np.full(a.shape, "2020-01-01", "M8[D]"),
    "structured": lambda a, r: np.zeros(a.shape, [("a", "f8"), ("ü", "i4")]),
    "with an axis more": lambda a, r: a[None],
    "with an axis less": lambda a, r: a.ravel()[:1].reshape(()),
    "flat": lambda a, r: a.ravel(),
    "turned": lambda a, r: a.T,
    "longer": lambda a, r: np.concatenate([np.atleast_1d(a)] * 2),
    "shorter": lambda a, r: np.atleast_1d(a)[:-1],
    "empty": lambda a, r: np.zeros((0, *a.shape), a.dtype),
    "negative": lambda a, r: np.negative(a) - 5 if a.dtype.kind in "if" else a,
    "huge": lambda a, r: a + 10**15 if a.dtype.kind in "if" else a,
    "not a number": lambda a, r: np.full(a.shape, r.choice([np.nan, np.inf, -np.inf])),
    "with one that isn't a number": lambda a, r: (
        np.where(np.arange(a.size).reshape(a.shape) == 0, np.nan, a) if a.dtype.kind == "f" else a
    ),
    "back to front": lambda a, r: np.atleast_1d(a)[::-1].reshape(a.shape),
    "a word": lambda a, r: np.array("<script>\n"),
}


@pytest.mark.parametrize("seed", range(10))
def test_trainings_with_other_arrays(tmp_path, saved, tested, seed, monkeypatch):
    monkeypatch.chdir(tmp_path)
    generator = random.Random(seed)
    path = tmp_path / "run.npz"
    whole = members(tested if seed % 2 else saved)
    for _ in range(100):
        arrays = dict(whole)
        for _ in range(generator.choice([1, 1, 2])):
            name, kind = generator.choice(list(arrays)), generator.choice(["missing", "extra", *ARRAYS, *ARRAYS])
            if kind == "missing":
                del arrays[name]
            elif kind == "extra":
                arrays[generator.choice(["extra", "training/extra", "../../extra", "training/records/loss.npy"])] = (
                    np.ones(3)
                )
            else:
                arrays[name] = ARRAYS[kind](arrays[name], generator)
        data = archive(arrays)
        path.write_bytes(data)
        found = refused_in_one_line(Error, resumed, path)
        assert path.read_bytes() == data
        if found is not None:
            assert_it_is_a_training(found)
        values = refused_in_one_line(Error, given_feeds, [str(path)])
        assert values is None or not any("/" in name for name in values)
    assert not CANARY.exists()


def where(name, value, *, first=False):
    def changed(arrays):
        array = arrays[f"training/{name}"].copy()
        array[... if not first else 0] = value
        return {**arrays, f"training/{name}": array}

    return changed


NO_TRAININGS = {
    f"{name} {value}": where(name, value)
    for value in (np.nan, np.inf, -np.inf)
    for name in (
        *("records/rate", "records/loss", "records/gradient", "records/parameters", "records/test_loss"),
        *("records/accuracy", "state/parameters", "state/memory"),
    )
    if not (name == "records/test_loss" and np.isnan(value))
}
NO_TRAININGS |= {f"{name} {v}": where(f"records/{name}", v) for name in ("accuracy", "test_accuracy") for v in (-5, 99)}
NO_TRAININGS |= {"test_accuracy 1e300": where("records/test_accuracy", 1e300)}
NO_TRAININGS |= {
    "objective nan": where("records/objective", np.nan),
    "memory": where("state/memory", np.inf, first=True),
}
NO_TRAININGS |= {f"one {n} missing": where(f"records/{n}", np.nan, first=True) for n in ("accuracy", "test_accuracy")}


@pytest.mark.parametrize("kind", NO_TRAININGS)
def test_numbers_that_no_training_records_are_refused(tmp_path, tested, kind):
    path = tmp_path / "run.npz"
    path.write_bytes(archive(NO_TRAININGS[kind](members(tested))))
    with pytest.raises(FileError, match="is damaged") as caught:
        resumed(path)
    assert str(caught.value).isprintable()


def test_a_training_may_be_tested_later(tmp_path, saved):
    path, test = tmp_path / "run.npz", gnn.data.xor(8, seed=2)
    path.write_bytes(saved)
    gnn.fit(network(2), XOR, test=test, steps=10, resume=path, save=path, **QUIET)
    assert_it_is_a_training(gnn.fit(network(2), XOR, test=test, steps=12, resume=path, **QUIET))


def assert_it_is_a_training(found):
    for name in ("accuracy", "test_accuracy"):
        values = found.history.get(name, np.zeros(1))
        assert (np.isnan(values) | ((values >= 0) & (values <= 1))).all()
    assert np.isfinite(found.history["rate"]).all()
    assert not np.isinf(found.history.get("test_loss", np.zeros(1))).any()
    assert all(np.isfinite(each).all() for each in (*found.snapshots.values(), *found.gradient_norms.values()))
    steps = found.history["step"]
    assert steps.dtype.kind == "i" and steps[0] >= 0 and (np.diff(steps) > 0).all()
    assert np.isfinite(found.history["loss"]).all()
    assert found.step in steps
    assert all(
        np.isfinite(value).all() or not np.isfinite(found.snapshots[name]).all()
        for name, value in found.parameters.items()
    )
    assert {name: value.shape for name, value in found.parameters.items()} == {
        "W1": (2, 2),
        "b1": (2,),
        "W2": (2, 2),
        "b2": (2,),
    }
    assert str(found)


@pytest.mark.parametrize("seed", range(10))
def test_damaged_archives(tmp_path, saved, seed):
    generator = random.Random(seed)
    path = tmp_path / "run.npz"
    for _ in range(100):
        data = bytearray(generator.choice([saved, archive(members(saved), np.savez_compressed)]))
        kind = generator.randrange(4)
        if kind == 0:
            for _ in range(generator.choice([1, 1, 8])):
                data[generator.randrange(len(data))] ^= 1 << generator.randrange(8)
        elif kind == 1:
            del data[generator.randrange(len(data)) :]
        elif kind == 2:
            place = generator.randrange(len(data))
            del data[place : place + generator.randrange(1, 200)]
        else:
            place = generator.randrange(len(data))
            data[place:place] = generator.randbytes(generator.choice([1, 4, 100]))
        path.write_bytes(data)
        found = refused_in_one_line(Error, resumed, path)
        if found is not None:
            # What isn't in an array, such as the time of a member, may differ.
            np.testing.assert_array_equal(found.parameters["W1"], members(saved)["W1"])


def header(shape, dtype="<f8", version=b"\x01\x00"):
    text = f"{{'descr': {dtype!r}, 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY" + version + struct.pack("<H", len(text)) + text.encode()


HEADERS = {
    "larger than any disk": header((10**15,)),
    "larger than any number": header((10**30, 10**30)),
    "of negative size": header((-1, -8)) + bytes(64),
    "of a shape that is no shape": header("'x'"),
    "with code for a shape": header("__import__('os').system('touch canary-of-an-archive')"),
    "of unknown type": header((1,), "<q9"),
    "of objects": header((1,), "|O") + pickle.dumps(Canary()),
    "of nothing, very often": header((10**18,), "|V0"),
    "of empty text, very often": header((10**18,), "<U0"),
    "of a later version": header((1,), version=b"\x09\x00") + bytes(8),
    "of no version": b"\x93NUMPY",
    "of nothing": b"",
    "of something else": b"hello",
    "with a header of nested brackets": header("(" * 60),
}


@pytest.mark.parametrize("kind", HEADERS)
def test_members_with_other_headers(tmp_path, kind, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "x.npz"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("x.npy", HEADERS[kind])
    with pytest.raises(FileError, match=r"can't be read as \.npz"):
        npz(path)
    assert refused_in_one_line(FileError, npz, path) is None
    assert not CANARY.exists()


def test_what_is_packed_small_and_would_be_huge(tmp_path, monkeypatch):
    path = tmp_path / "x.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as file:
        file.writestr("x.npy", header((10_000_000,), "|u1") + bytes(10_000_000))
    assert path.stat().st_size < 10_000
    monkeypatch.setattr("zipfile.ZipFile.read", None)
    with pytest.raises(FileError, match=r"x claims 10,000,\d+ bytes in a file of \d+"):
        npz(path)


def test_members_of_one_name(tmp_path):
    path = tmp_path / "x.npz"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("x.npy", header((1,)) + bytes(8))
        file.writestr("x", header((1,)) + bytes(8))
    with pytest.raises(FileError, match="it contains x twice"):
        npz(path)


SQUARE = gnn.trace(lambda x, n: np.sum(x**2) * n, x=gnn.input(2), n=gnn.input((), dtype="int64"))
GOOD = {"x": [1.0, 2.0], "n": 3}
VALUES = [
    *(
        None,
        True,
        "1",
        "",
        "<b>",
        [],
        [[]],
        [[1], [1, 2]],
        {},
        {"x": 1},
        [None],
        [True, False],
        ["1", "2"],
        1e400,
        -1e400,
    ),
    *(
        float("nan"),
        10**30,
        10**400,
        -1,
        0.5,
        [1e308, 1e308],
        [10**30, 1],
        [[1.0, 2.0]] * 3,
        [1] * 1000,
        "\ud800",
        [[[[1]]]],
    ),
]
TEXTS = [
    "",
    "null",
    "[]",
    "1",
    '"x"',
    "{",
    "[" * 100_000,
    '{"x":' * 5000,
    '{"x": 1e9999}',
    '{"x": NaN}',
    '{"x": ' + "9" * 5000 + "}",
]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.filterwarnings("ignore::graphviz_nn.errors.NumericalWarning", "ignore:overflow:RuntimeWarning")
def test_values_in_json(tmp_path, seed):
    generator = random.Random(seed)
    path = tmp_path / "values.json"
    for number in range(120):
        if number < len(TEXTS):
            data = TEXTS[number].encode()
        else:
            given = {
                **GOOD,
                generator.choice(["x", "n", "m", "", "x\n", "\ud800", "x" * 9999]): generator.choice(VALUES),
            }
            if generator.random() < 0.2:
                del given[generator.choice(list(given))]
            data = bytearray(json.dumps(given), "utf-8")
            if generator.random() < 0.5:
                data[generator.randrange(len(data))] ^= 1 << generator.randrange(8)
        path.write_bytes(data)
        found = refused_in_one_line(Error, lambda: evaluate(SQUARE, outputs="output", **given_feeds([str(path)])))
        if found is not None:
            given = json.loads(data)
            assert set(given) == set(GOOD)
            np.testing.assert_array_equal(np.array(found), np.sum(np.asarray(given["x"], float) ** 2) * given["n"])
