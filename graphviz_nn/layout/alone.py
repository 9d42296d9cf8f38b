"""matplotlib for one thread at a time, since its settings, TeX parser and fonts belong to the whole process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import RLock
from types import MappingProxyType
from typing import Any

_LOCK = RLock()
# User settings that would change the letters of a TeX label, or the file of a picture.
_LETTERS = (
    *("mathtext.default", "mathtext.fallback", "text.hinting"),
    *("text.antialiased", "text.language", "font.enable_last_resort"),
)
_FILES = (
    *(
        "savefig.bbox",
        "savefig.dpi",
        "savefig.transparent",
        "savefig.edgecolor",
        "image.composite_image",
        "agg.path.chunksize",
    ),
    *("path.snap", "path.sketch", "path.effects", "patch.antialiased", "axes.axisbelow"),
    *("figure.autolayout", "figure.constrained_layout.use"),
    *("pdf.compression", "pdf.inheritcolor", "pdf.use14corefonts", "ps.useafm", "ps.usedistiller", "ps.papersize"),
)


@contextmanager
def alone(settings: Mapping[str, Any] = MappingProxyType({}), *, printing: bool = False) -> Iterator[None]:
    """Keep other threads from setting text or printing pictures in this context, with matplotlib's default settings.

    Only settings that differ are changed; they are restored in every case.

    Parameters
    ----------
    settings : dict
        Further settings, for which matplotlib has no argument.
    printing : bool
        Whether a file is written too.

    Examples
    --------
    >>> from matplotlib import rcParams
    >>> with alone({"pdf.fonttype": 42}):
    ...     inside = rcParams["pdf.fonttype"]
    >>> inside, rcParams["pdf.fonttype"]
    (42, 3)
    """
    from matplotlib import rcParams, rcParamsDefault

    names = (*_LETTERS, *(_FILES if printing else ()))
    with _LOCK:
        # Some settings are newer than the oldest matplotlib.
        wanted = {**{name: rcParamsDefault[name] for name in names if name in rcParamsDefault}, **settings}
        before = {name: rcParams[name] for name, value in wanted.items() if rcParams[name] != value}
        try:
            rcParams.update({name: wanted[name] for name in before})
            yield
        finally:
            rcParams.update(before)
