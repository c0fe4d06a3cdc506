"""Chance that repeats: a stream of random numbers for each name, all from one seed."""

import zlib

import numpy as np


def stream(seed: int, *names: str) -> np.random.Generator:
    """The stream of a name. Streams are independent, so that one form more does not change the others."""
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])
