"""The derivatives of a Python function that can be asked for."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.evaluation.calculus import derived
from graphviz_nn.evaluation.calculus.arguments import numbers_in
from graphviz_nn.evaluation.calculus.derivative import Derivative, by_arguments, with_value

Function = Callable[..., Any]


def grad(fun: Function, argnum: int | Sequence[int] = 0) -> Function:
    """The gradient of a function of numbers that returns a single number.

    Call it where the function runs: on numbers, or in a function that is traced, whose graph then has the gradient's
    steps. The first call on numbers traces the function and compiles its gradient; later calls with the same structure,
    shapes and dtypes run the program. Where the function decides by numbers, as in `if x > 0`, each branch is traced
    when it is first taken. Functions that print or keep something do so only when they are traced.

    Parameters
    ----------
    fun : callable
        Ordinary NumPy code. Arguments are numbers, arrays, or lists, tuples and dicts of these at any depth.
    argnum : int or tuple of int
        The position of the argument to differentiate by, or of several.

    Returns
    -------
    callable
        Takes the arguments of `fun`, and returns the gradient in the structure of the argument; with several argnums
        a tuple.

    Raises
    ------
    GradientError
        If an argument is no floating-point number, or the result isn't a single one.
    TracingError
        If the function can't be traced; the error says what to write instead.

    Examples
    --------
    >>> cube = lambda x: x**3
    >>> float(grad(cube)(2.0)), float(grad(grad(cube))(2.0))
    (12.0, 12.0)
    >>> def loss(parameters, x):
    ...     return np.sum((parameters["W"] @ x + parameters["b"]) ** 2)
    >>> grad(loss)({"W": np.eye(2), "b": np.zeros(2)}, np.array([1.0, 2.0]))["b"]
    array([2., 4.])
    """
    return Derivative(fun, argnum, derived.grad, by_arguments(argnum))


def value_and_grad(fun: Function, argnum: int | Sequence[int] = 0) -> Function:
    """The value and the gradient of a function, computed together; parameters as for `grad`.

    Examples
    --------
    >>> value, slope = value_and_grad(lambda x: x**3)(2.0)
    >>> float(value), float(slope)
    (8.0, 12.0)
    """
    return Derivative(fun, argnum, derived.value_and_grad, with_value(by_arguments(argnum)))


def elementwise_grad(fun: Function, argnum: int | Sequence[int] = 0) -> Function:
    """The derivative of each entry of the result by the same entry of the argument; parameters as for `grad`.

    That is the gradient of the result's sum, so an entry of the result must depend on its own entry alone.

    Examples
    --------
    >>> elementwise_grad(np.square)(np.array([1.0, 2.0]))
    array([2., 4.])
    """
    return Derivative(fun, argnum, derived.elementwise_grad, by_arguments(argnum))


def jacobian(fun: Function, argnum: int | Sequence[int] = 0) -> Function:
    """All partial derivatives of a function that returns an array; parameters as for `grad`.

    Shapes
    ------
    (...) -> (*result, *argument)

    Examples
    --------
    >>> jacobian(lambda x: np.array([[0.0, 1.0], [2.0, 0.0]]) @ x)(np.ones(2))
    array([[0., 1.],
           [2., 0.]])
    """
    return Derivative(fun, argnum, derived.jacobian, by_arguments(argnum))


def hessian(fun: Function, argnum: int = 0) -> Function:
    """All second partial derivatives of a function that returns an array or a number; parameters as for `grad`.

    Shapes
    ------
    (...) -> (*result, *argument, *argument)

    Examples
    --------
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 3.0]))
    array([[6., 2.],
           [2., 0.]])
    """

    def through(fun: Function) -> Function:
        def slopes(*arguments: Any, **keywords: Any) -> Any:
            if isinstance(arguments[argnum], list | tuple | dict):
                raise UsageError(
                    f"hessian takes one array, found a {type(arguments[argnum]).__name__}; "
                    "join its numbers with np.concatenate, and take them apart in the function"
                )
            return jacobian(fun, argnum)(*arguments, **keywords)

        return slopes

    return Derivative(fun, argnum, derived.jacobian, by_arguments(argnum), through=through, name="hessian")


def hessian_vector_product(fun: Function, argnum: int = 0) -> Function:
    """The product of a function's Hessian with a vector, without the Hessian; parameters as for `grad`.

    Returns
    -------
    callable
        Takes the arguments of `fun`, and last the vector, which has the structure of the argument.

    Examples
    --------
    >>> hessian_vector_product(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 3.0]), np.array([1.0, 0.0]))
    array([6., 2.])
    """

    def through(fun: Function) -> Function:
        def slope(*arguments: Any, **keywords: Any) -> Any:
            *given, vector = arguments
            slopes, lengths = numbers_in(grad(fun, argnum)(*given, **keywords)), numbers_in(vector)
            return sum(np.sum(one * length) for one, length in zip(slopes, lengths, strict=True))

        return slope

    give = by_arguments(argnum)
    return Derivative(fun, argnum, derived.grad, give, through=through, name="hessian_vector_product")


def jvp(fun: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """The value of a function, and how it changes along a direction: the product of its Jacobian with a vector.

    Parameters
    ----------
    fun : callable
        As for `grad`; it may return an array.
    primals, tangents : tuple
        The arguments, and the direction in which they move, of the same structure and shapes.

    Examples
    --------
    >>> value, change = jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    >>> float(value), float(change)
    (6.0, 3.0)
    """
    for name, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, tuple | list):
            raise UsageError(f"jvp takes a tuple of {name}, found a {type(given).__name__}: jvp(f, (x,), (v,))")
    for given in tangents:
        if isinstance(given, int) or getattr(given, "dtype", np.dtype(float)).kind in "iub":
            raise UsageError(f"a tangent of jvp is {given!r:.60}, whole numbers; write 1.0, or convert it to float")
    shapes = [[np.shape(leaf) for leaf in numbers_in(list(given))] for given in (primals, tangents)]
    if len(primals) != len(tangents) or shapes[0] != shapes[1]:
        raise UsageError(
            f"the tangents have the shapes {shapes[1]}, but the primals {shapes[0]}; give a direction for each argument"
        )

    def through(fun: Function) -> Function:
        return lambda *both: fun(*both[: len(both) // 2])

    places = tuple(range(2 * len(primals)))
    found = Derivative(fun, places, derived.jvp, lambda found, _: tuple(found), through=through, name="jvp")
    value, change = found(*primals, *tangents)
    return value, change
