"""Pictures from many threads have the bytes of one thread, and leave matplotlib's settings unchanged."""

import hashlib
import json
import os
import random
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import LabelError
from graphviz_nn.figure.picture import rendered
from graphviz_nn.figure.stepping import steps
from graphviz_nn.layout import alone as ours
from graphviz_nn.layout import engine, measure
from graphviz_nn.layout.alone import alone
from graphviz_nn.plots.look import rendered as plotted
from graphviz_nn.plots.panel import panel
from graphviz_nn.render import FORMATS
from graphviz_nn.render.pages import pdf as pages
from graphviz_nn.reporting import gradient_report

SUFFIXES = (*FORMATS, "report.html", "report.pdf", "report.md", "steps.html", "pages")


def regression(x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2)):
    return (theta @ x - y) ** 2


def classifier(x=gnn.input(3), y=gnn.target(2), W=gnn.parameter((2, 3)), b=gnn.parameter(2)):
    return nn.cross_entropy(nn.softmax(nn.linear(x, W, b)), y)


def fraction(alpha=gnn.parameter(()), beta_1=gnn.parameter(())):
    return np.sqrt(alpha**2 + 1) / (1 + np.exp(-beta_1))


MODELS = {model.__name__: model for model in (regression, classifier, fraction)}
STYLES = ("lecture", "chalk")


def made(folder, model, style, suffix):
    """The bytes of one picture."""
    graph = gnn.trace(MODELS[model])
    if suffix == "steps.html":
        return steps(graph, style=style).save(folder / f"{model}-{style}.html").read_bytes()
    if suffix.startswith("report"):
        feeds = {name: np.full(variable.shape, 0.3) for name, variable in graph.leaves.items()}
        to = folder / f"{model}-{style}-{suffix}"
        gradient_report(graph, feeds, to, style=style)
        return to.read_bytes()
    picture = gnn.draw(graph, style=style, show="shapes")
    return pages([picture.scene] * 2) if suffix == "pages" else rendered(picture, suffix)


def digests(folder, workers):
    """Of every picture, however many threads draw them; presentations are zipped with the time they were made."""
    jobs = [(model, style, suffix) for model in MODELS for style in STYLES for suffix in SUFFIXES if suffix != ".pptx"]
    random.Random(0).shuffle(jobs)
    places = {job: folder / "-".join(job).replace(".", "_") for job in jobs}
    for place in places.values():
        place.mkdir(exist_ok=True)

    def digest(job):
        return hashlib.sha256(made(places[job], *job)).hexdigest()

    with ThreadPoolExecutor(workers) as pool:
        return {" ".join(job): found for job, found in zip(jobs, pool.map(digest, jobs), strict=True)}


def settings():
    import matplotlib

    return {**matplotlib.rcParams}


def main(folder, *workers):
    """In a process of its own: what is cached there, its own threads have measured."""
    before, stack = settings(), threading.stack_size()
    sys.setswitchinterval(1e-5)
    found = [digests(folder, int(count)) for count in workers]
    assert settings() == before
    assert threading.stack_size() == stack
    print(json.dumps(found))


def test_many_threads_give_the_bytes_of_one(tmp_path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}

    def run(name, *workers):
        (tmp_path / name).mkdir()
        command = [sys.executable, __file__, str(tmp_path / name), *workers]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    together, afterwards = run("threads", "8", "1")
    (one,) = run("alone", "1")
    assert [job for job in one if together[job] != one[job]] == []
    assert [job for job in one if afterwards[job] != one[job]] == []


def test_panels_of_trainings_in_threads():
    trained = gnn.fit(gnn.trace(classifier_of_two), gnn.data.xor(40), steps=4, progress=False)
    expected = {suffix: plotted(panel(trained), suffix) for suffix in (".svg", ".png", ".pdf")}
    before = settings()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda suffix: (suffix, plotted(panel(trained), suffix)), [*expected] * 2))
    assert all(expected[suffix] == data for suffix, data in found)
    assert settings() == before


def classifier_of_two(x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)), b=gnn.parameter(2)):
    return nn.cross_entropy(nn.softmax(nn.linear(x, W, b)), y)


def test_settings_are_put_back_after_an_error(monkeypatch):
    import matplotlib

    before = settings()
    with pytest.raises(LabelError):
        measure.typeset(r"\nonsense")
    with pytest.raises(ZeroDivisionError), alone({"pdf.fonttype": 42, "font.size": 3.0}, printing=True):
        assert matplotlib.rcParams["font.size"] == 3.0
        raise ZeroDivisionError
    with pytest.raises(ValueError), alone({"pdf.fonttype": 42, "font.size": "huge beyond measure"}):
        raise AssertionError
    picture = gnn.draw(regression)
    from graphviz_nn.render import matplotlib as renderer

    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(renderer, "_draw", broken)
    for suffix in (".pdf", ".eps", ".png"):
        with pytest.raises(ZeroDivisionError):
            rendered(picture, suffix)
    assert settings() == before
    assert ours._LOCK.acquire(blocking=False)
    ours._LOCK.release()


# What somebody may have chosen for plots of their own.
CHOSEN = {
    "mathtext.default": "regular",
    "mathtext.fallback": "stix",
    "text.hinting": "none",
    "text.parse_math": False,
    "text.antialiased": False,
    "font.size": 30,
    "font.family": "monospace",
    "lines.scale_dashes": False,
    "path.simplify": True,
    "path.snap": False,
    "path.sketch": (1, 100, 2),
    "patch.linewidth": 9,
    "patch.edgecolor": "red",
    "hatch.color": "red",
    "savefig.bbox": "tight",
    "savefig.transparent": True,
    "savefig.dpi": 30,
    "figure.dpi": 30,
    "pdf.compression": 0,
    "pdf.fonttype": 3,
    "pdf.inheritcolor": True,
    "ps.useafm": True,
    "svg.fonttype": "none",
    "axes.grid": True,
    "figure.autolayout": True,
}


@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".png", ".eps", ".pgf", ".tex"])
def test_pictures_do_not_follow_the_settings_of_plots(suffix):
    import matplotlib

    expected = rendered(gnn.draw(fraction), suffix)
    for cached in (measure._typeset, *(vars(sys.modules["graphviz_nn.render.letters"])[name] for name in ("typed",))):
        cached.cache_clear()
    with matplotlib.rc_context(CHOSEN):
        chosen = settings()
        assert rendered(gnn.draw(fraction), suffix) == expected
        assert settings() == chosen


def test_a_font_is_whoevers_asks_for_it():
    italic = measure.font("serif", 12.0)
    italic.set_style("italic")
    assert measure.font("serif", 12.0).get_style() == "normal"


def test_a_layout_that_is_given_up_stops_no_other(monkeypatch):
    tangle = "digraph {" + "".join(f"n{i} -> n{(i * 7 + j) % 40};" for i in range(40) for j in range(3)) + "}"
    expected = engine.run("wasm", tangle)
    loaded, _ = engine._module()
    calls, call = [], engine._call

    def stopped(*arguments):
        calls.append(arguments)
        if len(calls) in (1, 2, 4):
            threading.Timer(0.003, loaded.increment_epoch).start()
        return call(*arguments)

    monkeypatch.setattr(engine, "_call", stopped)
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda source: engine.run("wasm", source), [tangle] * 6)) == [expected] * 6
    assert len(calls) > 6


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
