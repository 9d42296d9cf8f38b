"""Figure 18: Backpropagation.

The graphs of figures 1 and 11 with their values in green. Below each is the backward pass, in rust: every backward step
stands under its forward step, and its arrow shows the local derivative that multiplies the incoming gradient. Every
gradient has a check mark: central differences agree with it.
"""

from linear_regression_vector import graph as regression
from two_layer_network import graph as network

import graphviz_nn as gnn

NUMBERS = {"x": [1.0, 2.0], "y": 3.0, "theta": [0.5, -0.5]}
WEIGHTS = {"W1": [[1.0, 2.0], [0.3, -0.4], [1.0, -1.0]], "W2": [[1.0, 2.0, -0.5], [0.25, 0.0, 1.0]]}
FEEDS = {"x": [1.0, 2.0], "y": [0.0, 1.0], **WEIGHTS}
SHOWN = ("gradients", "check", "backward")


def figure() -> gnn.Picture:
    return gnn.stacked(
        gnn.draw(regression, view="scalars", feeds=NUMBERS, show=SHOWN),
        gnn.draw(network, feeds=FEEDS, show=SHOWN),
    )


def builds() -> dict[str, gnn.Steps]:
    return {
        "regression": gnn.steps(regression, NUMBERS, "both", view="scalars", show=SHOWN),
        "network": gnn.steps(network, FEEDS, "both", show=SHOWN),
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
