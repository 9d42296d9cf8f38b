"""What people do on the page, from the first look to a script of what they found."""

import re
import subprocess
import sys

import pytest

# The first bytes of each format, and what else is in it.
FORMATS = {
    "svg": (b"<svg ", b"</svg>"),
    "pdf": (b"%PDF-", b"%%EOF"),
    "png": (b"\x89PNG\r\n", b"IEND"),
    "tex": (b"", rb"\begin{tikzpicture}"),
    "pptx": (b"PK", b"ppt/slides/slide1.xml"),
    "py": (b"", b"gnn.fit("),
}
# The channels of red, green and blue that are the strongest of some coloured pixel of the plane.
STRONGEST = """(({ data }) => [...new Set(Array.from({ length: data.length / 4 }, (_, at) =>
        data.slice(4 * at, 4 * at + 3))
    .filter(each => Math.max(...each) - Math.min(...each) > 40).map(each => each.indexOf(Math.max(...each))))].sort()
)(document.querySelector("#plane canvas").getContext("2d").getImageData(0, 0, 320, 320))"""


def number(text):
    return float(text.replace("\N{MINUS SIGN}", "-").rstrip(" %"))


def test_choices_in_quick_succession_are_all_kept(tab):
    here = tab(hidden=[4, 2])
    here.page.evaluate("""() => {
        const more = document.querySelectorAll("#widths .stepper")[0].querySelectorAll("button")[1];
        for (let count = 0; count < 4; count++) more.click();
        const rate = document.querySelector("select[name=rate]");
        rate.value = "0.1";
        rate.dispatchEvent(new Event("change"));
        document.querySelector("#play").click();
    }""")
    # What was chosen is shown at once.
    assert here.page.locator("#widths .count").first.inner_text() == "8"
    assert here.page.locator("select[name=rate]").input_value() == "0.1"
    here.wait("+document.querySelector('#steps').textContent.replace(/\\D/g, '') > 0")
    here.settled(here.page.get_by_role("button", name="Pause").click)
    assert (here.state["hidden"], here.state["rate"]) == ([8, 2], 0.1)
    # Two networks are made at most: the first click's, and the last one's.
    assert sum('"model"' in text for text in here.messages) <= 4


def test_train_edit_go_back_share_and_export(tab, tmp_path):
    here = tab(data="circle", rate=0.1)
    page = here.page
    # Other data, then a layer more.
    here.settled(lambda: page.locator("#sets input[value=xor]").check())
    assert here.state["version"] == 1 and "data" not in here.state
    here.settled(lambda: page.get_by_label("Add a hidden layer").click())
    assert here.state["hidden"] == [4, 2, 2]
    assert page.locator("#widths .stepper").count() == 3
    # Until it is learned.
    page.get_by_role("button", name="Play").click()
    low = "parseFloat(document.querySelectorAll('.figures tbody tr')[1].cells[1].textContent) < 0.05"
    here.wait(low, 60)
    here.settled(page.get_by_role("button", name="Pause").click)
    assert here.step > 0
    page.wait_for_timeout(100)
    # A step back and forward are the same numbers.
    step, losses = here.step, here.losses
    here.settled(page.get_by_label("One step back").click)
    assert here.step == step - 1
    here.settled(page.get_by_label("One step forward").click)
    assert (here.step, here.losses) == (step, losses)
    # A weight by hand; the link has it.
    line = page.locator("#picture [id*=edge]").first
    line.dispatch_event("click")
    page.locator("#edit input").fill("5")
    here.settled(lambda: page.locator("#edit").get_by_role("button", name="Set").click())
    assert here.losses != losses
    ((when, what, (_, _, value)),) = here.state["changes"]
    assert (when, what, value) == (step, "edit", 5)
    # The link restores it all.
    losses = here.losses
    there = tab()
    there.page.goto(here.page.url)
    there.wait(f"document.querySelector('#steps').textContent.replace(/\\D/g, '') === '{step}'")
    assert there.losses == losses
    exported(here, tmp_path, losses)


