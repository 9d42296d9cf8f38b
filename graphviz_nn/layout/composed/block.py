"""Shapes that have places to each other, and how far they reach."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeAlias

# Rooms are looked for in pieces of the flow that are so long, and are apart if they are so close, in pt.
PIECE, CLOSE = 128.0, 1e-6
# What joins from aside is on the other side than its like where it is nearer by so many gaps.
OTHER = 3.0
# So is what isn't read in order where it is.
UNREAD = 6.0


Choice: TypeAlias = tuple[str, ...]
"""What may be turned round: a branch, by the two ends of its arrow; ways side by side, by the shapes that they lead
from and to, and "ways"."""


class Made(NamedTuple):
    """On which side a branch is, or in which order ways are, 1 or -1, and the shapes there."""

    side: float
    names: frozenset[str]


class Room(NamedTuple):
    """From where to where something reaches along the flow, and across it; an arrow with what is written beside it."""

    start: float
    end: float
    low: float
    high: float
    is_arrow: bool = False

    @property
    def is_line(self) -> bool:
        """Whether the line of the block runs through it."""
        return self.low <= 0.0 <= self.high

    def moved(self, along: float, across: float) -> "Room":
        """The same elsewhere."""
        return Room(self.start + along, self.end + along, self.low + across, self.high + across, self.is_arrow)


@dataclass
class Aside:
    """A block that joins a line at one of its shapes, or leaves it there, and has no place across the flow yet.

    Parameters
    ----------
    block : Block
        With the line of its own at 0 across the flow.
    along : float
        How far it is to be moved along the flow.
    at : float
        The middle of the shape of the line.
    least : mapping of float to float
        How far out it has to be at least, on each side.
    taken : set of float
        The sides of that shape where something is already.
    stem : bool
        Whether a mere arrow leads across the flow.
    wanted : float
        The side where it is read in the order of operands; 0 for either.
    kind : tuple of str
        Those of one kind are best on one side, as what comes from the parts of one sequence.
    choice : tuple of str
        What it is called where its side is asked for.
    """

    block: "Block"
    along: float
    at: float
    least: dict[float, float]
    taken: set[float]
    stem: bool
    wanted: float = 0.0
    kind: tuple[str, ...] = ()
    choice: Choice = ()

    def moved(self, along: float) -> "Aside":
        """The same elsewhere along the flow."""
        return replace(self, along=self.along + along, at=self.at + along)

    def reaches_beyond(self, start: float, end: float) -> bool:
        """Whether it isn't between two places along the flow."""
        return any(room.start + self.along < start or room.end + self.along > end for room in self.block.rooms)


