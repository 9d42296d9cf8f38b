"""Import functions of JAX arrays, and modules of Flax and Equinox."""

from graphviz_nn.importers.jax_functions.traced import imported

__all__ = ["imported"]
