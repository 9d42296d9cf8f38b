"""The measured losses of a training, up to the current step."""

from graphviz_nn.training.objective import Measured

MOST = 2_000
"""The most points."""
NAMES = ("step", "loss", "accuracy", "test_loss", "test_accuracy")


class History:
    """Points of the curve: all that are kept, and those that the page doesn't have yet."""

    def __init__(self) -> None:
        self.points: dict[int, tuple[float, ...]] = {}
        self.fresh: list[tuple[float, ...]] = []

    def note(self, step: int, here: Measured, there: Measured) -> None:
        """Add a point; later ones, of a course that was left, are dropped."""
        self.points = {each: point for each, point in self.points.items() if each < step}
        if len(self.points) >= MOST:
            self.points = dict(list(self.points.items())[::2])
        point = self.points[step] = (step, here.loss, here.accuracy, there.loss, there.accuracy)
        self.fresh.append(point)

    def curve(self) -> dict[str, list[float]]:
        """The new points, for the page."""
        found, self.fresh = self.fresh, []
        return {name: [point[NAMES.index(name)] for point in found] for name in ("step", "loss", "test_loss")}

    def columns(self) -> dict[str, list[float]]:
        """All points by what was measured."""
        return {name: [point[place] for point in self.points.values()] for place, name in enumerate(NAMES)}
