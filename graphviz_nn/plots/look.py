"""The look of plots: fonts and colours of the pictures, distinct in gray and by shape."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from graphviz_nn.layout.alone import alone
from graphviz_nn.style.sheet import Sheet, load

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Of classes, in order; each has its own marker too.
COLOURS = ("#2B5C94", "#C2571A", "#2F7D4F", "#584997", "#A8701A", "#747F8E")
MARKERS = ("o", "s", "^", "D", "v", "P")
# How far a legend lies below its Axes, in pt, and its most columns.
BELOW, ACROSS = 40.0, 4
# From numbers below to numbers above the middle.
SHADES = ("#C2571A", "#FFFFFF", "#2B5C94")


def sheet() -> Sheet:
    """The style that plots share with pictures."""
    return load("lecture")


@contextmanager
def lettered() -> Iterator[None]:
    """Use the fonts and lines of pictures in this context."""
    text = sheet().text
    wanted: Any = {
        "font.family": "STIXGeneral" if text.family == "serif" else "DejaVu Sans",
        "mathtext.fontset": "stix" if text.family == "serif" else "dejavusans",
        "font.size": text.caption_size,
        "axes.titlesize": text.name_size,
        "axes.labelsize": text.caption_size,
        "xtick.labelsize": text.note_size,
        "ytick.labelsize": text.note_size,
        "axes.edgecolor": text.notes,
        "axes.labelcolor": text.ink,
        "axes.titlecolor": text.ink,
        "text.color": text.ink,
        "xtick.color": text.notes,
        "ytick.color": text.notes,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "svg.fonttype": "path",
        "svg.hashsalt": "graphviz_nn",
    }
    with alone(wanted):
        yield


def figure(width: float, height: float) -> "Figure":
    """An empty figure of this size, in inches."""
    from matplotlib.figure import Figure

    found = Figure(figsize=(width, height), layout="constrained")
    found.get_layout_engine().set(w_pad=0.06, h_pad=0.06)  # type: ignore[union-attr, call-arg]
    return found


def axes_of(ax: "Axes | None", width: float, height: float) -> "Axes":
    """The user's Axes, or the Axes of a new figure of this size."""
    return ax if ax is not None else figure(width, height).add_subplot()


def keyed(ax: "Axes", handles: "Sequence[Artist]") -> None:
    """Explain the marks of Axes in a row below their label."""
    from matplotlib.transforms import ScaledTranslation

    text = sheet().text
    below = ax.transAxes + ScaledTranslation(0, -BELOW / 72, ax.figure.dpi_scale_trans)
    ax.legend(
        handles=handles,
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        bbox_transform=below,
        borderaxespad=0.0,
        ncols=min(len(handles), ACROSS),
        frameon=False,
        fontsize=text.note_size,
        handletextpad=0.4,
        columnspacing=1.1,
    )


def shades() -> Any:
    """Colours for numbers on both sides of a middle."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("weights", SHADES)


def plain(axes: "Sequence[Axes]") -> None:
    """Remove the ticks."""
    for each in axes:
        each.set_xticks([])
        each.set_yticks([])


# Metadata without a date.
FORMATS: dict[str, dict[str, Any]] = {
    ".svg": {"metadata": {"Date": None, "Creator": None}},
    ".pdf": {"metadata": {"CreationDate": None, "Producer": None, "Creator": "graphviz_nn"}},
    ".png": {"metadata": {"Software": None}},
}


def rendered(plot: Any, suffix: str, dpi: float = 200) -> bytes:
    """The bytes of a plot as ``.svg``, ``.pdf`` or ``.png``; the same every time."""
    buffer = BytesIO()
    with lettered():
        plot.savefig(buffer, format=suffix[1:], dpi=dpi, **FORMATS[suffix])
    return buffer.getvalue()
