"""Scenes as the pages of one PDF file."""

from collections.abc import Sequence
from io import BytesIO

from matplotlib.backends.backend_pdf import PdfPages

from graphviz_nn.layout.alone import alone
from graphviz_nn.render.matplotlib import EMBEDDED, painted
from graphviz_nn.render.svg import writable
from graphviz_nn.scene.primitives import Scene


def pdf(scenes: Sequence[Scene]) -> bytes:
    """The bytes of a PDF file with one page per scene, without a date.

    Examples
    --------
    >>> pdf([Scene(20.0, 10.0, "#FFFFFF", "title", "description", ())] * 2).count(b"/Type /Page ")
    2
    """
    about = {"CreationDate": None, "Producer": None, "Creator": "graphviz_nn", "Title": writable(scenes[0].title)}
    buffer = BytesIO()
    with alone(EMBEDDED, printing=True), PdfPages(buffer, metadata=about) as pages:
        for scene in scenes:
            pages.savefig(painted(scene), facecolor=scene.background)
    return buffer.getvalue()
