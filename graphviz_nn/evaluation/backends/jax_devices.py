"""Where JAX keeps each leaf and result: on a device, or divided over a mesh of devices."""

from collections.abc import Mapping
from math import prod
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec, Sharding, SingleDeviceSharding

from graphviz_nn.errors import UsageError
from graphviz_nn.evaluation.backends.engine import Where, missing_device
from graphviz_nn.evaluation.backends.sharding import divided, mesh_sizes
from graphviz_nn.transforms.passes.listing import Listing


def placed(listing: Listing, gradients: Mapping[str, str], where: Where) -> dict[str, Sharding]:
    """The place of each leaf, and of results; others are where JAX puts them.

    Parameters
    ----------
    gradients : dict of str to str
        The variables that some results are the gradients by; a gradient is where its variable is.
    """
    leaves = [name for name, each in listing.leaves.items() if each.role != "constant"]
    if where.mesh is None:
        if where.shard is not None:
            raise UsageError("shard= needs mesh=, the sizes of its axes, such as mesh={'data': 4}")
        if where.device is None:
            return {}
        return dict.fromkeys([*leaves, *listing.outputs], SingleDeviceSharding(_device(where.device)))
    if where.device is not None:
        raise UsageError("device= and mesh= both say where the program runs; leave one out")
    sizes = mesh_sizes(where.mesh)
    mesh = where.mesh if isinstance(where.mesh, Mesh) else _mesh(sizes)
    axes = divided(where.shard or {}, sizes, {name: listing.variables[name] for name in (*leaves, *listing.outputs)})
    divide: Any = PartitionSpec
    whole = NamedSharding(mesh, divide())
    found = {name: NamedSharding(mesh, divide(*each)) for name, each in axes.items()}
    same = {name: found[of] for name, of in gradients.items() if of in found and name not in found}
    return {**dict.fromkeys(leaves, whole), **found, **same}


def _mesh(sizes: Mapping[str, int]) -> Mesh:
    devices, count = jax.devices(), prod(sizes.values())
    if count > len(devices):
        raise UsageError(
            f"mesh={dict(sizes)} needs {count} devices, and JAX has {len(devices)} ({devices[0].platform}); "
            f"take fewer, or to try it, start Python with XLA_FLAGS=--xla_force_host_platform_device_count={count}"
        )
    return Mesh(np.array(devices[:count]).reshape(tuple(sizes.values())), tuple(sizes))


def _device(wanted: Any) -> Any:
    devices = jax.devices()
    known = {f"{each.platform}:{each.id}": each for each in devices}
    for name, each in known.items():
        if wanted is each or (isinstance(wanted, str) and wanted in (name, each.platform)):
            return each
    raise missing_device(wanted, known)