def exported(here, folder, losses):
    page, files = here.page, {}
    for name, (start, inside) in FORMATS.items():
        page.locator("#export").click()
        with page.expect_download(timeout=60_000) as download:
            page.locator(f"#formats [data-as={name}]").click()
        files[name] = folder / download.value.suggested_filename
        download.value.save_as(files[name])
        found = files[name].read_bytes()
        assert files[name].suffix == f".{name}" and found.startswith(start) and inside in found, name
    ran = subprocess.run([sys.executable, files["py"].name], cwd=folder, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    told = [float(each) for each in re.findall(r"\d\.\d{3,}(?:e-?\d+)?", ran.stdout)]
    for exact, shown in zip((here.frame["loss"], here.frame["test_loss"]), losses[::2], strict=True):
        assert any(abs(exact - each) <= 1e-12 for each in told), (exact, ran.stdout)
        assert abs(number(shown) - exact) < 6e-4


def test_a_state_edited_by_hand(tab):
    here = tab(data="xor", n=-5, colour="red")
    alert = here.text("#alert")
    assert "n: " in alert and "colour" in alert
    assert here.page.locator("#sets input[value=xor]").is_checked()
    here.page.evaluate("location.hash = '#{\"data\": '")
    here.wait("document.querySelector('#alert').textContent.includes('read')")
    # While it trains, too.
    here.page.get_by_role("button", name="Play").click()
    here.change(data="spiral", n=200)
    here.wait("document.querySelector('#sets input[value=spiral]').checked")
    assert here.page.locator("#alert").is_hidden() and here.page.get_by_role("button", name="Play").is_visible()


def test_an_error_is_said_and_gone_back_from(tab):
    here = tab(rate=0.1)
    for _ in range(3):
        here.settled(here.page.get_by_label("One step forward").click)
    here.change(rate=1e9, activation="relu")
    here.wait("document.querySelector('select[name=rate]').value === '1000000000'")
    here.page.get_by_role("button", name="Play").click()
    here.wait("!document.querySelector('#alert').hidden")
    assert re.search(r"step \d+", here.text("#alert"), re.IGNORECASE)
    assert here.page.get_by_role("button", name="Play").is_visible()
    # The step that went wrong is told first.
    here.wait("document.querySelector('#status').textContent.startsWith('Step ')")
    here.settled(here.page.get_by_role("button", name="Back to the last good step").click)
    assert number(here.losses[0]) < 1e12 and here.page.locator("#alert").is_hidden()


def test_one_example_the_check_and_three_rates(tab):
    here = tab(hidden=[2], n=100)
    page = here.page
    # A unit shows its response, and its bias is changed by a click.
    unit = page.locator("#picture [role=button][aria-label*='of a1']").nth(1)
    unit.hover()
    assert here.text("#output-title") == "Response of a₁[2]" and here.text("#pointed").startswith("b₁[2] = ")
    unit.click()
    page.locator("#edit input").fill("-1.5")
    here.settled(lambda: page.keyboard.press("Enter"))
    assert here.state["changes"] == [[0, "edit", ["b1", [1], -1.5]]]
    # A point near which there is another one is picked by a click.
    box = page.locator("#plane canvas").bounding_box()
    for share in (0.3, 0.35, 0.4, 0.45, 0.25, 0.2):
        page.mouse.click(box["x"] + share * box["width"], box["y"] + 0.3 * box["height"])
    here.wait("document.querySelector('.facts').textContent.includes('loss')")
    page.locator("#walk").click()
    here.wait("document.querySelector('.walkway .formula')?.textContent")
    count = int(re.search(r"of (\d+)", here.text("#example .told"))[1])
    seen = []
    while (next_step := page.get_by_role("button", name="Next")).is_enabled():
        seen.append(here.text("#example [role=group] .told"))
        next_step.click()
        here.wait(f"document.querySelector('#example [role=group] .told').textContent !== {seen[-1]!r}")
    assert len(seen) == count - 1 and {each.split(",")[0] for each in seen} == {"forward", "backward"}
    page.get_by_role("button", name="Check the gradient").click()
    here.wait("document.querySelector('.verdict').textContent")
    assert re.match(r"✓ parameters: (\d+) of \1 agree", here.text(".verdict"))
    page.locator("input[name=sweep-steps]").fill("50")
    page.get_by_role("button", name="Compare").click()
    here.wait("!document.querySelector('#sweep .busy:not([hidden])')")
    assert len({each.inner_text() for each in page.locator(".run .told").all()}) == 3
    # What takes long is cancelled, and the focus is where it was.
    page.locator("input[name=sweep-steps]").fill("20000")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("button", name="Cancel").click()
    here.wait("document.querySelector('#status').textContent === 'Cancelled.'")
    assert page.evaluate("document.activeElement.textContent") == "Compare"


@pytest.mark.parametrize("name", ["images", "flowers"])
def test_data_that_are_no_plane(tab, name):
    here = tab(name)
    page = here.page
    assert "two inputs" in here.text(".why") and page.locator("#plane canvas").is_hidden()
    here.settled(page.get_by_label("One step forward").click)
    classes = {"images": 3, "flowers": 2}[name]
    assert page.locator(".confusion tbody tr").count() == classes
    assert page.locator("#norms tr").count() == 4
    page.get_by_label("Training example 2", exact=True).click()
    here.wait("document.querySelector('.facts').textContent.includes('prediction')")
    assert page.locator(".facts .image rect").count() == (64 if name == "images" else 0)


def test_a_model_of_a_plane_with_three_classes(tab):
    here = tab("clusters")
    page = here.page
    assert here.text("#plane .key").split() == ["low", "right", "high", "test"]
    assert page.locator("#features").is_hidden() and page.locator("#depth").is_hidden()
    here.settled(lambda: [page.get_by_label("One step forward").click() for _ in range(5)])
    # Each class has its colour somewhere on the plane.
    assert page.evaluate(STRONGEST) == [0, 1, 2]
