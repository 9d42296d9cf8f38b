"""Draw a model."""

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from graphviz_nn.cli.commands import PASSED, Commands
from graphviz_nn.cli.model import add_model, opened
from graphviz_nn.cli.picture import add_output, add_picture, files_of, keywords
from graphviz_nn.errors import UsageError
from graphviz_nn.render import FORMATS, renderer
from graphviz_nn.storage import writable

if TYPE_CHECKING:
    from graphviz_nn.graph import Graph


def add(commands: Commands) -> None:
    parser = commands.add_parser("draw", help="draw a model", description="Draw a model.")
    add_drawing(parser)
    parser.set_defaults(command=run)


def add_drawing(parser: argparse.ArgumentParser) -> None:
    """The arguments that say what to draw, how, and to which files."""
    add_model(parser)
    add_output(parser, FORMATS, ".svg")
    parser.add_argument("--text", action="store_true", help="write the letters of an .svg as text that can be selected")
    add_picture(parser)


def run(options: argparse.Namespace) -> int:
    check_outputs(options)
    for path in drawn(options):
        print(path)
    return PASSED


def check_outputs(options: argparse.Namespace) -> None:
    """Refuse files of an unknown kind before anything is run."""
    for path in options.output or ():
        renderer(path.suffix.lower())
        writable(path)
    if options.text and options.output and not any(_has_text(path) for path in options.output):
        raise UsageError(f"--text is for .svg, found {options.output[0]}; write -o {options.output[0].stem}.svg")


def drawn(options: argparse.Namespace, files: set[Path] | None = None) -> list[Path]:
    """Draw, say what was noticed, write; `files` is given the user's files that it took."""
    from graphviz_nn.drawing import draw

    files = set() if files is None else files
    files.update(files_of(options))
    graph = opened(options, files)
    picture = draw(graph, **keywords(options))
    for remark in picture.remarks:
        print(f"graphviz-nn: {remark}", file=sys.stderr)
    outputs = options.output or [Path(f"{file_name(graph)}.svg")]
    return [picture.save(path, text=options.text and _has_text(path)) for path in outputs]


def _has_text(path: Path) -> bool:
    """Whether the format of a file can have its letters as text or as outlines."""
    return "text" in FORMATS[path.suffix.lower()].options


def file_name(graph: "Graph") -> str:
    """What a file is called that nobody named: as its model."""
    return re.sub(r"\W+", "_", str(graph.graph.get("name", ""))).strip("_") or "graph"
