"""Write files completely or not at all, and keep the kind of file that they replace."""

import errno
import os
import platform
import re
import secrets
import signal
import stat
import time
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from io import FileIO
from pathlib import Path
from threading import current_thread, main_thread
from types import FrameType

from graphviz_nn.errors import FileError, UsageError, brief, suggest

# Marks an unfinished file with its machine and process. Short, whatever the file's name.
HOST = f"{zlib.crc32(platform.node().encode()):08x}"
UNFINISHED = re.compile(r"\.graphviz_nn-([0-9a-f]{8})-(\d+)-[0-9a-f]{16}")
# The most bytes in a file's name, on nearly every disk.
LONGEST = 255
DAY = 24 * 3600.0
# Attributes that users set; a file that loses them isn't the same file.
KEPT = ("user.", "system.posix_acl_")
NO_FILES = {stat.S_IFDIR: "a folder", stat.S_IFBLK: "a disk", stat.S_IFSOCK: "a socket"}
REASONS = {errno.ENXIO: "no program reads from it", errno.ELOOP: "its symbolic links form a loop"}
OF_A_FOLDER = (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EROFS)


def path_of(given: object) -> Path:
    """Read a path, given as text or a path object.

    Raises
    ------
    UsageError
        If it is something else.

    Examples
    --------
    >>> path_of(5)
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: a file name must be text or a path, found 5
    """
    if not isinstance(given, str | os.PathLike):
        raise UsageError(f"a file name must be text or a path, found {brief(given)}")
    return Path(os.fsdecode(given))


def destination(to: str | os.PathLike[str], what: str, suffixes: Iterable[str]) -> Path:
    """Check that a file can be written, and return its path.

    Raises
    ------
    UsageError
        If its suffix is none of these.
    FileError
        If the file can't be written.

    Examples
    --------
    >>> destination("report.MD", "a report", (".html", ".md")).suffix
    '.MD'
    >>> destination("report.doc", "a report", (".html", ".md"))
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: a report can't be written as '.doc': ...
    """
    path, suffixes = path_of(to), list(suffixes)
    if path.suffix.lower() not in suffixes:
        raise UsageError(f"{what} can't be written as {path.suffix or path.name!r}: {suggest(path.suffix, suffixes)}")
    return writable(path)


def writable(path: Path) -> Path:
    """Check that `write` can write a path, as far as possible before long work.

    Raises
    ------
    FileError
        If its folder is missing or write-protected, or the path is a folder or another special file.
    """
    target, there = _found(path)
    try:
        if there is None or (stat.S_ISREG(there.st_mode) and _is_ours_alone(there)):
            _try(target.parent)
    except OSError as error:
        raise _unwritable(path, error) from error
    return path


def writable_folder(path: Path) -> Path:
    """Check that a folder can be written to or created; leave nothing behind.

    Raises
    ------
    FileError
        If the folder, or its parent, is a file or write-protected.
    """
    try:
        missing, above = list[Path](), path.absolute()
        while (there := _stat(above)) is None:
            missing.append(above)
            above = above.parent
        if not stat.S_ISDIR(there.st_mode):
            raise FileError(f"can't make the folder {path}: {above} is a file")
        _check_rights(above)
        try:
            path.mkdir(parents=True, exist_ok=True)
            _try(path)
        finally:
            for each in missing:
                with suppress(OSError):
                    each.rmdir()
    except (OSError, ValueError) as error:
        raise FileError(f"can't make the folder {path}: {_reason(error)}") from error
    return path


def write(path: Path, data: bytes) -> Path:
    """Write a file under a temporary name, then move it into place, so that no reader sees half of it.

    A replaced file keeps its permissions, access list and other attributes; symbolic links lead to the new content. The
    data are on the disk before the file is renamed: after a power cut the path has the old file or the new one.

    A file with several names (hard links), of another owner, or with attributes that can't be copied is overwritten in
    place instead. The disk space is reserved first, so a full disk changes nothing. Ctrl-C waits until the file is
    complete; only a power cut or a killed process can leave half of it. Pipes and devices receive the data.

    Raises
    ------
    FileError
        If the file can't be written; the old file stays.
    """
    target, there = _found(path)
    try:
        if there is not None and not stat.S_ISREG(there.st_mode):
            _send(path, data)
        elif not (there is None or _is_ours_alone(there)) or not _replace(target, data, there):
            _undisturbed(partial(_overwrite, target, data))
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from error
    return path


def read(path: Path) -> bytes:
    """Read a file.

    Raises
    ------
    FileError
        If it can't be read.
    """
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise FileError(f"can't read {path}: {_reason(error)}") from error


def beside(path: Path, suffix: str) -> Path:
    """The path of an accompanying file: the same name with another suffix, cut if it would be too long.

    >>> beside(Path("report.md"), ".svg").name
    'report.svg'
    >>> len(beside(Path("a" * 252 + ".md"), ".svg").name)
    255
    """
    stem = path.stem
    while len(os.fsencode(stem + suffix)) > LONGEST:
        stem = stem[:-1]
    return path.with_name(stem + suffix)


