"""A progress bar with the loss and the speed of a training."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from graphviz_nn.training.records import Record

PAUSE = 0.1
"""Seconds between two updates; more would slow training down."""


@contextmanager
def progress_bar(steps: int, wanted: bool) -> Iterator[Callable[[Record], None]]:
    """A function to call with each record; it does nothing without a terminal."""
    if not wanted:
        yield lambda record: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda record: None
        return
    columns = TextColumn("Training"), BarColumn(), TextColumn("{task.fields[measured]}"), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=steps, measured="")
        began, first, last = perf_counter(), -1, 0.0

        def show(record: Record) -> None:
            nonlocal first, last
            now = perf_counter()
            first = record.step if first < 0 else first
            if now - last >= PAUSE:
                last = now
                speed = (record.step - first) / max(now - began, 1e-9)
                bar.update(task, completed=record.step, measured=f"loss {record.loss:.4g} · {speed:,.0f} steps/s")

        yield show
