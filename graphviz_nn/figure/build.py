"""A sequence of pictures, for a computation step by step."""

import base64
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, overload

from graphviz_nn.errors import UsageError
from graphviz_nn.figure.picture import Picture
from graphviz_nn.figure.states import opened
from graphviz_nn.render.builds import BUILDS, builder
from graphviz_nn.render.svg import escape
from graphviz_nn.storage import path_of, write


@dataclass(frozen=True, repr=False)
class Steps(Sequence[Picture]):
    """Pictures of equal size, one per step. The sequence displays itself in a notebook and saves by suffix.

    Parameters
    ----------
    pictures : tuple of Picture
        One per step.
    names : tuple of str
        The name of each step: its operation, column or view.
    """

    pictures: tuple[Picture, ...]
    names: tuple[str, ...]

    @overload
    def __getitem__(self, place: int) -> Picture: ...

    @overload
    def __getitem__(self, place: slice) -> "Steps": ...

    def __getitem__(self, place: int | slice) -> "Picture | Steps":
        if isinstance(place, slice):
            return Steps(self.pictures[place], self.names[place])
        return self.pictures[place]

    def __len__(self) -> int:
        return len(self.pictures)

    def __iter__(self) -> Iterator[Picture]:
        return iter(self.pictures)

    def save(self, to: str | PathLike[str], *, seconds: float | None = None) -> Path:
        """Write a file in the format of its suffix, one of `graphviz_nn.render.builds.BUILDS`.

        Parameters
        ----------
        to : path
            The file: .pdf .pptx .tex have a page per step, .html is interactive, .svg .gif .webp are animations.
        seconds : float, optional
            Seconds per step of an animation; default 1.5.

        Raises
        ------
        UsageError
            For an unknown suffix, or seconds for a format that isn't an animation.
        FileError
            If the file can't be written; the old file stays.
        """
        path = path_of(to)
        return write(path, built(self, path.suffix.lower(), seconds))

    def __repr__(self) -> str:
        first = self.pictures[0].scene if self.pictures else None
        size = f": {first.width:.0f} × {first.height:.0f} pt" if first else ""
        return f"<{len(self)} steps of {first.title if first else 'nothing'}{size}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        # An image, because the style sheet of the animation would apply to the whole page.
        found = {"text/plain": repr(self)}
        if self.pictures:
            scene = self.pictures[0].scene
            image = base64.b64encode(built(self, ".svg", None)).decode()
            said = escape(f"{scene.title}, {len(self)} steps")
            found["text/html"] = (
                f'<img style="max-width: 100%; height: auto" width="{scene.width * 4 / 3:.0f}" alt="{said}" '
                f'src="data:image/svg+xml;base64,{image}">'
            )
        return found


def built(steps: Steps, suffix: str, seconds: float | None) -> bytes:
    """Render the steps in a format; `seconds` is the time per step of an animation.

    Raises
    ------
    UsageError
        For an unknown suffix, impossible seconds, seconds for a format that isn't an animation, and no steps.
    """
    build, row = builder(suffix), BUILDS[suffix]
    if not len(steps):
        raise UsageError("there are no steps to write; give at least one picture")
    if seconds is not None:
        if "seconds" not in row.options:
            moving = [each for each, other in BUILDS.items() if "seconds" in other.options]
            raise UsageError(f"seconds= is for animations, {' '.join(moving)}, found {suffix}")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0.05 <= seconds <= 600:
            raise UsageError(f"seconds= must be from 0.05 to 600, found {seconds!r}")
    scenes = [picture.scene for picture in steps]
    if row.takes == "states":
        return build(scenes, steps.names, [opened(picture) for picture in steps], steps[0].direction)
    given = {} if seconds is None or not math.isfinite(seconds) else {"seconds": float(seconds)}
    return build(scenes, **given)
