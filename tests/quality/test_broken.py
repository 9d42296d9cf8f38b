"""The yardstick sees what is wrong with rows."""

from yardstick.flat import Flat, Line
from yardstick.rows import inside, lettered, stranded, two_headed

from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.layout.continued import Rows, Tag
from graphviz_nn.layout.result import Layout


def test_values_over_a_break_and_what_stands_alone_are_counted():
    shapes = (
        Shape("x", "data", "x"),
        *(Shape(name, "operation", name) for name in "fgh"),
        Shape("w", "parameter", "w"),
    )
    links = (
        Link("x", "f", "x"),
        Link("f", "g", "f", "a"),
        Link("f", "h", "f"),
        Link("g", "h", "g"),
        Link("w", "h", "w"),
    )
    row = {"x": 0, "f": 0, "g": 0, "h": 1, "w": 0}
    layout = Layout(0.0, 0.0, {}, (), rows=Rows(row, (Tag(2, "f leaves", "f arrives", "c", "constant"),)))
    diagram = Diagram(shapes, links)
    assert inside(layout, diagram) == 1
    assert stranded(layout, diagram) == ["w"]
    assert lettered(layout, diagram) == 1
    named = Layout(0.0, 0.0, {}, (), rows=Rows(row, (Tag(2, "", "f arrives", "a", "data"),)))
    assert lettered(named, diagram) == 0
    assert (inside(Layout(0.0, 0.0, {}, ()), diagram), stranded(Layout(0.0, 0.0, {}, ()), diagram)) == (0, [])


def test_an_arrow_that_arrives_where_another_leaves_has_two_heads():
    up = Line("up", ("a", "b"), ((0.0, 0.0), (0.0, 10.0)))
    near, far = (Line("down", ("b", "c"), ((at, 10.0), (at, 20.0))) for at in (3.0, 9.0))
    assert two_headed(Flat(20.0, 20.0, (), (up, near), (), ())) == 1
    assert two_headed(Flat(20.0, 20.0, (), (up, far), (), ())) == 0
