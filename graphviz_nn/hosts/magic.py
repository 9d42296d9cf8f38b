"""``%load_ext graphviz_nn``: draw from notebook cells, with the options of the command line."""

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from IPython.core import error as ipython
from IPython.core.magic import no_var_expand

from graphviz_nn.cli.commands import Parser
from graphviz_nn.cli.model import add_specs, given_specs
from graphviz_nn.cli.picture import add_picture, picture
from graphviz_nn.errors import Error
from graphviz_nn.importers.names import last, named
from graphviz_nn.importers.python_file import blaming

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from graphviz_nn.figure.picture import Picture

HERE = "this notebook"


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """Add the line magic ``%graphviz_nn``, which draws existing models, and the cell magic ``%%graphviz_nn``."""

    @no_var_expand
    def drawn(line: str, cell: str | None = None) -> "Picture | None":
        """Draw a graph or a function; the options are those of the command line, see --help."""
        return graphviz_nn(shell, line, cell)

    # IPython's own decorator hides the type of this function.
    shell.register_magic_function(drawn, "line_cell", "graphviz_nn")  # type: ignore[arg-type]


def graphviz_nn(shell: "InteractiveShell", line: str, cell: str | None = None) -> "Picture | None":
    """Run a cell, then draw a graph or function: the named one, or the last one that the cell defines.

    Raises
    ------
    IPython.core.error.UsageError
        For any error, in one line; a cell that raises shows its own error.
    """
    parser = _parser("%graphviz_nn" if cell is None else "%%graphviz_nn")
    try:
        options = parser.parse_args(shlex.split(line))
        # The line with the options counts too, as in an editor.
        if cell is not None and not shell.run_cell(f"# {line}\n{cell}").success:  # type: ignore[no-untyped-call]
            return None
        if cell is None and not options.name:
            parser.error("give the name of a graph or a function")
        code = shell.transform_cell(cell or "")  # type: ignore[no-untyped-call]
        name = options.name or last(shell.user_ns, "this cell", code)
        return _drawn(shell, name, options)
    except SystemExit:
        # After --help.
        return None
    except (Error, ValueError) as error:
        raise ipython.UsageError(" ".join(str(error).split())) from None


def _drawn(shell: "InteractiveShell", name: str, options: argparse.Namespace) -> "Picture":
    code = getattr(shell.user_ns.get(name), "__code__", None)
    file = Path(code.co_filename if code else HERE)
    try:
        with blaming(file):
            graph = named(shell.user_ns, HERE, name, given_specs(options))
        found = picture(graph, options)
    except Error as error:
        # The file name of a cell is a number.
        raise type(error)(str(error).replace(f"{file.name}:", "cell:")) from error
    for remark in found.remarks:
        print(f"graphviz-nn: {remark}".replace(f"{file.name}:", "cell:"), file=sys.stderr)
    return found


def _parser(name: str) -> Parser:
    parser = Parser(prog=name, description="Draw a graph or a function, with the options of graphviz-nn draw.")
    parser.add_argument("name", nargs="?", metavar="NAME", help="a graph or function; default the last one of the cell")
    add_specs(parser)
    add_picture(parser)
    return parser
