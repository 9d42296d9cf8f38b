"""PowerPoint slides: native shapes in position, glued arrows, editable text."""

import shutil
import subprocess
import sys
from io import BytesIO
from zipfile import ZipFile

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.cli import main
from graphviz_nn.errors import UsageError
from graphviz_nn.render import renderer
from graphviz_nn.scene import Group, Path, Scene, Text, fitted

SQUARE = (("M", (0.0, 0.0)), ("L", (30.0, 0.0)), ("L", (30.0, 30.0)), ("L", (0.0, 30.0)), ("Z", ()))


def loss(x, y, theta):
    return (theta @ x - y) ** 2


GRAPH = gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2))
NETWORK = gnn.trace(nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 2), nn.Softmax()), x=gnn.input(2))


def opened(data):
    return Presentation(BytesIO(data))


def every(shapes):
    """All shapes, those inside of groups too."""
    for shape in shapes:
        yield shape
        if hasattr(shape, "shapes"):
            yield from every(shape.shapes)


def drawn(graph, **options):
    """What is on the slide of a picture, by name."""
    (slide,) = opened(renderer(".pptx")(gnn.draw(graph, **options).scene)).slides
    return list(every(slide.shapes))


def named(shapes, name):
    return next(shape for shape in shapes if shape.name == name)


def runs(shape):
    found = [run for paragraph in shape.text_frame.paragraphs for run in paragraph.runs]
    return [(run.text, bool(run.font.italic), run.font._element.get("baseline")) for run in found]


def scene(title="t", tex="x"):
    items = (Path(SQUARE, "#FFFFFF", "#000000", 1.0), Text(tex, 15.0, 15.0, 10.0, "#123456"))
    return Scene(60.0, 30.0, "#FAFBFC", title, "what it shows", (Group(title, title, items),))


def test_one_slide_a_picture(tmp_path):
    pictures = [gnn.draw(GRAPH), gnn.draw(NETWORK, view="units"), gnn.draw(NETWORK, view="layers")]
    path = gnn.slides(iter(pictures), tmp_path / "lecture.pptx")
    show = Presentation(path)
    assert len(show.slides) == 3
    assert (show.slide_width.inches, show.slide_height.inches) == (pytest.approx(13.333, abs=1e-3), 7.5)
    one = gnn.draw(GRAPH, tmp_path / "figure.pptx")
    assert len(Presentation(tmp_path / "figure.pptx").slides) == 1
    assert str(opened(renderer(".pptx")(one.scene)).slides[0].background.fill.fore_color.rgb) == "FFFFFF"


def test_from_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.py").write_text("import graphviz_nn as gnn\ndef f(x=gnn.input(2)):\n    return x ** 2\n")
    assert main(["draw", "m.py:f", "-o", "figure.pptx"]) == 0
    assert len(Presentation("figure.pptx").slides) == 1


@pytest.mark.parametrize("view", ["operations", "scalars", "compact", "layers", "arrows", "units"])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_everything_is_on_the_slide_and_fills_it(view, direction):
    (slide,) = (show := opened(renderer(".pptx")(gnn.draw(NETWORK, view=view, direction=direction).scene))).slides
    boxes = [(s.left, s.top, s.left + s.width, s.top + s.height) for s in every(slide.shapes)]
    assert min(box[0] for box in boxes) >= 0
    assert min(box[1] for box in boxes) >= 0
    assert max(box[2] for box in boxes) <= show.slide_width
    assert max(box[3] for box in boxes) <= show.slide_height
    width = max(box[2] for box in boxes) - min(box[0] for box in boxes)
    height = max(box[3] for box in boxes) - min(box[1] for box in boxes)
    assert width > 0.75 * show.slide_width or height > 0.75 * show.slide_height
    numbers = [shape.shape_id for shape in every(slide.shapes)]
    assert len(numbers) == len(set(numbers))


