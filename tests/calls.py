"""Generated calls of every operation: attributes, and the shapes of its arguments."""

from dataclasses import dataclass, field
from itertools import cycle

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, broadcastable_shapes, mutually_broadcastable_shapes

import graphviz_nn as gnn
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.tracing.tracer import apply
from graphviz_nn.transforms.number_by_number import WHOLE

# All but steps without a rule of ours, and what SciPy computes: ops/test_special.py.
COMPUTED = {name: op for name, op in OPS.items() if op.category not in ("opaque", "custom", "special functions")}
ELEMENTWISE = [name for name, op in OPS.items() if isinstance(op.kernel, np.ufunc) and name != "matmul"]
# Where a function is smooth and real: all others are between 0 and 1.
SHIFTS = {"arccosh": 1.2}
OF_MATRICES = ("inv", "det", "log_det", "cholesky", "solve", *WHOLE)
OF_BITS = (
    "gcd",
    "lcm",
    "bitwise_count",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "invert",
    "left_shift",
    "right_shift",
)
TRANSFORMS = ("fftn", "ifftn", "rfftn", "irfftn")
# NumPy has no half precision of these.
NOT_HALF = (*OF_MATRICES, *TRANSFORMS)
# Of real numbers they are trivial.
OF_COMPLEX = ("imag",)
SIDES = st.integers(1, 3)


@dataclass(frozen=True)
class Call:
    """An operation with static attributes and arguments of these shapes; integer arguments are constants."""

    op: str
    shapes: tuple[tuple[int, ...], ...]
    attributes: dict = field(default_factory=dict)
    constants: dict = field(default_factory=dict)
    seed: int = 0


def feeds_for(call):
    rng = np.random.default_rng(call.seed)
    shift = SHIFTS.get(call.op, 0.0)
    feeds = {f"a{number}": rng.uniform(0.2, 0.9, shape) + shift for number, shape in enumerate(call.shapes)}
    if call.op in OF_BITS:
        feeds = {name: rng.integers(0, 9, np.shape(value)) for name, value in feeds.items()}
    if call.op in OF_MATRICES:
        # Far from those that can't be inverted, and from equal eigenvalues.
        rows, columns = call.shapes[0][-2:]
        feeds["a0"] += 2.5 * np.eye(rows, columns) * np.arange(1, columns + 1)
    if call.op in OF_COMPLEX:
        feeds = {name: value + 1j * rng.uniform(0.2, 0.9, value.shape) for name, value in feeds.items()}
    return feeds


def taken(call, values):
    """Traced arguments in the dtype that an operation takes."""
    return [each.astype("int64") for each in values] if call.op in OF_BITS else values


def model_of(call, *dtypes, factor=1.0, offset=0.0):
    """The graph of a number that depends on every entry of the result, not linearly, each in its own way.

    Its first argument is z. Arguments have these dtypes in turn, or float64.
    """
    kinds = cycle(dtypes or (("complex128" if call.op in OF_COMPLEX else "float64"),))

    def model(**arguments):
        z, *others = arguments.values()
        z = z * 1.0
        given = taken(call, [z, *others])
        for slot, value in sorted(call.constants.items()):
            given.insert(slot, value)
        result = apply(call.op, *given, **call.attributes)
        if call.op.endswith("vectors") and np.iscomplexobj(result):
            # Their phase is arbitrary.
            result = np.abs(result)
        if np.iscomplexobj(result):
            result = np.real(result) + 0.7 * np.imag(result)
        # So that entries in each other's places are seen.
        weights = np.linspace(1.0, 2.0, np.size(result)).reshape(np.shape(result)).astype(result.dtype)
        loss = np.sum((result * result * 0.5 + result) * weights)
        if (factor, offset) != (1.0, 0.0):
            loss = factor * loss + offset
        return loss

    return gnn.trace(model, **{f"a{i}": gnn.input(shape, dtype=next(kinds)) for i, shape in enumerate(call.shapes)})