@dataclass
class Block:
    """Middles of shapes along the flow and across it, and the rooms that they and what belongs to them take.

    The line that the block is part of is at 0 across the flow. `start` and `end` are where the shapes on it begin and
    end; `before` and `after` are how far from there the shapes are that lead there and that follow. `asides` are still
    to be placed; `made` is how the others are.
    """

    places: dict[str, tuple[float, float]] = field(default_factory=dict)
    rooms: list[Room] = field(default_factory=list)
    start: float = 0.0
    end: float = 0.0
    before: float = 0.0
    after: float = 0.0
    asides: list[Aside] = field(default_factory=list)
    made: dict[Choice, Made] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.far = float("-inf")
        self._pieces: dict[int, list[Room]] = defaultdict(list)
        for room in self.rooms:
            self._file(room)

    def _file(self, room: Room) -> None:
        self.far = max(self.far, room.end)
        for piece in range(int(room.start // PIECE), int(room.end // PIECE) + 1):
            self._pieces[piece].append(room)

    def add(self, room: Room) -> None:
        """Take a room."""
        self.rooms.append(room)
        self._file(room)

    def put(self, other: "Block", along: float, across: float) -> None:
        """Add another block, moved."""
        self.places.update({name: (u + along, v + across) for name, (u, v) in other.places.items()})
        for room in other.rooms:
            self.add(room.moved(along, across))
        self.asides += [aside.moved(along) for aside in other.asides]
        self.made.update(other.made)

    def reach(self, start: float, end: float, side: float) -> float:
        """How far it reaches on a side of the line between two places; below 0 where nothing is there."""
        pieces = range(int(start // PIECE), int(end // PIECE) + 1)
        rooms = (room for piece in pieces for room in self._pieces.get(piece, ()))
        inside = (room for room in rooms if room.start < end and room.end > start)
        return max((room.high if side > 0 else -room.low for room in inside), default=float("-inf"))

    def push(self, rooms: Iterable[Room], along: float, gap: float) -> float:
        """How much further along the flow than so far rooms have to be so that they are beyond all that is there."""
        rooms, total = list(rooms), 0.0
        # Beyond what was in the way may be more.
        while (more := self._push(rooms, along + total, gap)) > CLOSE:
            total += more
        return total

    def _push(self, rooms: Iterable[Room], along: float, gap: float) -> float:
        """How much further rooms have to be so that they are beyond what is where they are."""
        more = 0.0
        for room in (each for each in rooms if not each.is_arrow):
            start, end = room.start + along, min(room.end + along, self.far)
            for piece in range(int((start - gap) // PIECE), int(end // PIECE) + 1) if start - gap < self.far else ():
                for other in self._pieces.get(piece, ()):
                    beside = other.high + gap / 2 <= room.low or other.low - gap / 2 >= room.high
                    both = other.is_line and room.is_line
                    if not (beside or both or other.is_arrow) and other.end > start - gap:
                        more = max(more, other.end + gap - start)
        return more

    def settled(self, gap: float, sides: Mapping[Choice, float]) -> "Block":
        """The block with its asides, all on one side where that is near for all; where something is, on the other.

        Parameters
        ----------
        sides : mapping of tuple of str to float
            The sides of those for which one is asked.
        """
        tries = [self._with_asides(side, gap, sides) for side in ((1.0, -1.0) if self.asides else ())]
        return min(tries, key=lambda each: each[0])[1] if tries else self

    def _with_asides(self, preferred: float, gap: float, sides: Mapping[Choice, float]) -> tuple[float, "Block"]:
        """How far out the asides are in all, and the block with them."""
        found = replace(self, places=dict(self.places), rooms=list(self.rooms), asides=[], made=dict(self.made))
        total, taken = 0.0, {id(aside.taken): set(aside.taken) for aside in self.asides}
        alike: dict[tuple[str, ...], float] = {}
        for aside in self.asides:
            own, tries = taken[id(aside.taken)], []
            asked = sides.get(aside.choice)
            for side in (asked,) if asked else (preferred, -preferred):
                level = max(aside.least[side], found.clearance(aside.block.rooms, aside.along, side, gap))
                further = level + (OTHER * gap if side != preferred else 0.0)
                further += UNREAD * gap if side in (-aside.wanted, -alike.get(aside.kind, 0.0)) else 0.0
                tries.append((side in own, round(further, 1), level, side))
            _, further, level, side = min(tries, key=lambda each: each[:2])
            own.add(side)
            if aside.kind:
                alike.setdefault(aside.kind, side)
            if aside.choice:
                found.made[aside.choice] = Made(side, frozenset(aside.block.places))
            total += further
            found.put(aside.block, aside.along, side * level)
            if aside.stem:
                found.add(Room(aside.at - 1.0, aside.at + 1.0, min(0.0, side * level), max(0.0, side * level)))
        return round(total, 1), found

    def clearance(self, rooms: Iterable[Room], along: float, side: float, gap: float) -> float:
        """How far out on a side rooms have to be moved so that they are a gap beyond all that is there."""
        return max(
            (
                self.reach(room.start + along - gap, room.end + along + gap, side)
                + gap
                + (-room.low if side > 0 else room.high)
                for room in rooms
            ),
            default=0.0,
        )
