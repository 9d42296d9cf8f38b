"""A Sphinx extension: the directive ``graphviz-nn`` draws a model in a page.

Add ``extensions = ["graphviz_nn"]`` to ``conf.py``; needs the extra ``graphviz_nn[sphinx]``.
"""

import argparse
import os
from hashlib import sha256
from logging import WARNING, getLogger
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from graphviz_nn import __version__
from graphviz_nn.cli.commands import Parser
from graphviz_nn.cli.model import add_specs, given_specs
from graphviz_nn.cli.picture import add_picture, files_of, picture
from graphviz_nn.errors import Error, UsageError
from graphviz_nn.figure.picture import Picture
from graphviz_nn.importers import open_model
from graphviz_nn.importers.python_file import model_of_code
from graphviz_nn.render.notebook import AUTOMATIC, DARK
from graphviz_nn.storage import write

try:
    from docutils import nodes
    from docutils.parsers.rst import directives
    from sphinx import addnodes
    from sphinx.util import logging
    from sphinx.util.docutils import SphinxDirective
except ImportError:
    raise UsageError("the directive needs the package Sphinx: pip install 'graphviz_nn[sphinx]'") from None

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FOLDER = "graphviz-nn"
SHEET = f"""\
.graphviz-nn-dark:not(:is({", ".join((*DARK, AUTOMATIC))}) *) {{ display: none; }}
:is({", ".join(DARK)}) .graphviz-nn-light {{ display: none; }}
@media (prefers-color-scheme: dark) {{ {AUTOMATIC} .graphviz-nn-light {{ display: none; }} }}
@media not all and (prefers-color-scheme: dark) {{ {AUTOMATIC} .graphviz-nn-dark {{ display: none; }} }}
"""
_log = logging.getLogger(__name__)


def _parser() -> Parser:
    parser = Parser(prog="graphviz-nn draw", add_help=False)
    add_specs(parser)
    add_picture(parser)
    return parser


class GraphvizNN(SphinxDirective):
    """Draw the model in a file, ``my_model.py:loss``, or the model that the directive's content defines.

    The options are those of the command ``draw``, with one value per line for options that repeat, and those of the
    directive ``image``. With a caption, the picture is a figure.
    """

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    image: ClassVar[dict[str, Any]] = {
        "alt": directives.unchanged,
        "height": directives.length_or_unitless,
        "width": directives.length_or_percentage_or_unitless,
        "scale": directives.percentage,
        "align": lambda word: directives.choice(word, ("left", "center", "right")),
        "class": directives.class_option,
    }
    option_spec: ClassVar[dict[str, Any]] = {
        **{
            name: directives.flag if action.nargs == 0 else directives.unchanged_required
            for name, action in _parser().options.items()
        },
        **image,
        "caption": directives.unchanged_required,
        "name": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        files: set[Path] = set()
        try:
            picture = self._picture(files)
            light, dark = picture, picture.twin
            for remark in picture.remarks:
                _log.warning(remark, location=self.get_location(), type="graphviz_nn", subtype="remark")
            return self._nodes(light, dark)
        except Error as error:
            _log.warning(" ".join(str(error).split()), location=self.get_location(), type="graphviz_nn")
            return []
        finally:
            for file in files:
                self.env.note_dependency(str(file.resolve()))

    def _picture(self, files: set[Path]) -> Picture:
        options = _parser().parse_args(self._arguments())
        files |= files_of(options)
        return picture(self._model(options, files), options)

    def _arguments(self) -> list[str]:
        """The options as on a command line, with the paths of files resolved."""
        given = {**self.config.graphviz_nn_options, **self.options}
        arguments = []
        for name, action in _parser().options.items():
            if name in given and name not in self.image:
                value = given[name]
                values = str(value).splitlines() if isinstance(action, argparse._AppendAction) else [value]
                arguments += (
                    [f"--{name}"] if action.nargs == 0 else [f"--{name}={self._placed(name, each)}" for each in values]
                )
        return arguments

    def _placed(self, name: str, value: str) -> str:
        is_file = name in ("style", "feed", "labels") and value.endswith((".toml", ".json", ".npz", ".tex"))
        return self.env.relfn2path(value)[1] if is_file else value

    def _model(self, options: argparse.Namespace, files: set[Path]) -> Any:
        argument = self.arguments[0] if self.arguments else ""
        specs = given_specs(options)
        if self.content:
            page, line = self.content.items[0]
            # MyST counts lines from the directive.
            if self.content_offset < self.lineno:
                line = self.lineno + self.content_offset
            code = "\n".join(self.content)
            return model_of_code(code, Path(page), line=line + 1, name=argument, specs=specs, files=files)
        if not argument:
            raise UsageError("nothing to draw: name a model, such as my_model.py:loss, or write its code as content")
        return open_model(self.env.relfn2path(argument)[1], specs, files)

    def _nodes(self, light: Picture, dark: Picture | None) -> list[nodes.Node]:
        if dark is None:
            shown: list[nodes.Node] = [self._image(light)]
        else:
            only = addnodes.only(expr="html and not epub")
            only += self._image(dark, "graphviz-nn-dark")
            shown = [self._image(light, "graphviz-nn-light"), only]
        if "caption" not in self.options:
            self.add_name(shown[0])
            return shown
        figure = nodes.figure("", *shown, align=self.options.get("align", "default"))
        words, messages = self.state.inline_text(self.options["caption"], self.lineno)
        figure += nodes.caption(self.options["caption"], "", *words)
        self.set_source_info(figure)
        self.add_name(figure)
        return [figure, *messages]

    def _image(self, picture: Picture, *classes: str) -> nodes.image:
        """Render an image for the builder, unless the build folder has it already."""
        name = sha256(f"{__version__} {picture.scene!r}".encode()).hexdigest()[:20]
        folder = Path(self.env.doctreedir) / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        for suffix in (".svg", ".pdf"):
            if not (folder / f"{name}{suffix}").exists():
                picture.save(folder / f"{name}{suffix}")
        place = Path(os.path.relpath(folder, self.env.srcdir)).as_posix()
        given = {key: value for key, value in self.options.items() if key in self.image and key != "class"}
        if "caption" in self.options:
            given.pop("align", None)
        scene = picture.scene
        given.setdefault("alt", f"{scene.title}: {scene.description}")
        found = nodes.image(uri=f"/{place}/{name}.*", **given)
        # The PyData theme gives images a white background unless they have the class "dark-light".
        found["classes"] += ["dark-light", *classes, *self.options.get("class", [])]
        self.set_source_info(found)
        return found


def _add_style_sheet(app: "Sphinx") -> None:
    folder = Path(app.doctreedir) / FOLDER / "static"
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "graphviz-nn.css", SHEET.encode())
    app.config.html_static_path.append(str(folder))


def setup(app: "Sphinx") -> dict[str, Any]:
    """Add the directive, and ``graphviz_nn_options``, the default options of all directives."""
    # If a theme enables logging, the PDF writer would log too.
    getLogger("fontTools").setLevel(WARNING)
    app.add_config_value("graphviz_nn_options", {}, "env", dict)
    app.add_directive("graphviz-nn", GraphvizNN)
    app.connect("builder-inited", _add_style_sheet)
    app.add_css_file("graphviz-nn.css")
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