def calls(name):
    """Calls of one operation."""
    return st.builds(lambda found, seed: Call(name, *found, seed=seed), CALLS[name], st.integers(0, 99))


SHAPES = array_shapes(min_dims=0, max_dims=3, max_side=3)


def together(count):
    return mutually_broadcastable_shapes(num_shapes=count, max_dims=3, max_side=3).map(lambda found: found.input_shapes)


@st.composite
def reduced(draw):
    shape = draw(SHAPES)
    axes = [None, *range(len(shape)), *([(0, len(shape) - 1)] if len(shape) > 1 else [])]
    attributes = {"axis": draw(st.sampled_from(axes)), "keepdims": draw(st.booleans())}
    return (shape,), attributes


@st.composite
def accumulated(draw):
    shape = draw(array_shapes(max_dims=2, max_side=3))
    return (shape,), {"axis": draw(st.integers(0, len(shape) - 1))}


@st.composite
def broadcast(draw):
    shape = draw(SHAPES)
    return shape, draw(broadcastable_shapes(shape, max_dims=len(shape), max_side=3).filter(
        lambda found: np.broadcast_shapes(shape, found) == shape
    ))  # fmt: skip


@st.composite
def products(draw):
    batch = draw(together(2)) if draw(st.booleans()) else ((), ())
    rows, inner, columns = draw(st.tuples(SIDES, SIDES, SIDES))
    first = (inner,) if draw(st.booleans()) else (*batch[0], rows, inner)
    return (first, (inner,) if draw(st.booleans()) else (*batch[1], inner, columns)), {}


@st.composite
def reshaped(draw):
    shape = draw(array_shapes(max_dims=3, max_side=3))
    return (shape,), {"shape": draw(st.sampled_from([(int(np.prod(shape)),), shape[::-1], (1, *shape)]))}


@st.composite
def joined(draw):
    shape, count = draw(array_shapes(max_dims=2, max_side=3)), draw(SIDES)
    axis = draw(st.integers(0, len(shape) - 1))
    sides = draw(st.lists(SIDES, min_size=count, max_size=count))
    return tuple((*shape[:axis], side, *shape[axis + 1 :]) for side in sides), {"axis": axis}


@st.composite
def stacked(draw):
    shape = draw(SHAPES)
    return (shape,) * draw(SIDES), {"axis": draw(st.integers(0, len(shape)))}


@st.composite
def chosen(draw):
    """A shape and an index into it: a number, slices or a list with a place that comes twice."""
    rows, columns = draw(SIDES), draw(SIDES)
    index = draw(
        st.sampled_from(
            [(rows - 1,), (slice(None), (0, 0, columns - 1)), (Ellipsis, None, slice(None, None, -2)), ((0, 0),)]
        )
    )
    return (rows, columns), index


@st.composite
def added(draw):
    shape, index = draw(chosen())
    given = np.zeros(shape)[tuple(np.array(part) if isinstance(part, tuple) else part for part in index)].shape
    return (given,), {"index": index, "shape": shape}


@st.composite
def assigned(draw):
    shape, index = draw(st.one_of(chosen(), st.just(((2, 3), (1, -3)))))
    place = np.zeros(shape)[tuple(np.array(part) if isinstance(part, tuple) else part for part in index)].shape
    value = draw(broadcastable_shapes(place, max_dims=len(place), max_side=3).filter(
        lambda found: np.broadcast_shapes(place, found) == place
    ))  # fmt: skip
    return (shape, value), {"index": index}


@st.composite
def decided(draw):
    shapes = draw(together(3))
    condition = np.random.default_rng(draw(st.integers(0, 9))).random(shapes[0]) < 0.5
    return shapes[1:], {}, {0: condition}


