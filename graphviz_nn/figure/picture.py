"""A drawn graph, and what it can be saved as."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_nn.errors import UsageError
from graphviz_nn.forms import Diagram
from graphviz_nn.graph import Graph
from graphviz_nn.layout.scripts import remarks as unset
from graphviz_nn.render import rendered
from graphviz_nn.render.svg import svg
from graphviz_nn.scene import Scene
from graphviz_nn.scene.primitives import Text
from graphviz_nn.storage import write
from graphviz_nn.style.sheet import Sheet

if TYPE_CHECKING:
    import graphviz


@dataclass(frozen=True)
class Panel:
    """One view in a picture: the model, the graph as the view shows it, and the diagram of that."""

    model: Graph
    graph: Graph
    diagram: Diagram


@dataclass(frozen=True, repr=False)
class Picture:
    """A drawn graph: shows itself in a notebook, saves itself by suffix.

    Parameters
    ----------
    panels : tuple of Panel
        Each view that is shown.
    scene : Scene
        What is painted where.
    again : callable, optional
        Draws it once more, with other options: ``picture.again(view="layers")``. Pictures put together have none.
    noticed : tuple of str
        What of the author's hints could not be met, a sentence each.
    painted : callable, optional
        Paints diagrams that differ from those of the panels in emphasis and numbers only: nothing moves.
    apart : callable, optional
        Each view as a scene of its own, all equally large.
    """

    panels: tuple[Panel, ...]
    scene: Scene
    sheet: Sheet
    direction: str
    again: "Callable[..., Picture] | None" = None
    noticed: tuple[str, ...] = ()
    painted: "Callable[[Sequence[Diagram]], Scene] | None" = None
    apart: "Callable[[], list[Scene]] | None" = None

    @property
    def graph(self) -> Graph:
        """The graph as the first view shows it; it can be evaluated."""
        return self.panels[0].graph

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was noticed on the way, and what `lint` finds worse than a note, a sentence each."""
        # Most pictures are drawn and saved; then nobody waits for it.
        from graphviz_nn.linting import lint

        models = {id(panel.model): panel.model for panel in self.panels}
        reports = {key: lint(model) for key, model in models.items()}
        items = (item for group in self.scene.groups for item in group.items)
        texts = ((each.tex, each.family) for each in items if isinstance(each, Text))
        found = [*self.noticed, *unset(texts), *(remark for panel in self.panels for remark in panel.graph.remarks)]
        for panel in self.panels:
            serious = (each for each in reports[id(panel.model)] if each.level != "note")
            found += [str(each) for each in serious if each.concerns(panel.graph)]
        return tuple(dict.fromkeys(found))

    @property
    def svg(self) -> str:
        """The picture as SVG."""
        return svg(self.scene).decode()

    @property
    def tikz(self) -> str:
        """The picture as an environment ``tikzpicture``, for a LaTeX document of your own."""
        from graphviz_nn.render.tikz import tikzpicture

        return tikzpicture(self.scene)

    @property
    def digraph(self) -> "graphviz.Digraph":
        """The picture as a ``graphviz.Digraph``, to go on with by hand."""
        from graphviz_nn.render.dot import digraph

        if len(self.panels) > 1:
            raise UsageError("a picture of several views isn't one DOT graph; draw each on its own")
        said = "\n".join(group.title for group in self.scene.groups if group.id in ("title", "caption"))
        return digraph(self.panels[0].diagram, self.sheet, self.direction, self.scene.title, said)

    @property
    def mermaid(self) -> str:
        """The picture as a Mermaid flowchart, for a README or a wiki that draws it."""
        from graphviz_nn.render.mermaid import mermaid

        return mermaid(self).decode()

    def save(
        self, to: str | PathLike[str], *, text: bool = False, dpi: float | None = None, transparent: bool = False
    ) -> Path:
        """Write a file; its suffix says which kind, one of `graphviz_nn.render.FORMATS`.

        Parameters
        ----------
        to : path
            The file: .svg .html .pdf .png .eps .pgf .tex .pptx .drawio .mmd .dot .gv.
        text : bool
            Whether the letters of an .svg are text, to be selected and edited; as outlines they are the same in
            every viewer.
        dpi : float, optional
            How many dots a .png has an inch, 200 where not given.
        transparent : bool
            Whether nothing is painted behind the picture, of .svg, .pdf and .png.

        Raises
        ------
        UsageError
            For an unknown suffix.
        FileError
            Where the file can't be written; what was there before stays.
        """
        path = Path(fspath(to))
        suffix = path.suffix.lower()
        options = {"text": text or None, "dpi": dpi, "transparent": transparent or None}
        return write(path, rendered(self, suffix, **{name: each for name, each in options.items() if each is not None}))

    def __repr__(self) -> str:
        return f"<picture of {self.scene.title}: {self.scene.width:.0f} × {self.scene.height:.0f} pt>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        from graphviz_nn.render.notebook import bundle

        return bundle(self)
