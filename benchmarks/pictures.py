"""Thirty models that people draw, in every view and both directions: how large, how legible, how clean.

Run ``python benchmarks/pictures.py``; ``--quick`` leaves out the widths that pictures are made to fit. What is measured
is saved with ``--json FILE`` and compared with ``--against FILE``: two engines, or before a change and after.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from functools import partial
from itertools import product
from os import cpu_count
from pathlib import Path
from typing import Any, TypeAlias

from models import MODELS
from yardstick.drawing import WAYS, Fit, Row, fit, row
from yardstick.goals import goals
from yardstick.measures import EXPLAINED
from yardstick.sheet import save, sheet
from yardstick.table import changes, faults, pictures, summary, ways_to_fit

from graphviz_nn.layout.result import DIRECTIONS
from graphviz_nn.scene import PAGES, Scene

Task: TypeAlias = tuple[str, str]
"""Model and view."""
Key: TypeAlias = tuple[str, ...]
"""Model, view, direction and, where one is asked for, width."""

# Of models with more operations no numbers are drawn: nobody reads them, and what takes time is to check them.
LARGE, QUICK = 300, 200


def main() -> None:
    options = arguments()
    before = loaded(options.against) if options.against else []
    rows = loaded(options.saved) if options.saved else measured(options)
    left_out = [
        ", ".join(task) for task in product(asked(options), options.view or WAYS) if is_left_out(*task, options.quick)
    ]
    parts = {
        "left out, for their size": "\n".join(left_out),
        "every picture": pictures(rows),
        "faults": "\n".join(faults(rows)),
        "how widths were met": ways_to_fit(rows),
        "medians and worst": f"{EXPLAINED}\n{summary(rows)}",
        f"changes against {options.against}": changes(rows, before) if before else "",
        "goals": "\n".join(goals(rows, before)),
    }
    print("\n\n".join(f"{title}\n\n{text}" for title, text in parts.items() if text))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", action="append", choices=MODELS, metavar="NAME", help="may be repeated")
    parser.add_argument("--view", action="append", choices=WAYS, metavar="VIEW", help=f"of {', '.join(WAYS)}")
    parser.add_argument("--direction", action="append", choices=DIRECTIONS)
    parser.add_argument("--engine", default="composed", help="as draw's engine=")
    parser.add_argument("--quick", action="store_true", help="natural sizes only")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="where to save what is measured; other pictures in it stay"
    )
    parser.add_argument("--saved", type=Path, metavar="FILE", help="print what was saved, and draw nothing")
    parser.add_argument("--against", type=Path, metavar="FILE", help="what was saved, to print the change")
    parser.add_argument("--png", type=Path, metavar="FOLDER", help="where to write every picture")
    parser.add_argument("--jobs", type=int, default=cpu_count(), help="processes at a time")
    return parser.parse_args()


def measured(options: argparse.Namespace) -> list[Row]:
    """Every picture that is asked for, each model and view in a process of its own, small models first."""
    if options.png:
        options.png.mkdir(parents=True, exist_ok=True)
    tasks = [task for task in product(asked(options), options.view or WAYS) if not is_left_out(*task, options.quick)]
    found = dict[Task, tuple[list[Row], dict[Key, Scene]]]()
    with ProcessPoolExecutor(options.jobs) as pool:
        work = {pool.submit(of_view, options, *task): task for task in sorted(tasks, key=lambda task: size(task[0]))}
        for done in as_completed(work):
            found[work[done]] = done.result()
            if options.json:
                keep(options.json, done.result()[0])
        if options.png:
            scenes = {key: scene for task in tasks for key, scene in found[task][1].items()}
            list(pool.map(partial(save_sheet, options.png), *zip(*together(scenes).items(), strict=True)))
    return [each for task in tasks for each in found[task][0]]


def of_view(options: argparse.Namespace, name: str, way: str) -> tuple[list[Row], dict[Key, Scene]]:
    """The pictures of a model in a view: what is measured and, where they are saved, their scenes."""
    rows, scenes = list[Row](), dict[Key, Scene]()
    for direction in options.direction or DIRECTIONS:
        found, scene = row(MODELS[name], way, direction, engine=options.engine)
        if scene is not None:
            scenes[found.key] = scene
        if scene is not None and not options.quick:
            fits = {}
            for width in PAGES:
                fits[width], fitting = fit(MODELS[name], way, direction, width, engine=options.engine)
                if fitting is not None:
                    scenes[(*found.key, width)] = fitting
            found = replace(found, fits=fits)
        rows.append(found)
    if not options.png:
        return rows, {}
    for key, scene in scenes.items():
        save(scene, options.png / f"{'-'.join(key)}.png")
    return rows, scenes


def asked(options: argparse.Namespace) -> list[str]:
    """The models that are drawn."""
    return [name for name in MODELS if name in (options.model or MODELS)]


def is_left_out(name: str, way: str, quick: bool) -> bool:
    """Whether a model isn't drawn with numbers, for its size."""
    return "show" in WAYS[way] and size(name) > (QUICK if quick else LARGE)


def size(name: str) -> int:
    """How many operations a model has."""
    return len(MODELS[name].graph.operations)


def loaded(path: Path) -> list[Row]:
    """What was saved of another run."""
    return [read(each) for each in json.loads(path.read_text(encoding="utf-8"))]


def keep(path: Path, rows: Sequence[Row]) -> None:
    """Put rows into a file, in the place of those of the same pictures."""
    known = {each.key: each for each in loaded(path)} if path.exists() else {}
    known |= {each.key: each for each in rows}
    path.write_text(json.dumps([each.as_dict() for each in known.values()], indent=1), encoding="utf-8")


def read(saved: dict[str, Any]) -> Row:
    """A row as JSON holds it."""
    fits = {name: Fit(**each) for name, each in saved["fits"].items()}
    return Row(**{**saved, "fits": fits, "gaps": tuple(saved["gaps"])})


def together(scenes: Mapping[Key, Scene]) -> dict[str, dict[str, Scene]]:
    """The scenes of each view and direction, and of each width, by model."""
    found: dict[str, dict[str, Scene]] = {}
    for (model, *rest), scene in scenes.items():
        found.setdefault("-".join(rest), {})[model] = scene
    return found


def save_sheet(folder: Path, name: str, scenes: Mapping[str, Scene]) -> None:
    """A sheet of pictures, as ``sheet-view-direction.png``."""
    save(sheet(scenes), folder / f"sheet-{name}.png")


if __name__ == "__main__":
    main()
