"""Windows of signals, and Fourier transforms as products with cosines and sines."""

from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn.importers.onnx_model.formats import dtype_of
from graphviz_nn.importers.onnx_model.table import axis_of, number, operator, refuse, small

WINDOWS: dict[str, tuple[float, ...]] = {
    "BlackmanWindow": (0.42, 0.5, 0.08),
    "HammingWindow": (25 / 46, 21 / 46),
    "HannWindow": (0.5, 0.5),
}
"""The weights of a window's cosines, with signs in turn."""


def _window(weights: tuple[float, ...]) -> Callable[..., Any]:
    def rule(size: Any, *, output_datatype: int = 1, periodic: int = 1) -> Any:
        (count,) = small([int(number(size, "length"))])
        turns = 2 * np.pi * np.arange(count) / max(count if periodic else count - 1, 1)
        found = sum((-1) ** place * weight * np.cos(place * turns) for place, weight in enumerate(weights))
        return np.asarray(found).astype(dtype_of(output_datatype))

    return rule


for _name, _weights in WINDOWS.items():
    operator(_name, static=(0,))(_window(_weights))


def _transformed(x: Any, length: int, axis: int, inverse: bool, onesided: bool) -> Any:
    """The transform along an axis; the last axis of x holds real parts, or real and imaginary parts."""
    parts = np.shape(x)[-1]
    if parts not in (1, 2):
        refuse(f"its last axis holds 1 or 2 numbers for each entry, found {parts}")
    given = np.moveaxis(x, axis, -2)
    found = np.shape(given)[-2]
    # With one side, an inverse gets half of the entries; the others mirror them.
    back = inverse and onesided
    there = length // 2 + 1 if back else length
    if found > there:
        given = given[..., :there, :]
    elif found < there:
        given = np.pad(given, [(0, there - found if i == np.ndim(given) - 2 else 0) for i in range(np.ndim(given))])
    results = length // 2 + 1 if onesided and not inverse else length
    small([there, results])
    angles = 2 * np.pi / length * (np.arange(there)[:, None] * np.arange(results)[None] % length)
    cosine, sine = np.cos(angles), np.sin(angles)
    if inverse:
        sine = -sine
    if back:
        # Entries with a mirror image count twice.
        twice = np.full(there, 2.0)
        twice[0] = 1
        if length % 2 == 0:
            twice[-1] = 1
        cosine, sine = cosine * twice[:, None], sine * twice[:, None]
    scale = 1 / length if inverse else 1.0
    cosine, sine = ((each * scale).astype(x.dtype) for each in (cosine, sine))
    real = given[..., 0]
    of_real, of_imaginary = real @ cosine, -(real @ sine)
    if parts == 2:
        imaginary = given[..., 1]
        of_real, of_imaginary = of_real + imaginary @ sine, of_imaginary + imaginary @ cosine
    both = np.expand_dims(of_real, -1) if back else np.stack([of_real, of_imaginary], axis=-1)
    return np.moveaxis(both, -2, axis)


@operator("DFT", since=20, static=(1, 2), call="fourier_transform")
def dft(x: Any, dft_length: Any = None, axis: Any = None, *, inverse: int = 0, onesided: int = 0) -> Any:
    along = axis_of(-2 if axis is None else int(number(axis, "axis")), x)
    return _dft(x, dft_length, along, bool(inverse), bool(onesided))


@operator("DFT", static=(1,), call="fourier_transform")
def dft_along(x: Any, dft_length: Any = None, *, axis: int = 1, inverse: int = 0, onesided: int = 0) -> Any:
    return _dft(x, dft_length, axis_of(axis, x), bool(inverse), bool(onesided))


def _dft(x: Any, dft_length: Any, along: int, inverse: bool, onesided: bool) -> Any:
    length = np.shape(x)[along]
    length = 2 * (length - 1) if inverse and onesided else length
    if dft_length is not None:
        length = int(number(dft_length, "length"))
    if length < 1:
        refuse(f"its length is {length}")
    return _transformed(x, length, along, inverse, onesided)


@operator("STFT", static=(1, 3), call="short_time_fourier_transform")
def stft(signal: Any, frame_step: Any, window: Any = None, frame_length: Any = None, *, onesided: int = 1) -> Any:
    step = int(number(frame_step, "step"))
    length = int(number(frame_length, "length")) if frame_length is not None else np.shape(window)[0]
    count = (np.shape(signal)[1] - length) // step + 1 if step > 0 and length > 0 else 0
    if count < 1:
        refuse(f"no frame of {length} entries fits into {np.shape(signal)[1]}")
    small([count, length])
    frames = signal[:, np.arange(count)[:, None] * step + np.arange(length)]
    if window is not None:
        frames = frames * np.reshape(window, (-1, 1))
    return _transformed(frames, length, 2, False, bool(onesided))
