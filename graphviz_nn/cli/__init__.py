"""The command line: one command per file."""

import argparse
import gc
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module

from graphviz_nn.cli.commands import REFUSED, Parser
from graphviz_nn.errors import Error, NumericalWarning, one_line, refuse_unknown

COMMANDS = (
    "draw",
    "explore",
    "steps",
    "watch",
    "check",
    "lint",
    "summary",
    "compare",
    "train",
    "play",
    "lecture",
    "styles",
)
"""The modules of the commands, in the order of the help."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 success, 1 a failed check, 2 an error, 3 an inconclusive check."""
    if arguments is None:
        # The process runs one command and makes little garbage; frequent collection would take a twentieth of its time.
        gc.set_threshold(100_000, 50, 50)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks ✓ or θ shows a question mark.
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        if given and not given[0].startswith("-"):
            refuse_unknown("command", given[0], dict.fromkeys(COMMANDS))
        options = _parser().parse_args(given)
        command: Callable[[argparse.Namespace], int] = options.command
        with warnings.catch_warnings():
            warnings.simplefilter("default", NumericalWarning)
            warnings.showwarning = _warn
            code = command(options)
        _flush()
        return code
    except Error as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return _refuse("interrupted")
    except MemoryError:
        return _refuse("there isn't enough memory; use a smaller model or less data")
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        return _refuse(f"{name}{error.strerror or error}")


def _flush() -> None:
    """Flush the output while an error can still be reported."""
    try:
        sys.stdout.flush()
    except OSError:
        # Otherwise Python tries again when the process ends, and prints a traceback.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _refuse(reason: str) -> int:
    print(f"graphviz-nn: {one_line(reason)}", file=sys.stderr)
    return REFUSED


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    print(f"graphviz-nn: warning: {one_line(str(message))}", file=sys.stderr)


def _parser() -> Parser:
    from graphviz_nn import __doc__ as purpose
    from graphviz_nn import __version__

    parser = Parser(prog="graphviz-nn", description=purpose)
    parser.add_argument("--version", action="version", version=f"graphviz-nn {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = import_module(f"graphviz_nn.cli.{name}")
        purpose = module.__doc__ or name
        first = purpose.splitlines()[0].removesuffix(".")
        command = commands.add_parser(name, help=first[0].lower() + first[1:], description=" ".join(purpose.split()))
        module.arguments(command)
        command.set_defaults(command=module.run)
    return parser
