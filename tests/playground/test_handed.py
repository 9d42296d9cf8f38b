"""The page that is handed out trains as `fit` does, in a browser without a server."""

import json

import javascript
import numpy as np
import pytest
from browser import CHROMIUM, browser
from browser import MISSING as NO_BROWSER

import graphviz_nn as gnn
from graphviz_nn.cli import main
from graphviz_nn.cli.figures import folder
from graphviz_nn.errors import FileError, GraphError, UsageError
from graphviz_nn.importers.python_file import run
from graphviz_nn.playground.handed.scripts import WORKER, bundled, worker
from graphviz_nn.playground.session import Session
from graphviz_nn.training.changes import OPTIONS

runs = pytest.mark.skipif(javascript.NODE is None, reason=javascript.MISSING)
seen = pytest.mark.skipif(CHROMIUM is None, reason=NO_BROWSER)

STEPS = """
const { told, steps, messages } = JSON.parse(require("node:fs").readFileSync(0, "utf-8"));
const said = [];
const engine = new Engine(told, (message) => said.push(message));
engine.hear({ do: "open", id: 0 });
for (const message of messages) engine.hear(message);
const losses = [];
for (let k = 0; k <= steps; k++) {
  if (k) engine.course.forward();
  losses.push(engine.train.measured(engine.course.state.parameters, [engine.course.seed, engine.course.step]).loss);
}
console.log(JSON.stringify({ losses, said }));
"""


def engine(made, steps=0, *messages, **fields):
    """Losses by the engine of a page, and what it says to messages."""
    told = {**made.told, "state": {**made.told["state"], **fields}}
    script = worker(made.sources, "") + STEPS
    return json.loads(javascript.node(script, {"told": told, "steps": steps, "messages": messages}))


def fitted(made, steps, **more):
    """The losses of `fit`."""
    state, rates = made.state, {"l1": (1, 0), "l2": (0, 1), "none": (0, 0)}
    l1, l2 = (share * state.regularisation_rate for share in rates[state.regularisation])
    options = {"rate": state.rate, "batch_size": min(state.batch_size, len(made.subject.train)), "seed": state.seed}
    options["optimizer"] = state.optimizer
    found = gnn.fit(
        made.subject.graph,
        made.subject.train,
        steps=steps,
        every=1,
        l1=l1,
        l2=l2,
        progress=False,
        **{**options, **more},
    )
    return found.history["loss"]


GALLERY = run(folder() / "playground.py")
PAGES = [*(name[0] for name in GALLERY.RUNS), *GALLERY.MORE, *GALLERY.MEASURED]


@pytest.fixture(scope="module")
def pages():
    return GALLERY.pages()


@runs
@pytest.mark.parametrize("name", PAGES)
def test_the_gallery_trains_as_fit_does(name, pages):
    if name not in pages:
        pytest.skip("needs scikit-learn: pip install -e '.[sklearn]'")
    data = [part["arrays"] for part in (pages[name].told[of] for of in ("train", "test")) if part]
    assert len(pages[name].html) - len(json.dumps(data)) < 1_000_000
    losses = engine(pages[name], 1000)["losses"]
    np.testing.assert_allclose(losses, fitted(pages[name], 1000), rtol=1e-9, atol=0)


@runs
def test_every_optimizer():
    made = gnn.handout(
        data="circle", hidden=[8, 4], n=50, rate=0.02, regularisation="l1", regularisation_rate=1e-3, seed=5
    )
    for optimizer in gnn.training.OPTIMIZERS:
        found = engine(made, 200, optimizer=optimizer)["losses"]
        np.testing.assert_allclose(found, fitted(made, 200, optimizer=optimizer), rtol=1e-11, err_msg=optimizer)


def dropped(x, y, W, b, V):
    h = gnn.nn.dropout(gnn.nn.relu(W @ x + b), 0.3)
    return gnn.nn.cross_entropy(gnn.nn.softmax(V @ h), y)


@runs
def test_dropout_draws_numpys_numbers():
    graph = gnn.trace(
        dropped,
        x=gnn.input(2),
        y=gnn.target(2),
        W=gnn.parameter((20, 2)),
        b=gnn.parameter(20),
        V=gnn.parameter((2, 20)),
    )
    made = gnn.handout(graph, gnn.data.xor(60), seed=3)
    np.testing.assert_allclose(engine(made, 100)["losses"], fitted(made, 100), rtol=1e-11)


