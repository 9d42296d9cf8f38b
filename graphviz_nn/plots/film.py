"""An animation of a training: weights, boundary and loss."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.plots.look import rendered
from graphviz_nn.plots.panel import panel
from graphviz_nn.storage import destination, write
from graphviz_nn.training import Training

SUFFIXES = (".gif", ".webp", ".html")
FRAMES, DPI, SECONDS = 30, 100, 0.15


@dataclass(frozen=True, repr=False)
class Film:
    """Frames of equal size with names. A film saves by suffix and displays itself in a notebook.

    Parameters
    ----------
    frames : tuple of bytes
        PNG files.
    names : tuple of str
        The name of each frame, such as its step.
    """

    frames: tuple[bytes, ...]
    names: tuple[str, ...]

    def save(self, to: str | PathLike[str], /, *, seconds: float = SECONDS) -> Path:
        """Write a file: an animated .gif or .webp, or an .html page with a slider.

        Parameters
        ----------
        seconds : float
            Seconds per frame; the last frame stays longer.

        Raises
        ------
        UsageError
            For an unknown suffix.
        FileError
            If the file can't be written; the old file stays.
        """
        path = destination(to, "a film", SUFFIXES)
        suffix = path.suffix.lower()
        if not seconds > 0:
            raise UsageError(f"seconds= must be positive, found {seconds}")
        if suffix == ".html":
            return write(path, self.html(seconds).encode())
        from PIL import Image

        from graphviz_nn.render.frames import moving

        images = [Image.open(BytesIO(frame)).convert("RGB") for frame in self.frames]
        return write(path, moving(images, suffix, [*[seconds] * (len(images) - 1), max(2.0, seconds)]))

    def html(self, seconds: float = SECONDS) -> str:
        """A single-file page with a slider; the arrow keys change the frame, space plays and stops."""
        frames = ",".join(f'"{base64.b64encode(_small(frame)).decode()}"' for frame in self.frames)
        names = ",".join(f'"{name}"' for name in self.names)
        values = {"FRAMES": frames, "NAMES": names, "LAST": str(len(self.frames) - 1), "PAUSE": f"{seconds * 1000:g}"}
        page = PAGE
        for word, value in values.items():
            page = page.replace(f"@{word}@", value)
        return page

    def __repr__(self) -> str:
        return f"<film of {len(self.frames)} frames, from {self.names[0]} to {self.names[-1]}>"

    def _repr_html_(self) -> str:
        source = self.html().replace("&", "&amp;").replace('"', "&quot;")
        return f'<iframe style="width: 100%; height: 26rem; border: 0" srcdoc="{source}"></iframe>'


def film(
    training: Training,
    to: str | PathLike[str] | None = None,
    *,
    frames: int = FRAMES,
    seconds: float = SECONDS,
    **options: Any,
) -> Film:
    """Make a film of the panels of a training, from the first record to the last.

    Parameters
    ----------
    to : path, optional
        A file to write: .gif, .webp or .html.
    frames : int
        The most frames; early records, which change most, are closer together.
    seconds : float
        Seconds per frame.
    **options
        As for `panel`.

    Raises
    ------
    UsageError
        For an unknown suffix, fewer than two frames, and as for `panel`.
    """
    from rich.console import Console
    from rich.progress import track

    if frames < 2:
        raise UsageError(f"a film needs two frames or more, found frames={frames}")
    if "record" in options:
        raise UsageError("a film shows all records; use panel(record=…) for one")
    if to is not None:
        destination(to, "a film", SUFFIXES)
    steps = training.history["step"]
    chosen = _chosen(len(steps), frames)
    console = Console(stderr=True)
    # Without a terminal, it would leave an empty line.
    shown = track(chosen, "Filming", console=console, transient=True, disable=not console.is_terminal)
    found = Film(
        tuple(rendered(panel(training, record=number, **options), ".png", DPI) for number in shown),
        tuple(f"step {steps[number]}" for number in chosen),
    )
    if to is not None:
        found.save(to, seconds=seconds)
    return found


def _chosen(count: int, most: int) -> Sequence[int]:
    """Select records, including the first and the last, closer together at the beginning.

    >>> _chosen(4, 9), _chosen(101, 5)
    ([0, 1, 2, 3], [0, 6, 25, 56, 100])
    """
    if count <= most:
        return list(range(count))
    return [int(each) for each in np.unique(((count - 1) * np.linspace(0, 1, most) ** 2).round().astype(int))]


def _small(frame: bytes) -> bytes:
    """A PNG with 255 colours, a third of the size."""
    from PIL import Image

    buffer = BytesIO()
    Image.open(BytesIO(frame)).convert("RGB").quantize(255, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Training</title>
<style>
body { margin: 0; padding: 1rem; font: 1rem/1.5 Georgia, "Times New Roman", serif; color: #2d3748; background: #fff; }
img { display: block; width: 100%; max-width: 70rem; margin: 0 auto; }
div { display: flex; gap: 1rem; align-items: center; max-width: 70rem; margin: .5rem auto; }
input { flex: 1; }
button { font: inherit; min-width: 4.5rem; }
output { min-width: 7rem; font-variant-numeric: tabular-nums; }
</style>
</head>
<body>
<img id="frame" alt="the network, what it predicts, and its loss">
<div>
<button id="play" aria-label="play or stop">Play</button>
<input id="slider" type="range" min="0" max="@LAST@" value="@LAST@" aria-label="step">
<output id="name"></output>
</div>
<script>
const frames = [@FRAMES@], names = [@NAMES@];
const [frame, slider, name, button] = ["frame", "slider", "name", "play"].map(id => document.getElementById(id));
let timer = null;
const show = number => {
  slider.value = number;
  frame.src = "data:image/png;base64," + frames[number];
  name.value = names[number];
};
const stop = () => { clearInterval(timer); timer = null; button.textContent = "Play"; };
const play = () => {
  if (timer) return stop();
  if (+slider.value === frames.length - 1) show(0);
  button.textContent = "Stop";
  timer = setInterval(() => +slider.value < frames.length - 1 ? show(+slider.value + 1) : stop(), @PAUSE@);
};
slider.addEventListener("input", () => { stop(); show(+slider.value); });
button.addEventListener("click", play);
addEventListener("keydown", event => {
  if (event.key === " " && event.target !== button) { event.preventDefault(); play(); }
  const step = { ArrowRight: 1, ArrowLeft: -1, Home: -frames.length, End: frames.length }[event.key];
  if (!step) return;
  event.preventDefault();
  stop();
  show(Math.max(0, Math.min(frames.length - 1, +slider.value + step)));
});
show(frames.length - 1);
</script>
</body>
</html>
"""