def test_shapes_have_their_text():
    shapes = drawn(NETWORK, view="units")
    assert named(shapes, "node-x.5b.1.5d.").text_frame.text == "x1"
    assert runs(named(shapes, "node-a1.5b.2.5d.")) == [
        ("a", True, None),
        ("2", False, "-15000"),
        ("(1)", False, "40000"),
    ]
    assert {named(drawn(GRAPH), f"node-{name}").text_frame.text for name in ("x", "y", "theta")} == {"x", "y", "θ"}


def test_outlines_are_native():
    shapes = drawn(NETWORK, view="layers")
    assert named(shapes, "node-x").auto_shape_type == MSO_SHAPE.ROUNDED_RECTANGLE
    assert named(shapes, "node-sigmoid").auto_shape_type == MSO_SHAPE.RECTANGLE
    assert named(shapes, "node-linear").element.spPr.find(".//{*}custGeom") is not None
    assert named(drawn(GRAPH), "node-theta").auto_shape_type == MSO_SHAPE.ROUNDED_RECTANGLE
    assert {s.auto_shape_type for s in drawn(GRAPH) if s.name.startswith("node-matmul")} == {MSO_SHAPE.OVAL}
    dashes = [each.get("d") for each in named(drawn(GRAPH), "node-y").element.iter("{*}ds")]
    assert dashes == ["363636"]


@pytest.mark.parametrize("options", [{}, {"view": "layers"}, {"view": "units"}, {"direction": "TB"}])
def test_straight_arrows_are_glued_to_what_they_join(options):
    picture = gnn.draw(NETWORK, **options)
    shapes = drawn(NETWORK, **options)
    numbers = {shape.shape_id: shape.name for shape in shapes}
    ends = {group.id: group.ends for group in picture.scene.groups if group.ends}
    connectors = [shape for shape in shapes if shape.element.tag.endswith("}cxnSp")]
    assert len(connectors) == len(ends)
    for each in connectors:
        joints = each.element.find(".//{*}stCxn"), each.element.find(".//{*}endCxn")
        assert tuple(numbers[int(joint.get("id"))] for joint in joints) == ends[each.name]


def test_an_arrow_ends_at_its_site():
    shapes = drawn(gnn.trace(lambda x: np_exp(x), x=gnn.input(2)))
    (start, end) = [s for s in shapes if s.element.tag.endswith("}cxnSp")][:1] * 2
    box = named(shapes, "node-x")
    assert start.element.find(".//{*}stCxn").get("idx") == "3"
    assert end.element.find(".//{*}endCxn").get("idx") == "2"
    assert start.begin_x == pytest.approx(box.left + box.width, abs=12700)
    assert start.begin_y == pytest.approx(box.top + box.height / 2, abs=12700)


def np_exp(x):
    import numpy as np

    return np.exp(x)


def test_ways_around_are_curves_with_heads():
    def shared(x, W):
        return W @ (W @ (W @ x))

    graph = gnn.trace(shared, x=gnn.input(2), W=gnn.parameter((2, 2)))
    bent = [s for s in drawn(graph) if s.name.startswith("edge") and s.element.find(".//{*}cubicBezTo") is not None]
    assert bent
    assert all(shape.element.find(".//{*}tailEnd").get("type") == "triangle" for shape in bent)


def test_names_and_alternative_text():
    shapes = drawn(GRAPH)
    described = {shape.name: shape.element.xpath(".//p:cNvPr")[0].get("descr") for shape in shapes}
    for group in gnn.draw(GRAPH).scene.groups:
        assert described[group.id] == group.title
    labelled = [shape for shape in drawn(GRAPH, show="shapes") if hasattr(shape, "shapes")]
    assert labelled
    assert all(len(group.shapes) > 1 for group in labelled)


def test_letters_are_in_a_serif_font_and_grow_with_the_picture():
    picture = gnn.draw(GRAPH)
    found = [run for s in drawn(GRAPH) if s.has_text_frame for p in s.text_frame.paragraphs for run in p.runs]
    assert {run.font.name for run in found} == {"Times New Roman"}
    scale = min((960 - 48) / picture.scene.width, (540 - 48) / picture.scene.height)
    assert max(run.font.size.pt for run in found) == pytest.approx(14 * scale, abs=0.01)


