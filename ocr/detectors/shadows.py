"""The shadow that a thread or a wire casts on the paper: on the same side of the picture all along,
whichever way the thing turns. Ink casts none, and spreads to both of its sides alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocr.detectors.runs import REDUCE, Run
from ocr.sight import Sight

Reals = NDArray[np.float32]

# Looked at across a line to both of its sides, and along it in windows of so many millimetres.
_REACH_MM = 1.9
_WINDOW_MM = 2.4
_FEWEST = 6
# Ground beside a line that is darker than this is writing.
_GROUND = 36.0
_FEWEST_LEVELS = 24.0
# The dark middle of a line is what is darker than this share of its darkest place.
_CORE = 0.6
# The pale part of a line lies so far to one side of its dark part, in millimetres, and so much of
# what that varies along the line is told by one direction of the light.
_OFF_MM = 0.06
_TOLD = 0.6


def casts_shadow(run: Run, sight: Sight) -> bool:
    """Whether a bent line has a shadow that lies towards one side of the picture."""
    off, told = shadow_of(run, sight)
    return off >= _OFF_MM and told >= _TOLD


def shadow_of(run: Run, sight: Sight) -> tuple[float, float]:
    """How far the pale part of a line lies from its dark part towards one side of the picture, in
    millimetres, and the share of what that varies along the line that is told by this."""
    pixel_mm = 25.4 / sight.view.dpi
    window = max(3, round(_WINDOW_MM / pixel_mm / REDUCE))
    count = len(run.spots) // window
    if count < _FEWEST:
        return 0.0, 0.0
    reach = round(_REACH_MM / pixel_mm)
    offsets = np.arange(-reach, reach + 1, dtype=np.float32)
    # The middle of the pixel of the half-size page.
    middle = REDUCE * run.spots.astype(np.float32) + (REDUCE - 1) / 2
    places = middle[:, None] + offsets[None, :, None] * run.norms[:, None]
    x, y = np.rint(places).astype(np.int32).transpose(2, 0, 1)
    ink = sight.view.ink
    np.clip(x, 0, ink.shape[1] - 1, out=x)
    np.clip(y, 0, ink.shape[0] - 1, out=y)
    levels = ink[y, x][: count * window].reshape(count, window, len(offsets))
    profiles = np.median(levels, axis=1).astype(np.float32)
    norms = run.norms[: count * window].reshape(count, window, 2).mean(axis=1)
    beside = np.stack([profiles[:, :2].mean(axis=1), profiles[:, -2:].mean(axis=1)], axis=1)
    profiles = np.clip(profiles - beside.max(axis=1)[:, None], 0, None)
    peak = profiles.max(axis=1)
    clear = (beside.max(axis=1) < _GROUND) & (peak > _FEWEST_LEVELS)
    if np.count_nonzero(clear) < _FEWEST:
        return 0.0, 0.0
    profiles, norms, peak = profiles[clear], norms[clear], peak[clear]
    core = np.where(profiles > _CORE * peak[:, None], profiles, 0)
    moved = (_centre(profiles, offsets) - _centre(core, offsets)) * pixel_mm
    light, *_ = np.linalg.lstsq(norms, moved, rcond=None)
    rest = float(np.sum((moved - norms @ light) ** 2))
    told = 1 - rest / max(1e-9, float(np.sum(moved**2)))
    return float(np.hypot(*light)), told


def _centre(profiles: Reals, offsets: Reals) -> Reals:
    return np.asarray((profiles * offsets).sum(axis=1) / profiles.sum(axis=1), dtype=np.float32)
