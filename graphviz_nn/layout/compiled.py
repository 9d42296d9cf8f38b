"""Cache Graphviz's compiled module in a file, and use it only while it is unchanged."""

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
# The number of versions, machines and engines that are kept side by side.
KEPT = 4


def module(engine: Any, wasm: bytes) -> Any:
    """The module of an engine: read from an earlier process's file, or compiled and saved.

    The file's contents are executed. So the file starts with a checksum, and is in a folder that only its owner can
    read; otherwise the file isn't used.

    Parameters
    ----------
    engine : wasmtime.Engine
        The engine to compile for.
    wasm : bytes
        The WebAssembly module.
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
    """A key for the compiled module: wasmtime, the module, and the kind of machine."""
    facts = (version("wasmtime"), sys.platform, platform.machine(), sha256(wasm).hexdigest())
    return sha256("\n".join(facts).encode()).hexdigest()[:32]


def _places() -> Iterator[Path]:
    """The cache folders of a user's programs."""
    if sys.platform == "win32":
        yield Path(os.environ.get("LOCALAPPDATA", ""))
    elif sys.platform == "darwin":
        yield Path("~/Library/Caches").expanduser()
    else:
        yield Path(os.environ.get("XDG_CACHE_HOME", ""))
        yield Path("~/.cache").expanduser()


def _folder() -> Path | None:
    """The user's own folder for compiled modules, created if missing; None if impossible."""
    try:
        # A relative path would depend on the working directory.
        place = next(path for path in _places() if path.is_absolute())
        folder = place / "graphviz_nn"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder if _is_private(folder.stat(), 0o077) else None
    except (OSError, RuntimeError, StopIteration):
        return None


def _is_private(found: os.stat_result, others: int) -> bool:
    """Whether a file is the user's own, and others lack these rights; on Windows, the system ensures it."""
    return sys.platform == "win32" or (found.st_uid == os.geteuid() and not found.st_mode & others)


def _read(path: Path) -> bytes | None:
    """Read a cached file, if it is intact."""
    try:
        # Opening a pipe would wait for a writer.
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
    """Save a file for the next process, and limit the number of files."""
    with suppress(FileError, OSError):
        write(path, sha256(code).digest() + code)
        path.chmod(0o600)
        others = sorted(path.parent.glob("*.bin"), key=lambda each: each.stat().st_mtime, reverse=True)
        for each in others[KEPT:]:
            each.unlink(missing_ok=True)
