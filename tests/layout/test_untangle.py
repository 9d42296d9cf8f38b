"""Arrows that cross others are led another way where that is better."""

from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.layout import place
from graphviz_nn.layout.bends import Bends
from graphviz_nn.layout.geometry import Box
from graphviz_nn.layout.judged import tangled
from graphviz_nn.layout.untangle import untangle
from graphviz_nn.style.sheet import load

SHEET = load("lecture")


def test_two_ends_beside_each_other_are_swapped():
    """From one shape up to three others: the way to the farthest is the outermost, whichever was drawn first."""
    boxes = {"tail": Box(0, 0, 60, 40, "box")}
    boxes |= {f"head {number}": Box(160, -70 * number, 40, 40, "box") for number in (1, 2, 3)}
    bends = Bends(boxes, SHEET, True)
    # Each leaves to the right of the one before.
    for number, u in ((1, -7.0), (2, 0.0), (3, 7.0)):
        corners = [(u, -20.0), (u, -70.0 * number), (140.0, -70.0 * number)]
        bends.draw(corners, ("tail", f"value {number}"), f"head {number}")
    ways = [("tail", f"head {number}") for number in (1, 2, 3)]
    assert [len(bends.across(*ends)) for ends in ways] == [2, 2, 2]
    untangle(bends, ways)
    assert not any(bends.across(*ends) for ends in ways)


def test_an_arrow_that_may_not_move_stays():
    boxes = {name: Box(*at, 20, 20, "box") for name, at in {"a": (0, 0), "b": (200, 0), "c": (100, -80)}.items()}
    boxes["d"] = Box(100, 80, 20, 20, "box")
    bends = Bends(boxes, SHEET, True)
    bends.draw([(10.0, 0.0), (190.0, 0.0)], ("a", "a"), "b")
    bends.draw([(100.0, -70.0), (100.0, 70.0)], ("c", "c"), "d")
    before = dict(bends.drawn)
    untangle(bends, [])
    assert bends.drawn == before


def test_a_worse_way_is_not_taken():
    """A crossing is better than a way round all that is there."""
    long = {f"n{number}": Box(100.0, 60.0 * number, 30, 56, "box") for number in range(-12, 13) if number}
    boxes = {"a": Box(0, 0, 20, 20, "box"), "b": Box(200, 0, 20, 20, "box"), **long}
    bends = Bends(boxes, SHEET, True)
    bends.draw([(10.0, 0.0), (190.0, 0.0)], ("a", "a"), "b")
    bends.draw([(100.0, -32.0), (100.0, 32.0)], ("n-1", "n-1"), "n1")
    before = dict(bends.drawn)
    untangle(bends, [("a", "b"), ("n-1", "n1")])
    assert bends.drawn == before


def test_what_joins_a_way_between_two_others_stays_between_them():
    """Three ways side by side, each with a parameter that is changed first: none is led across another way."""
    steps = [f"{step}{number}" for number in (1, 2, 3) for step in "wtmr"]
    links = [("w", "t"), ("t", "m"), ("m", "r")]
    pairs = [(a + n, b + n) for n in "123" for a, b in links]
    pairs += [("x", f"m{n}") for n in "123"] + [(f"r{n}", "y") for n in "123"]
    shapes = [Shape(name, "parameter" if name[0] == "w" else "operation", name) for name in ("x", *steps, "y")]
    diagram = Diagram(tuple(shapes), tuple(Link(*pair, pair[0]) for pair in pairs), ("x", "m2", "r2", "y"))
    for direction in ("LR", "TB"):
        assert tangled(place(diagram, SHEET, direction=direction), diagram.spine) == 0.0
