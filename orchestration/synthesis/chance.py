"""Chance that can be repeated: random streams by name, and one fixed number per thing.

A stream depends on the seed and its labels only, so that what one extract draws does not shift another's draws. ``uniform``
needs no state at all: the same person has the same slip in a department's register month after month.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def _number(label: str) -> int:
    return zlib.crc32(label.encode())


def stream(seed: int, *labels: object) -> np.random.Generator:
    """Return the random stream of these labels."""
    return np.random.default_rng([seed, *(_number(str(label)) for label in labels)])


def _mix(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return bits scrambled by the finaliser of splitmix64."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def uniform(seed: int, label: str, keys: Array) -> NDArray[np.float64]:
    """Return a number in [0, 1) for each whole-number key, always the same for the same seed, label and key."""
    start = np.uint64((seed * 0x9E3779B97F4A7C15 + _number(label) * 0xD1342543DE82EF95) % 2**64)
    bits = _mix(_mix(keys.astype(np.int64).view(np.uint64) + start) + start)
    return (bits >> np.uint64(11)).astype(np.float64) / float(2**53)


def choose(rng: np.random.Generator, options: Any, size: int, weights: Any = None) -> Array:
    """Return ``size`` options drawn with replacement, as an object array where they are texts."""
    chances = None if weights is None else np.asarray(weights, dtype=float) / np.sum(weights)
    drawn = rng.choice(len(options), size=size, p=chances)
    return np.array(options, dtype=object if isinstance(options[0], str) else None)[drawn]
