"""A drawn graph, and what it can be saved as."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_nn.figure.panel import Panel
from graphviz_nn.figure.states import reached, states
from graphviz_nn.forms import Diagram
from graphviz_nn.graph import Graph
from graphviz_nn.layout.scripts import remarks as unset
from graphviz_nn.render import FORMATS, renderer
from graphviz_nn.render.svg import svg
from graphviz_nn.scene import Scene
from graphviz_nn.scene.primitives import Text
from graphviz_nn.storage import path_of, write
from graphviz_nn.style.sheet import Sheet

if TYPE_CHECKING:
    import graphviz


TWINS = {"lecture": "dark"}
"""The style that takes another's place on a dark page; a style that isn't here was chosen, and stays."""


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

        return digraph(self.diagrams, self.sheet, self.direction, self.scene)

    @property
    def mermaid(self) -> str:
        """The picture as a Mermaid flowchart, for a README or a wiki that draws it."""
        return rendered(self, ".mmd").decode()

    @property
    def diagrams(self) -> tuple[Diagram, ...]:
        """The diagram of each view."""
        return tuple(panel.diagram for panel in self.panels)

    @property
    def twin(self) -> "Picture | None":
        """The same picture for a dark page, where its style has a twin for that."""
        style = self.again.keywords.get("style") if isinstance(self.again, partial) else None
        if self.again is None or not isinstance(style, str) or style not in TWINS:
            return None
        return self.again(style=TWINS[style])

    def save(
        self, to: str | PathLike[str], *, text: bool = False, dpi: float | None = None, transparent: bool = False
    ) -> Path:
        """Write a file; its suffix says which kind, one of `graphviz_nn.render.FORMATS`.

        Parameters
        ----------
        to : path
            The file, such as ``figure.svg``.
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
        path = path_of(to)
        suffix = path.suffix.lower()
        options = {"text": text or None, "dpi": dpi, "transparent": transparent or None}
        return write(path, rendered(self, suffix, **{name: each for name, each in options.items() if each is not None}))

    def __repr__(self) -> str:
        return f"<picture of {self.scene.title}: {self.scene.width:.0f} × {self.scene.height:.0f} pt>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        from graphviz_nn.render.notebook import html, with_own_ids

        shown = {"image/svg+xml": with_own_ids(self.svg), "text/plain": repr(self)}
        dark = self.twin
        if dark is None:
            return shown
        said = f"{self.scene.title}: {self.scene.description}"
        return {"text/html": html(self.svg, dark.svg, self.scene.width, said), **shown}


def rendered(picture: Picture, suffix: str, **options: Any) -> bytes:
    """The bytes of a file of this kind; where it is `transparent`, nothing is painted behind the picture.

    Raises
    ------
    UsageError
        As `graphviz_nn.render.renderer`, or where the format can't hold such a picture.
    """
    render = renderer(suffix, options)
    scene = replace(picture.scene, background="none") if options.pop("transparent", False) else picture.scene
    match FORMATS[suffix].takes:
        case "scene":
            return render(scene, **options)
        case "diagrams":
            return render(picture.diagrams, picture.sheet, picture.direction, scene, **options)
        case "states":
            drawn = states(picture)
            scenes = {state: each.scene for state, each in drawn.items()}
            return render(scenes, {state: reached(drawn, state) for state in drawn}, picture.direction, **options)
