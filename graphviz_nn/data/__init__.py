"""Data sets: those of the playground and of scikit-learn, CSV files, arrays."""

from graphviz_nn.data.classes import checkerboard, circle, gaussians, moons, spiral, xor
from graphviz_nn.data.data import Data
from graphviz_nn.data.given import arrays
from graphviz_nn.data.measured import digits, iris
from graphviz_nn.data.numbers import bumps, plane
from graphviz_nn.data.spreadsheet import csv
from graphviz_nn.data.table import DATA, data

__all__ = [
    "DATA",
    "Data",
    "arrays",
    "bumps",
    "checkerboard",
    "circle",
    "csv",
    "data",
    "digits",
    "gaussians",
    "iris",
    "moons",
    "plane",
    "spiral",
    "xor",
]
