"""Streams of chance that depend on the seed and a purpose only, so that every build is the same."""

from __future__ import annotations

import hashlib
import random

import numpy as np


def seed_of(seed: int, *purpose: object) -> int:
    """A 64-bit seed for one purpose ("case", "side", 12, ...) under the seed of the dossier."""
    text = "/".join([str(seed), *(str(part) for part in purpose)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def choices(seed: int, *purpose: object) -> random.Random:
    """Chance for texts, layout and single numbers."""
    return random.Random(seed_of(seed, *purpose))


def pixels(seed: int, *purpose: object) -> np.random.Generator:
    """Chance for whole arrays of pixels."""
    return np.random.default_rng(seed_of(seed, *purpose))
