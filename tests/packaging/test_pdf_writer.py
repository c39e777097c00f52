"""The PDF writer against independent readers: veraPDF, poppler, qpdf, pdfium, pypdf."""

from __future__ import annotations

import hashlib
import io
import random
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

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

CREATED = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
TEXTS = (
    "辽宁省营口市鲅鱼圈区人民法院",
    "民 事 起 诉 状",
    "原告：𠮷田㐂，女，1980年1月1日出生，囍龘",
    "（2019）辽0882民初4866号 Page 1 of 2",
    "诉讼请求：判令被告偿还借款本金￥120,000.00元。",
)
Lines = tuple[PdfLine, ...]


def lines(texts: Sequence[str] = TEXTS) -> Lines:
    return tuple(
        PdfLine(text=text, box=(60, 140 + 60 * row, 60 + 15 * len(text), 164 + 60 * row))
        for row, text in enumerate(texts)
    )


def write(out: Path, *pages: PdfPage, bookmarks: tuple[Bookmark, ...] = ()) -> WrittenPdf:
    return write_pdf(
        out,
        pages,
        title="（2019）辽0882民初4866号 正卷 第01册",
        author="某某人民法院",
        subject="民间借贷纠纷 & <测试>",
        bookmarks=bookmarks,
        created=CREATED,
    )


def text_of(path: Path, *options: str) -> list[str]:
    command = ["pdftotext", *options, str(path), "-"]
    output = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    return [line for line in output.replace("\f", "\n").splitlines() if line]


def rendered(path: Path, page: int = 0, scale: float = 300 / 72) -> Image.Image:
    document = pypdfium2.PdfDocument(path)
    try:
        return document[page].render(scale=scale).to_pil().convert("RGB")
    finally:
        document.close()


def assert_looks_like(path: Path, expected: Image.Image, page: int = 0, limit: float = 6.0) -> None:
    """The page as pdfium shows it is the picture, within what scaling does."""
    shown = rendered(path, page)
    wanted = expected.convert("RGB").resize(shown.size, Image.Resampling.BOX)
    difference = ImageChops.difference(shown, wanted).convert("L")
    mean = sum(value * count for value, count in enumerate(difference.histogram()))
    assert mean / (shown.width * shown.height) < limit


def stored(page: pikepdf.Page) -> bytes:
    """The bytes of the one image of a page as they lie in the file."""
    return page.resources["/XObject"]["/Im"].read_raw_bytes()


