"""Draw a model again whenever it is saved.

That is whenever its file, a module beside it, the style sheet or a file of values is saved. An error is said in one
line, and the picture that is there stays. Ctrl-C ends it, with exit code 0.
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
# Asking a few files for their age twenty times a second costs nothing that can be measured, and works where the
# system doesn't tell of changes: on network drives, in containers, with editors that put a new file in place.
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
            # Where it failed it may not have come to all of them.
            files |= set(known)
        # What was saved meanwhile is drawn too.
        now = {**_stamps(files), **{path: stamp for path, stamp in before.items() if path in files}}
        for line in said:
            print(f"{time.strftime('%H:%M:%S')}  {line}", file=sys.stderr if failed else sys.stdout, flush=True)
        if files != set(known):
            names = ", ".join(sorted({path.name for path in files}))
            print(f"watching {names}; Ctrl-C ends it", file=sys.stderr, flush=True)
        known = now
        _wait(known)


def _wait(known: dict[Path, Stamp]) -> None:
    """Until a file isn't as it was, and nobody writes to it any more."""
    last = known
    while True:
        time.sleep(PAUSE)
        now = _stamps(known)
        if now == last != known:
            return
        last = now


def _stamps(files: Iterable[Path]) -> dict[Path, Stamp]:
    """What changes with a file's content, even where another file takes its place."""
    return {path: _stamp(path) for path in files}


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
