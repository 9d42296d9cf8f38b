"""The one function that does everything: from a model to a picture."""

from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_nn.forms import Diagram, operations
from graphviz_nn.graph import Graph, check
from graphviz_nn.layout import place
from graphviz_nn.render import renderer
from graphviz_nn.render.dot import digraph
from graphviz_nn.render.svg import svg
from graphviz_nn.scene import Scene, compose
from graphviz_nn.storage import write
from graphviz_nn.style.sheet import Sheet, Style, load
from graphviz_nn.tracing import trace
from graphviz_nn.views import view as as_view

if TYPE_CHECKING:
    import graphviz


@dataclass(frozen=True, repr=False)
class Picture:
    """A drawn graph: shows itself in a notebook, saves itself by suffix.

    Parameters
    ----------
    graph : Graph
        The graph as the view shows it; it can be evaluated.
    scene : Scene
        What is painted where.
    """

    graph: Graph
    scene: Scene
    diagram: Diagram
    sheet: Sheet
    direction: str

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was noticed on the way, a sentence each."""
        return self.graph.remarks

    @property
    def svg(self) -> str:
        """The picture as SVG."""
        return svg(self.scene).decode()

    @property
    def digraph(self) -> "graphviz.Digraph":
        """The picture as a ``graphviz.Digraph``, to go on with by hand."""
        return digraph(self.diagram, self.sheet, self.direction, self.scene.title)

    def save(self, to: str | PathLike[str]) -> Path:
        """Write a file; its suffix says which kind: .svg .pdf .png .eps .dot .gv.

        Raises
        ------
        UsageError
            For an unknown suffix.
        FileError
            Where the file can't be written; what was there before stays.
        """
        path = Path(fspath(to))
        suffix = path.suffix.lower()
        data = self.digraph.source.encode() if suffix in (".dot", ".gv") else renderer(suffix)(self.scene)
        return write(path, data)

    def __repr__(self) -> str:
        return f"<picture of {self.scene.title}: {self.scene.width:.0f} × {self.scene.height:.0f} pt>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": repr(self)}


def draw(
    model: Graph | Callable[..., Any],
    to: str | PathLike[str] | None = None,
    *,
    view: str = "operations",
    style: Style = "lecture",
    direction: str = "LR",
    shapes: bool = False,
    engine: str = "wasm",
) -> Picture:
    """Draw a model.

    Parameters
    ----------
    model : Graph or callable
        A traced graph, or a function whose arguments have specs as defaults.
    to : path, optional
        A file to write; its suffix says which kind.
    view : {"operations", "scalars"}
        What is a node: an operation on arrays, or one on single numbers.
    style : str, path or dict
        The name of a style, a style sheet of your own, or its tables as a dict.
    direction : {"LR", "TB"}
        From left to right or from top to bottom.
    shapes : bool
        Whether sizes such as 2×1 are written.
    engine : {"wasm", "dot"}
        The Graphviz that comes along, or your own.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter
    >>> graph = trace(lambda x, theta: theta @ x, x=input(2), theta=parameter(2))
    >>> draw(graph).svg.startswith("<svg")
    True
    """
    graph = model if isinstance(model, Graph) or not callable(model) else trace(model)
    check(graph)
    if to is not None:
        _ = Path(fspath(to)).suffix.lower() in (".dot", ".gv") or renderer(Path(fspath(to)).suffix.lower())
    sheet = load(style)
    seen = as_view(view, graph)
    diagram = operations(seen, shapes=shapes, vectors=sheet.text.vectors)
    layout = place(diagram, sheet, direction=direction, engine=engine)
    scene = compose(layout, diagram, sheet, str(graph.graph.get("name", "graph")))
    picture = Picture(seen, scene, diagram, sheet, direction)
    if to is not None:
        picture.save(to)
    return picture
