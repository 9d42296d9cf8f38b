"""What is written in a picture of volumes: beside each, below neighbours of one size, and between them."""

from collections.abc import Iterator, Mapping, Sequence

from graphviz_nn.forms.diagram import Diagram, Link
from graphviz_nn.layout.flow import Flow
from graphviz_nn.layout.geometry import Box
from graphviz_nn.layout.plates import Plate, captions, channels, sizes
from graphviz_nn.layout.result import Placed
from graphviz_nn.layout.size import LEADING
from graphviz_nn.layout.solid import Solid
from graphviz_nn.layout.stations import Stations
from graphviz_nn.style.sheet import Sheet


class Lettering:
    """What is written in each row."""

    def __init__(self, diagram: Diagram, stand: Stations, own: Mapping[str, Solid], sheet: Sheet, flow: Flow) -> None:
        self.sheet, self.flow, self.own, self.stand = sheet, flow, own, stand
        self.shapes = {shape.name: shape for shape in diagram.shapes}
        in_sheets = any(solid.sheets for solid in own.values())
        self.whole = in_sheets or not flow.sideways
        self.rows = {number: [self.shapes[name] for name in names] for number, names in stand.rows().items()}
        self.beside = {name: channels(shape, sheet, whole=self.whole) for name, shape in self.shapes.items()}
        self.sizes = {number: [] if self.whole else list(sizes(row, stand, sheet)) for number, row in self.rows.items()}
        self.links: dict[int, list[Link]] = {number: [] for number in self.rows}
        for link in diagram.links:
            if stand.follows(link):
                self.links[stand.row[link.head]].append(link)
        for links in self.links.values():
            links.sort(key=lambda link: stand.column[link.head])
        self.captions: dict[int, list[tuple[Link, Plate]]] = {}

    def caption(self, along: Sequence[float]) -> None:
        """Break the captions for columns at these places."""
        places = {name: along[column] for name, column in self.stand.column.items()}
        at_heads = len(self.rows) > 1 and not self.stand.is_u
        self.captions = {
            number: list(captions(links, places, self.sheet, self.flow, at_heads=at_heads))
            for number, links in self.links.items()
        }

    def lines(self) -> Iterator[list[Plate]]:
        """Plates that stand in one line along the flow."""
        for number, row in self.rows.items():
            yield [self.beside[shape.name] for shape in row]
            yield self.sizes[number]
            yield [plate for _, plate in self.captions.get(number, ())]

    def length(self, plate: Plate) -> float:
        return plate.width if self.flow.sideways else plate.height

    def reach(self, plate: Plate) -> float:
        return plate.height if self.flow.sideways else plate.width

    def edge(self, name: str) -> float:
        """How far a front reaches from its middle across the flow."""
        solid = self.own[name]
        return (solid.height if self.flow.sideways else solid.width) / 2 + solid.centred(sideways=self.flow.sideways)

    def brim(self, name: str) -> float:
        """How far a volume reaches where what is written begins."""
        return self.edge(name) + max(self.own[name].back[1 if self.flow.sideways else 0], 0.0)

    def below(self, name: str) -> float:
        """How far a volume and what is beside it reach from the middle of its front."""
        first = self.beside[name]
        found = self.brim(name) + self.sheet.gap.label + self.reach(first)
        shape = self.shapes[name]
        if not self.whole and shape.volume is not None and shape.volume.extent:
            # The sizes of a row are below the numbers of channels.
            found += (1 + LEADING) * self.sheet.text.note_size
        return found

    def end(self, number: int) -> float:
        """How far a row reaches without its captions."""
        return max(self.below(shape.name) for shape in self.rows[number])

    def far(self, number: int) -> float:
        """How far a row reaches with its captions."""
        plates = [self.reach(plate) for _, plate in self.captions.get(number, ())]
        return self.end(number) + (max(plates) + self.sheet.gap.inside if plates else 0.0)

    def placed(self, boxes: Mapping[str, Box], across: Mapping[int, float]) -> Iterator[Placed]:
        """What is written at volumes, in its place."""
        gap, sheet = self.sheet.gap.label, self.sheet
        for number, row in self.rows.items():
            for shape in row:
                plate = self.beside[shape.name]
                start = self.brim(shape.name) + gap
                yield from self._put(plate, boxes, across[number] + start, pale=shape.emphasis == "pale")
            for plate in self.sizes[number]:
                start = max(self.brim(name) + gap + self.reach(self.beside[name]) for name in plate.members)
                start += LEADING * sheet.text.note_size
                is_pale = self.shapes[plate.owner].emphasis == "pale"
                yield from self._put(plate, boxes, across[number] + start, pale=is_pale)

    def captioned(self, boxes: Mapping[str, Box], across: Mapping[int, float]) -> Iterator[tuple[Link, Placed]]:
        """The words of each link that has some, in their places."""
        for number, found in self.captions.items():
            for link, plate in found:
                start = across[number] + self.end(number) + self.sheet.gap.inside
                for text in self._put(plate, boxes, start, pale=link.emphasis == "pale"):
                    yield link, text

    def _put(self, plate: Plate, boxes: Mapping[str, Box], start: float, *, pale: bool) -> Iterator[Placed]:
        """A plate that begins at a distance across the flow, in the middle of its volumes."""
        places = [fronted(boxes[name], self.flow) for name in plate.members]
        x, y = self.flow.point((min(places) + max(places)) / 2, start + self.reach(plate) / 2)
        return plate.placed(x, y, pale=pale)


def fronted(box: Box, flow: Flow) -> float:
    """The middle of the front of a volume, along the flow."""
    assert box.solid is not None
    return box.x - box.solid.back[0] / 2 if flow.sideways else box.y - box.solid.back[1] / 2
