"""Letters of other scripts: set in a typeface that has them, or reported as missing, whatever is installed."""

import pytest

import graphviz_nn as gnn
from graphviz_nn.graph.text import words
from graphviz_nn.layout import measure, scripts
from graphviz_nn.layout.scripts import Typeface, installed, lacking, remarks

TEXTS = {"Chinese": "前向传播", "Korean": "순전파", "Arabic": "شبكة", "Devanagari": "जाल", "Japanese": "かな"}


@pytest.fixture
def typefaces(monkeypatch):
    """Make the system have these typefaces beside the families' own, with real outlines of other letters."""

    def use(*more):
        own = [each for each in installed_before if each.name in ("STIXGeneral", "DejaVu Sans")]
        monkeypatch.setattr(scripts, "installed", lambda: (*own, *more))
        forget()

    def forget():
        for each in (scripts._known, scripts.typeface, measure._typeset):
            each.cache_clear()

    installed_before = installed()
    yield use
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize("script, text", TEXTS.items())
def test_missing_letters_are_named_with_what_helps(typefaces, script, text):
    typefaces()
    if not lacking(words(text), "serif") or scripts.typeface(lacking(words(text), "serif")):
        typefaces(*[])
    found = remarks([(words(text), "serif")])
    has = scripts.typeface(lacking(words(text), "serif"))
    assert bool(found) == (has is None)
    assert all(script in each and "install" in each and text[0] in each for each in found)


def test_a_picture_says_which_letters_it_lacks(typefaces):
    typefaces()
    picture = gnn.draw(gnn.trace(lambda x: x * 2, x=gnn.input(2)), title="前向传播 of $x$")
    assert len([each for each in picture.remarks if "Chinese" in each]) == 1


def test_a_typeface_of_the_system_is_found_by_its_letters(typefaces):
    typefaces(
        Typeface("A", "a.ttf", frozenset(map(ord, "前向"))), Typeface("B", "b.ttf", frozenset(map(ord, "前向传播")))
    )
    assert scripts.typeface("前向").name == "A"
    assert scripts.typeface("前向传播").name == "B"
    assert remarks([(words("前向传播"), "serif")]) == ()


def test_letters_that_only_another_family_has_are_drawn_in_it():
    # DejaVu Sans comes with matplotlib; the family of the lecture lacks its Hebrew or Armenian letters.
    text = "Նե"
    assert lacking(words(text), "serif") == text
    forwards, backwards = (measure.typeset(words(each), "serif").path for each in (text, text[::-1]))
    assert forwards != backwards
    assert measure.typeset(words(text) + "_{2}", "serif").right > measure.typeset(words(text), "serif").right


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png", "eps", "pgf", "html", "pptx", "drawio", "mmd"])
def test_other_letters_are_the_same_in_every_process_and_format(tmp_path, suffix):
    picture = gnn.draw(gnn.trace(lambda x: x * 2, x=gnn.input(2)), title="Նե")
    first, second = (picture.save(tmp_path / f"{i}.{suffix}").read_bytes() for i in range(2))
    assert first == second
    assert not [each for each in picture.remarks if "typeface" in each]


def test_no_signs_of_mathematics_are_missed():
    assert lacking(r"\hat{y} ≤ ŷ → ∇ ∑ é ü θ ⏟ ‐ ′ ✓ ×", "serif") == ""
    assert lacking("ASCII only", "serif") == ""


def test_old_matplotlib_says_that_it_joins_no_letters(monkeypatch):
    import matplotlib

    text = next((t for t in ("שלום", "شبكة") if scripts.typeface(lacking(words(t), "serif"))), None)
    monkeypatch.setattr(matplotlib, "__version_info__", (3, 9))
    assert text is not None  # DejaVu Sans has both
    assert "joined or reordered" in remarks([(words(text), "serif")])[0]
