"""Save a training to a file, and resume it as if it had never stopped."""

import hashlib
import io
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from graphviz_nn import storage
from graphviz_nn.data import Data
from graphviz_nn.data.npz import npz
from graphviz_nn.errors import FileError
from graphviz_nn.graph.ir import Array
from graphviz_nn.training.model import Model
from graphviz_nn.training.optimizers import Optimizer
from graphviz_nn.training.parameters import Layout, State
from graphviz_nn.training.records import Record, Records
from graphviz_nn.transforms.fold import unfold

PAUSE = 5.0
"""Seconds between two files during training."""
# The best parameters have their plain names, so that the file can also feed a picture; no variable has a slash in its
# name.
OF_TRAINING = "training/"


@dataclass
class Checkpoint:
    """The facts that a file must match to be resumed; the file to write, and the time of the last write."""

    model: Model
    data: Data
    layout: Layout
    optimizer: Optimizer
    batch_size: int
    seed: int
    path: Path | None = None
    written: float = field(default_factory=monotonic)

    def __post_init__(self) -> None:
        if self.path is None:
            return
        if self.path.suffix != ".npz":
            raise FileError(f"trainings are saved as .npz, found {self.path}; write {self.path.stem or 'training'}.npz")
        storage.writable(self.path)

    def save_now_and_then(self, state: State, records: Records) -> None:
        """Write the file if the last one is several seconds old."""
        if monotonic() - self.written >= PAUSE:
            self.save(state, records)
            self.written = monotonic()

    def save(self, state: State, records: Records) -> None:
        """Write the file, completely or not at all, if there is to be one."""
        if self.path is None:
            return
        found = {f"state/{name}": value for name, value in state._asdict().items()}
        for each in fields(Record):
            found[f"records/{each.name}"] = np.array([getattr(record, each.name) for record in records.kept])
        found.update({f"of/{name}": np.array(value) for name, value in self._facts.items()})
        file = io.BytesIO()
        best = self.layout.arrays(records.best.parameters)
        np.savez(file, **best, **{OF_TRAINING + name: value for name, value in found.items()})  # type: ignore[arg-type]
        storage.write(self.path, file.getvalue())

    def load(self, path: Path) -> tuple[State, Records]:
        """Read the state and the records from a file.

        Raises
        ------
        FileError
            If the file can't be read, or is of another training; the error says how they differ.
        """
        found = {name.removeprefix(OF_TRAINING): array for name, array in npz(path).items()}
        try:
            self._check_origin(path, found)
            self._check_fields(path, found)
            state = State(int(found["state/step"]), found["state/parameters"], found["state/memory"])
            columns = [found[f"records/{each.name}"] for each in fields(Record)]
        except KeyError as error:
            raise FileError(f"{path} has no field {error}; it isn't a saved training") from None
        rows = zip(*columns, strict=True)
        records = Records([Record(*(each.item() if each.ndim == 0 else each for each in row)) for row in rows])
        self._check_course(path, found, state, records)
        return state, records

    def _check_fields(self, path: Path, found: dict[str, Array]) -> None:
        """Refuse fields of another dtype or shape than those written."""
        size, count = self.layout.size, found["records/step"].size
        whole, vectors = ("state/step", "records/step"), ("gradient", "parameters")
        shapes: dict[str, tuple[int, ...]] = dict(self.layout.shapes)
        shapes |= {"state/step": (), "state/parameters": (size,), "state/memory": (self.optimizer.memory, size)}
        shapes |= {f"records/{each.name}": (count, size)[: 1 + (each.name in vectors)] for each in fields(Record)}
        for name, shape in shapes.items():
            kind, there = np.dtype(int if name in whole else float), found[name]
            if (there.dtype, there.shape) != (kind, shape):
                what = f"{there.dtype} of shape {there.shape}, not {kind} of shape {shape}"
                raise FileError(f"{path} is damaged: its {name} is {what}")

    def _check_course(self, path: Path, found: dict[str, Array], state: State, records: Records) -> None:
        """Refuse a course that no training can have."""
        if not records.kept:
            raise FileError(f"{path} is damaged: it has no records")
        steps = [-1, *found["records/step"].tolist(), state.step + 1]
        best = self.layout.arrays(records.best.parameters)
        for what, right in {
            f"its steps aren't in order, up to {state.step}": all(one < other for one, other in pairwise(steps)),
            **_measures({name: found[f"records/{name}"] for name in (each.name for each in fields(Record))}),
            "the state to resume from isn't finite": all(
                np.isfinite(each).all() for each in (state.parameters, state.memory)
            ),
            "its parameters aren't those of its best step": all(
                np.array_equal(found[name], each) for name, each in best.items()
            ),
        }.items():
            if not right:
                raise FileError(f"{path} is damaged: {what}")

    def _check_origin(self, path: Path, found: dict[str, Array]) -> None:
        shapes = self.layout.shapes
        names = tuple(map(str, found["of/parameters"].ravel().tolist()))
        for name in dict.fromkeys([*shapes, *names]):
            if name not in names:
                raise FileError(f"{path} is of another model: it has no parameter {name}, only {', '.join(names)}")
            if name not in shapes:
                raise FileError(f"{path} is of another model: its parameter {name} isn't in this graph")
            if found[name].shape != shapes[name]:
                shape = found[name].shape
                raise FileError(f"{path} is of another model: its {name} has shape {shape}, but here {shapes[name]}")
        for name, here in self._facts.items():
            there, here = found[f"of/{name}"], np.array(here)
            if (there.dtype.kind, there.ndim) != (here.dtype.kind, here.ndim):
                raise FileError(f"{path} is damaged: its {name} is {there.dtype} of shape {there.shape}")
            if not np.array_equal(there, here):
                raise FileError(f"{path} can't be resumed: {_difference(name, there, here)}")

    @property
    def _facts(self) -> dict[str, Any]:
        operations = unfold(self.model.layers).operations.values()
        digest = hashlib.sha256(self.data.inputs.tobytes() + self.data.targets.tobytes()).hexdigest()
        return {
            "parameters": list(self.layout.shapes),
            "operations": [operation.op for operation in operations],
            "data": digest,
            "optimizer": self.optimizer.name,
            "batch_size": self.batch_size,
            "seed": self.seed,
        }


