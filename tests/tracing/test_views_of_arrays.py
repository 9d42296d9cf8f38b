"""A view of a traced array that is assigned to is as in NumPy, or is refused by name; it is never stale."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import TracingError
from graphviz_nn.tracing.lists import MAKING
from graphviz_nn.tracing.registry import FUNCTIONS

X = np.random.default_rng(0).normal(size=(3, 4))

# How a view is taken of an array of shape (3, 4).
TAKEN = {
    "row": lambda x: x[0],
    "last row": lambda x: x[-1],
    "column": lambda x: x[:, 1],
    "part": lambda x: x[1:, ::2],
    "backwards": lambda x: x[::-1],
    "whole": lambda x: x[...],
    "new axis": lambda x: x[:, None, 0],
    "row of a part": lambda x: x[:2][0],
    "transposed": lambda x: x.T,
    "row of the transposed": lambda x: x.T[0],
    "moved axes": lambda x: np.moveaxis(x[None], 0, 2),
    "swapped axes": lambda x: np.swapaxes(x, 0, 1),
    "matrix transposed": lambda x: x.mT,
    "reshaped": lambda x: x.reshape(2, 6),
    "flat": lambda x: x.reshape(-1),
    "ravelled": lambda x: x.ravel(),
    "reshaped in Fortran's order": lambda x: x.reshape(-1, order="F"),
    "reshaped and transposed": lambda x: x.reshape(2, 6).T,
    "reshaped after transposing": lambda x: x.T.reshape(-1),
    "reshaped column": lambda x: x[:, 0].reshape(3, 1),
    "reshaped columns": lambda x: x[:, 1:3].reshape(-1),
    "reshaped rows": lambda x: x[1:].reshape(-1),
    "expanded": lambda x: np.expand_dims(x, 0),
    "squeezed": lambda x: np.squeeze(x[None]),
    "at least three axes": lambda x: np.atleast_3d(x),
    "asarray": lambda x: np.asarray(x),
    "einsum": lambda x: np.einsum("ij->ji", x),
    "diagonal by einsum": lambda x: np.einsum("ii->i", x[:, :3]),
    "rows summed by einsum": lambda x: np.einsum("ij->i", x),
    "no differences": lambda x: np.diff(x, 0),
    "flipped": lambda x: np.flip(x, 1),
    "rotated": lambda x: np.rot90(x),
    "diagonal": lambda x: np.diagonal(x),
    "diag": lambda x: np.diag(x),
    "broadcast": lambda x: np.broadcast_to(x[0], (2, 4)),
    "split": lambda x: np.split(x, 2, axis=1)[1],
    "split by hand": lambda x: np.array_split(x, 2)[0],
    "iterated": lambda x: list(x)[1],
    "handed through a function": lambda x: gnn.function(lambda a: a)(x),
    "copy": lambda x: x.copy(),
    "copy by function": lambda x: np.copy(x[0]),
    "flattened": lambda x: x.flatten(),
    "astype": lambda x: x.astype(float),
    "array": lambda x: np.array(x),
    "fancy": lambda x: x[[0, 2]],
    "chosen by a mask": lambda x: x[:, np.array([True, False, True, False])],
    "taken": lambda x: np.take(x, 0, axis=0),
    "sum of one": lambda x: sum([x]),
    "clipped": lambda x: np.clip(x, -9, None),
    "tiled": lambda x: np.tile(x, (1, 1)),
    "repeated": lambda x: np.repeat(x, 1, axis=0),
    "rolled": lambda x: np.roll(x, 0),
    "positive": lambda x: +x,
    "stacked": lambda x: np.stack([x])[0],
}


def base_changes(view, x):
    x[0, 0] = 5
    x[:, 1] *= 2
    return x, view


def base_is_replaced(view, x):
    x *= 2
    x[...] = x + 1
    return view, x


def base_is_masked(view, x):
    x[x < 0] = 0
    return view, x


def view_is_filled(view, x):
    view[...] = 7.0
    return x, view


def view_is_scaled(view, x):
    view *= 3
    view += x[0, 0]
    return x, view


def view_is_masked(view, x):
    view[view > 0] = -1
    return x, view


def an_entry_of_the_view_changes(view, x):
    view[(0,) * view.ndim] = 9
    return x, view


def both_change_in_turn(view, x):
    x[0] = 1
    view[0] *= 2
    x[:, 0] += 1
    view[-1] = 4
    return view, x


def a_view_of_the_view_changes(view, x):
    inner = view[::-1]
    inner[0] = 6
    x[1] = inner[0].sum()
    return x, view, inner


CHANGES = (
    base_changes,
    base_is_replaced,
    base_is_masked,
    view_is_filled,
    view_is_scaled,
    view_is_masked,
    an_entry_of_the_view_changes,
    both_change_in_turn,
    a_view_of_the_view_changes,
)


def both(take, change, made=lambda x: x):
    """What a function gives in NumPy and traced; an exception in place of what isn't given."""

    def model(x):
        x = made(x)
        return tuple(each * 1.0 for each in change(take(x), x))

    try:
        expected = model(X.copy())
    except ValueError as error:
        expected = error
    try:
        graph = gnn.trace(model, x=gnn.parameter(X.shape))
    except TracingError as error:
        return expected, error
    values = gnn.evaluate(graph, x=X, outputs=graph.outputs)
    return expected, tuple(values[name] for name in graph.outputs)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("name", TAKEN)