def test_what_text_can_not_say_is_drawn():
    graph = gnn.trace(lambda x: np_sqrt(x), x=gnn.input(2))
    shapes = drawn(graph, style={"inherit": "lecture", "text": {"vectors": "arrow"}})
    letters = [shape for shape in shapes if shape.element.find(".//{*}quadBezTo") is not None]
    about = {shape.element.xpath(".//p:cNvPr")[0].get("descr") for shape in letters}
    assert about >= {r"\vec{x}", r"\sqrt{\cdot}"}


def np_sqrt(x):
    import numpy as np

    return np.sqrt(x)


@pytest.mark.parametrize("view", ["operations", "units"])
def test_same_picture_same_bytes(view):
    write = renderer(".pptx")
    first = write(gnn.draw(NETWORK, view=view).scene)
    assert first == write(gnn.draw(NETWORK, view=view).scene)
    assert {entry.date_time for entry in ZipFile(BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("title", ["<script>", "a & b", "\x00\x1b\ud800", "quo\"te'", "]]>", "{0}", "\uffff"])
def test_hostile_names(title):
    data = renderer(".pptx")(scene(title))
    (slide,) = opened(data).slides
    readable = "".join("\N{REPLACEMENT CHARACTER}" if c in "\x00\x1b\ud800\uffff" else c for c in title)
    assert [shape.name for shape in slide.shapes] == [readable]
    assert opened(data).core_properties.title == readable


@pytest.mark.parametrize("name", ["<b>", "a&b", "50%", "$x$", "\u202eabc", "名前", "\\frac", "{", "]]>"])
def test_hostile_labels(name):
    graph = gnn.Graph()
    graph.add_variable(name, gnn.Variable((2,), role="input"))
    graph.add_operation("negative", gnn.Operation("negative"), [name], ["y"])
    graph.add_variable("y", gnn.Variable((2,), role="output"))
    graph.outputs = ("y",)
    assert drawn(graph)


@pytest.mark.parametrize("tex", ["", " ", "{}", r"\ "])
def test_empty_texts_are_left_out(tex):
    (slide,) = opened(renderer(".pptx")(scene(tex=tex))).slides
    assert [shape.has_text_frame and shape.text_frame.text for shape in slide.shapes] == [""]
    alone = Scene(10.0, 10.0, "#FFFFFF", "t", "d", (Group("a", "a", (Text(tex, 5.0, 5.0, 9.0, "#000000"),)),))
    assert not opened(renderer(".pptx")(alone)).slides[0].shapes


def test_without_the_extra_it_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pptx", None)
    monkeypatch.delitem(sys.modules, "graphviz_nn.render.pptx", raising=False)
    with pytest.raises(UsageError, match=r"pip install 'graphviz_nn\[pptx\]'"):
        gnn.draw(GRAPH, tmp_path / "figure.pptx")
    with pytest.raises(UsageError, match=r"graphviz_nn\[pptx\]"):
        gnn.slides([gnn.draw(GRAPH)], tmp_path / "figure.pptx")
    assert not list(tmp_path.iterdir())


def test_what_can_not_be_slides(tmp_path):
    with pytest.raises(UsageError, match="nothing to combine"):
        gnn.slides([], tmp_path / "lecture.pptx")
    with pytest.raises(UsageError, match=r"\.pptx file, found"):
        gnn.slides([gnn.draw(GRAPH)], tmp_path / "lecture.pdf")


def test_a_scene_in_the_middle_of_a_page():
    page = fitted(scene(), 200.0, 200.0, 180.0 / max(scene().width, scene().height))
    outline, text = page.groups[0].items
    assert (outline.commands[0], outline.commands[2]) == (("M", (10.0, 55.0)), ("L", (100.0, 145.0)))
    assert (text.x, text.y, text.size, outline.width) == (55.0, 100.0, 30.0, 3.0)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_opens_it(tmp_path):
    gnn.slides([gnn.draw(GRAPH), gnn.draw(NETWORK, view="units")], tmp_path / "lecture.pptx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "lecture.pptx")], check=True, capture_output=True, timeout=3600)
    assert (tmp_path / "lecture.pdf").read_bytes().startswith(b"%PDF")