@runs
def test_random_numbers_are_numpys():
    seeds = [[0], [0, 1], [7, 123], [2**40 + 5, 3], [1, 2, 3, 4, 5, 6]]
    script = bundle_of("random.js") + (
        "const { seeds } = JSON.parse(require('node:fs').readFileSync(0, 'utf-8'));"
        "console.log(JSON.stringify(seeds.map((seed) => { const random = new Random(...seed);"
        "return [random.number(), ...new Random(...seed).permutation(1797), random.number()]; })));"
    )
    for seed, (first, *order, second) in zip(seeds, json.loads(javascript.node(script, {"seeds": seeds})), strict=True):
        np.testing.assert_array_equal([first, second], np.random.default_rng(seed).random(2))
        np.testing.assert_array_equal(order, np.random.default_rng(seed).permutation(1797))


def bundle_of(name):
    from importlib.resources import files

    assert name in WORKER
    return (files("graphviz_nn.playground.handed") / name).read_text("utf-8")


@runs
def test_it_goes_back_and_changes_as_fit_does():
    made = gnn.handout(hidden=[8, 4], n=100, rate=0.3)
    edit = {"do": "edit", "parameter": "W1", "index": [0, 1], "value": 0.5}
    messages = [
        {"do": "step", "count": 40},
        {"do": "set", "field": "rate", "value": 0.1},
        edit,
        {"do": "step", "count": 25},
        {"do": "back", "count": 20},
        {"do": "set", "field": "batch_size", "value": 20},
        {"do": "set", "field": "regularisation_rate", "value": 0.001},
        {"do": "set", "field": "regularisation", "value": "l2"},
        {"do": "step", "count": 20},
    ]
    found = engine(made, 0, *({**each, "id": number} for number, each in enumerate(messages, 1)))["said"]
    changes = [(40, "rate", 0.1), (40, "W1", [0, 1], 0.5), (45, "batch_size", 20), (45, "l2", 0.001)]
    assert set(OPTIONS) >= {"rate", "batch_size", "l2"}
    right = fitted(made, 65, changes=changes)
    for answer, step in zip((found[3], found[4], found[5], found[9]), (40, 65, 45, 65), strict=True):
        assert answer["frame"]["step"] == step
        if answer is not found[4]:
            np.testing.assert_allclose(answer["frame"]["loss"], right[step], rtol=1e-12)
    # A link restores it.
    state = found[9]["state"]
    again = engine(made, 0, {"do": "open", "id": 1, "state": state})["said"][1]
    assert again["remarks"] == [] and again["frame"]["loss"] == found[9]["frame"]["loss"]


@runs
def test_bad_messages_and_links_are_told():
    made = gnn.handout(hidden=[8, 4], n=20)
    bad = [
        {"do": "explode"},
        {"do": "set", "field": "rate", "value": "fast"},
        {"do": "set", "field": "hidden", "value": [3]},
        {"do": "edit", "parameter": "W9", "index": [0], "value": 1},
        {"do": "example", "of": "train", "index": 999},
        {"do": "open", "state": {"rate": -1, "nonsense": 3, "changes": [[0]], "step": 5}},
        {"do": "set", "field": "rate", "value": 1e9},
        {"do": "step", "count": 50},
        {"do": "last_good"},
    ]
    found = engine(made, 0, *({**each, "id": number} for number, each in enumerate(bad, 1)))["said"][1:]
    whats = [answer["error"]["what"] for answer in found[:5]]
    assert whats[0] == "this page can't explode" and "a number from 0 to" in whats[1]
    assert "can't be set on this page" in whats[2] and "no such weight" in whats[3] and "no example 999" in whats[4]
    assert [each.partition(":")[0] for each in found[5]["remarks"]] == ["rate", "nonsense", "changes"]
    assert found[5]["frame"]["step"] == 5
    assert "the rate of 1000000000 is too large" in found[7]["stopped"]["what"]
    assert found[8]["frame"]["step"] == 5 and "stopped" not in found[8]


PLAY = """
const { told } = JSON.parse(require("node:fs").readFileSync(0, "utf-8"));
const steps = [];
const speeds = ["step", "epoch", "fast"];
const engine = new Engine(told, (message) => {
  if ("re" in message || !message.frame) return;
  steps.push(message.frame.step);
  if (steps.length === 12) return console.log(JSON.stringify(steps)) ?? engine.hear({ do: "pause", id: 0 });
  if (steps.length % 4 === 0) engine.hear({ do: "set", id: 0, field: "speed", value: speeds[steps.length / 4] });
  engine.hear({ do: "shown" });
});
engine.hear({ do: "open", id: 0, state: { speed: "step" } });
engine.hear({ do: "play", id: 0 });
engine.hear({ do: "play", id: 0 });
"""


@runs
def test_frames_are_a_step_or_an_epoch_apart_or_as_far_as_they_can():
    made = gnn.handout(hidden=[2], n=100, batch_size=10)
    steps = json.loads(javascript.node(worker(made.sources, "") + PLAY, {"told": made.told}))
    assert steps[:8] == [1, 2, 3, 4, 5, 10, 15, 20] and steps[8] > 25


