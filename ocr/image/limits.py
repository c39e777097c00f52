"""What inspection allows: one value per measure, each with where it comes from.

A court sets its own limits by name; what it does not name keeps the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from app.kernel.errors import BadInput


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Limits by finding code. Shares run from 0 to 1; angles are degrees; lengths millimetres.

    `skew_warn`, `skew_fail`: acceptance of digitised archives allows 3 degrees, project practice
    1 degree (local acceptance rules built on DA/T 31-2017, clause 10.2).
    `low_resolution`: dots per inch for text pages, DA/T 31-2017, clause 9.4.
    `blank_ink`: share of the page that written matter must cover before the side counts as
    written on; a single digit covers about 0.00002 (measured on drawn and generated pages).
    `orientation`: belief of the detector below which no turn is reported.
    `black_border`: depth of a dark edge as a share of the page.
    `blur_warn`, `blur_fail`: spread of text edges in millimetres (standard deviation).
    `too_dark`: brightness of the paper; `too_light`: share of full darkness the ink reaches on
    burnt-out paper; `low_contrast`: the same on any paper.
    `streak`: contrast of a line against the paper beside it; `folded_corner`: the shorter side of
    the corner that is missing; `cut_off`: length along an edge at which writing or paper is cut.
    `bleed_through`: darkness of what shines through as a share of full ink; sound office paper
    lets 0.05 through.
    `size_outlier`: difference of a side from the usual size of its dossier, as a share.
    The values without a clause are measured ones: see the accuracy table of this package.
    """

    skew_warn: float = 1.0
    skew_fail: float = 3.0
    low_resolution: float = 200.0
    blank_ink: float = 0.000008
    orientation: float = 0.8
    black_border: float = 0.008
    blur_warn: float = 0.16
    blur_fail: float = 0.26
    too_dark: float = 0.45
    too_light: float = 0.45
    low_contrast: float = 0.30
    size_outlier: float = 0.12
    bleed_through: float = 0.062
    streak: float = 0.016
    folded_corner: float = 6.0
    cut_off: float = 3.0


def limits_from(values: Mapping[str, float] | None) -> Limits:
    """The defaults with `values` laid over them. Raises BadInput IMG-131 for an unknown name."""
    known = {field.name for field in fields(Limits)}
    chosen = dict(values or {})
    for name in chosen:
        if name not in known:
            raise BadInput("IMG-131", name=name, known=", ".join(sorted(known)))
    return Limits(**{name: float(value) for name, value in chosen.items()})
