"""Graphviz's module compiled for this machine: kept in a file, and believed only while nothing in it has changed."""

import os
import platform
import sys
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from graphviz_nn.errors import FileError
from graphviz_nn.storage import write

DIGEST = sha256().digest_size
# Of other versions, machines and engines: as many as anybody has side by side.
KEPT = 4


def module(engine: Any, wasm: bytes) -> Any:
    """A module of an engine: read from the file that an earlier process left, else compiled and left for the next.

    What is in the file is run as it is. So it has its checksum before it, and lies in a folder that only its owner can
    look into; where either isn't so, the file isn't used.

    Parameters
    ----------
    engine : wasmtime.Engine
        What it is compiled for.
    wasm : bytes
        The module as it comes.
    """
    import wasmtime

    folder = _folder()
    path = None if folder is None else folder / f"{_key(wasm)}.bin"
    if path is not None and (code := _read(path)) is not None:
        with suppress(wasmtime.WasmtimeError):
            return wasmtime.Module.deserialize(engine, code)
    found = wasmtime.Module(engine, wasm)
    if path is not None:
        _keep(path, bytes(found.serialize()))
    return found


def _key(wasm: bytes) -> str:
    """What the compiled module is good for: this wasmtime, this module, this kind of machine."""
    facts = (version("wasmtime"), sys.platform, platform.machine(), sha256(wasm).hexdigest())
    return sha256("\n".join(facts).encode()).hexdigest()[:32]


def _places() -> Iterator[Path]:
    """Where programs of a user keep what they can make again."""
    if sys.platform == "win32":
        yield Path(os.environ.get("LOCALAPPDATA", ""))
    elif sys.platform == "darwin":
        yield Path("~/Library/Caches").expanduser()
    else:
        yield Path(os.environ.get("XDG_CACHE_HOME", ""))
        yield Path("~/.cache").expanduser()


def _folder() -> Path | None:
    """The user's own folder for compiled modules, made where it isn't there; None where nobody can have one."""
    try:
        # What isn't absolute would be another folder in every place that the process is started from.
        place = next(path for path in _places() if path.is_absolute())
        folder = place / "graphviz_nn"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder if _is_private(folder.stat(), 0o077) else None
    except (OSError, RuntimeError, StopIteration):
        return None


def _is_private(found: os.stat_result, others: int) -> bool:
    """Whether something is the user's own, and others haven't these rights to it; Windows keeps them out itself."""
    return sys.platform == "win32" or (found.st_uid == os.geteuid() and not found.st_mode & others)


def _read(path: Path) -> bytes | None:
    """What was kept in a file, to the bit."""
    try:
        # Who opens a pipe waits for somebody to write to it.
        if not path.is_file():
            return None
        with path.open("rb") as file:
            if not _is_private(os.fstat(file.fileno()), 0o022):
                return None
            digest, code = file.read(DIGEST), file.read()
    except OSError:
        return None
    return code if sha256(code).digest() == digest else None


def _keep(path: Path, code: bytes) -> None:
    """Leave a file for the next process, and no more than some of others."""
    with suppress(FileError, OSError):
        write(path, sha256(code).digest() + code)
        path.chmod(0o600)
        others = sorted(path.parent.glob("*.bin"), key=lambda each: each.stat().st_mtime, reverse=True)
        for each in others[KEPT:]:
            each.unlink(missing_ok=True)
