"""Files carried inside a PDF/A-3u, and strips of Group 4 that pass as they are."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pikepdf
import pypdf
import pytest
from PIL import Image

from app.adapters.packaging.pdf import Attachment, PdfLine, PdfPage, write_pdf

_specification = spec_from_file_location("packaging_drawing", Path(__file__).parent / "conftest.py")
assert _specification is not None
assert _specification.loader is not None
_drawing = module_from_spec(_specification)
_specification.loader.exec_module(_drawing)
draw_page = _drawing.draw_page

CREATED = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
ATTACHMENTS = (
    Attachment(
        name="封装元数据.xml",
        data="<元数据/>".encode() * 400,
        mime="application/xml",
        relationship="Data",
        description="电子文件元数据",
    ),
    Attachment(
        name="a b (1).bin", data=bytes(range(256)), mime="x/y+z.v", relationship="Supplement"
    ),
    Attachment(name="空.txt", data=b"", mime="not known", relationship="Unspecified"),
)


def write(out: Path, *pages: PdfPage, attachments: tuple[Attachment, ...] = ()) -> Path:
    write_pdf(
        out,
        pages,
        title="卷宗",
        author="某某人民法院",
        subject="",
        bookmarks=(),
        created=CREATED,
        attachments=attachments,
    )
    return out


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> PdfPage:
    path = tmp_path_factory.mktemp("scan") / "scan.jpg"
    draw_page(310, 440).save(path)
    return PdfPage(path=path, label="1", lines=(PdfLine(text="原告张三", box=(30, 60, 120, 84)),))


def test_a_file_with_attachments_is_pdfa_3u_and_gives_them_back(
    page: PdfPage, tmp_path: Path, verapdf: Callable[..., dict[str, str]]
) -> None:
    out = write(tmp_path / "out.pdf", page, attachments=ATTACHMENTS)
    assert verapdf([out], flavour="3u") == {"out.pdf": ""}
    assert "failed" in verapdf([out], flavour="2u")["out.pdf"]
    subprocess.run(["qpdf", "--check", out], check=True, capture_output=True)
    expected = {item.name: [item.data] for item in ATTACHMENTS}
    assert dict(pypdf.PdfReader(out).attachments) == expected
    shown = subprocess.run(["pdfdetach", "-list", out], check=True, capture_output=True)
    assert all(item.name in shown.stdout.decode() for item in ATTACHMENTS)
    with pikepdf.open(out) as document:
        associated = {str(item.UF): item for item in document.Root.AF}
        for attachment in ATTACHMENTS:
            item = associated[attachment.name]
            assert item.AFRelationship == f"/{attachment.relationship}"
            known = "/" in attachment.mime
            mime = attachment.mime if known else "application/octet-stream"
            assert item.EF.UF.Subtype == f"/{mime}"
            assert int(item.EF.UF.Params.Size) == len(attachment.data)
            assert str(item.Desc) == attachment.description


def test_a_file_without_attachments_stays_pdfa_2u(
    page: PdfPage, tmp_path: Path, verapdf: Callable[..., dict[str, str]]
) -> None:
    out = write(tmp_path / "out.pdf", page)
    assert verapdf([out]) == {"out.pdf": ""}
    assert "failed" in verapdf([out], flavour="3u")["out.pdf"]


def test_attachments_do_not_change_the_pages_and_are_repeatable(
    page: PdfPage, tmp_path: Path
) -> None:
    first = write(tmp_path / "1.pdf", page, attachments=ATTACHMENTS)
    again = write(tmp_path / "2.pdf", page, attachments=ATTACHMENTS[::-1])
    assert first.read_bytes() == again.read_bytes()
    with pikepdf.open(first) as document:
        picture = document.pages[0].resources["/XObject"]["/Im"].read_raw_bytes()
    assert picture == page.path.read_bytes()


def test_two_attachments_of_one_name_are_refused(page: PdfPage, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one name"):
        write(tmp_path / "out.pdf", page, attachments=(ATTACHMENTS[0], ATTACHMENTS[0]))


@pytest.mark.parametrize("orientation", [1, 5, 8])
@pytest.mark.parametrize("fill_order", [1, 2])
def test_strips_of_group_4_pass_one_by_one_and_show_the_page(
    orientation: int, fill_order: int, tmp_path: Path, verapdf: Callable[..., dict[str, str]]
) -> None:
    scan = tmp_path / "scan.tif"
    # 80 rows do not go into 877: the last strip is a short one.
    tags = {278: 80, 274: orientation, 266: fill_order}
    draw_page(mode="1").save(scan, compression="group4", tiffinfo=tags)
    out = write(tmp_path / "out.pdf", PdfPage(path=scan, dpi=150))
    with Image.open(scan) as opened:
        offsets, sizes = opened.tag_v2[273], opened.tag_v2[279]  # type: ignore[attr-defined]
        upright = opened.convert("L")
    whole = scan.read_bytes()
    strips = [whole[at : at + size] for at, size in zip(offsets, sizes, strict=True)]
    assert len(strips) == 11
    if fill_order == 2:
        strips = [bytes(int(f"{byte:08b}"[::-1], 2) for byte in strip) for strip in strips]
    with pikepdf.open(out) as document:
        pictures = document.pages[0].resources["/XObject"]
        names = ["/Im", *(f"/Im{part}" for part in range(1, 11))]
        assert [pictures[name].read_raw_bytes() for name in names] == strips
    assert verapdf([out]) == {"out.pdf": ""}
    subprocess.run(
        ["pdftoppm", "-r", "150", "-gray", "-singlefile", out, tmp_path / "shown"], check=True
    )
    with Image.open(tmp_path / "shown.pgm") as shown:
        assert shown.size == upright.size
        different = sum(
            abs(one - other) > 128
            for one, other in zip(shown.tobytes(), upright.tobytes(), strict=True)
        )
    # A reader may stretch a strip by the part of a pixel.
    assert different < 0.01 * len(upright.tobytes())


def test_a_page_of_very_many_strips_is_coded_as_one(tmp_path: Path) -> None:
    scan = tmp_path / "scan.tif"
    draw_page(mode="1").save(scan, compression="group4", tiffinfo={278: 2})
    out = write(tmp_path / "out.pdf", PdfPage(path=scan, dpi=150))
    with pikepdf.open(out) as document:
        pictures = document.pages[0].resources["/XObject"]
        assert list(pictures.keys()) == ["/Im"]
        shown = pikepdf.PdfImage(pictures["/Im"]).as_pil_image()
    assert shown.convert("1").tobytes() == draw_page(mode="1").tobytes()