def _measures(records: dict[str, Array]) -> dict[str, bool]:
    """Facts about all records, by the message if they are false."""
    accuracy, test_loss, test_accuracy = (records[name] for name in ("accuracy", "test_loss", "test_accuracy"))
    is_known = ~np.isnan(accuracy)
    said = {
        f"its {name} isn't finite in each record": np.isfinite(records[name]).all()
        for name in ("rate", "loss", "gradient", "parameters")
    }
    said |= {
        f"its {name} isn't between 0 and 1": ((values >= 0) & (values <= 1) | np.isnan(values)).all()
        for name, values in (("accuracy", accuracy), ("test_accuracy", test_accuracy))
    }
    return {name: bool(right) for name, right in said.items()} | {
        "its test_loss isn't finite": not np.isinf(test_loss).any(),
        "its objective isn't a number in each record": bool((records["objective"] > -np.inf).all()),
        "its accuracy is missing in some records": bool(is_known.all() or not is_known.any()),
        # Test data may have been added in a later part of the training.
        "its test_accuracy doesn't match its test_loss and its accuracy": np.array_equal(
            ~np.isnan(test_accuracy), is_known & ~np.isnan(test_loss)
        ),
    }


def _difference(name: str, there: Array, here: Array) -> str:
    if name == "operations":
        pairs = zip([*there.tolist(), ""], [*here.tolist(), ""], strict=False)
        place, (one, other) = next((i, pair) for i, pair in enumerate(pairs, 1) if pair[0] != pair[1])
        return f"operation {place} of its model is {one or 'missing'}, of this one {other or 'missing'}"
    if name == "data":
        return "it was trained on other data; to continue with these, give its parameters as initial="
    return f"its {name} is {there}, but here it is {here}"
