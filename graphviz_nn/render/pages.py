"""Scenes as the pages of one PDF file."""

from collections.abc import Sequence
from io import BytesIO

from matplotlib import rc_context
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from graphviz_nn.render.matplotlib import paint
from graphviz_nn.render.svg import writable
from graphviz_nn.scene.primitives import Scene


def pdf(scenes: Sequence[Scene]) -> bytes:
    """The bytes of a PDF file with a page for each scene, without a date in it.

    Examples
    --------
    >>> pdf([Scene(20.0, 10.0, "#FFFFFF", "title", "description", ())] * 2).count(b"/Type /Page ")
    2
    """
    about = {"CreationDate": None, "Producer": None, "Creator": "graphviz_nn", "Title": writable(scenes[0].title)}
    buffer = BytesIO()
    with (
        rc_context({"pdf.fonttype": 42, "path.simplify": False, "savefig.bbox": None}),
        PdfPages(buffer, metadata=about) as pages,
    ):
        for scene in scenes:
            figure = Figure(figsize=(scene.width / 72, scene.height / 72), facecolor=scene.background)
            paint(scene, figure.add_axes((0.0, 0.0, 1.0, 1.0)))
            pages.savefig(figure, facecolor=scene.background)
    return buffer.getvalue()
