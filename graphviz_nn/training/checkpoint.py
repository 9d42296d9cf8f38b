"""A training in a file, from which it goes on as if nothing had come between."""

import hashlib
import io
from dataclasses import dataclass, field, fields
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from graphviz_nn import storage
from graphviz_nn.data import Data
from graphviz_nn.errors import FileError
from graphviz_nn.graph.ir import Array
from graphviz_nn.training.model import Model
from graphviz_nn.training.optimizers import Optimizer
from graphviz_nn.training.parameters import Layout, State
from graphviz_nn.training.records import Record, Records
from graphviz_nn.transforms.fold import unfold

PAUSE = 5.0
"""Seconds between two files while training runs."""
# Best parameters have their plain names, so that the file also feeds a picture; a variable's name has no slash.
OF_TRAINING = "training/"


@dataclass
class Checkpoint:
    """What a file to go on from must agree with; where one is to be written, and when that was done last."""

    model: Model
    data: Data
    layout: Layout
    optimizer: Optimizer
    batch_size: int
    seed: int
    path: Path | None = None
    written: float = field(default_factory=monotonic)

    def __post_init__(self) -> None:
        if self.path is not None and self.path.suffix != ".npz":
            raise FileError(f"a training is saved as .npz, found {self.path}; write {self.path.with_suffix('.npz')}")

    def save_now_and_then(self, state: State, records: Records) -> None:
        """Write the file if the last one is some seconds old."""
        if monotonic() - self.written >= PAUSE:
            self.save(state, records)
            self.written = monotonic()

    def save(self, state: State, records: Records) -> None:
        """Write the file, whole or not at all, where there is to be one."""
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
        """The state and the records in a file.

        Raises
        ------
        FileError
            Where it can't be read, or is of another training; it says in what they differ.
        """
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
                found = {name.removeprefix(OF_TRAINING): arrays[name] for name in arrays.files}
        except OSError as error:
            raise FileError(f"can't read {path}: {error.strerror or error}") from error
        except Exception as error:
            # What zip and NumPy readers raise on damaged files has no common class.
            raise FileError(f"{path} can't be read as .npz ({error})") from error
        try:
            self._check(path, found)
            state = State(int(found["state/step"]), found["state/parameters"], found["state/memory"])
            columns = [found[f"records/{each.name}"] for each in fields(Record)]
        except KeyError as error:
            raise FileError(f"{path} has no field {error}; it isn't a training that was saved") from None
        rows = zip(*columns, strict=True)
        return state, Records([Record(*(each.item() if each.ndim == 0 else each for each in row)) for row in rows])

    def _check(self, path: Path, found: dict[str, Array]) -> None:
        shapes = self.layout.shapes
        names = tuple(str(name) for name in found["of/parameters"])
        for name in dict.fromkeys([*shapes, *names]):
            if name not in names:
                raise FileError(f"{path} is of another model: it has no parameter {name}, only {', '.join(names)}")
            if name not in shapes:
                raise FileError(f"{path} is of another model: its parameter {name} isn't in this graph")
            if found[name].shape != shapes[name]:
                shape = found[name].shape
                raise FileError(f"{path} is of another model: its {name} has shape {shape}, here it is {shapes[name]}")
        for name, here in self._facts.items():
            there = found[f"of/{name}"]
            if not np.array_equal(there, np.array(here)):
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


def _difference(name: str, there: Array, here: Any) -> str:
    if name == "operations":
        pairs = zip([*there.tolist(), ""], [*here, ""], strict=False)
        place, (one, other) = next((i, pair) for i, pair in enumerate(pairs, 1) if pair[0] != pair[1])
        return f"operation {place} of its model is {one or 'missing'}, of this one {other or 'missing'}"
    if name == "data":
        return "it was trained on other data; to go on with these, give its parameters as initial="
    return f"its {name} is {there}, here it is {here}"
