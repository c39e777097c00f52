"""Long bent things of even width that lie on the page: hairs, threads and rubber bands.

What is bent smoothly over a length at which every stroke of writing has long turned round, and
is as wide at its end as at its beginning, was hardly written or printed. What comes near is told
by what a pen can do: its strokes cast no shadow, carry more ink than a hair and less than a band,
and those that are long go one way, or round a word, or are tied to the rest of a signature. Seals
are told by their circles, charts by their axes, drawings by the number of their lines.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.detectors.ovals import off_oval
from ocr.detectors.runs import MOST_ALONG, REDUCE, Run, runs_of, share_along
from ocr.detectors.shadows import casts_shadow
from ocr.sight import Sight

Plane = NDArray[np.uint8]


# Coloured ink: as much more in the darkest channel than in the lightest.
_COLOURED = 44
_DARK = 52
# Pencil, creases and the edges of stains are paler than a hair.
_DARK_USUALLY = 80
_COLOURED_MM = 35.0
_THREAD_WIDTH_MM = (0.6, 3.3)
# Broader bands are told from letters and marks when they are seen whole, even and this long.
_BROAD_MM = 3.9
_BROAD_EVEN = 0.2
_RING_SHARE = 0.8
_RING_MM = 60.0
_RING_DEGREES = 280.0
_DARK_MM = 25.0
_HAIR_WIDTH_MM = 1.4
_EVEN_MM = 0.7
_EVEN_SHARE = 0.5
# Round seals keep to their circle to within a tenth of a millimetre, printed ovals to theirs.
_OFF_CIRCLE_MM = 0.25
_HAIR_OFF_CIRCLE_MM = 0.15
_OFF_OVAL_MM = 0.3
_ROUND_DEGREES = 200.0
_COLOURED_SAGITTA_MM = 3.0
# What runs along or down the page must bend more: rules and folds may be warped.
_AXIS_DEGREES = 5.0
_AXIS_SAGITTA_MM = 2.5
_AXIS_BENT = 0.1
# Ink across a line, in millimetres of full darkness: less is a hair, more is no pen.
_HAIR_INK_MM = 0.225
_BAND_INK_MM = 0.85
# What is all of its outline but the ends is no part of a word either.
_LONE_HAIR_INK_MM = 0.25
_LONE_SHARE = 0.4
# Light goes through a band, or it is coloured: what is black and as strong is a broad pen.
_BLACK = 150
# A band is bent, or seen whole.
_BAND_DEGREES = 90.0
_BAND_SHARE = 0.4
# Between them are pens as well as threads. A long stroke of a pen turns less than a thread, or
# always to the same side, or is a small part of what it is connected with.
_THREAD_MM = 45.0
_THREAD_DEGREES = 130.0
_ONE_SIDED = 0.8
_LEAST_SHARE = 0.22
_HAIR_SHARE = 0.08
# Wavy underlines turn to and fro on the spot (degrees a millimetre).
_WAVY = 7.0
# Ground beside a line that is darker than this is a picture.
_GROUND = 40
_BESIDE_MM = 2.7
# More of them (a hair has two sides) are a drawing, a chart or a photograph.
_MOST_RUNS = 6
_MOST_STROKES = 4
_AXIS_REACH_MM = 45.0
_AXIS_FILLED = 0.85
_ONE_WAY = 0.1
_OPEN = 0.35


def curves_of(sight: Sight, ink: Plane, black: Plane) -> list[Run]:
    """The sides of all hairs, threads and bands, the longest first; `ink` and `black` are those of
    the view at half size."""
    pixel_mm = REDUCE * 25.4 / sight.view.dpi
    colour = cv2.threshold(cv2.subtract(ink, black), _COLOURED, 1, cv2.THRESH_BINARY)[1]
    dark = np.asarray(cv2.threshold(black, _DARK, 1, cv2.THRESH_BINARY)[1], dtype=np.uint8)
    runs: list[Run] = []
    if cv2.countNonZero(colour) * pixel_mm**2 > _COLOURED_MM * _THREAD_WIDTH_MM[0]:
        coloured = runs_of(np.asarray(colour, dtype=np.uint8), pixel_mm, _COLOURED_MM)
        runs += [run for run in coloured if _is_thread(run) or _is_ring(run, sight, pixel_mm)]
    for run in runs_of(dark, pixel_mm, _DARK_MM):
        if _is_hair(run, sight) and _tone(run, black) >= _DARK_USUALLY:
            runs.append(run)
    hairs, threads, bands = [], [], []
    for run in runs:
        strength, ground = _across(run, ink, pixel_mm)
        if ground > _GROUND:
            continue
        is_band = strength >= _BAND_INK_MM and _tone(run, black) < _BLACK
        if strength <= (_LONE_HAIR_INK_MM if run.share >= _LONE_SHARE else _HAIR_INK_MM):
            # Where a signature thins out it is still tied to the rest of it.
            hairs += [run] if run.share >= _HAIR_SHARE else []
        elif not is_band:
            threads.append(run)
        elif run.turned >= _BAND_DEGREES or run.share >= _BAND_SHARE:
            bands.append(run)
    threads = [
        run
        for run in threads
        if (casts_shadow(run, sight) or (len(threads) <= _MOST_STROKES and _wanders(run, pixel_mm)))
        and not _is_graph(run, dark, pixel_mm)
    ]
    hairs, threads = (
        [run for run in kind if share_along(run.spots, sight, pixel_mm) <= MOST_ALONG]
        for kind in (hairs, threads)
    )
    hairs, bands = (
        [run for run in kind if not _is_graph(run, dark, pixel_mm)] for kind in (hairs, bands)
    )
    found = [run for kind in (hairs, threads, bands) if len(kind) <= _MOST_RUNS for run in kind]
    return sorted(found, key=lambda run: -run.length)


def _is_thread(run: Run) -> bool:
    narrow, wide = _THREAD_WIDTH_MM
    return (
        _is_even(run)
        and narrow < run.width < wide
        and run.sagitta > _COLOURED_SAGITTA_MM
        and run.off_circle > _OFF_CIRCLE_MM
    )


def _is_ring(run: Run, sight: Sight, pixel_mm: float) -> bool:
    """A broad rubber band: bent all round; what is printed like that is round or stands level."""
    if not (
        _THREAD_WIDTH_MM[1] <= run.width < _BROAD_MM
        and run.uneven < _BROAD_EVEN * run.width
        and run.share >= _RING_SHARE
        and run.length >= _RING_MM
        and run.turned >= _RING_DEGREES
        and run.off_circle > _OFF_CIRCLE_MM
    ):
        return False
    off, degrees = off_oval(run.spots[::2].astype(np.float32))
    return off * pixel_mm >= _OFF_OVAL_MM or sight.leaning(degrees) > _AXIS_DEGREES


def _is_hair(run: Run, sight: Sight) -> bool:
    if not _is_even(run) or run.width > _HAIR_WIDTH_MM or run.off_circle < _HAIR_OFF_CIRCLE_MM:
        return False
    off_axis = abs((run.degrees + sight.skew.degrees + 45) % 90 - 45)
    if run.closed or off_axis > _AXIS_DEGREES:
        return True
    return run.sagitta > max(_AXIS_SAGITTA_MM, _AXIS_BENT * run.chord)


def _wanders(run: Run, pixel_mm: float) -> bool:
    """Whether a line of the strength of a pen stroke was not drawn by a pen."""
    return (
        run.length >= _THREAD_MM
        and run.share >= _LEAST_SHARE
        and run.turned >= _THREAD_DEGREES
        and run.turned <= _WAVY * run.length
        and run.wound < _ONE_SIDED * run.turned
        and not _is_oval(run, pixel_mm)
    )


def _is_oval(run: Run, pixel_mm: float) -> bool:
    """Whether a run goes along an ellipse, as a printed oval does."""
    if run.turned < _ROUND_DEGREES:
        return False
    off, _ = off_oval(run.spots[::2].astype(np.float32))
    return off * pixel_mm < _OFF_OVAL_MM


def _is_graph(run: Run, dark: Plane, pixel_mm: float) -> bool:
    """Whether a run lies between a level and an upright rule, as the curves of a chart; what comes
    back to where it began is none."""
    steps = np.diff(cv2.blur(run.spots[:, :1].astype(np.float32), (1, 9)).ravel())
    returns = min(float((steps > 0).mean()), float((steps < 0).mean())) > _ONE_WAY
    if returns and run.chord < _OPEN * run.length:
        return False
    (left, top), (right, bottom) = run.spots.min(axis=0), run.spots.max(axis=0)
    reach = round(_AXIS_REACH_MM / pixel_mm)
    beside = dark[top : bottom + 1, max(0, left - reach) : right + reach]
    below = dark[max(0, top - reach) : bottom + reach, left : right + 1]
    return bool(
        _thickened(beside, 3, 1).mean(axis=0).max() > _AXIS_FILLED
        and _thickened(below, 1, 3).mean(axis=1).max() > _AXIS_FILLED
    )


def _thickened(mask: Plane, wide: int, high: int) -> Plane:
    """Rules that lean a little fill one column or row of this."""
    return np.asarray(cv2.dilate(mask, np.ones((high, wide), np.uint8)), dtype=np.uint8)


def _is_even(run: Run) -> bool:
    return run.uneven < max(_EVEN_MM, _EVEN_SHARE * run.width)


def _tone(run: Run, black: Plane) -> float:
    return float(np.median(black[run.spots[:, 1], run.spots[:, 0]]))


def _across(run: Run, ink: Plane, pixel_mm: float) -> tuple[float, float]:
    """How much ink there is across a run, in millimetres of full darkness, and how dark the ground
    on its darker side is (0 to 255)."""
    reach = max(5, round(_BESIDE_MM / pixel_mm))
    offsets = np.arange(-reach, reach + 1, dtype=np.float32)[:, None, None]
    places = run.spots[None].astype(np.float32) + offsets * run.norms[None]
    x, y = np.rint(places).astype(np.int32).transpose(2, 0, 1)
    np.clip(x, 0, ink.shape[1] - 1, out=x)
    np.clip(y, 0, ink.shape[0] - 1, out=y)
    profile = np.median(ink[y, x], axis=1)
    left, right = float(profile[:2].mean()), float(profile[-2:].mean())
    raised = np.clip(profile - (left + right) / 2, 0, None)
    return float(raised.sum()) / 255 * pixel_mm, max(left, right)
