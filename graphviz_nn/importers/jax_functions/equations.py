"""Replay the equations of a jaxpr."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import numpy as np

from graphviz_nn.errors import TracingError
from graphviz_nn.graph.ir import Source
from graphviz_nn.importers.jax_functions import control, functions, plumbing
from graphviz_nn.importers.jax_functions.abstract import KEY, is_key, known
from graphviz_nn.importers.jax_functions.calls import Calls, Chain, marks, source_of
from graphviz_nn.importers.jax_functions.late import Late, Permuted, Spread, is_traced, now, spread
from graphviz_nn.importers.jax_functions.numbers import number
from graphviz_nn.importers.jax_functions.rows import ELEMENTWISE, ROWS
from graphviz_nn.importers.replay import UNFIT, Known, Replay
from graphviz_nn.tracing.tracer import Tracer

INDEXED = ("gather", "scatter", "scatter-add", "scatter_add")


class Equations:
    """The steps of one model.

    Attributes
    ----------
    made : dict
        The primitive and the inputs behind traced numbers, by the number of the result.
    """

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self.calls = Calls()
        self.made: dict[int, tuple[str, tuple[Any, ...]]] = {}
        self.remarks: dict[str, None] = {}
        self._count = 0
        self._once: dict[Any, Any] = {}

    def run(
        self,
        jaxpr: Any,
        consts: Sequence[Any],
        inputs: Sequence[Any],
        chain: Chain = (),
        source: Source | None = None,
    ) -> list[Any]:
        """The results of a jaxpr for these inputs; `source` is the line of all of it, if it isn't the user's."""
        values = dict(zip((*jaxpr.constvars, *jaxpr.invars), (*consts, *inputs), strict=True))

        def read(atom: Any) -> Any:
            if hasattr(atom, "val"):
                return np.asarray(atom.val, dtype=known(atom.aval).dtype)
            return values[atom]

        for eqn in _live(jaxpr):
            found = self._equation(eqn, [read(each) for each in eqn.invars], chain, source)
            values.update(zip(eqn.outvars, found, strict=True))
        return [read(each) for each in jaxpr.outvars]

    def _equation(self, eqn: Any, inputs: list[Any], chain: Chain, source: Source | None) -> Sequence[Any]:
        self._count += 1
        name, inner = eqn.primitive.name, (*chain, *marks(str(eqn.source_info.name_stack)))
        # JAX keeps what it traced of its own functions, with the line that called them first.
        source = source or source_of(eqn.source_info)
        place = partial(self.at, inner, source)
        if any(each is KEY for each in inputs):
            return self._random(eqn, inputs, inner, place)
        if name in control.RULES:
            return control.RULES[name](self, eqn, inputs, inner, place)
        body = control.body(eqn)
        if body is not None:
            rule = functions.rule(eqn, body[0])
            if rule is not None and any(map(is_traced, inputs)):
                arguments = [_argument(now(each)) for each in inputs]
                mark = self.replay.recording.mark()
                try:
                    with place():
                        return [self._fits(rule(*arguments), eqn.outvars[0].aval)]
                except UNFIT:
                    self.replay.recording.back_to(mark)
            if name.startswith("custom_vjp") and functions.is_users(eqn, body[0]):
                self.remarks[f"the gradient is that of the steps of {eqn.params.get('name', name)}, not its own"] = None
            outer = None if functions.is_users(eqn, body[0]) else source
            return self.run(*body, inputs, (*inner, (str(self._count),)), outer)
        constant = not any(is_traced(each) for each in inputs)
        if name in plumbing.RULES and (not constant or name == "broadcast_in_dim"):
            found = plumbing.RULES[name](self, eqn, inputs, place)
            if found is not NotImplemented:
                return [found]
        if constant:
            return self._constant(eqn, [now(each) for each in inputs])
        if name in ELEMENTWISE:
            return [self._elementwise(eqn, inputs, place)]
        # Indices are read as they were written.
        late = [n == 1 and name in INDEXED for n in range(len(inputs))]
        arguments = [each if as_is else now(each) for each, as_is in zip(inputs, late, strict=True)]
        return self._step(eqn, ROWS.get(name), arguments, place)

    def _fits(self, value: Any, aval: Any) -> Any:
        if tuple(np.shape(value)) != tuple(aval.shape):
            raise ValueError(f"its rule gives shape {np.shape(value)}")
        return value

    def _step(
        self, eqn: Any, rule: Callable[..., Any] | None, inputs: list[Any], place: "partial[Any]"
    ) -> Sequence[Any]:
        several = [known(each.aval) for each in eqn.outvars]
        if any(np.dtype(each.dtype).kind == "c" for each in several):
            where = f" ({place.args[1]})" if place.args[1] else ""
            raise TracingError(
                f"{eqn.primitive.name}{where} gives complex numbers, which graphviz_nn can't trace; use real ones"
            )
        rule = partial(rule, **eqn.params) if rule is not None else None
        with place():
            found = self.replay.step(eqn.primitive.name, rule, [_argument(each) for each in inputs], {}, several)
        results = found if isinstance(found, tuple) else (found,)
        for each in results:
            if isinstance(each, Tracer):
                self.made[each.number] = eqn.primitive.name, tuple(inputs)
        return results

    def _elementwise(self, eqn: Any, inputs: list[Any], place: "partial[Any]") -> Any:
        """The result of a function of entries, recorded before it is broadcast or transposed, if that comes to the
        same."""
        name, aval = eqn.primitive.name, eqn.outvars[0].aval
        shape, dtype = known(aval)
        orders = {each.order if isinstance(each, Permuted) else None for each in inputs if np.ndim(each)}
        order = next(iter(orders)) if len(orders) == 1 else None
        if order is not None:
            inputs = [each.source if isinstance(each, Permuted) else each for each in inputs]
            shape = tuple(shape[order.index(i)] for i in range(len(order)))
        loose = [each.loose() if isinstance(each, Late) else each for each in inputs]
        wide = [each for each in inputs if np.ndim(each)]
        found_shape = np.broadcast_shapes(*map(np.shape, loose))
        wide_one = next((each for each in wide if isinstance(each, Spread)), None)
        together = None
        if found_shape != shape:
            if wide_one is not None and len(wide) == 1 and not isinstance(wide_one.source, Late):
                together = wide_one
                loose = [wide_one.source if each is wide_one else each for each in inputs]
                found_shape = np.shape(wide_one.source)
            else:
                loose = [now(each) if each is wide_one else one for each, one in zip(inputs, loose, strict=True)]
                found_shape = np.broadcast_shapes(*map(np.shape, loose))
            if together is None and found_shape != shape:
                loose, found_shape = [now(each) for each in inputs], shape
        arguments = [_argument(each) for each in loose]
        # A formula that is written twice in one call is one value.
        same = (name, str(eqn.params), place.args[0], *(_identity(each) for each in arguments))
        if same in self._once:
            return self._once[same]
        with place():
            rule = partial(ELEMENTWISE[name], **{k: v for k, v in eqn.params.items() if k == "y"})
            found = self.replay.step(name, rule, arguments, {}, [Known(found_shape, dtype)])
        if isinstance(found, Tracer):
            self.made[found.number] = name, tuple(inputs)
        if together is not None:
            found = spread(found, together.axes, together.shape, place)
        self._once[same] = Permuted(found, order, place) if order is not None else found
        return self._once[same]

    def _constant(self, eqn: Any, inputs: list[Any]) -> Sequence[Any]:
        """What doesn't depend on an argument is computed by the framework."""
        params = eqn.primitive.get_bind_params(eqn.params)
        functions_, params = params if isinstance(params, tuple) else ((), params)
        found = eqn.primitive.bind(*functions_, *inputs, **params)
        results = found if eqn.primitive.multiple_results else [found]
        return [each if is_key(each.dtype) else np.asarray(each, known(each).dtype) for each in results]

    def _random(self, eqn: Any, inputs: list[Any], chain: Chain, place: "partial[Any]") -> Sequence[Any]:
        body = control.body(eqn)
        if body is not None:
            drawn = functions.drawn(eqn, body[0], inputs, place)
            if drawn is not None:
                return [drawn]
            if functions.is_users(eqn, body[0]) or not functions.draws(body[0]):
                outer = None if functions.is_users(eqn, body[0]) else place.args[1]
                return self.run(*body, inputs, (*chain, (str(self._count),)), outer)
        if eqn.primitive.name in functions.KEYS and not functions.draws_itself(eqn):
            return [KEY] * len(eqn.outvars)
        if eqn.primitive.name in ("scan", "cond", "while"):
            return control.RULES[eqn.primitive.name](self, eqn, inputs, chain, place)
        source = place.args[1]
        raise TracingError(
            f"{eqn.params.get('name', eqn.primitive.name)}{f' ({source})' if source else ''} draws random numbers that "
            "graphviz_nn can't draw; normal, uniform and bernoulli work, or make the noise an argument"
        )

    def at(self, chain: Chain, source: Source | None) -> AbstractContextManager[None]:
        """Record what follows at this place."""
        return self.replay.at(self.calls.modules(chain), source)

    def opaque(self, eqn: Any, inputs: Sequence[Any], place: Any) -> Sequence[Any]:
        """A step that is drawn, but not computed."""
        return self._step(eqn, None, [now(each) for each in inputs], place)


def _argument(value: Any) -> Any:
    """Single numbers as plain ones, which pictures show."""
    return number(value) if isinstance(value, np.ndarray) and not value.ndim else value


def _identity(value: Any) -> Any:
    """What tells an argument apart: a traced value by its number, a constant by itself."""
    if isinstance(value, Tracer):
        return "traced", value.number
    return (type(value), value) if isinstance(value, bool | int | float) else object()


def _live(jaxpr: Any) -> list[Any]:
    """The equations that the results depend on."""
    needed, found = {each for each in jaxpr.outvars if not hasattr(each, "val")}, []
    for eqn in reversed(jaxpr.eqns):
        if not needed.isdisjoint(eqn.outvars):
            needed.update(each for each in eqn.invars if not hasattr(each, "val"))
            found.append(eqn)
    return found[::-1]