def test_a_view_is_as_in_numpy(name, change):
    expected, found = both(TAKEN[name], change)
    if isinstance(expected, ValueError):
        assert (
            isinstance(found, TracingError) and "read-only" in str(found) and "test_views_of_arrays.py:" in str(found)
        )
        return
    assert not isinstance(found, TracingError), found
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-14)


def shared():
    """Every traced function that gives what shares memory with its argument, with the arguments that it takes."""
    x = X.copy()
    # Those that make arrays are traced by their names in NumPy alone.
    known = {each for each in FUNCTIONS if callable(each) and each.__name__ not in MAKING}
    for function in {each for each in known if not isinstance(each, np.ufunc)}:
        for more in ((), (0,), (1,), (0, 1), (2, 1), ((2, 6),), (-1, 0)):
            try:
                with np.errstate(all="ignore"):
                    results = function(x, *more)
            except Exception:
                continue
            for place, result in enumerate(results if isinstance(results, list | tuple) else [results]):
                if isinstance(result, np.ndarray) and np.may_share_memory(result, x):
                    yield pytest.param(function, more, place, id=f"{function.__name__}{more}[{place}]")


@pytest.mark.parametrize(("function", "more", "place"), sorted(shared(), key=lambda each: each.id))
def test_every_function_that_gives_a_view_is_known(function, more, place):
    def take(x):
        found = function(x, *more)
        return found[place] if isinstance(found, list | tuple) else found

    expected, found = both(take, base_changes)
    if isinstance(found, TracingError) and more:
        # Arguments that aren't traced.
        return
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-14)


def test_parts_of_complex_numbers_are_views():
    def model(x):
        z = x * (1 + 2j)
        part, other = z.real, z.imag
        part[0] = 1
        other *= 2
        z[1] = 3 + 4j
        return np.stack([part, other])

    found = gnn.evaluate(gnn.trace(model, x=gnn.input(3)), x=[1.0, 2.0, 3.0], outputs="model")
    assert found.tolist() == model(np.array([1.0, 2.0, 3.0])).tolist()


# Arrays of which NumPy's layout isn't known while tracing, or differs from the usual.
MADE = {
    "computed": lambda x: np.exp(x) * 2,
    "product": lambda x: x @ np.eye(4),
    "transposed twice": lambda x: (x.T * 1).T,
    "computed from a transposed": lambda x: x.T + 1,
    "buffer": lambda x: np.zeros_like(x),
    "stacked": lambda x: np.stack([x[0], x[1], x[2]]),
    "joined of transposed": lambda x: np.concatenate([x.T, x.T]),
    "chosen": lambda x: x[:, [0, 1, 2, 3]],
    "backwards": lambda x: x[::-1] * 1,
}


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("reshape", ["reshaped", "flat", "ravelled", "reshaped after transposing"])
def test_a_reshaped_array_is_as_in_numpy_or_refused(name, reshape):
    for change in (base_changes, view_is_scaled):

        def take(x):
            return x.reshape(2, -1) if reshape == "reshaped" else TAKEN[reshape](x)

        expected, found = both(take, change, MADE[name])
        if isinstance(found, TracingError):
            assert "depends on how NumPy stores" in str(found) and ".copy()" in str(found)
            assert name not in ("computed", "product", "buffer", "stacked")
            continue
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-14, err_msg=f"{name} {reshape}")