@runs
def test_an_example_has_the_numbers_of_a_session():
    fields = {"hidden": [8, 4], "n": 20, "view": "operations"}
    made, session = gnn.handout(**fields), Session()
    session.do({"do": "open", "state": fields})
    messages = [{"do": "example", "of": "test", "index": 3}, {"do": "step", "count": 5}]
    steps = session.do({"do": "step", "count": 5}) and session.do(messages[0]) and session.do({"do": "walk", "at": 0})
    messages += [{"do": "walk", "at": at} for at in range(steps["count"])]
    said = engine(made, 0, *({**each, "id": number} for number, each in enumerate(messages, 1)))["said"][2:]
    frame, walked = said[0]["frame"], said[1:]
    right = session.frame()
    for kind in ("values", "gradients"):
        assert frame[kind].keys() == right[kind].keys()
        for name, each in right[kind].items():
            found = np.array([*frame[kind][name]["data"].values()]).reshape(frame[kind][name]["shape"])
            np.testing.assert_allclose(found, each, rtol=1e-5, atol=1e-7)
    assert frame["example"].keys() == right["example"].keys()
    np.testing.assert_allclose(frame["example"]["loss"], right["example"]["loss"])
    for at, found in enumerate(walked):
        station = session.do({"do": "walk", "at": at})
        for name in ("count", "at", "phase", "variable", "operation", "elements"):
            assert found[name] == station[name], name
        assert found["formula"].partition(" = ")[0] == station["formula"].partition(" = ")[0]
        assert found["numbers"].keys() == station["numbers"].keys()


def test_what_a_page_cannot_train_is_told():
    def noisy(x, y, W):
        return np.sum((W @ x + gnn.random(2) - y) ** 2)

    shapes = {"x": gnn.input(2), "y": gnn.target(2), "W": gnn.parameter((2, 2))}
    data = gnn.data.arrays(np.random.default_rng(0).random((6, 2)), np.random.default_rng(1).random((6, 2)))
    with pytest.raises(UsageError, match="normal distribution, which a page can't draw as NumPy does"):
        gnn.handout(gnn.trace(noisy, **shapes), data)
    with pytest.raises(GraphError, match="JavaScript has no kernel of eigvalsh"):
        gnn.handout(gnn.trace(lambda x, y, W: np.sum((np.linalg.eigvalsh(W) * x - y) ** 2), **shapes), data)
    together = {"x": gnn.input((3, 2)), "y": gnn.target((3, 2)), "W": gnn.parameter((2, 2))}
    with pytest.raises(UsageError, match="takes 3 examples at once"):
        gnn.handout(gnn.trace(lambda x, y, W: np.mean((x @ W - y) ** 2), **together), data, test=0.5)
    with pytest.raises(UsageError, match="a model needs data"):
        gnn.handout(gnn.trace(noisy, **shapes))


def test_files_are_written_by_command_and_function(tmp_path, capsys):
    page = tmp_path / "page.html"
    assert main(["play", "--data", "moons", "--examples", "40", "--export", str(page)]) == 0
    assert capsys.readouterr().out.strip() == str(page) and b'"n":40' not in page.read_bytes()
    assert page.read_bytes().count(b"sha256-") == 2
    assert gnn.play(None, gnn.data.moons(40), export=page) == page
    assert page.read_bytes().startswith(b"<!doctype html>")


def test_equal_models_are_equal_pages(tmp_path):
    made = gnn.handout(hidden=[8, 4], n=20)
    assert made.html == gnn.handout(hidden=[8, 4], n=20).html
    with pytest.raises(FileError):
        made.save(tmp_path / "no" / "page.html")


def test_modules_are_written_in_the_way_that_the_bundle_reads():
    assert bundled("handed.js").count("= (() => {\n") > 20


def until(page, condition):
    """Wait until an expression of the page is true."""
    page.js(f"new Promise(done => {{ const look = () => {condition} ? done() : setTimeout(look, 50); look(); }})")


@seen
def test_figure_16_trains_with_the_network_off(pages, tmp_path):
    path = pages["e"].save(tmp_path / "page.html")
    with browser() as page:
        page.call("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        page.open(path.as_uri())
        until(page, "document.getElementById('status').textContent.startsWith('Step')")
        page.click("#play")
        until(page, r"+document.getElementById('steps').textContent.replace(/\D/g, '') > 1000")
        page.click("#play")
        accuracy = page.js("document.querySelectorAll('.figures td')[4].textContent")
        assert float(accuracy.removesuffix(" %")) >= 97
        assert page.problems == []
        assert all(url.startswith(("file:", "blob:", "data:")) for url in page.requests)
