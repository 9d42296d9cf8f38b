"""What fills units: their values as numbers on shades, and the curve of their activation beside them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from graphviz_nn.forms.activity import activity
from graphviz_nn.forms.chain import Step
from graphviz_nn.forms.curve import REACH, curve
from graphviz_nn.forms.diagram import Curve, Shape, Shown
from graphviz_nn.forms.examples import along
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.style.labels import plain
from graphviz_nn.style.numbers import aligned, cleared, number


@dataclass(frozen=True)
class Filling:
    """The values of the vectors of a network, if they are known, and the curve of each vector's activation."""

    values: Mapping[str, Array] = field(default_factory=dict)
    curves: Mapping[str, Curve] = field(default_factory=dict)
    sums: Mapping[str, str] = field(default_factory=dict)

    def units(self, name: str, circles: Mapping[int, Shape], own: Collection[int] = ()) -> list[Shape]:
        """Fill the circles of a vector, by their positions; those in `own` keep their label above their number."""
        found = [replace(circle, curve=self.curve_of(name, place)) for place, circle in circles.items()]
        if name not in self.values:
            return found
        whole = self.values[name]
        finite = np.abs(whole[np.isfinite(whole)])
        most = float(finite.max(initial=0.0))
        texts, values = aligned(whole, whole[list(circles)]), cleared(whole, most)
        return [
            replace(
                circle,
                value=tex,
                shade=float(values[place] / most) if most and np.isfinite(values[place]) else None,
                note=circle.label if place in own else "",
                description=f"{circle.description}: {plain(tex)}",
            )
            for circle, place, tex in zip(found, circles, texts, strict=True)
        ]

    def sum_of(self, name: str, place: int) -> str:
        """TeX for the weighted sum of a unit, "" if unknown."""
        values = self.values.get(self.sums.get(name, ""))
        return "" if values is None else number(float(values[place]))

    def curve_of(self, name: str, place: int) -> Curve | None:
        """The curve of a unit's activation, with the point at its weighted sum if that is known."""
        found, taken = self.curves.get(name), self.values.get(self.sums.get(name, ""))
        if found is None or taken is None:
            return found
        point = float(taken[place]), float(self.values[name][place])
        return replace(found, marked=point) if np.isfinite(point).all() else found


def filling(graph: Graph, names: Iterable[str], steps: Collection[Step], shown: Shown) -> Filling:
    """The values and curves that are to be shown.

    Raises
    ------
    FeedError
        If a feed is missing, unknown, or doesn't fit.
    """
    sums = {step.made: step.sum or step.given for step in steps if step.activation}
    values = activity(graph, [*names, *sums.values()], shown.fed)
    curves = dict[str, Curve]()
    for step in steps if shown.curves else ():
        # A mean isn't on the curve.
        is_mean = (shown.fed and shown.fed.examples) or along(graph, step.made) is not None
        taken = None if is_mean or not step.activation else values.get(sums[step.made])
        found = curve(graph, step.activation, _reach(taken)) if step.activation else None
        if found is not None:
            curves[step.made] = found
            sums |= {step.made: ""} if is_mean else {}
    return Filling(values, curves, sums)


def _reach(taken: Array | None) -> float:
    """How far a curve reaches around 0, so that all units are on it."""
    sizes = np.abs(taken[np.isfinite(taken)]) if taken is not None else np.zeros(0)
    return max(REACH, float(np.ceil(sizes.max(initial=0.0))))
