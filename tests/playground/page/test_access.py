"""The page for everybody: rules of axe-core, keys alone, every width of a screen, light and dark."""

import pytest

SIZES = {"phone": (360, 740), "tablet": (768, 1024), "laptop": (1440, 900), "projector": (1920, 1080)}

# Whether what has the focus shows it, or is in the picture, which shows it in its own way.
OUTLINED = """(e => e === document.body || e.closest("#picture") || [e, e.closest("label")].some(each =>
    each && getComputedStyle(each).outlineStyle !== "none"))(document.activeElement)"""


def violations(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    found = axe.Axe().run(page).response["violations"]
    return [(each["id"], node["target"], node["failureSummary"]) for each in found for node in each["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_rules_of_axe(tab, scheme):
    here = tab(look={"color_scheme": scheme})
    page = here.page
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    page.locator("#walk").click()
    here.wait("document.querySelector('.walkway .formula')?.textContent")
    assert violations(page) == []
    page.keyboard.press("e")
    assert page.locator("#formats button").first.is_visible() and violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible() and violations(page) == []
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 360, "height": 740})
    assert violations(page) == []


def test_keys_alone_once_through(tab):
    here = tab(rate=0.1)
    page, press = here.page, here.page.keyboard.press
    focused = "document.activeElement.name || document.activeElement.id || document.activeElement.textContent"
    # Tab reaches each control, in order, with an outline.
    reached = []
    for _ in range(60):
        press("Tab")
        reached.append(page.evaluate(focused))
        assert page.evaluate(OUTLINED), reached[-1]
    order = ["play", "share", "export", "rate", "seed", "data", "noise", "features", "view", "show_test", "of", "walk"]
    places = [reached.index(name) for name in order]
    assert places == sorted(places)
    page.evaluate("document.activeElement.blur()")
    # Play and pause, a step forward and back, reset.
    press("Space")
    here.wait("parseInt(document.querySelector('#steps').textContent) > 5")
    here.settled(lambda: press("Space"))
    step = here.step
    here.settled(lambda: press("ArrowLeft"))
    here.settled(lambda: press("ArrowLeft"))
    here.settled(lambda: press("ArrowRight"))
    assert here.step == step - 1
    here.settled(lambda: press("r"))
    assert here.step == 0
    # Data, by arrows.
    page.locator("#sets input:checked").focus()
    here.settled(lambda: press("ArrowRight"))
    assert here.state["data"] == "gaussians"
    page.evaluate("document.activeElement.blur()")
    here.settled(lambda: press("n"))
    assert here.state["data_seed"] == 1
    # A weight.
    press("w")
    assert page.evaluate("Boolean(document.activeElement.closest('#picture'))")
    press("ArrowRight")
    press("Enter")
    page.keyboard.type("2.5")
    here.settled(lambda: press("Enter"))
    assert here.state["changes"][0][2][2] == 2.5
    assert page.evaluate("Boolean(document.activeElement.closest('#picture'))")
    page.evaluate("document.activeElement.blur()")
    # Another view, the export menu, the list of keys, the theme.
    press("v")
    here.wait("document.querySelector('#views input[value=layers]').checked")
    press("e")
    assert page.evaluate(focused) == "SVG"
    press("ArrowDown")
    assert page.evaluate(focused) == "PDF"
    press("Escape")
    assert page.evaluate(focused) == "export"
    press("?")
    assert page.locator("#keys").is_visible()
    press("Escape")
    press("d")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


# What sticks out of the window.
OUT = """[...document.querySelectorAll("button, select, input, h2, td, th, canvas")].filter(e => e.checkVisibility()
    && !e.closest("#frame") && (e.getBoundingClientRect().right > innerWidth || e.getBoundingClientRect().left < 0))
    .map(e => e.outerHTML)"""


def test_no_width_scrolls_sideways(tab):
    page = tab(hidden=[8, 8, 8, 8, 8, 8]).page
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(OUT) == []
        assert page.locator("select[name=rate]").is_visible() == (width > 400)
        if width < 400:
            page.locator("#settings summary").click()
            assert page.locator("select[name=rate]").is_visible()


def test_who_wants_no_motion_has_none(tab):
    page = tab(look={"reduced_motion": "reduce"}).page
    moving = "[...document.querySelectorAll('*')].some(e => parseFloat(getComputedStyle(e).transitionDuration) > 0)"
    assert not page.evaluate(moving) and page.evaluate("document.getAnimations().length") == 0
