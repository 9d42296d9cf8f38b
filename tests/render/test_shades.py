"""Pictures are readable in light and in dark mode."""

import pytest

from graphviz_nn.render.shades import is_dark, shaded
from graphviz_nn.scene.legend import KINDS
from graphviz_nn.style.sheet import load, names


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(one, other):
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("style", names())
def test_contrast_of_every_style_in_its_other_half_of_the_day(style):
    sheet = load(style)
    dark = is_dark(sheet.page.background)

    def other(colour):
        return shaded(colour, not dark)

    page = other(sheet.page.background)
    assert is_dark(page) != dark
    for kind in KINDS:
        look = sheet.look(kind)
        assert contrast(other(sheet.ink(kind)), other(look.fill)) >= 4.5
        assert contrast(other(look.line), page) >= 3
    for ink in (sheet.text.ink, sheet.text.notes, sheet.text.values, sheet.text.gradients):
        assert contrast(other(ink), page) >= 4.5


@pytest.mark.parametrize("number", range(0, 0x1000000, 0x10F0F1))
def test_every_colour_has_another(number):
    colour = f"#{number:06X}"
    for dark in (True, False):
        assert len(shaded(colour, dark)) == 7
        assert 0 <= int(shaded(colour, dark)[1:], 16) <= 0xFFFFFF
