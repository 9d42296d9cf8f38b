"""Whether a page has the room for a picture, told before that is laid out."""

import math
from collections.abc import Sequence

from graphviz_nn.figure.plan import Look
from graphviz_nn.forms import Diagram
from graphviz_nn.layout import largest_letters, least_area
from graphviz_nn.scene import Page, Scene

# A picture of more shapes than these is at least so many times as large as its shapes with half the gaps between them:
# few shapes may lie close together. As much as that at most is learnt of a model, from pictures that are this much
# larger at most than others of it.
MANY, LOOSE, LOOSEST, LARGER = 60, 2.0, 3.0, 1.25


class Room:
    """How large pictures of a model are for their shapes, learnt from those that were laid out."""

    def __init__(self) -> None:
        self._seen = math.inf

    def seen(self, scene: Scene, diagrams: Sequence[Diagram], look: Look) -> None:
        """Learn from a picture of many shapes."""
        if area := _area(diagrams, look) if _is_large(diagrams) else 0.0:
            self._seen = min(self._seen, scene.width * scene.height / area)

    def lacks(self, page: Page, diagrams: Sequence[Diagram], look: Look) -> bool:
        """Whether a page has less room than a picture needs, with letters as small as they may be."""
        return self._needed(diagrams, look) > page.room(_letters(diagrams, look), look.sheet.text.least_size)

    def letters(self, page: Page, diagrams: Sequence[Diagram], look: Look) -> float:
        """The size of letters at which a page would have as much room as a picture needs at least, in pt."""
        least = look.sheet.text.least_size
        share = page.room(_letters(diagrams, look), least) / self._needed(diagrams, look)
        return least * page.far * math.sqrt(share)

    def _needed(self, diagrams: Sequence[Diagram], look: Look) -> float:
        loose = 1.0
        if _is_large(diagrams):
            # Before any was laid out nothing is known but what holds for all.
            loose = LOOSE if math.isinf(self._seen) else max(LOOSE, min(self._seen / LARGER, LOOSEST))
        return loose * _area(diagrams, look)


def _is_large(diagrams: Sequence[Diagram]) -> bool:
    return sum(len(diagram.shapes) for diagram in diagrams) > MANY


def _area(diagrams: Sequence[Diagram], look: Look) -> float:
    return sum(least_area(diagram, look.sheet, look.direction) for diagram in diagrams)


def _letters(diagrams: Sequence[Diagram], look: Look) -> float:
    return min(largest_letters(diagram, look.sheet) for diagram in diagrams)
