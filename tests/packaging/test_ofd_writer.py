"""The OFD writer against the schemas, an independent reader, and the pictures themselves."""

from __future__ import annotations

import io
import math
import random
import resource
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import ofdkit
import pytest
from fontTools.ttLib import TTFont
from lxml import etree
from PIL import Image, ImageChops, ImageOps

from app.adapters.packaging.ofd import write_ofd
from app.adapters.packaging.pdf import (
    Bookmark,
    PdfCharacter,
    PdfLine,
    PdfPage,
    WrittenPdf,
    write_pdf,
)

_specification = spec_from_file_location("packaging_drawing", Path(__file__).parent / "conftest.py")
assert _specification is not None
assert _specification.loader is not None
_drawing = module_from_spec(_specification)
_specification.loader.exec_module(_drawing)
draw_page = _drawing.draw_page

CREATED = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
SCHEMAS = Path(__file__).parents[2] / "resources" / "schemas" / "ofd"
TEXTS = (
    "辽宁省营口市鲅鱼圈区人民法院",
    "原告：𠮷田㐂，女，1980年1月1日出生，囍龘",
    "（2019）辽0882民初4866号 Page 1 of 2",
    '<a & b> "引号" \'',
)
MM = 25.4


def lines(texts: Sequence[str] = TEXTS) -> tuple[PdfLine, ...]:
    return tuple(
        PdfLine(text=text, box=(60, 140 + 60 * row, 60 + 15 * len(text), 164 + 60 * row))
        for row, text in enumerate(texts)
    )


def write(out: Path, *pages: PdfPage, bookmarks: tuple[Bookmark, ...] = ()) -> WrittenPdf:
    return write_ofd(
        out,
        pages,
        title="（2019）辽0882民初4866号 正卷 第01册",
        author="某某人民法院",
        subject="民间借贷纠纷 & <测试>",
        bookmarks=bookmarks,
        created=CREATED,
    )


@pytest.fixture(scope="module")
def schemas() -> dict[str, etree.XMLSchema]:
    names = ("OFD", "Document", "Page", "Res")
    return {name: etree.XMLSchema(etree.parse(SCHEMAS / f"{name}.xsd")) for name in names}


def parts(path: Path) -> Iterator[tuple[str, etree._Element]]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith(".xml"):
                yield name, etree.fromstring(archive.read(name))


def assert_valid(path: Path, schemas: dict[str, etree.XMLSchema]) -> None:
    """Every part follows its schema, every number is given once, and every location is there."""
    identifiers: list[int] = []
    greatest = 0
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    for name, root in parts(path):
        schemas[etree.QName(root).localname].assertValid(root)
        identifiers += [int(value) for value in root.xpath("//@ID")]
        greatest = max([greatest, *(int(item.text) for item in root.iter("{*}MaxUnitID"))])
        folder = Path(name).parent / root.get("BaseLoc", "")
        for tag in ("DocRoot", "PublicRes", "DocumentRes", "FontFile", "MediaFile"):
            assert {str(folder / item.text) for item in root.iter(f"{{*}}{tag}")} <= names
        assert {str(folder / item) for item in root.xpath("//*[local-name()='Page']/@BaseLoc")} <= (
            names
        )
    assert len(set(identifiers)) == len(identifiers)
    assert greatest == max(identifiers)


def pictures(path: Path) -> list[tuple[str, bytes]]:
    """(format, bytes) of the picture of each page that has one, in the order of the pages."""
    with zipfile.ZipFile(path) as archive:
        found = dict(parts(path))
        files = {
            item.get("ID"): (item.get("Format"), archive.read(f"Doc_0/Res/{item[0].text}"))
            for item in found["Doc_0/DocumentRes.xml"].iter("{*}MultiMedia")
        }
    objects = [
        next(found[f"Doc_0/{page.get('BaseLoc')}"].iter("{*}ImageObject"), None)
        for page in found["Doc_0/Document.xml"].iter("{*}Page")
    ]
    return [files[item.get("ResourceID")] for item in objects if item is not None]


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("扫描 件")
    colour, bitonal = draw_page(310, 440), draw_page(310, 440, mode="1")

    def save(name: str, image: Image.Image, **options: object) -> Path:
        image.save(folder / name, **options)
        return folder / name

    deep = colour.convert("L").convert("I").point(lambda value: value * 257).convert("I;16")
    kinds = {
        "jpeg": save("c.jpg", colour, quality=85),
        "jpeg_progressive": save("p.jpg", colour, progressive=True),
        "jpeg_cmyk": save("k.jpg", colour.convert("CMYK")),
        "png": save("c.png", colour),
        "png_deep": save("d.png", deep),
        "png_alpha": save("a.png", colour.convert("RGBA")),
        "tiff_colour": save("c.tif", colour, compression="tiff_lzw"),
        "tiff_group4": save("g.tif", bitonal, compression="group4", tiffinfo={278: 440}),
        "tiff_strips": save("m.tif", bitonal, compression="group4", tiffinfo={278: 64}),
        "tiff_pages": save(
            "f.tif", colour, save_all=True, append_images=[bitonal], compression="tiff_lzw"
        ),
        "bmp": save("c.bmp", colour),
    }
    write_pdf(
        folder / "s.pdf",
        [PdfPage(path=kinds["jpeg"]), PdfPage(path=kinds["tiff_group4"])],
        title="",
        author="",
        subject="",
        bookmarks=(),
        created=CREATED,
    )
    kinds["pdf"] = folder / "s.pdf"
    return kinds


