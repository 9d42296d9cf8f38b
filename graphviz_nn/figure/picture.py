"""A drawn graph, and the formats that it can be saved in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_nn.figure.findings import findings
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
"""The style that replaces another on a dark page. Any other style was chosen, and stays."""


@dataclass(frozen=True, repr=False)
class Picture:
    """A drawn graph. It displays itself in a notebook and saves by suffix.

    Parameters
    ----------
    panels : tuple of Panel
        The views in the picture.
    scene : Scene
        The graphical primitives.
    again : callable, optional
        Draws the picture again with other options: ``picture.again(view="layers")``. Combined pictures lack it.
    noticed : tuple of str
        Hints of the author that the layout couldn't follow, one sentence each.
    painted : callable, optional
        Paints diagrams that differ only in emphasis and numbers from those of the panels: nothing moves.
    apart : callable, optional
        Each view as a scene of its own, all of equal size.
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
        """The graph in the first view; you can evaluate it."""
        return self.panels[0].graph

    @property
    def remarks(self) -> tuple[str, ...]:
        """Remarks on the drawing, and errors and warnings of `lint`, one sentence each."""
        items = (item for group in self.scene.groups for item in group.items)
        texts = ((each.tex, each.family) for each in items if isinstance(each, Text))
        found = [*self.noticed, *unset(texts), *(remark for panel in self.panels for remark in panel.graph.remarks)]
        found += [str(each) for each in findings(self.panels)]
        return tuple(dict.fromkeys(found))

    @property
    def svg(self) -> str:
        """The picture as SVG."""
        return svg(self.scene).decode()

    @property
    def tikz(self) -> str:
        """The picture as a ``tikzpicture`` environment for your own LaTeX document."""
        from graphviz_nn.render.tikz import tikzpicture

        return tikzpicture(self.scene)

    @property
    def digraph(self) -> "graphviz.Digraph":
        """The picture as a ``graphviz.Digraph``, to modify."""
        from graphviz_nn.render.dot import digraph

        return digraph(self.diagrams, self.sheet, self.direction, self.scene)

    @property
    def mermaid(self) -> str:
        """The picture as a Mermaid flowchart, for READMEs and wikis."""
        return rendered(self, ".mmd").decode()

    @property
    def diagrams(self) -> tuple[Diagram, ...]:
        """The diagram of each view."""
        return tuple(panel.diagram for panel in self.panels)

    @property
    def twin(self) -> "Picture | None":
        """The same picture for a dark page, if its style has a dark twin."""
        style = self.again.keywords.get("style") if isinstance(self.again, partial) else None
        if self.again is None or not isinstance(style, str) or style not in TWINS:
            return None
        return self.again(style=TWINS[style])

    def save(
        self, to: str | PathLike[str], *, text: bool = False, dpi: float | None = None, transparent: bool = False
    ) -> Path:
        """Write a file in the format of its suffix, one of `graphviz_nn.render.FORMATS`.

        Parameters
        ----------
        to : path
            The file, such as ``figure.svg``.
        text : bool
            Whether the letters of an .svg are text, which readers can select and edit. As outlines, they look the same
            in every viewer.
        dpi : float, optional
            The resolution of a .png in dots per inch; default 200.
        transparent : bool
            Whether an .svg, .pdf or .png has no background.

        Raises
        ------
        UsageError
            For an unknown suffix.
        FileError
            If the file can't be written; the old file stays.
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
    """Render the picture in a format; `transparent` leaves out the background.

    Raises
    ------
    UsageError
        As `graphviz_nn.render.renderer`, or if the format can't represent the picture.
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
