"""Invisible text lies where the letters are: proved by poppler against the boxes given."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from app.adapters.packaging.pdf import PdfCharacter, PdfLine, PdfPage, write_pdf
from app.adapters.packaging.pdf_places import Box, place

WIDTH, HEIGHT = 900, 1200
LETTERS = "民事起诉状原告被告张三李四𠮷𠀀㐂（2019）辽0882初4866号ABCxyz,.，。、"


def write(out: Path, *pages: PdfPage) -> None:
    write_pdf(
        out,
        pages,
        title="",
        author="",
        subject="",
        bookmarks=(),
        created=datetime(2026, 3, 2, tzinfo=UTC),
    )


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scan") / "scan.png"
    Image.new("1", (WIDTH, HEIGHT), 1).save(path)
    return path


def spelt(
    text: str, corner: tuple[float, float], widths: Sequence[float], gaps: Sequence[float]
) -> PdfLine:
    """A line across with these widths of its characters and gaps after them; blanks get no box."""
    characters, x, y = [], corner[0], corner[1]
    for character, width, gap in zip(text, widths, gaps, strict=True):
        if character != " ":
            characters.append(PdfCharacter(text=character, box=(x, y, x + width, y + 36)))
        x += width + gap
    box = (corner[0], y, characters[-1].box[2], y + 36)
    return PdfLine(text=text, box=box, characters=tuple(characters))


def random_line(chance: random.Random, y: float) -> PdfLine:
    """Words of one to four characters as print has them: odd widths, odd gaps, blanks between."""
    words = ["".join(chance.choices(LETTERS, k=chance.randint(1, 4))) for _ in range(5)]
    text = " ".join(words)
    natural = [18 if character.isascii() else 36 for character in text]
    widths = [width * chance.uniform(0.7, 1.0) for width in natural]
    gaps = [width * chance.uniform(0.0, 0.25) for width in natural]
    return spelt(text, (40, y), widths, gaps)


def words_of(line: PdfLine) -> Iterator[tuple[str, Box, tuple[float, float]]]:
    """Each word of the line, the box around its characters, and half its outer characters."""
    characters = iter(line.characters)
    for word in line.text.split():
        boxes = [next(characters).box for _ in word]
        halves = tuple((box[2] - box[0]) / 2 for box in (boxes[0], boxes[-1]))
        yield word, (boxes[0][0], boxes[0][1], boxes[-1][2], boxes[-1][3]), halves


def poppler_words(path: Path) -> list[tuple[str, Box]]:
    command = ["pdftotext", "-bbox", str(path), "-"]
    output = subprocess.run(command, check=True, capture_output=True).stdout
    found = []
    for word in ElementTree.fromstring(output).iter("{http://www.w3.org/1999/xhtml}word"):
        x0, y0, x1, y1 = (float(word.get(name, "")) for name in ("xMin", "yMin", "xMax", "yMax"))
        found.append((word.text or "", (x0, y0, x1, y1)))
    return found


def poppler_in(path: Path, box: Box, page: int = 1) -> str:
    """What poppler finds in the middle half of a box on a page of 72 dpi."""
    x0, y0, x1, y1 = box
    quarter = (x1 - x0) / 4
    inner = (x0 + quarter, y0 + 2, 2 * quarter, y1 - y0 - 4)
    area = zip(("-x", "-y", "-W", "-H"), (str(round(value)) for value in inner), strict=True)
    options = [option for pair in area for option in pair]
    command = ["pdftotext", "-r", "72", "-f", str(page), "-l", str(page), *options, path, "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode().strip()


def test_every_word_lies_within_half_a_character_of_its_boxes(scan: Path, tmp_path: Path) -> None:
    chance = random.Random(5)
    lines = [random_line(chance, 40 + 60 * row) for row in range(18)]
    out = tmp_path / "out.pdf"
    write(out, PdfPage(path=scan, dpi=72, lines=tuple(lines)))
    expected = [word for line in lines for word in words_of(line)]
    found = poppler_words(out)
    assert [text for text, _ in found] == [text for text, _, _ in expected]
    for (_, box), (text, wanted, halves) in zip(found, expected, strict=True):
        assert box[0] == pytest.approx(wanted[0], abs=halves[0]), text
        assert box[2] == pytest.approx(wanted[2], abs=halves[1]), text
        assert (box[1], box[3]) == pytest.approx((wanted[1], wanted[3]), abs=1), text


def test_every_character_is_found_in_its_own_box(scan: Path, tmp_path: Path) -> None:
    heading = spelt("民事起诉状", (60, 60), [40] * 5, [44] * 5)
    uneven = spelt("𠮷田㐂（2019）", (60, 160), [36, 30, 36, 18, 14, 9, 16, 14, 18], [6] * 9)
    # The engine saw the blank nowhere, and the box of the line is wider than its characters.
    field = spelt("案号 4866", (120, 260), [36, 36, 30, 18, 18, 18, 18], [2] * 7)
    wide = PdfLine(text=field.text, box=(90, 255, 420, 300), characters=field.characters)
    out = tmp_path / "out.pdf"
    write(out, PdfPage(path=scan, dpi=72, lines=(heading, uneven, wide)))
    for line in (heading, uneven, wide):
        for character in line.characters:
            assert poppler_in(out, character.box) == character.text
    assert poppler_in(out, (92, 255, 118, 300)) == ""
    command = ["pdftotext", out, "-"]
    text = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    # A heading stays one word, however wide it is set.
    assert heading.text in text.splitlines()


def column(text: str, corner: tuple[float, float], steps: Sequence[float], up: bool) -> PdfLine:
    """A line of single letters down the page, or up as in a turned table."""
    x, y = corner
    boxes: list[Box] = []
    for step in steps:
        boxes.append((x, y, x + 36, y + 34))
        y += step
    box = (x, corner[1], x + 36, boxes[-1][3])
    if up:
        boxes.reverse()
    characters = tuple(
        PdfCharacter(text=character, box=box) for character, box in zip(text, boxes, strict=True)
    )
    return PdfLine(text=" ".join(text), box=box, characters=characters)


def test_columns_and_turned_lines_follow_their_characters(scan: Path, tmp_path: Path) -> None:
    columns = [
        column("竖排𠮷文字", (600, 100), (44, 60, 52, 48, 50), up=False),
        column("自下而上", (300, 500), (52, 44, 66, 50), up=True),
    ]
    out = tmp_path / "out.pdf"
    write(out, PdfPage(path=scan, dpi=72, lines=tuple(columns)))
    found = dict(poppler_words(out))
    letters = [character for line in columns for character in line.characters]
    assert sorted(found) == sorted(letter.text for letter in letters)
    for letter in letters:
        for side, near in enumerate((1, 17, 1, 17)):
            found_at, wanted = found[letter.text][side], letter.box[side]
            assert found_at == pytest.approx(wanted, abs=near), letter.text


@pytest.mark.parametrize("orientation", [1, 6, 7])
def test_text_of_turned_pages_stays_on_its_letters(orientation: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    lying = (HEIGHT, WIDTH) if orientation > 4 else (WIDTH, HEIGHT)
    scan = tmp_path / "scan.jpg"
    Image.new("L", lying, 255).save(scan, exif=exif.tobytes())
    line = spelt("扫描件𠮷", (80, 300), [34] * 4, [6] * 4)
    turns = (0, 90, 180, 270)
    out = tmp_path / "out.pdf"
    write(out, *(PdfPage(path=scan, dpi=72, turn=turn, lines=(line,)) for turn in turns))
    for page in range(1, 5):
        for character in line.characters:
            assert poppler_in(out, character.box, page) == character.text


def test_characters_of_another_text_are_not_believed() -> None:
    line = PdfLine(
        text="甲乙丙",
        box=(0, 0, 300, 100),
        characters=(PdfCharacter(text="丁", box=(0, 0, 10, 100)),),
    )
    placed = place(line, (1.0, 1.0))
    assert placed is not None
    assert placed.even
    assert (placed.starts, placed.ends) == ([0, 100, 200], [100, 200, 300])


def test_boxes_that_contradict_each_other_leave_every_character_its_room() -> None:
    chance = random.Random(3)
    for _ in range(300):
        count = chance.randint(1, 12)
        characters = []
        for _ in range(count):
            x0, x1 = chance.uniform(-50, 400), chance.uniform(-50, 400)
            characters.append(PdfCharacter(text="字", box=(x0, 0, x1, 30)))
        line = PdfLine(text="字" * count, box=(0, 0, 360, 30), characters=tuple(characters))
        placed = place(line, (0.24, 0.24))
        assert placed is not None
        spans = list(zip(placed.starts, placed.ends, strict=True))
        edges = [edge for span in spans for edge in span]
        assert edges == sorted(edges)
        assert all(end > start for start, end in spans)
        assert edges[0] >= 0
        assert edges[-1] <= 360 * 0.24 + 1e-9


def test_one_character_out_of_place_does_not_move_the_others() -> None:
    boxes: list[Box] = [(40.0 * place, 0, 40.0 * place + 36, 40) for place in range(8)]
    boxes[3] = (30, 0, 66, 40)
    characters = tuple(PdfCharacter(text="字", box=box) for box in boxes)
    placed = place(PdfLine(text="字" * 8, box=(0, 0, 320, 40), characters=characters), (1.0, 1.0))
    assert placed is not None
    starts = placed.starts
    assert starts[:3] == [0, 40, 80]
    assert starts[4:] == [160, 200, 240, 280]
    assert 80 < starts[3] < 160
