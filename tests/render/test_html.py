"""Interactive single-file pages, tried in a real browser."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from browser import CHROMIUM, MISSING, browser
from pictures import NAMES, STEMS, lecture, named

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.figure.picture import Picture, rendered

NETWORK = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 2), nn.Softmax())
GRAPH = gnn.trace(lambda x, y: nn.cross_entropy(NETWORK(x), y), x=gnn.input(2), y=gnn.target(2))
in_browser = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)


class Page(HTMLParser):
    """The tags of a page with their attributes, and the text of its scripts."""

    def __init__(self, data):
        super().__init__()
        self.tags, self.scripts, self.texts = [], [], {}
        self.feed(data.decode())

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        if self.tags and self.lasttag in ("script", "style"):
            self.texts.setdefault(len(self.tags), [self.lasttag, data])

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def states(self):
        return json.loads(next(text for tag, text in self.texts.values() if tag == "script"))


def html(picture: Picture) -> bytes:
    return rendered(picture, ".html")


def check(data):
    page = Page(data)
    assert len(page.all("script")) == 2
    assert not {"link", "img", "iframe", "object", "base", "form", "image"} & {tag for tag, _ in page.tags}
    for _, attributes in page.tags:
        assert not any(name.startswith("on") or name in ("src", "style", "action") for name in attributes)
        assert attributes.get("href", "#").startswith("#")
    policy = page.all("meta")[1]["content"]
    texts = dict(page.texts.values())
    for tag in ("script", "style"):
        assert f"{tag}-src 'sha256-{b64encode(sha256(texts[tag].encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'")
    drawn = {attributes["id"] for attributes in page.all("path") if "id" in attributes}
    markup = data.decode()
    assert set(re.findall(r'href=\\?"#(t\d+)', markup)) <= drawn
    for state in page.states["states"]:
        assert all(0 <= group < len(page.states["groups"]) for group, _, _ in state["items"])
        assert all(0 <= other < len(page.states["states"]) for other in state["go"].values())
    return page


@pytest.mark.parametrize("name", STEMS)
def test_a_page_of_each_figure(name):
    check(html(lecture()[name]))


@pytest.mark.parametrize("name", NAMES)
def test_names_of_strangers(name):
    check(html(named(name)))


def test_everything_that_is_asked_is_said():
    x = {"x": [1.0, 2.0], "y": [0.0, 1.0]}
    page = check(html(gnn.draw(GRAPH, view="layers", feeds=x, show=("values", "gradients"))))
    facts = {a["data-name"]: dict(json.loads(a["data-facts"])) for a in page.all("g") if "data-name" in a}
    assert facts["x"] == {"is": "input", "shape": "2", "value": "(1, 2)", "gradient": facts["x"]["gradient"]}
    assert facts["softmax"]["is"].startswith("softmax, a block of")
    assert re.fullmatch(r"\w+\.py:\d+", facts["softmax"]["line"])
    assert not any("/" in fact["line"] for fact in facts.values() if "line" in fact)
    weights = Page(html(gnn.draw(gnn.trace(NETWORK, x=gnn.input(2)), view="units")))
    assert any("weight" in a["data-facts"] for a in weights.all("g") if a.get("class") == "line")


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_the_order_of_tabs_is_that_of_the_flow(direction):
    page = Page(html(gnn.draw(GRAPH, view="compact", direction=direction, expand="softmax")))
    stops = [a["data-name"] for a in page.all("g") if "tabindex" in a and a["class"] != "line"]
    assert stops[0] == "x"
    assert stops.index("linear") < stops.index("sigmoid") < stops.index("linear_2") < stops.index("softmax")
    assert stops[-1] == "cross_entropy"


def test_what_is_equal_is_there_once():
    picture = gnn.draw(GRAPH, view="layers")
    page, once = html(picture), len(picture.svg)
    assert len(Page(page).states["states"]) >= 32
    assert len(page) < 16 * once
    assert len(re.findall(r'<path id="t\d+" d="([^"]+)"', page.decode())) == len(
        set(re.findall(r'<path id="t\d+" d="([^"]+)"', page.decode()))
    )


@pytest.fixture(scope="module")
def window():
    with browser() as found:
        yield found


@pytest.fixture
def opened(window, tmp_path):
    def show(picture, scheme="light", motion="no-preference"):
        window.size(900, 600)
        window.prefer(prefers_color_scheme=scheme, prefers_reduced_motion=motion)
        window.open(picture.save(tmp_path / "page.html").as_uri())
        return window

    yield show
    assert window.problems == []
    assert len(window.requests) == 1


def place(page):
    return [float(each) for each in re.findall(r"-?[\d.]+", page.js("view.getAttribute('transform')"))]


def tip(page):
    return page.js("tip.hidden ? '' : tip.innerText")


def shown(page):
    return set(page.js("[...view.querySelectorAll('[data-name]')].map(each => each.dataset.name)"))


@in_browser
def test_a_click_opens_a_block_where_it_is_and_closes_it(opened):
    page = opened(gnn.draw(GRAPH, view="layers"))
    before, scale = page.middle("[data-go=softmax]"), place(page)[2]
    page.click("[data-go=softmax]")
    assert {"exp", "divide"} <= shown(page)
    assert page.js("said.textContent") == "open: softmax"
    x, y = page.middle("[data-frame=softmax]")
    assert place(page)[2] == scale
    assert abs(y - before[1]) < 1
    assert abs(x - before[0]) < 300
    page.click("[data-go=linear]")
    assert {"exp", "matmul"} <= shown(page)
    page.click(".title[data-go=softmax]")
    assert "exp" not in shown(page)
    assert "matmul" in shown(page)
    page.click("#open")
    assert page.js("document.getElementById('open').disabled")
    assert not {"linear", "softmax"} & set(page.js("[...view.querySelectorAll('.node')].map(e => e.dataset.name)"))
    page.click("#close")
    assert "exp" not in shown(page)


@in_browser
def test_a_tip_says_what_a_thing_is(opened):
    page = opened(gnn.draw(GRAPH, view="layers", feeds={"x": [1.0, 2.0], "y": [0.0, 1.0]}))
    assert tip(page) == ""
    page.hover(".node[data-name=x]")
    assert tip(page).split() == ["x", "is", "input", "shape", "2", "value", "(1,", "2)"]
    page.hover("[data-go=softmax]")
    assert "click or Enter opens it" in tip(page)
    page.key("Escape")
    assert tip(page) == ""
    page.mouse("Moved", 5, 5)
    assert tip(page) == ""


@in_browser
def test_all_of_it_by_keyboard(opened):
    page = opened(gnn.draw(GRAPH, view="layers"))
    names = []
    while len(names) < 4:
        page.key("Tab")
        names += filter(None, [page.js("document.activeElement.dataset.name")])
    assert names[:2] == ["x", "linear"]
    assert tip(page).startswith(names[-1])
    assert page.js("getComputedStyle(document.activeElement.firstElementChild).strokeWidth") == "3px"
    page.js("view.querySelector('[data-go=softmax]').focus()")
    page.key("Enter")
    assert "exp" in shown(page)
    assert page.js("document.activeElement.classList.value") == "title"
    page.key(" ")
    assert "exp" not in shown(page)
    assert page.js("document.activeElement.dataset.name") == "softmax"
    fitted = place(page)
    for key, change in (("+", 1.25), ("-", 0.8)):
        before = place(page)[2]
        page.key(key)
        assert place(page)[2] / before == pytest.approx(change, rel=1e-3)
    before = place(page)
    page.key("ArrowLeft")
    assert place(page)[0] == pytest.approx(before[0] + 60, abs=0.1)
    page.key("0")
    assert place(page)[2] >= fitted[2] - 1e-3


@in_browser
def test_drag_wheel_and_pinch(opened):
    page = opened(gnn.draw(GRAPH, view="layers"))
    x, y, scale = place(page)
    at = page.middle("[data-go=softmax]")
    page.mouse("Pressed", *at, button="left", clickCount=1)
    page.mouse("Moved", at[0] + 40, at[1] + 30, button="left", buttons=1)
    page.mouse("Released", at[0] + 40, at[1] + 30, button="left", clickCount=1)
    assert place(page) == pytest.approx([x + 40, y + 30, scale], abs=0.1)
    # A drag isn't a click.
    assert "exp" not in shown(page)
    under = page.middle("[data-go=softmax]")
    page.mouse("Wheel", *under, deltaX=0, deltaY=-200)
    assert place(page)[2] > 1.2 * scale
    assert page.middle("[data-go=softmax]") == pytest.approx(under, abs=1)
    scale = place(page)[2]
    for kind, apart in (("Start", 50), ("Move", 100), ("End", 0)):
        points = [{"x": 450 + side * apart, "y": 300, "id": side + 1} for side in (-1, 1)] if apart else []
        page.call("Input.dispatchTouchEvent", type=f"touch{kind}", touchPoints=points)
    assert place(page)[2] == pytest.approx(2 * scale, rel=0.05)


@in_browser
@pytest.mark.parametrize("style", ["lecture", "dark"])
def test_light_and_dark(opened, style):
    def background():
        return page.js("getComputedStyle(document.body).backgroundColor")

    def lightness(colour):
        return sum(map(int, re.findall(r"\d+", colour)[:3])) / 765

    page = opened(gnn.draw(GRAPH, view="layers", style=style), scheme="light")
    assert lightness(background()) > 0.9
    page.click("#scheme")
    assert lightness(background()) < 0.2
    assert page.js("scheme.getAttribute('aria-pressed')") == "true"
    page = opened(gnn.draw(GRAPH, view="layers", style=style), scheme="dark")
    assert lightness(background()) < 0.2
    ink = page.js("getComputedStyle(view.querySelector('.node use')).fill")
    assert lightness(ink) > 0.7
    page.click("#scheme")
    assert lightness(background()) > 0.9


@in_browser
def test_less_motion(opened):
    page = opened(gnn.draw(GRAPH, view="layers"), motion="reduce")
    page.click("[data-go=softmax]")
    assert page.js("getComputedStyle(view).animationName") == "none"
    page = opened(gnn.draw(GRAPH, view="layers"))
    page.click("[data-go=softmax]")
    assert page.js("getComputedStyle(view).animationName") == "appear"


@in_browser
def test_the_tree_that_screen_readers_get(opened):
    page = opened(gnn.draw(GRAPH, view="layers"))
    tree = page.call("Accessibility.getFullAXTree")["nodes"]
    said = {(node.get("role", {}).get("value"), node.get("name", {}).get("value", "")) for node in tree}
    buttons = [name for role, name in said if role == "button"]
    assert any(name.startswith("softmax: is softmax, a block of") for name in buttons)
    assert {"zoom in", "zoom out"} <= set(buttons)
    assert any(role in ("img", "image") and name.startswith("x: is input") for role, name in said)


@in_browser
@pytest.mark.parametrize("name", NAMES)
def test_names_of_strangers_do_nothing(opened, name):
    page = opened(named(name))
    page.hover(".node")
    assert page.js("document.querySelectorAll('script').length") == 2
    assert page.js("typeof alerted") == "undefined"


@in_browser
def test_each_figure_has_all_of_its_shapes(opened):
    for name in ("two_layer_network", "learned_features", "backpropagation", "deep_network"):
        picture = lecture()[name]
        page = opened(picture)
        assert page.js("view.children.length") >= len(picture.scene.groups)
        inside = page.js("(b => [b.left, b.top, b.right, b.bottom])(view.getBoundingClientRect())")
        assert min(inside[:2]) >= 0
        assert inside[2] <= 900
        assert inside[3] <= 600
        assert page.problems == []


@in_browser
def test_without_scripts_the_picture_is_there(window, tmp_path):
    window.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        window.size(900, 600)
        window.prefer(prefers_color_scheme="light")
        path = gnn.draw(GRAPH, view="layers").save(tmp_path / "page.html")
        window.call("Page.navigate", url=path.as_uri())
        while not window.js("document.readyState === 'complete' && document.querySelector('.node use') !== null"):
            pass
        assert window.js("document.querySelector('.node use').getBoundingClientRect().width > 5")
    finally:
        window.call("Emulation.setScriptExecutionDisabled", value=False)
