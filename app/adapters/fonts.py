"""Where a font with Chinese characters lies on this machine."""

from __future__ import annotations

import os
from pathlib import Path

from app.kernel.errors import Broken

# One clear sans font is enough; the order is by how well it reads small.
_CANDIDATES = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "{windows}/Fonts/msyh.ttc",
    "{windows}/Fonts/simhei.ttf",
    "{windows}/Fonts/simsun.ttc",
)


def chinese_font() -> Path:
    """A font file with Chinese characters. Raises Broken SYS-403 when there is none."""
    windows = os.environ.get("WINDIR", "C:/Windows")
    for candidate in _CANDIDATES:
        path = Path(candidate.format(windows=windows))
        if path.is_file():
            return path
    raise Broken("SYS-403")
