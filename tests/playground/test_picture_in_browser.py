"""A live picture in Chromium: painted as it says, picked by pointer and keyboard, and within a strict policy."""

import json
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from browser import CHROMIUM, MISSING, browser

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.playground.pictures import alive

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)
PAGE = Path(gnn.__file__).parent / "playground" / "page"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:"
MAIN = """
import {Picture} from "./picture.js";
const host = document.getElementById("host");
window.picked = [];
for (const name of ["pick-line", "pick-unit", "pick-part"]) {
  host.addEventListener(name, (event) => picked.push([name, event.detail.id]));
}
window.show = async (name) => {
  host.replaceChildren();
  window.P = await (await fetch(name)).json();
  window.picture = new Picture(host, P);
  const svg = host.querySelector("svg");
  svg.setAttribute("width", P.width);
  svg.setAttribute("height", P.height);
};
document.body.dataset.ready = "yes";
"""
HTML = '<!doctype html><title>a picture</title><div id="host"></div><script type="module" src="main.js"></script>'


class Files(BaseHTTPRequestHandler):
    """The modules of the page, and pictures."""

    def __init__(self, pictures, *arguments):
        self.pictures = pictures
        super().__init__(*arguments)

    def do_GET(self):
        name = self.path.strip("/")
        kind, text = {"": ("text/html", HTML), "main.js": ("text/javascript", MAIN)}.get(name, ("", ""))
        if name in self.pictures:
            kind, text = "application/json", json.dumps(self.pictures[name])
        elif not kind:
            kind, text = "text/javascript", (PAGE / Path(name).name).read_text(encoding="utf-8")
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def page():
    """A page that shows a picture by its view."""
    network = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2), nn.Softmax())
    graph = gnn.trace(lambda x, y: nn.cross_entropy(network(x), y), x=gnn.input(2), y=gnn.target(2))
    pictures = {view: alive(graph, view, show="numbers") for view in ("units", "layers")}
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, pictures))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with browser() as found:
        found.open(f"http://127.0.0.1:{server.server_port}/")
        found.js("new Promise((done) => { const f = () => window.show ? done() : setTimeout(f, 10); f(); })")
        yield found
    server.shutdown()
    server.server_close()


def test_weights_and_responses_are_painted(page):
    page.js("show('units')")
    page.js(
        "picture.weights({W1: Float32Array.of(2, 0, 0, -1, 0, 0), b1: new Float32Array(3), W2: new Float32Array(6)})"
    )
    look = page.js(
        "P.lines.map(({id}) => document.getElementById(id).querySelector('path'))"
        ".map((path) => ['stroke', 'stroke-width', 'stroke-dasharray'].map((name) => path.getAttribute(name)))"
    )
    assert look[0] == ["#2B5C94", "3.00", "none"]
    assert look[3][1:] == ["1.75", "5 2"] and look[1][1:] == ["0.50", "none"]
    # The first unit of the hidden layer is blue, the second orange.
    page.js("picture.heat({a1: new Uint8Array(3 * 576).fill(255, 0, 576)})")
    pixel = (
        "(({x, y, r}) => { const spot = document.createElement('canvas').getContext('2d', {willReadFrequently: true});"
        "spot.drawImage(document.querySelector('canvas'), x, y - 0.7 * r, 1, 1, 0, 0, 1, 1);"
        "return [...spot.getImageData(0, 0, 1, 1).data]; })(P.units.filter(({variable}) => variable === 'a1')[PLACE])"
    )
    assert page.js(pixel.replace("PLACE", "0")) == [0x2B, 0x5C, 0x94, 255]
    assert page.js(pixel.replace("PLACE", "1")) == [0xC2, 0x57, 0x1A, 255]
    page.js("picture.theme(true)")
    assert page.js(pixel.replace("PLACE", "0")) == [0x7F, 0xB2, 0xEC, 255]
    written = page.js("picture.file()")
    assert written.count("<image") == 3 and 'class="hit"' not in written and "tabindex" not in written
    assert not page.problems


