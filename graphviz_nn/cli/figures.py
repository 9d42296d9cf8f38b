"""The lecture's figures: every script in ``examples/lecture``, and an index page."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, Protocol

from graphviz_nn.errors import FileError, UsageError
from graphviz_nn.figure.picture import Picture
from graphviz_nn.importers.python_file import blaming, run
from graphviz_nn.render.svg import escape
from graphviz_nn.storage import writable_folder, write

# Optional names in a script, besides figure().
HOOKS = ("plots", "builds", "pages", "measured")


class Build(Protocol):
    """Several pictures that can be saved as one page."""

    def save(self, to: str | PathLike[str], /) -> Path: ...


@dataclass(frozen=True)
class Figure:
    """A script that draws a picture. The first line of its docstring is the title, the rest the caption."""

    path: Path
    code: str
    title: str
    caption: str

    @property
    def number(self) -> int:
        """The number in its title, which is its place in the lecture."""
        found = re.search(r"\d+", self.title)
        return int(found[0]) if found else 0

    def picture(self) -> Picture:
        """Run the script and draw its figure."""
        return self.drawn().picture

    def drawn(self) -> "Drawn":
        """Run the script and collect its picture, plots, builds and measurements."""
        module = run(self.path)
        with blaming(self.path):
            found = module.figure()
            if not isinstance(found, Picture):
                raise UsageError(f"{self.path.name}: figure() must return a picture, found a {type(found).__name__}")
            made: dict[str, Any] = {name: getattr(module, name)() for name in HOOKS if hasattr(module, name)}
        return Drawn(found, **made)


@dataclass(frozen=True)
class Drawn:
    """The results of a script: a picture, named plots, builds and pages that train, and a sentence with numbers."""

    picture: Picture
    plots: Mapping[str, Any] = field(default_factory=dict)
    builds: Mapping[str, Build] = field(default_factory=dict)
    pages: Mapping[str, Build] = field(default_factory=dict)
    measured: str = ""


def folder() -> Path:
    """The folder of the scripts: in the wheel, or beside the package in a clone."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "examples" / "lecture"
    return inside if inside.is_dir() else package.parent / "examples" / "lecture"


def figures() -> list[Figure]:
    """The lecture's figures in order."""
    found = []
    for path in sorted(folder().glob("*.py")):
        code = path.read_text(encoding="utf-8")
        title, _, caption = (ast.get_docstring(ast.parse(code)) or path.stem).partition("\n")
        found.append(Figure(path, code, title.rstrip("."), " ".join(caption.split())))
    return sorted(found, key=lambda figure: figure.number)


def write_lecture(to: Path) -> Path:
    """Draw all figures, then write them and an ``index.html`` into a folder.

    The index is written last. Until then, it says that the folder is incomplete.

    Returns
    -------
    Path
        The path of the index.
    """
    from rich.console import Console
    from rich.progress import track

    writable_folder(to)
    every = figures()
    console = Console(stderr=True)
    # Without a terminal, it would leave an empty line.
    steps = track(every, "Drawing", console=console, transient=True, disable=not console.is_terminal)
    drawn = {figure.path.stem: figure.drawn() for figure in steps}
    plots = {f"{name}_{title}": _svg(plot) for name, each in drawn.items() for title, plot in each.plots.items()}
    try:
        to.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"can't make the folder {to}: {error.strerror}") from error
    index, whole = to / "index.html", page(every, drawn)
    write(index, UNFINISHED.encode())
    for name, each in drawn.items():
        write(to / f"{name}.svg", each.picture.svg.encode())
        for title, build in (*each.builds.items(), *each.pages.items()):
            build.save(to / f"{name}_{title}.html")
    for name, plot in plots.items():
        write(to / f"{name}.svg", plot)
    return write(index, whole.encode())


def _svg(plot: Any) -> bytes:
    from graphviz_nn.plots.look import rendered

    return rendered(plot, ".svg")


def page(every: Sequence[Figure], drawn: Mapping[str, Drawn]) -> str:
    """The index: each picture with its title, caption, plots, builds, remarks and code."""
    sections = (_section(figure, drawn[figure.path.stem]) for figure in every)
    return PAGE.replace("<!-- figures -->", "\n".join(sections))


def _section(figure: Figure, drawn: Drawn) -> str:
    name = escape(figure.path.stem)
    links = [("Step by step", drawn.builds), ("Alive, training in your browser", drawn.pages)]
    plots = (f'<img src="{name}_{escape(title)}.svg" alt="{escape(title)}">\n' for title in drawn.plots)
    return SECTION.format(
        name=name,
        title=escape(figure.title),
        plots="".join(plots),
        caption=escape(" ".join(filter(None, (figure.caption, drawn.measured)))),
        builds="".join(_links(title, name, builds) for title, builds in links if builds),
        remarks="".join(f"<p>{escape(remark)}</p>\n" for remark in drawn.picture.remarks),
        code=escape(figure.code),
    )


def _links(title: str, name: str, builds: Mapping[str, Build]) -> str:
    found = ", ".join(f'<a href="{name}_{escape(each)}.html">{escape(each)}</a>' for each in builds)
    return f'<p class="builds">{title}: {found}</p>\n'


SECTION = """\
<section id="{name}">
<h2><a href="#{name}">{title}</a></h2>
<figure><a href="{name}.svg"><img src="{name}.svg" alt="{title}"></a>
{plots}<figcaption>{caption}</figcaption></figure>
{builds}{remarks}<details><summary>{name}.py</summary><pre><code>{code}</code></pre></details>
</section>"""

UNFINISHED = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Not all figures are written</title>
<p>Not all figures are written yet. If no command is writing them, run <code>graphviz-nn lecture</code> again.</p>
</html>
"""

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Computation graphs and neural networks</title>
<style>
body { max-width: 56rem; margin: 3rem auto; padding: 0 1.5rem; color: #2d3748; background: #fff;
       font: 1.05rem/1.6 Georgia, "Times New Roman", serif; }
h1, h2 { font-weight: normal; line-height: 1.25; }
h2 { margin: 0 0 1rem; }
h2 a { color: inherit; text-decoration: none; }
section { padding: 2rem 0; border-top: 1px solid #d9dee5; scroll-margin-top: 0; }
figure { margin: 0; }
img { display: block; max-width: 100%; height: auto; margin: 0 auto 1rem; }
figcaption { color: #5a6675; }
section > p { margin: .5rem 0 0; font: .85rem/1.5 ui-monospace, Consolas, monospace; color: #5a6675; }
section > p.builds { font: inherit; }
details { margin-top: 1rem; }
summary { cursor: pointer; font: .9rem/1.6 ui-monospace, Consolas, monospace; color: #5a6675; }
pre { overflow-x: auto; padding: 1rem; background: #f5f7fa; font: .85rem/1.5 ui-monospace, Consolas, monospace; }
</style>
</head>
<body>
<h1>Computation graphs and neural networks</h1>
<p>Every picture is drawn from the code below it. The keys ← and → go to the previous and next picture.</p>
<!-- figures -->
<script>
addEventListener("keydown", event => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const sections = [...document.querySelectorAll("section")];
  const passed = sections.filter(each => each.getBoundingClientRect().top < 2).length;
  sections[Math.max(0, Math.min(sections.length - 1, passed - 1 + step))].scrollIntoView();
});
</script>
</body>
</html>
"""
