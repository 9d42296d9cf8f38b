"""Read arrays by name from an .npz file, which may come from anyone."""

import math
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from numpy.lib import format as npy

from graphviz_nn.errors import FileError
from graphviz_nn.graph.ir import Array
from graphviz_nn.storage import read

# The largest ratio of content to file size; compressed zeros are a thousand times smaller.
ROOM = 1000
HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def npz(path: Path) -> dict[str, Array]:
    """Read a file written by `numpy.savez`: numbers, booleans and text, never objects.

    Raises
    ------
    FileError
        If the file can't be read, is damaged, or claims a far too large content.
    """
    data = read(path)
    found: dict[str, Array] = {}
    try:
        with ZipFile(BytesIO(data)) as archive:
            for member in archive.infolist():
                name = member.filename.removesuffix(".npy")
                if name in found:
                    raise ValueError(f"it contains {name} twice")
                if member.file_size > ROOM * len(data):
                    raise ValueError(f"{name} claims {member.file_size:,} bytes in a file of {len(data):,}")
                found[name] = _array(name, archive.read(member))
    except Exception as error:
        # The exceptions of zip and NumPy readers on damaged files have no common base class.
        raise FileError(f"{path} can't be read as .npz ({error})") from error
    return found


def _array(name: str, data: bytes) -> Array:
    file = BytesIO(data)
    version = npy.read_magic(file)
    if version not in HEADERS:
        raise ValueError(f"{name} is an array of version {version[0]}.{version[1]}")
    shape, _, dtype = HEADERS[version](file)
    if dtype.kind not in "biufcSU" or not dtype.itemsize:
        raise ValueError(f"{name} holds {dtype}, neither numbers nor text")
    # Before memory is reserved for it.
    if any(side < 0 for side in shape) or math.prod(shape) * dtype.itemsize != len(data) - file.tell():
        raise ValueError(f"the size of {name} doesn't match its shape {shape}")
    file.seek(0)
    found: Array = npy.read_array(file, allow_pickle=False)
    return found
