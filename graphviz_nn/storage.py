"""Files written whole or not at all."""

import os
import tempfile
from pathlib import Path

from graphviz_nn.errors import FileError


def write(path: Path, data: bytes) -> Path:
    """Write a file beside its place, then move it there, so that nobody ever sees half of it.

    Raises
    ------
    FileError
        Where the file can't be written; what was there before stays.
    """
    beside = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            beside = Path(file.name)
            file.write(data)
        # A temporary file is private; the finished one gets the rights that any new file would.
        umask = os.umask(0)
        os.umask(umask)
        beside.chmod(0o666 & ~umask)
        beside.replace(path)
    except OSError as error:
        raise FileError(f"can't write {path}: {error.strerror}; is the folder there, and yours?") from error
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)
    return path
