"""Tensors without numbers that stand for the tensors of a model."""

from collections.abc import Callable
from typing import Any

import torch

META = torch.device("meta")

PLACES: dict[str, Callable[[torch.device], Any]] = {
    "device": lambda device: device,
    "is_cpu": lambda device: device.type == "cpu",
    "is_cuda": lambda device: device.type == "cuda",
    "is_meta": lambda device: device.type == "meta",
}
"""Where a tensor is, by the device of the one that it stands for."""


class Doubt(Exception):
    """A run on shapes can't tell what happens here; the text says why."""


class Twins:
    """The parameters, buffers and constants of a model, each with its twin, and all twins that are known.

    Attributes
    ----------
    state : dict of str to tensor
        The real tensors by path.
    """

    def __init__(self, module: torch.nn.Module) -> None:
        self.module = module
        self.state = dict((*module.named_parameters(), *module.named_buffers()))
        devices = {each.device for each in self.state.values()}
        if len(devices) > 1:
            raise Doubt("the model is on several devices")
        self.device = next(iter(devices), torch.device("cpu"))
        # All stay alive, so that no other has the id of one.
        self._twins: dict[int, torch.Tensor] = {}
        self._versions: dict[int, tuple[torch.Tensor, int]] = {}
        self._lifted = 0
        for tensor in self.state.values():
            self._twins[id(tensor)] = self.new(tensor)

    def new(self, tensor: torch.Tensor) -> torch.Tensor:
        """A new twin of a tensor."""
        if type(tensor) not in (torch.Tensor, torch.nn.Parameter):
            raise Doubt(f"a {type(tensor).__name__} is no plain tensor")
        found = without_numbers(tensor)
        self.know(found)
        return found

    def know(self, tensor: torch.Tensor) -> None:
        """A tensor is known as it is now."""
        self._versions[id(tensor)] = tensor, tensor._version

    def knows(self, tensor: torch.Tensor) -> bool:
        """Whether a tensor is known, perhaps as it was before."""
        return id(tensor) in self._versions

    def is_written(self, tensor: torch.Tensor) -> bool:
        """Whether a tensor that is known was written to since."""
        return bool(tensor._version != self._versions[id(tensor)][1])

    def check(self, tensor: torch.Tensor) -> None:
        """Doubt a tensor that something else has made, or has written to."""
        if not self.knows(tensor):
            raise Doubt("a tensor comes from code that isn't seen")
        if self.is_written(tensor):
            raise Doubt("a tensor was written to under another name")

    def is_state(self, tensor: torch.Tensor) -> bool:
        """Whether a tensor itself belongs to the model."""
        return id(tensor) in self._twins

    def of(self, value: Any) -> Any:
        """The same arguments with twins for tensors of the model, on the twins' device."""
        if isinstance(value, torch.Tensor):
            found = self._twins.get(id(value), value)
            return found if self.knows(found) else self._attribute(found)
        if isinstance(value, torch.device):
            return META if value == self.device else value
        if type(value) in (list, tuple):
            return type(value)(map(self.of, value))
        if isinstance(value, dict):
            return {key: self.of(each) for key, each in value.items()}
        return value

    def constant(self, tensor: torch.Tensor, name: str = "") -> torch.Tensor:
        """The twin of a tensor with fixed numbers."""
        if tensor.device.type == "meta":
            raise Doubt("a constant has no numbers")
        if not name:
            name, self._lifted = f"lifted_tensor_{self._lifted}", self._lifted + 1
        self.state[name] = tensor
        self._twins[id(tensor)] = self.new(tensor)
        return self._twins[id(tensor)]

    def _attribute(self, tensor: torch.Tensor) -> torch.Tensor:
        """The twin of a tensor that a module has among its attributes."""
        for path, each in self.module.named_modules():
            for name, value in vars(each).items():
                if value is tensor:
                    return self.constant(tensor, f"{path}.{name}" if path else name)
        raise Doubt("a tensor comes from code that isn't seen")


def without_numbers(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor of the same shape, strides and dtype."""
    return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device=META)
