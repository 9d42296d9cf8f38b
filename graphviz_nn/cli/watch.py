"""Draw a model again on every save.

It watches the model's file, modules beside it, the style sheet and files of values. An error prints one line and keeps
the last picture. Ctrl-C ends the command, with exit code 0.
"""

import argparse
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn, TypeAlias

from graphviz_nn.cli.commands import PASSED, Parser
from graphviz_nn.cli.draw import add_drawing, check_outputs, drawn
from graphviz_nn.errors import Error

Stamp: TypeAlias = tuple[int, int, int] | None
# Checking the times of a few files twenty times a second costs nothing measurable. It works where the system doesn't
# report changes: on network drives, in containers, with editors that replace files.
PAUSE = 0.05


def arguments(parser: Parser) -> None:
    add_drawing(parser)


def run(options: argparse.Namespace) -> int:
    check_outputs(options)
    try:
        _watch(options)
    except KeyboardInterrupt:
        return PASSED


def _watch(options: argparse.Namespace) -> NoReturn:
    known: dict[Path, Stamp] = {}
    while True:
        before, files = _stamps(known), set[Path]()
        try:
            said, failed = [str(path) for path in drawn(options, files)], False
        except (Error, OSError) as error:
            said, failed = [" ".join(f"graphviz-nn: {error}".split())], True
            # A failed run may not have reached all of its files.
            files |= set(known)
        # Files saved in the meantime cause another drawing.
        now = {**_stamps(files), **{path: stamp for path, stamp in before.items() if path in files}}
        for line in said:
            print(f"{time.strftime('%H:%M:%S')}  {line}", file=sys.stderr if failed else sys.stdout, flush=True)
        if files != set(known):
            names = ", ".join(sorted({path.name for path in files}))
            print(f"watching {names}; Ctrl-C ends it", file=sys.stderr, flush=True)
        known = now
        _wait(known)


def _wait(known: dict[Path, Stamp]) -> None:
    """Wait until a file has changed, and is complete."""
    last = known
    while True:
        time.sleep(PAUSE)
        now = _stamps(known)
        if now == last != known:
            return
        last = now


def _stamps(files: Iterable[Path]) -> dict[Path, Stamp]:
    """Times and sizes, which change with a file's content, even if another file replaces it."""
    return {path: _stamp(path) for path in files}


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