@st.composite
def transformed(draw, name):
    shape = draw(array_shapes(max_dims=2, max_side=3))
    axes = draw(st.lists(st.integers(0, len(shape) - 1), min_size=1, unique=True))
    attributes = {"axes": tuple(axes), "norm": draw(st.sampled_from(["backward", "ortho", "forward"]))}
    if name == "irfftn":
        # One of two lengths has a spectrum of this length; one entry has no second one.
        attributes["n"] = 2 * shape[axes[-1]] - draw(st.integers(1, 2 if shape[axes[-1]] > 1 else 1))
    return (shape,), attributes


CONTRACTIONS = ["ij,jk->ik", "ij,kj->ik", "bij,bjk->bik", "i,j->ij", "ij,j,k->ik", "ij->ji", "ij,ij->"]


@st.composite
def contracted(draw):
    subscripts = draw(
        st.sampled_from(["ij,jk->ik", "ij,kj->ik", "bij,bjk->bik", "i,j->ij", "ij,j,k->ik", "ij->ji", "ij,ij->"])
    )
    lengths = {letter: draw(SIDES) for letter in "bijk"}
    given = subscripts.partition("->")[0].split(",")
    return tuple(tuple(lengths[letter] for letter in term) for term in given), {"subscripts": subscripts}


@st.composite
def matrices(draw, *, square=True):
    lead = draw(st.sampled_from([(), (), (2,)]))
    rows = draw(SIDES)
    return ((*lead, rows, rows if square else draw(SIDES)),), {}


def _is_tall(found, more=0):
    ((*_, rows, columns),), _ = found
    return rows >= columns + more


@st.composite
def solved(draw):
    ((*lead, rows, _),), _ = draw(matrices())
    return ((*lead, rows, rows), (*draw(st.sampled_from([lead, []])), rows, draw(SIDES))), {}


# Shapes, attributes, and the constants among the arguments, if any.
CALLS = {
    **{name: together(OPS[name].kernel.nin).map(lambda found: (found, {})) for name in ELEMENTWISE},
    **{name: reduced() for name in ("sum", "mean", "prod", "max", "min", "any", "all")},
    **{name: accumulated() for name in ("cumsum", "cumprod")},
    "erf": SHAPES.map(lambda shape: ((shape,), {})),
    **{name: SHAPES.map(lambda shape: ((shape,), {})) for name in ("real", "imag", "sinc")},
    **{name: transformed(name) for name in TRANSFORMS},
    "where": decided(),
    "matmul": products(),
    "outer": st.tuples(SHAPES, SHAPES).map(lambda found: (found, {})),
    "sum_to": broadcast().map(lambda found: (found[:1], {"shape": found[1]})),
    "broadcast_to": broadcast().map(lambda found: (found[1:], {"shape": found[0]})),
    "reshape": reshaped(),
    "transpose": SHAPES.flatmap(
        lambda shape: st.permutations(range(len(shape))).map(lambda axes: ((shape,), {"axes": tuple(axes)}))
    ),
    "stack": stacked(),
    "concatenate": joined(),
    "astype": SHAPES.map(lambda shape: ((shape,), {"dtype": "float64"})),
    "getitem": chosen().map(lambda found: (found[:1], {"index": found[1]})),
    "add_at": added(),
    "set_at": assigned(),
    "einsum": contracted(),
    **{name: matrices() for name in ("inv", "det", "cholesky", "eigvalsh", "eigenvectors")},
    **{name: matrices(square=False) for name in ("singular_values", "pinv")},
    **{name: matrices(square=False) for name in ("left_singular_vectors", "right_singular_vectors")},
    **{name: matrices() for name in ("log_det", "det_sign", "eigvals", "right_eigenvectors")},
    # The last column of a square matrix only turns that of Q: rounding of 0.
    "qr_q": matrices(square=False).filter(lambda found: _is_tall(found, more=1)),
    "qr_r": matrices(square=False).filter(_is_tall),
    "solve": solved(),
}
