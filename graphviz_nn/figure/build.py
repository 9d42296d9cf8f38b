"""Several pictures that are shown one after the other."""

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
    """Pictures of one size, a step each: a sequence that shows itself in a notebook, and saves itself by suffix.

    Parameters
    ----------
    pictures : tuple of Picture
        One for each step.
    names : tuple of str
        What each step is: the operation that is being done, a column, or a view.
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
        """Write a file; its suffix says which kind, one of `graphviz_nn.render.builds.BUILDS`.

        Parameters
        ----------
        to : path
            The file: .pdf .pptx .tex with a page for each step, .html to go through, .svg .gif .webp that move.
        seconds : float, optional
            How long each step of what moves is shown, 1.5 where not given.

        Raises
        ------
        UsageError
            For an unknown suffix, or seconds of what doesn't move.
        FileError
            Where the file can't be written; what was there before stays.
        """
        path = path_of(to)
        return write(path, built(self, path.suffix.lower(), seconds))

    def __repr__(self) -> str:
        first = self.pictures[0].scene if self.pictures else None
        size = f": {first.width:.0f} × {first.height:.0f} pt" if first else ""
        return f"<{len(self)} steps of {first.title if first else 'nothing'}{size}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        # As an image: what moves is said in a style sheet, which would count for the whole page.
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
    """The bytes of a file of this kind; `seconds` is how long each step is shown, of what moves.

    Raises
    ------
    UsageError
        For an unknown suffix, seconds that can't be or of what doesn't move, and where there are no steps.
    """
    build, row = builder(suffix), BUILDS[suffix]
    if not len(steps):
        raise UsageError("there are no steps to write")
    if seconds is not None:
        if "seconds" not in row.options:
            moving = [each for each, other in BUILDS.items() if "seconds" in other.options]
            raise UsageError(f"seconds= is for what moves, {' '.join(moving)}, found {suffix}")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0.05 <= seconds <= 600:
            raise UsageError(f"a step is shown for 0.05 to 600 seconds, found {seconds!r}")
    scenes = [picture.scene for picture in steps]
    if row.takes == "states":
        return build(scenes, steps.names, [opened(picture) for picture in steps], steps[0].direction)
    given = {} if seconds is None or not math.isfinite(seconds) else {"seconds": float(seconds)}
    return build(scenes, **given)
