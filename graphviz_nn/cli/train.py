"""Train a model on a data set.

It prints how that went, the step whose parameters are kept marked.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_nn.cli.commands import PASSED, Parser, number, whole
from graphviz_nn.cli.model import add_model, opened
from graphviz_nn.data import DATA
from graphviz_nn.errors import UsageError, brief, ending_at_ctrl_c

if TYPE_CHECKING:
    from graphviz_nn.data import Data
    from graphviz_nn.training import Training

OPTIONS = (
    *("steps", "epochs", "batch_size", "optimizer", "rate", "schedule", "l1", "l2"),
    *("stop_early", "every", "save", "resume", "seed"),
)
"""What is handed on as it is given."""


def arguments(parser: Parser) -> None:
    add_model(parser)
    _add_data(parser)
    parser.add_argument("--steps", type=whole(1), metavar="N", help="how often the parameters change (default: 500)")
    parser.add_argument("--epochs", type=whole(1), metavar="N", help="how often all data are gone through, instead")
    parser.add_argument(
        "--batch-size", type=whole(1), metavar="N", help="how many examples a step looks at (default: all)"
    )
    parser.add_argument("--optimizer", default="gradient descent", help="gradient descent (default), momentum, adam, …")
    parser.add_argument("--rate", type=_rate, default=0.1, help="the learning rate, or the first and the last: 1,0.1")
    parser.add_argument("--schedule", help="how the rate changes: constant, linear, cosine or step")
    parser.add_argument("--l1", type=number, default=0.0, metavar="WEIGHT", help="of the sum of all sizes in the loss")
    parser.add_argument(
        "--l2", type=number, default=0.0, metavar="WEIGHT", help="of the sum of all squares in the loss"
    )
    parser.add_argument(
        "--stop-early", type=whole(1), metavar="N", help="end after N records without a lower test loss"
    )
    parser.add_argument("--every", type=whole(1), metavar="N", help="how many steps lie between two records")
    parser.add_argument("-o", "--output", metavar="FILE", help="a .json for the graph with its trained parameters")
    parser.add_argument("--save", metavar="FILE", help="an .npz for the parameters: --feed takes it, and --resume")
    parser.add_argument("--resume", metavar="FILE", help="such a file, to go on from")
    parser.add_argument("--plot", metavar="FILE", help="an .svg, .pdf or .png of network, boundary and loss")
    parser.add_argument("--film", metavar="FILE", help="a .gif, .webp or .html of the same while it is trained")


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        required=True,
        metavar="DATA",
        help=f"{', '.join(DATA)}, or a file: flowers.csv, or flowers.csv:species for the column to predict, where it "
        "isn't the last",
    )
    parser.add_argument("--columns", metavar="NAMES", help="the columns of a file to predict it from, with commas")
    parser.add_argument("--examples", type=whole(2), metavar="N", help="how many, of a set that is made")
    parser.add_argument("--noise", type=number, metavar="DEVIATION", help="how much, of a set that is made")
    parser.add_argument(
        "--test", type=number, default=0.5, metavar="SHARE", help="to test with (default: 0.5; 0: none)"
    )
    parser.add_argument("--seed", type=whole(0), default=0, help="of data, parameters and order (default: 0)")


def _rate(text: str) -> float | tuple[float, float]:
    try:
        numbers = [number(each) for each in text.split(",")]
    except argparse.ArgumentTypeError:
        numbers = []
    if len(numbers) not in (1, 2):
        raise argparse.ArgumentTypeError(f"{brief(text)} isn't a rate; write 0.1, or 1,0.1 for the first and the last")
    return numbers[0] if len(numbers) == 1 else (numbers[0], numbers[1])


def run(options: argparse.Namespace) -> int:
    from graphviz_nn.graph.file import save
    from graphviz_nn.training import fit

    output = None if options.output is None else Path(options.output)
    if output is not None and output.suffix != ".json":
        raise UsageError(f"a graph is saved as .json, found {output}; write {output.stem or 'graph'}.json")
    _refuse_destinations(options)
    graph, data, test = opened(options), _given(options), None
    if options.test:
        data, test = data.split(options.test, options.seed)
    with ending_at_ctrl_c():
        training = fit(graph, data, test=test, **{name: getattr(options, name) for name in OPTIONS})
    print(training)
    if output is not None:
        save(training.graph, output)
    _plot(options, training)
    for path in filter(None, (output, options.save, options.plot, options.film)):
        print(path)
    return PASSED


def _refuse_destinations(options: argparse.Namespace) -> None:
    """Before anything is trained."""
    from graphviz_nn.storage import destination, writable

    for path in filter(None, (options.output, options.save)):
        writable(Path(path))
    if options.plot is not None:
        from graphviz_nn.plots.look import FORMATS

        destination(options.plot, "a plot", FORMATS)
    if options.film is not None:
        from graphviz_nn.plots.film import SUFFIXES

        destination(options.film, "a film", SUFFIXES)


def _plot(options: argparse.Namespace, training: "Training") -> None:
    if options.plot:
        from graphviz_nn.plots.look import rendered
        from graphviz_nn.plots.panel import panel
        from graphviz_nn.storage import write

        path = Path(options.plot)
        write(path, rendered(panel(training), path.suffix.lower()))
    if options.film:
        from graphviz_nn.plots.film import film

        film(training, options.film)


def _given(options: argparse.Namespace) -> "Data":
    from graphviz_nn.data import DATA, csv, data

    made = {"n": options.examples, "noise": options.noise}
    made = {name: value for name, value in made.items() if value is not None}
    name, _, target = options.data.partition(":")
    if name in DATA:
        if options.columns:
            raise UsageError(f"--columns is for a file, {name} is made")
        seed: dict[str, Any] = {} if name in ("iris", "digits") else {"seed": options.seed}
        if made and not seed:
            raise UsageError(f"--examples and --noise are for sets that are made, {name} was measured")
        return data(name, **made, **seed)
    if Path(name).suffix in (".csv", ".tsv", ".txt"):
        if made:
            raise UsageError(f"--examples and --noise are for sets that are made, {name} is a file")
        return csv(name, target or None, inputs=(options.columns or "").split(",") if options.columns else ())
    return data(name)
