"""Figure 18: Backpropagation.

The graphs of figures 1 and 11 with each value in green above its edge, and each gradient in rust below it. Every
gradient has a check mark: central differences agree with it. On the slides, the values appear from left to right, then
the gradients from right to left; the last slides are the backward pass as a graph of its own, whose arrows show the
local derivatives that multiply the incoming gradients.
"""

from linear_regression_vector import graph as regression
from two_layer_network import graph as network

import graphviz_nn as gnn

NUMBERS = {"x": [1.0, 2.0], "y": 3.0, "theta": [0.5, -0.5]}
WEIGHTS = {"W1": [[1.0, 2.0], [0.3, -0.4], [1.0, -1.0]], "W2": [[1.0, 2.0, -0.5], [0.25, 0.0, 1.0]]}
FEEDS = {"x": [1.0, 2.0], "y": [0.0, 1.0], **WEIGHTS}
SHOWN = ("gradients", "check")


def figure() -> gnn.Picture:
    return gnn.stacked(
        gnn.draw(regression, view="scalars", feeds=NUMBERS, show=SHOWN),
        gnn.draw(network, feeds=FEEDS, show=SHOWN),
    )


def builds() -> dict[str, gnn.Steps]:
    return {
        "regression": gnn.steps(regression, NUMBERS, "both", view="scalars", show=SHOWN, width="slide"),
        "network": gnn.steps(network, FEEDS, "both", show=SHOWN, width="slide"),
        "backward": gnn.steps(network, FEEDS, "backward", show=(*SHOWN, "backward"), width="slide"),
    }


def measured() -> str:
    reports = gnn.check_gradients(regression, NUMBERS), gnn.check_gradients(network, FEEDS)
    rows = [row for report in reports for row in report.rows]
    agree = sum(row.verdict == "agrees" for row in rows)
    return f"{agree} of {len(rows)} gradients by what is fed agree, to {max(row.error for row in rows):.0e} at worst."


if __name__ == "__main__":
    figure().save("backpropagation.svg")
    for name, build in builds().items():
        build.save(f"backpropagation_{name}.pdf")
