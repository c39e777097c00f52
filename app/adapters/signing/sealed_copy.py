"""Sealed copies: pages of a dossier as PDF, each with the court's seal, the whole signed.

Runs in a worker process. A copy is a file of its own: nothing archived bears a seal picture.
"""

from __future__ import annotations

import datetime
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image

from app.adapters.packaging.numbered_copy import page_of_copy
from app.adapters.packaging.pdf import write_pdf
from app.adapters.signing.key_settings import SigningSettings, inside
from app.adapters.signing.seal_picture import caption, court_seal, drawn_seal
from app.adapters.signing.station import SigningStation
from app.kernel.digest import digest_file
from app.kernel.errors import Broken

_POINTS_PER_MM = 72 / 25.4
SEAL_MM = 42.0  # what court seals measure
_MARGIN_MM = 8.0
# The words go where pages are rarely written on.
_WORDS_FROM_BOTTOM_MM = 2.5
_LINE_MM = 3.4
_CAPTION_PIXELS = 40
# On a small page the seal gives way.
_MOST_OF_PAGE = 0.4


def write_sealed_copy(
    data: str, pages: Sequence[dict[str, Any]], out: str, facts: dict[str, str]
) -> dict[str, Any]:
    """Write `pages` to `out`, sealed and signed; gives {"signer", "sha256", "sm3", "pages",
    "level"}.

    `pages` are as `app.adapters.packaging.numbered_copy` takes them; `facts` are "case_no",
    "court", "seal" (its words), "date", "person". Raises Refused SIG-101 before anything is
    written, Broken SIG-108, SIG-113, SIG-114 (cannot be written), SYS-403, and what opening keys
    raises.
    """
    station, target = SigningStation.open(Path(data)), Path(out)
    try:
        with tempfile.TemporaryDirectory(prefix="juanzong-copy-") as folder:
            part = Path(folder) / target.name
            with station.pdf_signing() as signing:
                _write(station.settings, station.data, pages, part, facts)
                made = signing.sign(part, reason=facts["seal"], name=target.name)
            digest = digest_file(part)
            _put(part, target)
    except OSError as error:
        raise Broken("SIG-114", path=str(target), reason=error.strerror or str(error)) from error
    return {
        "signer": made["signer"],
        "level": made["level"],
        "sha256": digest.sha256,
        "sm3": digest.sm3,
        "pages": len(pages),
    }


def _put(part: Path, target: Path) -> None:
    """Copy the finished file to its place, never over a file that came there meanwhile."""
    with part.open("rb") as source, target.open("xb") as copy:
        try:
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
        except OSError:
            target.unlink(missing_ok=True)
            raise


def _write(
    settings: SigningSettings,
    data: Path,
    pages: Sequence[dict[str, Any]],
    path: Path,
    facts: dict[str, str],
) -> None:
    court = settings.court or facts["court"]
    seal = (
        court_seal(inside(data, settings.seal))
        if settings.seal
        else drawn_seal(court, facts["seal"])
    )
    write_pdf(
        path,
        [page_of_copy(page) for page in pages],
        title=f"{facts['case_no']} {facts['seal']}",
        author=court,
        subject=facts["case_no"],
        bookmarks=(),
        created=datetime.datetime.now(datetime.UTC),
    )
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        picture = _embedded(document, seal)
        for place, (sheet, page) in enumerate(zip(document.pages, pages, strict=True), start=1):
            counted = f"复印件第 {place} 页，共 {len(pages)} 页"
            lines = (
                f"{facts['seal']}　{facts['date']}　{facts['person']}",
                f"{facts['case_no']} 第 {page['number']} 页　{counted}",
            )
            words = caption(lines, _CAPTION_PIXELS)
            _stamp(document, sheet, (seal, picture), (words, _embedded(document, words)))
        document.save(path)


def _stamp(
    document: pikepdf.Pdf,
    sheet: pikepdf.Page,
    seal: tuple[Image.Image, pikepdf.Object],
    words: tuple[Image.Image, pikepdf.Object],
) -> None:
    """Draw the seal into the lower right corner of a page as it is seen, the words left of it."""
    left, bottom, right, top = (float(value) for value in sheet.mediabox)
    margin = _MARGIN_MM * _POINTS_PER_MM
    width = min(SEAL_MM * _POINTS_PER_MM, _MOST_OF_PAGE * min(right - left, top - bottom))
    height = width * seal[0].height / seal[0].width
    lines = 2 * 1.4 * _LINE_MM * _POINTS_PER_MM
    long = lines * words[0].width / words[0].height
    room = right - left - 3 * margin - width
    if long > room:
        lines, long = lines * room / long, room
    operators = b""
    for picture, x, y, across, up in (
        (words[1], left + margin, _WORDS_FROM_BOTTOM_MM * _POINTS_PER_MM, long, lines),
        (seal[1], right - margin - width, margin, width, height),
    ):
        name = str(sheet.add_resource(picture, pikepdf.Name.XObject))
        operators += (
            f"q {across:.2f} 0 0 {up:.2f} {x:.2f} {bottom + y:.2f} cm {name} Do Q\n"
        ).encode("ascii")
    # What the page draws may leave another state behind.
    sheet.contents_add(document.make_stream(b"q\n"), prepend=True)
    sheet.contents_add(document.make_stream(b"\nQ\n" + operators))


def _embedded(document: pikepdf.Pdf, picture: Image.Image) -> pikepdf.Object:
    """A picture with transparency as an image object."""
    mask = document.make_stream(
        picture.getchannel("A").tobytes(), _image(picture, pikepdf.Name.DeviceGray)
    )
    colours = document.make_stream(
        picture.convert("RGB").tobytes(), _image(picture, pikepdf.Name.DeviceRGB)
    )
    colours.SMask = mask
    return document.make_indirect(colours)


def _image(picture: Image.Image, space: pikepdf.Name) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=space,
        BitsPerComponent=8,
    )
