"""Copies for the printer: the number stands on the page, and nothing is claimed that is not so."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdf

from app.adapters.packaging.numbered_copy import write_numbered_copy
from tests.packaging.conftest import draw_page


def test_the_copy_bears_numbers_and_calls_itself_no_archival_file(tmp_path: Path) -> None:
    pages = []
    for mark, number in ((1, None), (2, 17)):
        path = tmp_path / f"{mark}.jpg"
        draw_page(mark=mark).save(path)
        pages.append(
            {
                "path": str(path),
                "frame": 0,
                "media_type": "image/jpeg",
                "turn": 0,
                "skew_deg": 0.0,
                "dpi": 75,
                "number": number,
                "corner": "upper_right",
            }
        )
    out = tmp_path / "册.pdf"
    assert write_numbered_copy(pages, str(out), "第01册") == {"pages": 2, "unreadable": []}
    read = pypdf.PdfReader(out)
    assert [page.extract_text().strip() for page in read.pages] == ["", "17"]
    with pikepdf.open(out) as document, document.open_metadata() as said:
        assert "dc:title" in said
        assert not [name for name in said if "pdfa" in name]
