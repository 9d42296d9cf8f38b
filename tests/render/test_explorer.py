"""The page that opens the blocks of a whole model, tried in a real browser; and the same for other programs."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise

import dot_files
import networkx as nx
import numpy as np
import pytest
from browser import CHROMIUM, MISSING, browser
from pictures import NAMES

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.cli import main
from graphviz_nn.errors import FileError, UsageError
from graphviz_nn.render.explorer import FORMATS, writer
from graphviz_nn.style.sheet import load, names
from graphviz_nn.views.tree import tree

in_browser = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)


@gnn.function
def block(x, W, b):
    return x + nn.softmax(nn.linear(x, W, b))


def model(x, y, W, b):
    for _ in range(4):
        x = block(x, W, b)
    return nn.cross_entropy(nn.softmax(x), y)


SPECS = {"x": gnn.input((3, 4)), "y": gnn.target((3, 4)), "W": gnn.parameter((4, 4)), "b": gnn.parameter(4)}
GRAPH = gnn.trace(model, **SPECS)
TREE = tree(GRAPH)
SHEET = load("lecture")


def steps(count):
    def chain(x):
        for _ in range(count):
            x = np.tanh(x)
        return x

    return gnn.trace(chain, x=gnn.input(3))


@pytest.mark.parametrize("style", names())
def test_a_page_loads_and_runs_nothing_else(style):
    page = writer(".html")(TREE, load(style)).decode()
    assert page == writer(".html")(TREE, load(style)).decode()
    assert page.count("<script") == page.count("</script>") == 2
    active = r"<(link|img|iframe|object|base|form|image)\b|\son\w+=|url\(|@import|https?://(?!www\.w3\.org)"
    assert not re.search(active, page)
    for tag, pattern in (("script", r"<script>(.*?)</script>"), ("style", r"<style>(.*?)</style>")):
        (text,) = re.findall(pattern, page, re.DOTALL)
        assert f"{tag}-src 'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in page


def test_the_file_grows_with_the_graph():
    sizes = [len(writer(".html")(tree(steps(count)), SHEET)) for count in (1000, 2000, 3000)]
    more = [after - before for before, after in pairwise(sizes)]
    assert more[1] < 1.05 * more[0] < 100_000


def test_what_other_programs_read(tmp_path):
    for suffix in FORMATS:
        gnn.explore(GRAPH, tmp_path / f"model{suffix}")
    nodes, tails = TREE.nodes, [(each.node, number) for number, node in enumerate(TREE.nodes) for each in node.given]
    # GraphML, read by networkx.
    found = nx.read_graphml(tmp_path / "model.graphml", force_multigraph=True)
    assert sorted((int(tail), int(head)) for tail, head in found.edges()) == sorted(tails)
    assert [found.nodes[str(number)]["label"] for number in range(len(nodes))] == [node.title for node in nodes]
    assert {data.get("block", "") for _, data in found.nodes(data=True)} >= {"", "block", "block 2/softmax"}
    # Model Explorer's JSON.
    (graph,) = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))["graphs"]
    by_id = {node["id"]: node for node in graph["nodes"]}
    assert len(by_id) == len(nodes)
    edges = [(int(edge["sourceNodeId"]), int(node["id"])) for node in graph["nodes"] for edge in node["incomingEdges"]]
    assert sorted(edges) == sorted(tails)
    for node in graph["nodes"]:
        for edge in node["incomingEdges"]:
            assert edge["sourceNodeOutputId"] in {each["id"] for each in by_id[edge["sourceNodeId"]]["outputsMetadata"]}
        around = node["namespace"].split("/") if node["namespace"] else []
        assert all("/".join(around[: depth + 1]) in graph["groupNodeAttributes"] for depth in range(len(around)))
    assert graph["groupNodeAttributes"]["block"]["parameters"] == "20"
    # DOT.
    source = (tmp_path / "model.dot").read_text(encoding="utf-8")
    assert dot_files.texts(source)
    assert sorted(set(re.findall(r"\bn(\d+) -> n(\d+)", source))) == sorted({(str(a), str(b)) for a, b in tails})
    assert source.count("subgraph") == len(TREE.blocks) - 1


def test_a_file_of_another_program_is_no_graph_of_ours(tmp_path):
    path = gnn.explore(GRAPH, tmp_path / "model.json")
    with pytest.raises(FileError, match=r"model.json"):
        gnn.load(path)
    with pytest.raises(UsageError, match=r"whole model can't be written as '.svg'.*\.html"):
        gnn.explore(GRAPH, tmp_path / "model.svg")


def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    gnn.save(GRAPH, "saved.json")
    assert main(["explore", "saved.json"]) == 0
    assert main(["explore", "saved.json", "-o", "a.dot", "-o", "b.graphml", "--style", "dark"]) == 0
    assert capsys.readouterr().out.split() == ["model.html", "a.dot", "b.graphml"]
    assert main(["explore", "saved.json", "-o", "a.pdf"]) == 2


def stranger(name):
    graph = gnn.Graph()
    graph.add_variable(name, gnn.Variable((2,), role="input"))
    for number in range(2):
        made = f"y{number}"
        scope = (name.replace(":", "") + ":1",)
        given = f"y{number - 1}" if number else name
        graph.add_operation(f"o{number}", gnn.Operation("negative", scope=scope), [given], [made])
        graph.add_variable(made, gnn.Variable((2,), role="output" if number else "intermediate"))
    graph.graph["name"] = name
    graph.outputs = ("y1",)
    return graph


@pytest.fixture(scope="module")
def window():
    with browser() as found:
        yield found


@pytest.fixture
def opened(window, tmp_path):
    def show(graph, state="", scheme="light"):
        window.size(1000, 700)
        window.prefer(prefers_color_scheme=scheme)
        # A page with another address alone isn't loaded again.
        window.open("about:blank")
        window.open(gnn.explore(graph, tmp_path / "page.html").as_uri() + state)
        return window

    yield show
    assert window.problems == []


ITEMS = "[...document.querySelectorAll('#view [data-item]')]"


def places(page):
    """Where each shape and title is, by its text."""
    at = "(b => [b.x, b.y])(e.getBoundingClientRect())"
    return page.js(f"Object.fromEntries({ITEMS}.map(e => [e.textContent, {at}]))")


def item(page, start):
    """A selector of the shape whose text starts so."""
    number = page.js(f"{ITEMS}.find(e => e.textContent.startsWith({json.dumps(start)})).dataset.item")
    return f"#view [data-item='{number}']"


def settled(page):
    page.js("new Promise(done => setTimeout(done, 320))")


def typed(page, text):
    page.key("/")
    for letter in text:
        page.key(letter)


@in_browser
def test_a_block_opens_in_place_and_closes_again(opened):
    page = opened(GRAPH)
    before = places(page)
    page.click(item(page, "block 2"))
    page.js("document.activeElement.blur()")
    after = places(page)
    # What is before it stays where it is, in the same order; what is after it moves down.
    for name, (_, y) in before.items():
        if y < before[next(each for each in before if each.startswith("block 2"))][1]:
            assert after[name] == pytest.approx(before[name], abs=1)
    title = after["block 2"]
    assert title[1] == pytest.approx(before[next(each for each in before if each.startswith("block 2"))][1], abs=8)
    assert len(after) > len(before)
    assert page.js("document.getElementById('path').textContent") == "model›block 2"
    page.click(item(page, "block 2"))
    for name, place in places(page).items():
        assert place == pytest.approx(before[name], abs=1)


@in_browser
def test_everything_opens_and_nothing_overlaps(opened):
    page = opened(GRAPH)
    page.click("#open")
    page.click("#fit")
    settled(page)
    boxes = page.js(
        "[...document.querySelectorAll('#view .shape rect')].map(e => (b => [b.left, b.top, b.right, b.bottom])"
        "(e.getBoundingClientRect()))"
    )
    assert len(boxes) == len(TREE.nodes)
    for number, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[:number]:
            assert other[2] <= left or right <= other[0] or other[3] <= top or bottom <= other[1]
    page.click("#close")
    assert len(places(page)) == len([each for each in TREE.blocks if each.block == 0]) + sum(
        node.block == 0 for node in TREE.nodes
    )


@in_browser
def test_search_by_name_type_and_shape(opened):
    page = opened(GRAPH)

    def found(question):
        page.js(
            f"(f => {{ f.value = {json.dumps(question)}; f.dispatchEvent(new Event('input')); }})"
            "(document.getElementById('find'))"
        )
        return page.js("[...document.querySelectorAll('#hits b')].map(e => e.textContent)")

    expected = {
        "type:matmul": [node.title for node in TREE.nodes if node.kind == "matmul"],
        "shape:3x4 type:matmul": [node.title for node in TREE.nodes if node.kind == "matmul"],
        "shape:4x4": [node.title for node in TREE.nodes if any("4×4" in each.size for each in node.results)],
        "type:softmax": [block.title for block in TREE.blocks if block.title.startswith("softmax")],
        "name:exp softmax nothing": [],
    }
    for question, titles in expected.items():
        assert found(question) == titles
        assert page.js("document.getElementById('count').textContent") == f"{len(titles)} found"
    page.js("document.getElementById('find').value = ''")
    typed(page, "type:divide")
    assert page.js("document.querySelectorAll('#view .holds').length") > 3
    page.key("Enter")
    crumbs = page.js("[...document.querySelectorAll('#path button')].map(e => e.textContent)")
    assert crumbs == ["model", "block", "softmax", "divide"]
    x, y = page.middle("#view .chosen")
    assert abs(x - 500) < 30 and abs(y - 350) < 30


@in_browser
def test_pointing_shows_the_way_there_and_on(opened):
    page = opened(GRAPH)
    page.hover(item(page, "y3"))
    # The target leads to the loss alone.
    pale = page.js(f"{ITEMS}.filter(e => e.matches('.pale')).map(e => e.querySelector('.name').textContent)")
    assert {"x", "block", "block 4"} <= set(pale) and not {"y", "cross_entropy"} & set(pale)
    assert page.js("document.querySelectorAll('#view .line.after').length") == 1
    assert page.js("document.querySelector('#tip dl').innerText").split()[:2] == ["is", "target"]
    page.hover(item(page, "block 2"))
    assert page.js("document.querySelectorAll('#view .line.before').length") == 1
    assert page.js("document.querySelectorAll('#view .line.way').length") >= 2
    page.mouse("Moved", 990, 300)
    assert page.js("document.querySelectorAll('#view .pale').length") == 0


@in_browser
def test_the_address_has_the_state(opened):
    page = opened(GRAPH)
    page.click(item(page, "block 3"))
    page.key("+")
    typed(page, "shape:3x4")
    settled(page)
    state, before = page.js("location.hash"), places(page)
    assert "open=" in state and "find=shape" in state and "view=" in state
    page = opened(GRAPH, state)
    after = places(page)
    assert after.keys() == before.keys()
    assert all(after[name] == pytest.approx(before[name], abs=1) for name in before)
    assert page.js("document.getElementById('find').value") == "shape:3x4"
    for damaged in ("#open=1-999999999999,x,-3&at=1e9&view=a,b,c", "#open=%E0%A4%A&find=%00"):
        assert places(opened(GRAPH, damaged))


@in_browser
def test_the_map_leads_anywhere(opened):
    page = opened(steps(110))
    assert not page.js("document.getElementById('map').classList.contains('hidden')")
    assert places(page)["x3"][1] > 0
    box = page.js("(b => [b.x + b.width / 2, b.bottom - 8])(document.getElementById('map').getBoundingClientRect())")
    for kind in ("Moved", "Pressed", "Released"):
        page.mouse(kind, *box, button="none" if kind == "Moved" else "left", clickCount=int(kind != "Moved"))
    settled(page)
    assert places(page).get("x3", (0, -1))[1] < 0
    assert any(0 < y < 700 for _, y in places(page).values())


@in_browser
def test_all_of_it_by_keyboard(opened):
    page = opened(GRAPH)
    page.js("document.querySelector('#view [data-item]').focus()")
    for _ in range(2):
        page.key("Tab")
    first = page.js("document.activeElement.textContent")
    assert first.startswith("block")
    page.key("Enter")
    assert page.js("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.key(" ")
    assert page.js("document.activeElement.textContent") == first
    tree = page.call("Accessibility.getFullAXTree")["nodes"]
    said = {(node.get("role", {}).get("value"), node.get("name", {}).get("value", "")) for node in tree}
    assert any(role == "button" and name.startswith("block: operations") for role, name in said)
    assert any(role in ("img", "image") and name.startswith("x: is input") for role, name in said)


@in_browser
def test_many_steps(opened):
    page = opened(steps(1700))
    assert len(places(page)) < 80
    page.click("#open")
    page.click("#fit")
    settled(page)
    # All of them in the window are outlines, and a part of them is shapes again.
    assert page.js("document.querySelectorAll('#view path.many').length") > 0
    for _ in range(14):
        page.key("+")
    settled(page)
    assert 0 < page.js("document.querySelectorAll('#view .shape[data-item]').length") < 1500


@in_browser
@pytest.mark.parametrize("name", NAMES)
def test_names_of_strangers_do_nothing(opened, name):
    page = opened(stranger(name))
    page.click("#open")
    page.hover("#view [data-item]")
    typed(page, "negative")
    assert page.js("document.querySelectorAll('script').length") == 2
    assert page.js("typeof alerted") == "undefined"
