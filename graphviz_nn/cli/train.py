"""Train a model on a data set.

It prints the history, with a mark at the best step.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from graphviz_nn.cli.commands import PASSED, Parser, number, whole
from graphviz_nn.cli.data import add_data, given_data
from graphviz_nn.cli.model import add_model, opened
from graphviz_nn.errors import UsageError, brief, ending_at_ctrl_c

if TYPE_CHECKING:
    from graphviz_nn.training import Training

OPTIONS = (
    *("steps", "epochs", "batch_size", "optimizer", "rate", "schedule", "l1", "l2"),
    *("stop_early", "every", "save", "resume", "seed"),
)
"""Options that are passed on unchanged."""


def arguments(parser: Parser) -> None:
    add_model(parser)
    add_data(parser, required=True)
    parser.add_argument("--steps", type=whole(1), metavar="N", help="number of steps (default: 500)")
    parser.add_argument("--epochs", type=whole(1), metavar="N", help="passes over the data, instead of --steps")
    parser.add_argument("--batch-size", type=whole(1), metavar="N", help="examples per step (default: all)")
    parser.add_argument("--optimizer", default="gradient descent", help="gradient descent (default), momentum, adam, …")
    parser.add_argument("--rate", type=_rate, default=0.1, help="the learning rate, or the first and the last: 1,0.1")
    parser.add_argument("--schedule", help="how the rate changes: constant, linear, cosine or step")
    parser.add_argument("--l1", type=number, default=0.0, metavar="WEIGHT", help="weight of Σ|θ| in the loss")
    parser.add_argument("--l2", type=number, default=0.0, metavar="WEIGHT", help="weight of Σθ² in the loss")
    parser.add_argument(
        "--stop-early", type=whole(1), metavar="N", help="stop after N records without a lower test loss"
    )
    parser.add_argument("--every", type=whole(1), metavar="N", help="steps between two records")
    parser.add_argument("-o", "--output", metavar="FILE", help="a .json file for the graph with its trained parameters")
    parser.add_argument("--save", metavar="FILE", help="an .npz file for the parameters, for --feed and --resume")
    parser.add_argument("--resume", metavar="FILE", help="such a file to resume from")
    parser.add_argument("--plot", metavar="FILE", help="an .svg, .pdf or .png of network, boundary and loss")
    parser.add_argument("--film", metavar="FILE", help="a .gif, .webp or .html of the same during training")


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
        raise UsageError(f"graphs are saved as .json, found {output}; write {output.stem or 'graph'}.json")
    _refuse_destinations(options)
    graph, data, test = opened(options), given_data(options), None
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
    """Refuse unusable files before the training starts."""
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
