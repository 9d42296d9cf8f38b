"""Derivatives of Python functions, as functions."""

from graphviz_nn.evaluation.calculus.functions import (
    elementwise_grad,
    grad,
    hessian,
    hessian_vector_product,
    jacobian,
    jvp,
    value_and_grad,
)

__all__ = ["elementwise_grad", "grad", "hessian", "hessian_vector_product", "jacobian", "jvp", "value_and_grad"]