def test_every_kind_is_valid_and_read_back_line_by_line(
    scans: dict[str, Path], schemas: dict[str, etree.XMLSchema], tmp_path: Path
) -> None:
    out = tmp_path / "out.ofd"
    pages = [PdfPage(path=scan, lines=lines()) for scan in scans.values()]
    assert write(out, *pages) == WrittenPdf(pages=len(scans), unreadable=())
    assert_valid(out, schemas)
    with ofdkit.open(out) as document:
        assert document.warnings == []
        for page in document.pages:
            assert [line for line in page.text().splitlines() if line] == list(TEXTS)


def test_pictures_are_the_masters_bytes_or_their_pixels(
    scans: dict[str, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out.ofd"
    frames = [(kind, 0) for kind in scans] + [("tiff_pages", 1), ("pdf", 1)]
    write(out, *(PdfPage(path=scans[kind], frame=frame) for kind, frame in frames))
    found = dict(zip(frames, pictures(out), strict=True))
    for kind in ("jpeg", "jpeg_progressive", "png", "png_deep"):
        assert found[kind, 0][1] == scans[kind].read_bytes()
    assert found["pdf", 0] == ("JPEG", scans["jpeg"].read_bytes())
    for kind, frame in [("tiff_group4", 0), ("tiff_strips", 0), ("pdf", 1)]:
        form, data = found[kind, frame]
        master = scans["tiff_group4" if kind == "pdf" else kind]
        assert form == "TIFF"
        with Image.open(master) as before, Image.open(io.BytesIO(data)) as after:
            whole = master.read_bytes()
            for at, size in zip(before.tag_v2[273], before.tag_v2[279], strict=True):
                assert whole[at : at + size] in data
            assert after.tobytes() == before.tobytes()
    for kind, frame in [("tiff_colour", 0), ("tiff_pages", 0), ("tiff_pages", 1), ("bmp", 0)]:
        form, data = found[kind, frame]
        with Image.open(scans[kind]) as before, Image.open(io.BytesIO(data)) as after:
            before.seek(frame)
            assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()
            assert after.format == form
    with Image.open(io.BytesIO(found["jpeg_cmyk", 0][1])) as after:
        assert (after.mode, after.format) == ("RGB", "PNG")


def shown(path: Path, page: int, scale: float) -> Image.Image:
    """The picture of a page as its matrix lays it out, in `scale` pixels per millimetre."""
    root = dict(parts(path))[f"Doc_0/Pages/Page_{page}/Content.xml"]
    box = next(root.iter("{*}PhysicalBox")).text.split()
    item = next(root.iter("{*}ImageObject"))
    a, b, c, d, e, f = (float(value) * scale for value in item.get("CTM").split())
    size = (round(float(box[2]) * scale), round(float(box[3]) * scale))
    with Image.open(io.BytesIO(pictures(path)[page][1])) as picture:
        width, height = picture.size
        determinant = a * d - b * c
        inverse = (
            d / determinant * width,
            -c / determinant * width,
            (c * f - d * e) / determinant * width,
            -b / determinant * height,
            a / determinant * height,
            (b * e - a * f) / determinant * height,
        )
        return picture.convert("RGB").transform(
            size, Image.Transform.AFFINE, inverse, Image.Resampling.NEAREST, fillcolor="white"
        )


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_and_turn_together_set_the_picture_upright(orientation: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    scan = tmp_path / "scan.jpg"
    draw_page(310, 440).save(scan, exif=exif.tobytes(), quality=95)
    out = tmp_path / "out.ofd"
    turns = (0, 90, 180, 270)
    write(out, *(PdfPage(path=scan, turn=turn, dpi=254) for turn in turns))
    for page, turn in enumerate(turns):
        with Image.open(scan) as opened:
            expected = ImageOps.exif_transpose(opened).rotate(-turn, expand=True).convert("RGB")
        found = shown(out, page, 10.0)
        assert found.size == expected.size
        difference = ImageChops.difference(found, expected).convert("L")
        assert sum(difference.histogram()[64:]) < 0.001 * found.width * found.height


def test_deskew_turns_picture_and_text_together(tmp_path: Path) -> None:
    page = draw_page()
    tilted = page.rotate(-2.0, fillcolor="white", resample=Image.Resampling.BICUBIC)
    scan = tmp_path / "scan.png"
    tilted.save(scan)
    line = PdfLine(text="标题", box=(500, 100, 560, 130))
    out = tmp_path / "out.ofd"
    write(out, PdfPage(path=scan, deskew_deg=2.0, dpi=254, lines=(line,)))
    difference = ImageChops.difference(shown(out, 0, 10.0), page).convert("L")
    assert sum(difference.histogram()[128:]) < 0.02 * page.width * page.height
    with ofdkit.open(out) as document:
        (run,) = document.pages[0].runs
    # The foot of the line, two tenths above the lower edge of its box, about the middle.
    x, y = 500 - page.width / 2, 124 - page.height / 2
    cosine, sine = math.cos(math.radians(2)), math.sin(math.radians(2))
    expected = (
        (cosine * x + sine * y + page.width / 2) / 10,
        (-sine * x + cosine * y + page.height / 2) / 10,
    )
    assert (run.x, run.y) == pytest.approx(expected, abs=0.02)


def placed_characters(path: Path) -> list[tuple[str, float, float]]:
    """Each character of the first page with the point where it is drawn, in millimetres."""
    found = []
    root = dict(parts(path))["Doc_0/Pages/Page_0/Content.xml"]
    for item in root.iter("{*}TextObject"):
        left, top, *_ = (float(value) for value in item.get("Boundary").split())
        a, b, c, d, e, f = (float(value) for value in item.get("CTM", "1 0 0 1 0 0").split())
        for code in item:
            x, y = float(code.get("X")), float(code.get("Y"))
            steps = [_steps(code.get(name, "")) for name in ("DeltaX", "DeltaY")]
            for place, character in enumerate(code.text):
                if place:
                    x += steps[0][place - 1] if steps[0] else 0.0
                    y += steps[1][place - 1] if steps[1] else 0.0
                found.append((character, a * x + c * y + e + left, b * x + d * y + f + top))
    return found


def _steps(text: str) -> list[float]:
    """The steps of a DeltaX or DeltaY, "g 3 1.5" told out (GB/T 33190, 11.3)."""
    tokens, steps = iter(text.split()), []
    for token in tokens:
        count, value = (int(next(tokens)), next(tokens)) if token == "g" else (1, token)
        steps += [float(value)] * count
    return steps


def test_every_character_begins_in_its_box(scans: dict[str, Path], tmp_path: Path) -> None:
    chance = random.Random(9)
    texts = ["𠮷田㐂，原告（2019）", "民事起诉状", "A,b。c𠀀d"]
    boxes: list[tuple[str, tuple[float, float, float, float]]] = []
    rows = []
    for row, text in enumerate(texts):
        x, y, characters = 40.0, 100.0 + 60 * row, []
        for character in text:
            width = chance.uniform(8, 36)
            characters.append(PdfCharacter(text=character, box=(x, y, x + width, y + 30)))
            x += width + chance.uniform(0, 20)
        rows.append(PdfLine(text=text, box=(40, y, x, y + 30), characters=tuple(characters)))
    down = [(400.0, 100.0 + 40 * place, 430.0, 135.0 + 40 * place) for place in range(4)]
    up = [(500.0, 300.0 - 40 * place, 530.0, 335.0 - 40 * place) for place in range(4)]
    for text, places in (("竖排𠮷字", down), ("自下而上", up)):
        characters = [
            PdfCharacter(text=character, box=box)
            for character, box in zip(text, places, strict=True)
        ]
        x0, y0, x1 = places[0][0], min(box[1] for box in places), places[0][2]
        hull = (x0, y0, x1, max(box[3] for box in places))
        rows.append(PdfLine(text=text, box=hull, characters=tuple(characters)))
    boxes = [(character.text, character.box) for row in rows for character in row.characters]
    out = tmp_path / "out.ofd"
    write(out, PdfPage(path=scans["jpeg"], dpi=254, width=620, height=880, lines=tuple(rows)))
    found = placed_characters(out)
    assert [text for text, _, _ in found] == [text for text, _ in boxes]
    # The page is 310 x 440 pixels of a tenth of a millimetre; boxes are in halves of a pixel.
    for place, ((_, x, y), (text, (x0, y0, _, y1))) in enumerate(zip(found, boxes, strict=True)):
        start = (x0, y1 - 0.2 * 30)
        if place >= len(boxes) - 8:
            start = (x0, y0 + 0.8 * 30)
        if place >= len(boxes) - 4:
            start = (x0 + 0.8 * 30, y1)
        assert (x * 20, y * 20) == pytest.approx(start, abs=0.5), text


def test_outline_labels_and_metadata_are_those_of_the_dossier(
    scans: dict[str, Path], schemas: dict[str, etree.XMLSchema], tmp_path: Path
) -> None:
    labels = ["封面", "目录", "1", "2", "", '备考表 "&']
    out = tmp_path / "out.ofd"
    marks = (
        Bookmark(title='民事起诉状 <𠮷> & "', page_index=2),
        Bookmark(title="答辩状", page_index=3),
        Bookmark(title="没有这一页", page_index=99),
    )
    write(out, *(PdfPage(path=scans["png"], label=label) for label in labels), bookmarks=marks)
    assert_valid(out, schemas)
    root = dict(parts(out))["Doc_0/Document.xml"]
    pages = [page.get("ID") for page in root.iter("{*}Page")]
    outline = [
        (item.get("Title"), pages.index(next(item.iter("{*}Dest")).get("PageID")))
        for item in root.iter("{*}OutlineElem")
    ]
    assert outline == [(mark.title, mark.page_index) for mark in marks[:2]]
    named = [
        (item.get("Name"), pages.index(item[0].get("PageID"))) for item in root.iter("{*}Bookmark")
    ]
    assert named == [(label, place) for place, label in enumerate(labels) if label]
    with ofdkit.open(out) as document:
        information = document.info
    assert information.title == "（2019）辽0882民初4866号 正卷 第01册"
    assert information.author == "某某人民法院"
    assert information.subject == "民间借贷纠纷 & <测试>"
    assert information.creation_date == "2026-03-02"
    assert information.custom_data == {"CreateDateTime": "2026-03-02T20:30:00Z"}


def test_the_font_has_every_character_and_shows_none(
    scans: dict[str, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out.ofd"
    write(out, PdfPage(path=scans["jpeg"], lines=lines()))
    with zipfile.ZipFile(out) as archive:
        font = TTFont(io.BytesIO(archive.read("Doc_0/Res/Font.ttf")))
    covered = font.getBestCmap()
    assert {ord(character) for text in TEXTS for character in text} <= set(covered)
    assert {font["hmtx"][covered[ord(character)]][0] for character in "原𠮷"} == {1000}
    assert font["hmtx"][covered[ord("P")]][0] == 500


def test_damaged_masters_keep_their_place(
    scans: dict[str, Path], schemas: dict[str, etree.XMLSchema], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(scans["png"].read_bytes()[:300])
    good = PdfPage(path=scans["jpeg"], lines=lines())
    bad = (PdfPage(path=broken), PdfPage(path=tmp_path / "no.jpg", width=620, height=877, dpi=150))
    out = tmp_path / "out.ofd"
    assert write(out, good, *bad, good) == WrittenPdf(pages=4, unreadable=(1, 2))
    assert_valid(out, schemas)
    with ofdkit.open(out) as document:
        texts = [page.text() for page in document.pages]
        assert document.pages[2].box == pytest.approx((0, 0, 620 * MM / 150, 877 * MM / 150), 0.001)
    assert texts[1:3] == ["此面图像无法读取，原始文件随包保存。"] * 2


def test_the_same_input_gives_the_same_bytes(scans: dict[str, Path], tmp_path: Path) -> None:
    first, again = tmp_path / "1.ofd", tmp_path / "2.ofd"
    for out in (first, again):
        write(out, *(PdfPage(path=scan, lines=lines()) for scan in scans.values()))
    assert first.read_bytes() == again.read_bytes()


def test_the_identifier_follows_every_byte_of_a_picture(tmp_path: Path) -> None:
    identifiers = set()
    data = bytearray((draw_page(310, 440)).tobytes())
    for value in (0, 1):
        data[len(data) // 2] = value
        scan = tmp_path / f"{value}.bmp"
        Image.frombytes("RGB", (310, 440), bytes(data)).save(scan)
        write(tmp_path / "out.ofd", PdfPage(path=scan))
        with ofdkit.open(tmp_path / "out.ofd") as document:
            identifiers.add(document.info.doc_id)
    assert len(identifiers) == 2


def test_a_document_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="without pages"):
        write(tmp_path / "out.ofd")


def test_memory_does_not_grow_with_the_dossier(tmp_path: Path) -> None:
    noise = Image.frombytes("RGB", (400, 560), random.Random(3).randbytes(400 * 560 * 3))
    scan = tmp_path / "scan.jpg"
    noise.save(scan, quality=95)
    page = PdfPage(path=scan, lines=lines())
    write(tmp_path / "warm.ofd", page)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    out = tmp_path / "out.ofd"
    write(out, *([page] * 300))
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert out.stat().st_size > 60_000_000
    assert growth < 20_000
