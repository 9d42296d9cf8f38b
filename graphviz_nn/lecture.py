"""The lecture's figures: every script in ``examples/lecture`` drawn, and a page to leaf through them."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from os import PathLike
from pathlib import Path
from typing import Protocol

from graphviz_nn.errors import FileError, UsageError
from graphviz_nn.model_file import blaming, run
from graphviz_nn.picture import Picture
from graphviz_nn.storage import write


class Build(Protocol):
    """What has several pictures, and can be saved as a page to go through them."""

    def save(self, to: str | PathLike[str], /) -> Path: ...


@dataclass(frozen=True)
class Figure:
    """A script that makes a picture; the first line of its docstring is the title, the rest the caption."""

    path: Path
    code: str
    title: str
    caption: str

    @property
    def number(self) -> int:
        """Its place in the lecture: the number in its title."""
        found = re.search(r"\d+", self.title)
        return int(found[0]) if found else 0

    def picture(self) -> Picture:
        """Run the script and draw its figure."""
        return self.drawn()[0]

    def drawn(self) -> tuple[Picture, Mapping[str, Build]]:
        """Run the script: its figure, and by name what goes through it step by step, where the script has `builds`."""
        module = run(self.path)
        with blaming(self.path):
            found = module.figure()
            builds = module.builds() if hasattr(module, "builds") else {}
        if not isinstance(found, Picture):
            raise UsageError(f"{self.path.name}: figure() must return a picture, found a {type(found).__name__}")
        return found, builds


def folder() -> Path:
    """Where the scripts are: in the wheel, or beside the package in a clone."""
    package = Path(__file__).resolve().parent
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
    """Draw all figures into a folder, with an ``index.html``; nothing is written before all are drawn.

    Returns
    -------
    Path
        That of the index.
    """
    from rich.console import Console
    from rich.progress import track

    every = figures()
    steps = track(every, "Drawing", console=Console(stderr=True), transient=True)
    drawn = {figure.path.stem: figure.drawn() for figure in steps}
    try:
        to.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"can't make the folder {to}: {error.strerror}") from error
    for name, (picture, builds) in drawn.items():
        write(to / f"{name}.svg", picture.svg.encode())
        for title, build in builds.items():
            build.save(to / f"{name}_{title}.html")
    remarks = {name: picture.remarks for name, (picture, _) in drawn.items()}
    return write(
        to / "index.html", page(every, remarks, {name: list(builds) for name, (_, builds) in drawn.items()}).encode()
    )


def page(every: list[Figure], remarks: Mapping[str, Sequence[str]], builds: Mapping[str, Sequence[str]]) -> str:
    """The index: each picture with its title, its caption, its builds, the remarks on it and the code that made it."""
    stems = [(figure, figure.path.stem) for figure in every]
    sections = (_section(figure, remarks.get(stem, ()), builds.get(stem, ())) for figure, stem in stems)
    return PAGE.replace("<!-- figures -->", "\n".join(sections))


def _section(figure: Figure, remarks: Sequence[str], builds: Sequence[str]) -> str:
    name = escape(figure.path.stem)
    links = ", ".join(f'<a href="{name}_{escape(title)}.html">{escape(title)}</a>' for title in builds)
    return SECTION.format(
        name=name,
        title=escape(figure.title),
        caption=escape(figure.caption),
        builds=f'<p class="builds">Step by step: {links}</p>\n' if links else "",
        remarks="".join(f"<p>{escape(remark)}</p>\n" for remark in remarks),
        code=escape(figure.code),
    )


SECTION = """\
<section id="{name}">
<h2><a href="#{name}">{title}</a></h2>
<figure><a href="{name}.svg"><img src="{name}.svg" alt="{title}"></a><figcaption>{caption}</figcaption></figure>
{builds}{remarks}<details><summary>{name}.py</summary><pre><code>{code}</code></pre></details>
</section>"""

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
<p>Every picture is drawn from the code below it. The keys ← and → go from one to the next.</p>
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
