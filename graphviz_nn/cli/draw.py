"""Draw a model."""

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_nn.cli.commands import PASSED, Parser, number
from graphviz_nn.cli.model import add_model, opened
from graphviz_nn.cli.picture import add_output, add_picture, files_of, picture
from graphviz_nn.errors import UsageError
from graphviz_nn.render import FORMATS, renderer
from graphviz_nn.storage import writable

if TYPE_CHECKING:
    from graphviz_nn.graph import Graph


def arguments(parser: Parser) -> None:
    add_drawing(parser)


def add_drawing(parser: argparse.ArgumentParser) -> None:
    """Add the arguments for the model, the look and the files of a drawing."""
    add_model(parser)
    add_output(parser, FORMATS, ".svg")
    parser.add_argument("--text", action="store_true", help="write the letters of an .svg as text that can be selected")
    parser.add_argument("--dpi", type=number, metavar="N", help="dots per inch of a .png (200)")
    parser.add_argument("--transparent", action="store_true", help="leave out the background of an .svg, .pdf or .png")
    add_picture(parser)


def run(options: argparse.Namespace) -> int:
    check_outputs(options)
    for path in drawn(options):
        print(path)
    return PASSED


def check_outputs(options: argparse.Namespace) -> None:
    """Refuse files of an unknown format before anything runs."""
    for path in options.output or ():
        renderer(path.suffix.lower())
        writable(path)
    for option in _options(options):
        if options.output and not any(_knows(path, option) for path in options.output):
            known = [suffix for suffix, row in FORMATS.items() if option in row.options]
            stem = options.output[0].stem
            raise UsageError(
                f"--{option} is for {' '.join(known)}, found {options.output[0]}; write -o {stem}{known[0]}"
            )


def drawn(options: argparse.Namespace, files: set[Path] | None = None) -> list[Path]:
    """Draw the model, print remarks, and write the files; add the model's own files to `files`."""
    files = set() if files is None else files
    files.update(files_of(options))
    graph = opened(options, files)
    found = picture(graph, options)
    for remark in found.remarks:
        print(f"graphviz-nn: {remark}", file=sys.stderr)
    asked = _options(options)
    outputs = options.output or [Path(f"{file_name(graph)}.svg")]
    return [found.save(path, **{name: each for name, each in asked.items() if _knows(path, name)}) for path in outputs]


def _options(options: argparse.Namespace) -> dict[str, Any]:
    """The given options for writing files."""
    given = {name: getattr(options, name) for name in ("text", "dpi", "transparent")}
    return {name: each for name, each in given.items() if each is not None and each is not False}


def _knows(path: Path, option: str) -> bool:
    """Whether the format of a file has an option."""
    return option in FORMATS[path.suffix.lower()].options


def file_name(graph: "Graph") -> str:
    """The default name of a file: that of its model."""
    return re.sub(r"\W+", "_", str(graph.graph.get("name", ""))).strip("_") or "graph"
