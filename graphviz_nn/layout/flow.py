"""Lengths along and across the flow, in either direction."""

from dataclasses import dataclass

from graphviz_nn.layout.geometry import Box, Point


@dataclass(frozen=True)
class Flow:
    """A flow from left to right if `sideways`, otherwise down."""

    sideways: bool

    def point(self, along: float, across: float) -> Point:
        return (along, across) if self.sideways else (across, along)

    def along(self, box: Box) -> float:
        return box.width if self.sideways else box.height

    def across(self, box: Box) -> float:
        return box.height if self.sideways else box.width
