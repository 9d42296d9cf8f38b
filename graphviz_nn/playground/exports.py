"""What was shown, as a file: the picture in each format, the panel of plots, the script."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.errors import brief, suggest
from graphviz_nn.figure.drawing import draw
from graphviz_nn.figure.picture import Picture, rendered
from graphviz_nn.playground.choices import StateError
from graphviz_nn.playground.course import Course
from graphviz_nn.playground.frames import Frames
from graphviz_nn.playground.script import SCRIPT, options_of, script
from graphviz_nn.playground.state import State
from graphviz_nn.training.result import Training, with_values

TYPES = {
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "png": "image/png",
    "tex": "application/x-tex",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "py": "text/x-python",
    "zip": "application/zip",
}
"""The media type of each kind of file."""
KINDS = ("svg", "pdf", "png", "tex", "pptx", "py")
"""The kinds of files that can be asked for."""
PANELS = ("svg", "pdf", "png")
"""The formats of the panel of plots."""


def figure(frames: Frames, course: Course, page: State) -> Picture:
    """The picture of the view, with the weights of this step, and the numbers of the picked example."""
    graph = with_values(frames.subject.graph, course.parameters())
    options = options_of(page)
    if page.example is not None:
        options["feeds"] = frames.examples.feeds(page.example)
    return draw(graph, **options)


def exported(
    frames: Frames,
    course: Course,
    page: State,
    given: Data | None,
    history: Mapping[str, Sequence[float]],
    kind: str,
    of: str = "picture",
) -> dict[str, str]:
    """A file: its name, its media type, and its bytes in base64.

    Parameters
    ----------
    page : State
        The state, with the step that was reached.
    given : Data, optional
        The user's data.
    history : dict
        The measured steps, for the panel.
    kind : str
        One of svg, pdf, png, tex, pptx and py.
    of : {"picture", "panel"}
        The picture of the view; or network, boundary and curves.

    Raises
    ------
    StateError
        If there is no such kind, or no panel of this model.
    """
    if kind not in KINDS:
        raise StateError("as", f"there is no kind of file {brief(kind)}: {suggest(kind[:40], KINDS)}")
    if kind == "py":
        code, files = script(frames.subject, course, page, given)
        if not files:
            return _file(SCRIPT, "py", code.encode())
        return _file("playground.zip", "zip", _zipped({SCRIPT: code.encode(), **files}))
    if of == "panel":
        if kind not in PANELS:
            raise StateError("as", f"the panel can be {', '.join(PANELS)}, not {kind}")
        if frames.responses.why_not:
            raise StateError("of", f"there is no panel: {frames.responses.why_not}")
        from graphviz_nn.plots.look import rendered as drawn
        from graphviz_nn.plots.panel import panel

        return _file(f"playground.{kind}", kind, drawn(panel(trained(frames, course, history)), f".{kind}"))
    return _file(f"playground.{kind}", kind, rendered(figure(frames, course, page), f".{kind}"))


def trained(frames: Frames, course: Course, history: Mapping[str, Sequence[float]]) -> Training:
    """The training so far, for plots."""
    subject = frames.subject
    parameters = {name: each.copy() for name, each in course.parameters().items()}
    measured = {name: np.array(values) for name, values in history.items() if not np.isnan(values).all()}
    return Training(subject.model, subject.train, subject.test, parameters, course.step, measured, {}, {})


def _file(name: str, kind: str, data: bytes) -> dict[str, str]:
    return {"name": name, "type": TYPES[kind], "base64": b64encode(data).decode()}


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """An archive, the same every time."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(ZipInfo(name), data, ZIP_DEFLATED)
    return buffer.getvalue()
