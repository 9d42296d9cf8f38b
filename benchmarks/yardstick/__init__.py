"""What a picture is worth, measured on its scene: how large it is, how its lines run, what touches what it mustn't."""

from yardstick.faults import dangling, touching
from yardstick.flat import Flat, flat
from yardstick.lines import bends, crossings
from yardstick.main_line import MainLine, main_line

__all__ = ["Flat", "MainLine", "bends", "crossings", "dangling", "flat", "main_line", "touching"]
