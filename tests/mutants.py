"""Saved graphs of many kinds, and ways to damage them."""

import copy
import random
from functools import cache

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.graph.facts import FACTS
from graphviz_nn.graph.file import to_document

HOSTILE = (
    "__import__('canary').sing()",
    "x\n    __import__('canary').sing()",
    "x\r__import__('canary').sing()  #",
    "dtype=(__import__('canary').sing(), None)[1], casting",
    '"); __import__("canary").sing(); ("',
    "{0.__class__.__init__.__globals__}",
    "ﬁ",
    "__debug__",
    "ｎｐ",
    "None",
    "lambda",
    "\ud800",
    "\x00",
    "\u2028",
    "<script>",
    "i4,(2,)f8",
    "object",
    "#0",
    "#7",
    "getitem",
    "float32",
)
# Values of every kind that a file can hold, each right in itself.
OF_OTHER_KINDS = (
    5,
    {"tuple": []},
    {"tuple": [""]},
    {"tuple": ["x", 5]},
    {"dict": [["x", 5]]},
    {"array": {"dtype": "float64", "shape": [2], "base64": "AAAAAAAA8D8AAAAAAADwPw=="}},
    {"array": {"dtype": "float64", "shape": [0] * 70, "base64": ""}},
    {"array": {"dtype": "float64", "shape": [0, 2**70], "base64": ""}},
    {"graph": {"facts": {}, "nodes": [], "edges": []}},
    {"variable": {"shape": {"tuple": []}}},
    {"slice": [0, 1, 1]},
)
ANYTHING = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    7,
    -5,
    10**9,
    10**30,
    0.5,
    float("nan"),
    1e308,
    "",
    "x",
    [],
    [0],
    [-1],
    [[1, 2], 3],
    {},
    {"tuple": []},
    {"tuple": [1, 2]},
    {"tuple": [10**6, 10**6]},
    {"float": "inf"},
    {"float": "1_0"},
    {"slice": [None, "a", 0]},
    {"slice": [0, 1, 0]},
    {"ellipsis": True},
    {"dict": []},
    {"dict": [[{"dict": []}, 1]]},
    {"array": {"dtype": "float64", "shape": [], "base64": "AAAAAAAA8D8="}},
    {"array": {"dtype": "object", "shape": [1], "base64": "AAAAAAAA8D8="}},
    {"array": {"dtype": "float64", "shape": [10**9, 10**9], "base64": ""}},
    {"source": ["a.py\n    __import__('canary').sing()", 1]},
    {"source": [1, "a.py"]},
    {"graph": {}},
    {"unknown": 1},
    *OF_OTHER_KINDS,
    *HOSTILE,
)


@gnn.function
def softmax(z):
    exponentials = np.exp(z - np.max(z))
    return exponentials / np.sum(exponentials)


def _sliced(x, i, theta, scale):
    p = softmax(theta @ x[::-1])
    rows = np.stack([p, p], axis=1)[(0, 1), :]
    return -np.log(p[i]) * scale + np.sum(rows, axis=(0, 1)) * np.inf**-1 + np.float32(0.1)


def _network(x, y, W, b, V):
    p = nn.softmax(V @ np.tanh(W @ x + b))
    return -np.sum(y * np.log(p)) + 0.1 * np.sum(np.array([1.0, 2.0, 3.0]) * W[:, 0] ** 2)


@cache
def documents():
    """Saved graphs by their contents."""
    sliced = gnn.trace(
        _sliced,
        x=gnn.input(2, label=r"\vec{x}"),
        i=gnn.input((), dtype="int64"),
        theta=gnn.parameter(np.array([[0.1, -0.0], [1e-300, np.pi]])),
        scale=gnn.constant(np.float32(0.1)),
    )
    network = gnn.trace(
        _network, x=gnn.input(2), y=gnn.target(3), W=gnn.parameter((3, 2)), b=gnn.parameter(3), V=gnn.parameter((3, 3))
    )
    layers = gnn.draw(network, view="layers").graph
    noisy = gnn.trace(
        lambda x, w: np.sum(nn.dropout(w * x, 0.5, training=True) + gnn.random(2)), x=gnn.input(2), w=gnn.parameter(2)
    )
    graphs = {
        "sliced": sliced,
        "gradient": gnn.gradient(sliced, of=sliced.outputs[0], wrt="theta"),
        "network": network,
        "layers": layers,
        "operations": gnn.draw(sliced, view="operations").graph,
        "scalars": gnn.draw(gnn.trace(lambda x: np.sum(softmax(x) ** 2), x=gnn.input(2)), view="scalars").graph,
        "expanded": gnn.draw(network, view="layers", expand=["softmax"]).graph,
        "backward": gnn.backward(layers),
        "noisy": noisy,
        "batch": gnn.batch(network, over=("x", "y"), size=2),
    }
    return {name: to_document(graph) for name, graph in graphs.items()}


def places(node, path=()):
    """The paths to everything in nested lists and dicts."""
    if path:
        yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def mutant(name, seed):
    """A saved graph with one to three places changed."""
    rng = random.Random(f"{name} {seed}")
    document = copy.deepcopy(documents()[name])
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        known = list(places(document))
        *way, last = rng.choice(known)
        holder = document
        for key in way:
            holder = holder[key]
        value = holder[last]
        match rng.randrange(8):
            case 0:
                del holder[last]
            case 1 if isinstance(holder, dict):
                holder[rng.choice((*HOSTILE, *holder))] = holder.pop(last)
            case 2 if isinstance(holder, list):
                holder.insert(rng.randrange(len(holder) + 1), copy.deepcopy(value))
            case 3 | 4:
                other = document
                for key in rng.choice(known):
                    other = other[key] if isinstance(other, dict | list) and _has(other, key) else other
                holder[last] = copy.deepcopy(other)
            case 5 if type(value) is int:
                holder[last] = value + rng.choice((-2, -1, 1, 2, 10**9))
            case 5 | 6 if isinstance(value, str):
                holder[last] = rng.choice((value + rng.choice(HOSTILE), value[:-1], *HOSTILE))
            case _:
                holder[last] = copy.deepcopy(rng.choice(ANYTHING))
    return document


def mutants_of_kinds(name):
    """Saved graphs in which one field, or one fact that the package reads, is a value of another kind."""
    document = documents()[name]
    nodes = {}
    # Nodes with the same fields are alike.
    for number, node in enumerate(document["nodes"]):
        nodes.setdefault((node["kind"], node.get("role"), node.get("op"), bool(node.get("scope"))), number)
    ways = [("nodes", number, field) for number in nodes.values() for field in document["nodes"][number]]
    ways += [("facts", fact) for fact in FACTS]
    for *way, last in ways:
        for value in OF_OTHER_KINDS:
            found = {**document, "nodes": list(document["nodes"]), "facts": dict(document["facts"])}
            holder = found[way[0]]
            if len(way) == 2:
                holder[way[1]] = dict(holder[way[1]])
                holder = holder[way[1]]
            holder[last] = value
            yield found


def _has(holder, key):
    return key in holder if isinstance(holder, dict) else isinstance(key, int) and key < len(holder)