def save(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)
    return path


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One scan of every kind a court delivers."""
    folder = tmp_path_factory.mktemp("扫描 件")
    exif = Image.Exif()
    exif[0x0112] = 6
    colour, bitonal = draw_page(), draw_page(mode="1")
    kinds = {
        "jpeg_colour": save(colour, folder / "c.jpg", quality=85, dpi=(150, 150)),
        "jpeg_gray": save(draw_page(mode="L"), folder / "g.jpg"),
        "jpeg_progressive": save(colour, folder / "p.jpg", progressive=True),
        "jpeg_turned": save(colour, folder / "t.jpg", exif=exif.tobytes()),
        "jpeg_cmyk": save(draw_page(mode="CMYK"), folder / "k.jpg"),
        "png_colour": save(colour, folder / "c.png"),
        "png_palette": save(colour.quantize(16), folder / "p.png"),
        "png_bitonal": save(bitonal, folder / "b.png"),
        "png_alpha": save(draw_page(mode="RGBA"), folder / "a.png"),
        "png_deep": save(
            draw_page(mode="L").convert("I").point(lambda value: value * 257).convert("I;16"),
            folder / "d.png",
        ),
        "bmp": save(colour, folder / "c.bmp"),
        "tiff_colour": save(colour, folder / "c.tif", compression="tiff_lzw"),
        "tiff_strips": save(bitonal, folder / "m.tif", compression="group4", tiffinfo={278: 64}),
        "tiff_group4": save(
            bitonal, folder / "g4.tif", compression="group4", tiffinfo={278: bitonal.height}
        ),
        "tiff_inverse": save(
            bitonal,
            folder / "g4i.tif",
            compression="group4",
            tiffinfo={278: bitonal.height, 262: 0},
        ),
        "tiff_turned": save(
            bitonal,
            folder / "g4t.tif",
            compression="group4",
            tiffinfo={278: bitonal.height, 274: 8},
        ),
    }
    document = folder / "s.pdf"
    write(
        document,
        PdfPage(path=kinds["jpeg_colour"], lines=lines()),
        PdfPage(path=kinds["tiff_group4"], lines=lines()),
        PdfPage(path=kinds["bmp"], lines=lines()),
    )
    kinds["pdf"] = document
    return kinds


def test_every_kind_is_certified_pdfa_2u_and_clean(
    scans: dict[str, Path],
    tmp_path: Path,
    verapdf: Callable[[Sequence[Path]], dict[str, str]],
) -> None:
    files = []
    for kind, scan in scans.items():
        files.append(tmp_path / f"{kind}.pdf")
        marks = (Bookmark(title="民事起诉状 𠮷", page_index=0),)
        write(files[-1], PdfPage(path=scan, label="1", lines=lines()), bookmarks=marks)
    turned = tmp_path / "turned.pdf"
    pages = [
        PdfPage(path=scans["jpeg_colour"], turn=turn, deskew_deg=1.2, label=label, lines=lines())
        for turn, label in ((0, "封面"), (90, "目录"), (180, "1"), (270, "2"))
    ]
    write(turned, *pages, PdfPage(path=tmp_path / "missing.jpg", label="3"))
    bare = tmp_path / "bare.pdf"
    write_pdf(
        bare,
        [PdfPage(path=scans["png_bitonal"])],
        title="",
        author="",
        subject="",
        bookmarks=(),
        created=CREATED,
    )
    files += [turned, bare]
    assert verapdf(files) == {file.name: "" for file in files}
    for file in files:
        check = subprocess.run(["qpdf", "--check", file], check=False, capture_output=True)
        assert check.returncode == 0, check.stdout
        assert not pypdf.PdfReader(file).is_encrypted


def test_a_file_that_is_not_pdfa_is_told_apart(
    tmp_path: Path, verapdf: Callable[[Sequence[Path]], dict[str, str]]
) -> None:
    plain = tmp_path / "plain.pdf"
    draw_page().save(plain, "PDF")
    assert "failed" in verapdf([plain])["plain.pdf"]


@pytest.mark.parametrize(
    "kind",
    ["jpeg_colour", "jpeg_gray", "jpeg_progressive", "jpeg_turned", "tiff_group4", "png_colour"],
)
def test_the_bytes_of_the_scan_pass_through(
    kind: str, scans: dict[str, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out.pdf"
    write(out, PdfPage(path=scans[kind], turn=90, deskew_deg=0.7, lines=lines()))
    with pikepdf.open(out) as document:
        raw = stored(document.pages[0])
    assert raw in scans[kind].read_bytes()
    if kind.startswith("jpeg"):
        assert raw == scans[kind].read_bytes()
        subprocess.run(["pdfimages", "-all", out, tmp_path / "image"], check=True)
        assert (tmp_path / "image-000.jpg").read_bytes() == scans[kind].read_bytes()


def test_a_scanned_pdf_gives_its_stored_pictures_on(scans: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    result = write(out, *(PdfPage(path=scans["pdf"], frame=frame) for frame in range(3)))
    assert result == WrittenPdf(pages=3, unreadable=())
    with pikepdf.open(out) as document:
        raws = [stored(page) for page in document.pages]
    assert raws[0] == scans["jpeg_colour"].read_bytes()
    assert raws[1] in scans["tiff_group4"].read_bytes()
    for frame in range(3):
        assert_looks_like(out, draw_page(mode="1" if frame == 1 else "RGB"), page=frame)


def test_a_pdf_page_with_visible_text_is_rendered(tmp_path: Path) -> None:
    source, out = tmp_path / "source.pdf", tmp_path / "out.pdf"
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(300, 400))
        document.pages[0].Contents = document.make_stream(b"0 0 0 rg 20 320 100 60 re f")
        document.save(source)
    assert write(out, PdfPage(path=source)).unreadable == ()
    shown = rendered(out, scale=1.0)
    assert shown.width == 300
    assert shown.getpixel((50, 50)) == (0, 0, 0)
    assert shown.getpixel((200, 200)) == (255, 255, 255)


def test_every_kind_shows_the_page(scans: dict[str, Path], tmp_path: Path) -> None:
    for kind, scan in scans.items():
        out = tmp_path / f"{kind}.pdf"
        write(out, PdfPage(path=scan))
        # EXIF 6 and 8 say how the stored pixels have to be turned.
        turns = {"jpeg_turned": 270, "tiff_turned": 90}
        bitonal = (kind.startswith("tiff") and kind != "tiff_colour") or kind == "png_bitonal"
        upright = draw_page(mode="1" if bitonal else "RGB")
        expected = upright.rotate(turns.get(kind, 0), expand=True)
        assert_looks_like(out, expected)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_exif_and_turn_together_are_what_pillow_makes_of_them(
    orientation: int, turn: int, tmp_path: Path
) -> None:
    page = draw_page(310, 440)
    exif = Image.Exif()
    exif[0x0112] = orientation
    scan = save(page, tmp_path / "scan.jpg", exif=exif.tobytes(), quality=95)
    from PIL import ImageOps

    with Image.open(scan) as opened:
        expected = ImageOps.exif_transpose(opened).rotate(-turn, expand=True)
    out = tmp_path / "out.pdf"
    write(out, PdfPage(path=scan, turn=turn, dpi=150))
    assert_looks_like(out, expected)
    with pikepdf.open(out) as document:
        box = [float(value) for value in document.pages[0].MediaBox]
    assert box == pytest.approx([0, 0, expected.width * 0.48, expected.height * 0.48], abs=0.001)


def test_deskew_turns_the_page_back(tmp_path: Path) -> None:
    page = draw_page()
    tilted = page.rotate(-2.0, fillcolor="white", resample=Image.Resampling.BICUBIC)
    out, straight = tmp_path / "out.pdf", tmp_path / "straight.pdf"
    scan = save(tilted, tmp_path / "scan.png")
    write(out, PdfPage(path=scan, deskew_deg=2.0, dpi=150))
    write(straight, PdfPage(path=scan, dpi=150))
    assert_looks_like(out, page, limit=4.0)
    with pytest.raises(AssertionError):
        assert_looks_like(straight, page, limit=4.0)


def test_text_comes_back_exactly_from_every_reader(scans: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    write(out, PdfPage(path=scans["jpeg_colour"], deskew_deg=0.4, lines=lines()))
    assert text_of(out) == list(TEXTS)
    document = pypdfium2.PdfDocument(out)
    shown = document[0].get_textpage().get_text_bounded()
    document.close()
    assert shown.replace("\r", "").splitlines() == list(TEXTS)
    assert "𠮷田㐂" in pypdf.PdfReader(out).pages[0].extract_text()


def test_many_random_lines_come_back_exactly(scans: dict[str, Path], tmp_path: Path) -> None:
    chance = random.Random(7)
    letters = [chr(code) for code in (*range(0x4E00, 0x9FA5, 7), *range(0x20000, 0x20400, 5))]
    texts = ["".join(chance.choices(letters, k=chance.randint(1, 36))) for _ in range(400)]
    pages = []
    for start in range(0, 400, 20):
        rows = tuple(
            PdfLine(text=text, box=(50, 40 + 40 * row, 50 + 14 * len(text), 66 + 40 * row))
            for row, text in enumerate(texts[start : start + 20])
        )
        pages.append(PdfPage(path=scans["jpeg_gray"], lines=rows))
    write(tmp_path / "out.pdf", *pages)
    assert text_of(tmp_path / "out.pdf") == texts


def selection(path: Path) -> list[tuple[str, tuple[float, ...]]]:
    """The characters of the first page and their boxes, as pdfium selects them."""
    document = pypdfium2.PdfDocument(path)
    page = document[0]
    text_page = page.get_textpage()
    found = []
    for index in range(text_page.count_chars()):
        character = text_page.get_text_range(index, 1)
        if character.strip():
            found.append((character, text_page.get_charbox(index, loose=True)))
    document.close()
    return found


def test_selection_follows_the_box_and_its_gaps(scans: dict[str, Path], tmp_path: Path) -> None:
    text = "原告张三ab"
    starts = (100, 150, 300, 350, 400, 425)
    ends = (150, 200, 350, 400, 425, 450)
    line = PdfLine(
        text=text,
        box=(100, 200, 450, 250),
        characters=tuple(
            PdfCharacter(text=character, box=(x0, 200, x1, 250))
            for character, x0, x1 in zip(text, starts, ends, strict=True)
        ),
    )
    out = tmp_path / "out.pdf"
    write(out, PdfPage(path=scans["jpeg_colour"], dpi=144, lines=(line,)))
    found = selection(out)
    assert "".join(character for character, _ in found) == text
    for (_, box), start in zip(found, starts, strict=True):
        assert (box[0], box[1]) == pytest.approx((start / 2, 877 / 2 - 125), abs=1.0)
    assert found[-1][1][2] == pytest.approx(225, abs=1.0)
    # To poppler a hole of two characters parts columns.
    assert text_of(out) == ["原告", "张三ab"]


def test_vertical_lines_run_down_their_box(scans: dict[str, Path], tmp_path: Path) -> None:
    line = PdfLine(text="竖排文字一行", box=(400, 300, 430, 600))
    single = PdfLine(text="第", box=(100, 200, 150, 250))
    out = tmp_path / "out.pdf"
    write(out, PdfPage(path=scans["jpeg_colour"], dpi=144, lines=(single, line)))
    found = selection(out)
    assert "".join(character for character, _ in found) == single.text + line.text
    assert found[1][1][3] == pytest.approx(877 / 2 - 150, abs=1)
    assert found[-1][1][0] == pytest.approx(200, abs=1)
    assert found[-1][1][1] == pytest.approx(877 / 2 - 300, abs=1)
    assert text_of(out, "-raw") == [single.text, line.text]


def test_the_box_is_scaled_when_it_speaks_of_another_size(
    scans: dict[str, Path], tmp_path: Path
) -> None:
    line = PdfLine(text="标题", box=(200, 400, 600, 500))
    out = tmp_path / "out.pdf"
    write(
        out,
        PdfPage(path=scans["jpeg_colour"], dpi=72, lines=(line,), width=1240, height=1754),
    )
    document = pypdfium2.PdfDocument(out)
    page = document[0]
    box = page.get_textpage().get_charbox(0, loose=True)
    document.close()
    assert box == pytest.approx((100, 877 - 250, 200, 877 - 200), abs=1)


def test_labels_and_bookmarks_are_those_of_the_dossier(
    scans: dict[str, Path], tmp_path: Path
) -> None:
    labels = ["封面", "目录", "1", "2", "3", "备考表", "7", "08", ""]
    out = tmp_path / "out.pdf"
    write(
        out,
        *(PdfPage(path=scans["png_bitonal"], label=label) for label in labels),
        bookmarks=(
            Bookmark(title="民事起诉状", page_index=2),
            Bookmark(title="答辩状", page_index=4),
            Bookmark(title="没有这一页", page_index=99),
        ),
    )
    reader = pypdf.PdfReader(out)
    assert reader.page_labels == labels
    marks = [(mark.title, reader.get_destination_page_number(mark)) for mark in reader.outline]
    assert marks == [("民事起诉状", 2), ("答辩状", 4)]
    assert reader.metadata is not None
    assert reader.metadata.title == "（2019）辽0882民初4866号 正卷 第01册"
    assert reader.metadata.creation_date == CREATED


def test_the_same_input_gives_the_same_bytes(scans: dict[str, Path], tmp_path: Path) -> None:
    digests = set()
    program = (
        "import sys, datetime, pathlib;"
        "from app.adapters.packaging.pdf import *;"
        "write_pdf(pathlib.Path(sys.argv[1]), [PdfPage(path=pathlib.Path(p), lines=(PdfLine("
        "text='同样的文字', box=(1, 1, 90, 20)),)) for p in sys.argv[2:]], title='卷', author='院',"
        "subject='', bookmarks=(), created=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))"
    )
    chosen = [str(scans[kind]) for kind in ("jpeg_colour", "bmp", "tiff_strips", "pdf")]
    for attempt in range(2):
        out = tmp_path / f"{attempt}.pdf"
        subprocess.run([sys.executable, "-c", program, out, *chosen], check=True)
        digests.add(hashlib.sha256(out.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_damaged_masters_keep_their_place(scans: dict[str, Path], tmp_path: Path) -> None:
    good = scans["jpeg_colour"]
    damaged = []
    for name, data in {
        "empty.jpg": b"",
        "noise.jpg": random.Random(1).randbytes(5000),
        "head.png": scans["png_colour"].read_bytes()[:500],
        "cut.tif": scans["tiff_colour"].read_bytes()[:900],
        "cut.pdf": scans["pdf"].read_bytes()[:900],
    }.items():
        damaged.append(tmp_path / name)
        damaged[-1].write_bytes(data)
    pages = [PdfPage(path=path, label=str(number)) for number, path in enumerate(damaged, 1)]
    out = tmp_path / "out.pdf"
    frame = PdfPage(path=scans["pdf"], frame=17)
    result = write(out, PdfPage(path=good), *pages, frame, PdfPage(path=good))
    assert result == WrittenPdf(pages=8, unreadable=(1, 2, 3, 4, 5, 6))
    assert text_of(out) == ["此面图像无法读取，原始文件随包保存。"] * 6
    shown = rendered(out, 1, 1.0)
    assert min(shown.convert("L").crop((100, 100, 500, 700)).getextrema()) < 200


def test_flipped_bytes_never_stop_the_writer(scans: dict[str, Path], tmp_path: Path) -> None:
    chance = random.Random(11)
    pages = []
    for kind, scan in scans.items():
        for attempt in range(6):
            data = bytearray(scan.read_bytes())
            for _ in range(8):
                data[chance.randrange(min(len(data), 3000))] = chance.randrange(256)
            path = tmp_path / f"{kind}{attempt}{scan.suffix}"
            path.write_bytes(data)
            pages.append(PdfPage(path=path, lines=lines()))
    out = tmp_path / "out.pdf"
    assert write(out, *pages).pages == len(pages)
    assert len(pypdf.PdfReader(out).pages) == len(pages)


def test_awkward_text_is_no_obstacle(scans: dict[str, Path], tmp_path: Path) -> None:
    texts = ["a\x00b\ufeffc\ud800d", "   ", "", "(\\)<>%", "é" * 300, "ﬁ ﬃ"]
    rows = lines(texts)
    flat = PdfLine(text="零尺寸", box=(5, 5, 5, 5))
    backwards = PdfLine(text="反向", box=(300, 800, 200, 780))
    out = tmp_path / "out.pdf"
    write(out, PdfPage(path=scans["jpeg_gray"], lines=(*rows, flat, backwards)))
    subprocess.run(["qpdf", "--check", out], check=True, capture_output=True)
    found = "".join(text_of(out, "-raw"))
    assert "(\\)<>%" in found
    assert "反向" in found


def test_huge_and_tiny_pages_stay_within_the_limits(tmp_path: Path) -> None:
    wide = save(Image.new("1", (60_000, 8), 1), tmp_path / "wide.png")
    tiny = save(Image.new("L", (1, 1)), tmp_path / "tiny.png")
    out = tmp_path / "out.pdf"
    write(out, PdfPage(path=wide, dpi=20), PdfPage(path=tiny, dpi=600))
    with pikepdf.open(out) as document:
        boxes = [[float(value) for value in page.MediaBox] for page in document.pages]
    assert boxes[0][2] == pytest.approx(14_400)
    assert boxes[1] == [0, 0, 3, 3]


def test_memory_does_not_grow_with_the_dossier(tmp_path: Path) -> None:
    noise = Image.frombytes("RGB", (400, 560), random.Random(3).randbytes(400 * 560 * 3))
    stream = io.BytesIO()
    noise.save(stream, "JPEG", quality=95)
    scan = tmp_path / "scan.jpg"
    scan.write_bytes(stream.getvalue())
    page = PdfPage(path=scan, lines=lines())
    write(tmp_path / "warm.pdf", page)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    out = tmp_path / "out.pdf"
    write(out, *([page] * 400))
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert out.stat().st_size > 80_000_000
    assert growth < 20_000