def test_everything_is_picked_by_pointer_and_keyboard(page):
    page.js("show('units')")
    page.js("picked.length = 0")
    stops = page.js("document.querySelectorAll('#host [tabindex=\"0\"]').length")
    assert stops == 2
    unit = page.js("P.units.find(({variable}) => variable === 'a1').id")
    page.click(f"[id='{unit}']")
    page.js("document.querySelector('#host [tabindex=\"0\"][aria-label^=unit]').focus()")
    for key in ("ArrowRight", "Enter"):
        page.key(key)
    page.js("document.querySelectorAll('#host [tabindex=\"0\"]')[0].focus()")
    first = page.js("P.lines[1].id")
    page.js("document.getElementById(P.lines[0].id).focus()")
    for key in ("ArrowDown", " "):
        page.key(key)
    picked = page.js("picked")
    assert picked[0] == ["pick-unit", unit] and picked[1][0] == "pick-unit" and picked[2] == ["pick-line", first]
    assert picked[1][1] in page.js("P.units.filter(({variable}) => variable === 'a1').map(({id}) => id)")
    page.js("picture.weights({W1: Float32Array.of(2, -0.25, 0, -1, 0, 0)})")
    assert page.js("document.activeElement.getAttribute('aria-label')").endswith(": −0.25")
    assert not page.problems


def test_numbers_stay_in_their_rooms(page):
    page.js("show('layers')")
    for size in ("1", "1e-7 * (1 + i)", "-12345.678 / (1 + i)"):
        page.js(
            "{const v = {}; for (const [name, shape] of Object.entries(P.shapes)) v[name] = Float64Array.from("
            f"{{length: shape.reduce((a, b) => a * b, 1)}}, (_, i) => {size}); picture.numbers(v, v);}}"
        )
        wider = page.js(
            "P.numbers.filter((place) => document.getElementById(place.id).getBoundingClientRect().width "
            "> place.room + 0.2 * place.size).map((place) => place.of)"
        )
        assert wider == [], size
    loss = page.js("P.numbers.find((place) => place.of === P.loss && place.kind === 'gradient').id")
    page.js("picture.numbers({}, {})")
    assert page.js(f"document.getElementById('{loss}').getAttribute('aria-label')") == "gradient 1"
    assert page.js("[...document.querySelectorAll('#host [id^=p-n]')].filter((e) => e.getAttribute('d')).length") == 1


def test_highlighting_leaves_the_rest_pale(page):
    page.js("show('layers')")
    page.js("picture.highlight([P.parts.find((part) => part.variable === 'p' && !part.from && !part.operation).id])")
    pale = "document.querySelectorAll('#host [opacity]').length"
    paths = "P.numbers.map((place) => [place.of, !!document.getElementById(place.id).closest('[opacity]')])"
    assert all(is_pale == (of != "p") for of, is_pale in page.js(paths))
    lit = page.js("[...document.querySelectorAll('#host svg > g:not([opacity])')].map(({id}) => id)")
    assert "p-node-p" in lit and "p-node-x" not in lit
    page.js("picture.highlight()")
    assert page.js(pale) == 0


def test_markup_that_runs_or_loads_is_left_out(page):
    page.js("show('layers')")
    bad = (
        "<script>1</script><g onclick='1' style='fill:red'><a href='javascript:1'/></g>"
        "<image href='https://a.example/b'/>"
    )
    markup = f"P.svg.replace('</svg>', {json.dumps(bad + '</svg>')})"
    page.js(f"{{ picture = new picture.constructor(host, {{...P, svg: {markup}}}); 0; }}")
    left = page.js("picture.svg.querySelectorAll('script, a, image, [onclick]').length")
    assert left == 0 and not any("a.example" in each for each in page.requests)
    # The policy would not have run them either.
    assert all("has been blocked" in each for each in page.problems)