def test_entries_are_those_of_the_array_however_it_is_stored():
    def model(x):
        entries = x.T.flat
        x[0, 1] = 9
        x.flat[3] = 5
        x.T.flat[1] = 7
        return np.append(x, entries[2])

    found = gnn.evaluate(gnn.trace(model, x=gnn.input(X.shape)), x=X, outputs="model")
    np.testing.assert_array_equal(found, model(X.copy()))


def test_every_name_of_an_array_sees_an_assignment():
    def change(z):
        z[0] = 1

    def model(x):
        a = b = x
        held = {"a": [a]}
        change(b)
        held["a"][0] += 1
        return a * 1

    graph = gnn.trace(model, x=gnn.parameter(3))
    assert gnn.evaluate(graph, x=[5, 6, 7], outputs=graph.outputs[0]).tolist() == [2, 7, 8]


def test_a_number_is_bound_again():
    def model(x):
        total = first = x[0]
        total += x[1]
        return total * 10 + first

    graph = gnn.trace(model, x=gnn.parameter(2))
    assert gnn.evaluate(graph, x=[1, 2], outputs=graph.outputs[0]) == model(np.array([1.0, 2.0])) == 31


def test_an_argument_that_is_assigned_to_has_the_gradient_of_what_it_was():
    def loss(x):
        x[0] = 3 * x[0]
        x *= x
        return np.sum(x)

    _, gradients = gnn.value_and_gradient(gnn.trace(loss, x=gnn.parameter(2)), x=[1.0, 2.0])
    assert gradients["x"].tolist() == [18.0, 4.0]


def test_a_deep_chain_of_views_needs_no_deep_stack():
    def model(x):
        view = x
        for _ in range(3000):
            view = view[1:]
        x[-1] = 5
        return view * 1

    graph = gnn.trace(model, x=gnn.input(3002))
    assert gnn.evaluate(graph, x=np.zeros(3002), outputs=graph.outputs[0]).tolist() == [0, 5]


# What is written, and words of the error.
REFUSED = {
    "selection as a value": (lambda x: np.sort(x[x > 0]), "np.where(mask, x, 0)"),
    "selection with an array": (lambda x: x[x > 0] * np.ones(3), "np.where(mask, x, 0)"),
    "selection elsewhere": (lambda x: x[x > 0] + x[x < 0], "np.where(mask, x, 0)"),
    "length of a selection": (lambda x: len(x[x > 0]), "np.where(mask, x, 0)"),
    "as many values as true": (lambda x: x.__setitem__(x > 0, np.ones(3)), "np.where(mask, x, 0)"),
    "mask of another shape": (lambda x: x.__setitem__(x[0] > 0, 1), "mask of shape (4,)"),
    "out of bounds": (lambda x: x.__setitem__(5, 1), "out of bounds"),
    "another shape": (lambda x: x.__setitem__(0, np.ones(3)), "(3,) can't be assigned"),
    "half an index": (lambda x: x.__setitem__(0.5, 1), "whole numbers"),
    "word": (lambda x: x.__setitem__(0, "a"), "must hold numbers"),
    "larger result": (lambda x: np.add(x, np.ones((2, 3, 4)), out=x), "shape (2, 3, 4)"),
    "read-only": (lambda x: np.broadcast_to(x, (2, 3, 4)).__setitem__(0, 1), "read-only"),
    "whole numbers": (lambda x: np.add(x.astype(int), 0.5, out=x.astype(int)), "cannot cast add"),
    "plain output": (lambda x: np.add(x, 1, out=np.zeros((3, 4))), "graphviz_nn.zeros"),
    "plain array in place": (lambda x: np.add.at(np.zeros(3), [0], x[0, 0]), "graphviz_nn.zeros"),
    "plain array copied to": (lambda x: np.copyto(np.zeros((3, 4)), x), "graphviz_nn.zeros"),
    "product in place": (lambda x: np.multiply.at(x[0], np.argmax(x, axis=1), 2.0), "traced index"),
    "no shape": (lambda x: gnn.zeros("three"), "zeros"),
    "no dtype": (lambda x: gnn.zeros(3, dtype=object), "real one"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cant_be_assigned_is_refused_with_its_line(name):
    function, says = REFUSED[name]
    with pytest.raises(TracingError) as caught:
        gnn.trace(lambda x: (function(x), x)[1], x=gnn.input((3, 4)))
    assert says in str(caught.value) and "test_views_of_arrays.py:" in str(caught.value), caught.value


def test_entries_whose_number_isnt_known_cant_be_returned():
    with pytest.raises(TracingError, match=r"x\[mask\] has as many entries"):
        gnn.trace(lambda x: x[x > 0], x=gnn.input(3))
