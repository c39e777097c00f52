"""The small picture that a driver of bare samples writes beside the file of a page."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from ocr.image.load import ReducedPage, plausible_dpi


def load_preview(master: Path, preview: Path) -> ReducedPage | None:
    """The page in `master` (a PNG without turn) as it is shown by `preview` (PPM or PGM of a
    whole fraction of its size): of the master only the header is read.

    None when either is missing or damaged; whoever decodes the master itself learns which.
    """
    try:
        with Image.open(master, formats=("PNG",)) as page:
            width, height = page.size
            declared = float(page.info.get("dpi", (0, 0))[0])
        with Image.open(preview, formats=("PPM",)) as small:
            samples = np.asarray(small.convert("RGB"), dtype=np.uint8)
    except (OSError, ValueError, SyntaxError):
        return None
    dpi = plausible_dpi(declared, width, height)
    return ReducedPage(
        pixels=np.asarray(cv2.cvtColor(samples, cv2.COLOR_RGB2BGR), dtype=np.uint8),
        dpi=round(dpi * samples.shape[1] / width),
        width=width,
        height=height,
        page_dpi=dpi,
    )