def _found(path: Path) -> tuple[Path, os.stat_result | None]:
    """Resolve links, and get the status of the target."""
    try:
        target, there = Path(os.path.realpath(path)), _stat(path)
        kind = NO_FILES.get(stat.S_IFMT(there.st_mode)) if there else None
        if kind:
            raise FileError(f"can't write {path}: it is {kind}, not a file")
        if there is None or stat.S_ISREG(there.st_mode):
            if not stat.S_ISDIR(target.parent.stat().st_mode):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            if there is None or _is_ours_alone(there):
                _check_rights(target.parent)
        if there is not None:
            _check_rights(path)
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from error
    return target, there


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _check_rights(path: Path) -> None:
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EPERM if path.is_file() else errno.EACCES, "it is write-protected")


def _try(folder: Path) -> None:
    """Create a hidden file in a folder; permissions alone don't tell whether that works."""
    from tempfile import TemporaryFile

    TemporaryFile(dir=folder).close()


def _is_ours_alone(there: os.stat_result) -> bool:
    """Whether another file can replace this one without losing anything but its content."""
    return there.st_nlink == 1 and _is_ours(there)


def _is_ours(there: os.stat_result) -> bool:
    return not hasattr(os, "geteuid") or there.st_uid == os.geteuid()


def _replace(target: Path, data: bytes, there: os.stat_result | None) -> bool:
    """Replace a file with all its attributes; return whether that worked."""
    _clear(target.parent)
    beside = target.parent / f".graphviz_nn-{HOST}-{os.getpid()}-{secrets.token_hex(8)}"
    # A new file has the system's default permissions. A replacement is private until it has its permissions.
    rights = 0o666 if there is None else 0o600
    try:
        with open(beside, "xb", buffering=0, opener=lambda name, flags: os.open(name, flags, rights)) as file:
            _fill(file, data)
        if there is not None:
            if hasattr(os, "chown"):
                with suppress(OSError):
                    os.chown(beside, -1, there.st_gid)
            beside.chmod(stat.S_IMODE(there.st_mode))
            if not _same_attributes(target, beside):
                return False
        beside.replace(target)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return True


def _same_attributes(one: Path, other: Path) -> bool:
    """Copy extended attributes, including the access list; return whether those of the user match."""
    if not hasattr(os, "listxattr"):
        return True
    try:
        wanted = {name: os.getxattr(one, name) for name in os.listxattr(one)}
        found = os.listxattr(other)
    except OSError:
        # The disk has no attributes, or none that we may read.
        return True
    # Remove attributes that the folder gives to new files.
    for name in found:
        if name not in wanted:
            with suppress(OSError):
                os.removexattr(other, name)
    for name, value in wanted.items():
        try:
            os.setxattr(other, name, value)
        except OSError:
            # Other attributes belong to the system, which sets them for each file.
            if name.startswith(KEPT):
                return False
    return True


def _undisturbed(work: Callable[[], None]) -> None:
    """Finish some work before Ctrl-C takes effect."""
    # Python's signals reach only the main thread; handlers installed outside Python can't be restored.
    usual = signal.getsignal(signal.SIGINT)
    if current_thread() is not main_thread() or not callable(usual):
        work()
        return
    heard: list[FrameType | None] = []
    signal.signal(signal.SIGINT, lambda _, frame: heard.append(frame))
    try:
        work()
    finally:
        signal.signal(signal.SIGINT, usual)
        if heard:
            usual(signal.SIGINT, heard[0])


def _overwrite(target: Path, data: bytes) -> None:
    with target.open("r+b", buffering=0) as file:
        before = file.readall()
        try:
            _reserve(file, len(data))
            _fill(file, data)
        except BaseException:
            _fill(file, before)
            raise


def _reserve(file: FileIO, size: int) -> None:
    """Reserve the space for a file; if there is too little, nothing has changed yet."""
    if size and hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(file.fileno(), 0, size)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise


def _fill(file: FileIO, data: bytes) -> None:
    file.seek(0)
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
    file.truncate()
    os.fsync(file.fileno())


def _send(path: Path, data: bytes) -> None:
    """Write to a pipe or a device, without waiting for a reader."""
    descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "wb") as file:
        os.set_blocking(descriptor, True)
        file.write(data)


def _clear(folder: Path) -> None:
    """Remove unfinished files of killed processes."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            name = UNFINISHED.fullmatch(entry.name)
            if name and _is_left(entry.stat(follow_symlinks=False), *name.groups()):
                Path(entry.path).unlink()


def _is_left(there: os.stat_result, host: str, process: str) -> bool:
    """Whether an unfinished file is abandoned: its process is gone, or it is a day old."""
    if not stat.S_ISREG(there.st_mode) or not _is_ours(there):
        return False
    if time.time() - there.st_mtime > DAY:
        return True
    # Outside POSIX, asking for a process could end it.
    if host != HOST or os.name != "posix":
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _unwritable(path: Path, error: OSError | ValueError) -> FileError:
    hint = "; is the folder there, and yours?" if getattr(error, "errno", 0) in OF_A_FOLDER else ""
    return FileError(f"can't write {path}: {_reason(error)}{hint}")


def _reason(error: OSError | ValueError) -> str:
    if not isinstance(error, OSError):
        return str(error)
    return REASONS.get(error.errno or 0) or error.strerror or str(error)
