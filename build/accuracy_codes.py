"""Measures what the code readers find and what they make up, on pages made for the purpose.

Two sets: `development`, on which the readers were tuned, and `check`, which differs in paper
family, seeds, sizes and in how pages are spoilt. Codes are laid on sides of drawn dossiers; the
same sides without codes count false hits. Prints one row per kind of code.

    python build/accuracy_codes.py --set check --pages 120
"""

from __future__ import annotations

import argparse
import json
import random
import string
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ocr.codes.patches import NAMES
from ocr.codes.reading import codes_on
from ocr.image.load import load_page
from scanner.paper.build import build_dossier
from scanner.paper.spec import DossierSpec

Gray = NDArray[np.uint8]
Spoiler = Callable[[Gray, random.Random], Gray]
MILLIMETRES = 25.4
FORMATS = {
    "code128": zxingcpp.BarcodeFormat.Code128,
    "code39": zxingcpp.BarcodeFormat.Code39,
    "qr": zxingcpp.BarcodeFormat.QRCode,
}
PATTERNS = {name: pattern for pattern, name in NAMES.items()}
DOSSIERS = {"development": (31, 33), "check": (72, 74)}
# One kind of spoiling each; a page gets up to two of them besides its turn and tilt.
TILTS = {"development": (0.0, 0.7, -1.5, 3.0, -4.5), "check": (0.0, -0.4, 1.9, -3.4, 4.8)}


@dataclass
class Tally:
    """Per kind: codes that were there, codes that were read, codes that were made up."""

    there: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    made_up: Counter[str] = field(default_factory=Counter)
    spoilt_there: Counter[str] = field(default_factory=Counter)
    spoilt_read: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    plain_pages: int = 0
    plain_seconds: float = 0.0
    coded_pages: int = 0
    coded_seconds: float = 0.0


def barcode_picture(kind: str, text: str, module_mm: float, dpi: float, height_mm: float) -> Gray:
    """A code with its quiet zone, its modules as wide as asked for whatever the pixels are."""
    level = {"ec_level": "M"} if kind == "qr" else {}
    code = zxingcpp.create_barcode(text, FORMATS[kind], **level)
    modules = np.asarray(code.to_image(scale=1, add_quiet_zones=True), dtype=np.uint8)
    if kind != "qr":
        modules = np.repeat(modules[modules.shape[0] // 2][None], 1, axis=0)
    scale = module_mm * dpi / MILLIMETRES
    width = round(modules.shape[1] * scale)
    height = width if kind == "qr" else round(height_mm * dpi / MILLIMETRES)
    large = modules.repeat(24, axis=1).repeat(24, axis=0)
    return np.asarray(cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA))


def patch_picture(name: str, dpi: float, inches: float) -> Gray:
    """A patch code with 0.2 in of paper around."""
    unit = 0.04 * dpi
    rows = 20 * 12
    bars = np.full(rows, 255, dtype=np.uint8)
    place = 0
    for letter in PATTERNS[name]:
        end = place + (60 if letter == "W" else 24)
        bars[place:end] = 0
        place = end + 24
    framed = np.pad(bars, 60, constant_values=255)[:, None]
    size = (round(inches * dpi), round(unit * 30))
    picture = np.asarray(cv2.resize(framed, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    margin = round(0.2 * dpi)
    return np.pad(picture, ((0, 0), (margin, margin)), constant_values=255)


def soft(page: Gray, chance: random.Random) -> Gray:
    return np.asarray(cv2.GaussianBlur(page, (0, 0), chance.uniform(0.6, 1.5)), dtype=np.uint8)


def pale(page: Gray, chance: random.Random) -> Gray:
    share = chance.uniform(0.35, 0.7)
    return np.asarray(255 - (255 - page.astype(np.float32)) * share, dtype=np.uint8)


def grainy(page: Gray, chance: random.Random) -> Gray:
    noise = np.random.default_rng(chance.randrange(1 << 30)).normal(
        0, chance.uniform(4, 14), page.shape
    )
    return np.asarray(np.clip(page + noise, 0, 255), dtype=np.uint8)


def pressed(page: Gray, chance: random.Random) -> Gray:
    quality = chance.choice((30, 40, 60))
    _, data = cv2.imencode(".jpg", page, (cv2.IMWRITE_JPEG_QUALITY, quality))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def bitonal(page: Gray, chance: random.Random) -> Gray:
    ink, paper = np.percentile(page, (0.2, 60))
    limit = ink + (paper - ink) * chance.uniform(0.4, 0.65)
    return np.where(page < limit, 0, 255).astype(np.uint8)


def shaded(page: Gray, chance: random.Random) -> Gray:
    ramp = np.linspace(1.0, chance.uniform(0.55, 0.8), page.shape[1])
    return np.asarray(page * ramp[None], dtype=np.uint8)


def moved(page: Gray, chance: random.Random) -> Gray:
    length = chance.choice((3, 4, 5))
    kernel = np.zeros((length, length), dtype=np.float32)
    kernel[:, length // 2] = 1 / length
    if chance.random() < 0.5:
        kernel = kernel.T.copy()
    return np.asarray(cv2.filter2D(page, -1, kernel), dtype=np.uint8)


def speckled(page: Gray, chance: random.Random) -> Gray:
    random_numbers = np.random.default_rng(chance.randrange(1 << 30)).random(page.shape)
    share = chance.uniform(0.002, 0.015)
    spoilt = page.copy()
    spoilt[random_numbers < share] = 0
    spoilt[random_numbers > 1 - share] = 255
    return spoilt


def faxed(page: Gray, chance: random.Random) -> Gray:
    height, width = page.shape
    small = cv2.resize(page, (round(width * 0.68), round(height * 0.68)))
    black = np.where(small < chance.randint(120, 160), 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(black, (width, height)), dtype=np.uint8)


def stretched(page: Gray, chance: random.Random) -> Gray:
    height, width = page.shape
    share = chance.uniform(0.965, 1.035)
    return np.asarray(cv2.resize(page, (width, round(height * share))), dtype=np.uint8)


def dimmed(page: Gray, chance: random.Random) -> Gray:
    table = (255 * (np.arange(256) / 255) ** chance.uniform(1.6, 2.6)).astype(np.uint8)
    return table[page]


def washed(page: Gray, chance: random.Random) -> Gray:
    """Toner gone in patches, as with an old drum."""
    coarse = np.random.default_rng(chance.randrange(1 << 30)).random((40, 28), dtype=np.float32)
    fade = cv2.resize(coarse, page.shape[::-1], interpolation=cv2.INTER_CUBIC)
    share = 1 - 0.6 * np.clip(fade, 0, 1)
    return np.asarray(255 - (255 - page.astype(np.float32)) * share, dtype=np.uint8)


def stamped(page: Gray, chance: random.Random) -> Gray:
    """Round seals in the gray of red ink over the whole middle of the page."""
    spoilt = page.astype(np.float32)
    ink = np.zeros(page.shape, dtype=np.uint8)
    reach = page.shape[1] // 11
    for _ in range(3):
        centre = (chance.randrange(page.shape[1]), chance.randrange(page.shape[0]))
        cv2.circle(ink, centre, reach, 255, max(2, reach // 12), cv2.LINE_AA)
        cv2.circle(ink, centre, reach // 3, 255, -1, cv2.LINE_AA)
    return np.asarray(spoilt * (1 - 0.55 * (ink / 255.0)), dtype=np.uint8)


SPOILERS: dict[str, tuple[Spoiler, ...]] = {
    "development": (soft, pale, grainy, pressed, bitonal, shaded, stamped),
    "check": (moved, speckled, faxed, stretched, dimmed, washed, pressed),
}


def sides_of(chosen: str, count: int, folder: Path) -> Iterator[tuple[Gray, int, str]]:
    """Sides of drawn dossiers of the set's family as gray pages, with dpi and name."""
    for place, seed in enumerate(DOSSIERS[chosen]):
        spec = DossierSpec(
            name=f"codes-{chosen}-{seed}",
            seed=seed,
            family=chosen,
            sides=max(10, count // len(DOSSIERS[chosen])),
            dpi=(300, 200)[place % 2],
        )
        target = build_dossier(spec, folder)
        for path in sorted((target / "sides").glob("*.jpg")):
            page = load_page(path)
            gray = np.asarray(cv2.cvtColor(page.pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
            yield gray, page.dpi, f"{target.name}/{path.stem}"


def with_codes(
    page: Gray, dpi: int, chosen: str, chance: random.Random
) -> tuple[Gray, list[tuple[str, str]]]:
    """The page with one to three codes in free bands across it, and what they say."""
    laid = page.copy()
    height, width = laid.shape
    expected: list[tuple[str, str]] = []
    kinds = chance.sample(["code128", "code39", "qr", "patch"], chance.randint(1, 3))
    smallest = 0.25 if dpi >= 300 else 0.33
    for band, kind in enumerate(kinds):
        if kind == "patch":
            text = chance.choice(sorted(PATTERNS))
            inches = chance.uniform(2.0, 6.2 if chosen == "development" else 4.0)
            picture = patch_picture(text, dpi, inches)
        else:
            text = _content(kind, chance)
            modules = (smallest, 0.33, 0.42, 0.5) if chosen == "development" else (0.3, 0.38, 0.46)
            module = max(smallest, chance.choice(modules))
            picture = barcode_picture(kind, text, module, dpi, chance.uniform(8, 16))
        room = (height * 0.9) / len(kinds)
        free_y = max(0, int(room) - picture.shape[0])
        top = int(height * 0.05 + band * room) + chance.randint(0, free_y)
        left = chance.randint(
            int(width * 0.04), max(int(width * 0.96) - picture.shape[1], 1 + int(width * 0.04))
        )
        picture = picture[: height - top, : width - left]
        area = laid[top : top + picture.shape[0], left : left + picture.shape[1]]
        area[:] = np.maximum(np.minimum(picture, 242), 24)
        expected.append((kind, text))
    return laid, expected


def _content(kind: str, chance: random.Random) -> str:
    if kind == "qr":
        court = chance.choice(("辽0882民初", "京0105刑初", "粤03执恢", "最高法知民终"))
        tail = chance.choice((":main:1:QK7PA", "", ":restricted:2:MZ3TC"))
        return f"JZ1:C:（{chance.randint(2016, 2026)}）{court}{chance.randint(1, 99999)}号{tail}"
    letters = string.ascii_uppercase + "234567"
    length = 16 if kind == "code128" else 8
    return "".join(chance.choice(letters) for _ in range(length))


def spoil(page: Gray, chosen: str, chance: random.Random) -> tuple[Gray, int, str]:
    """The page tilted, turned and spoilt; the clockwise turn and the names of what was done."""
    tilt = chance.choice(TILTS[chosen])
    height, width = page.shape
    if tilt:
        about = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1)
        paper = int(np.median(page))
        page = np.asarray(
            cv2.warpAffine(page, about, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper),
            dtype=np.uint8,
        )
    done = [f"tilt{tilt}"]
    for spoiler in chance.sample(SPOILERS[chosen], chance.randint(0, 2)):
        page = spoiler(page, chance)
        done.append(spoiler.__name__)
    turn = chance.choice((0, 90, 180, 270))
    return np.ascontiguousarray(np.rot90(page, -turn // 90)), turn, "+".join(done)


def measure(chosen: str, count: int, folder: Path, tally: Tally) -> None:
    """Reads every side as it is, then with codes laid on it and spoilt."""
    for index, (page, dpi, name) in enumerate(sides_of(chosen, count, folder)):
        chance = random.Random(f"{chosen}-{index}")
        begun = time.process_time()
        seen = codes_on(page, dpi)
        tally.plain_seconds += time.process_time() - begun
        tally.plain_pages += 1
        for record in seen:
            tally.made_up[record["format"]] += 1
            tally.remarks.append(f"{name}: made up {record}")
        laid, expected = with_codes(page, dpi, chosen, chance)
        spoilt, _, done = spoil(laid, chosen, chance)
        begun = time.process_time()
        seen = codes_on(spoilt, dpi)
        tally.coded_seconds += time.process_time() - begun
        tally.coded_pages += 1
        texts = Counter((record["format"], _either_way(record)) for record in seen)
        wanted = Counter(
            (kind, _one_way(text) if kind == "patch" else text) for kind, text in expected
        )
        for (kind, text), number in wanted.items():
            tally.there[kind] += number
            tally.read[kind] += min(number, texts[kind, text])
            for part in done.split("+"):
                tally.spoilt_there[part] += number
                tally.spoilt_read[part] += min(number, texts[kind, text])
            if texts[kind, text] < number:
                tally.remarks.append(f"{name} {dpi} dpi {done}: missed {kind} {text}")
        for (kind, text), number in (texts - wanted).items():
            tally.made_up[kind] += number
            tally.remarks.append(f"{name} {done}: made up {kind} {text}")


def _one_way(name: str) -> str:
    return {"3": "T", "6": "1"}.get(name, name)


def _either_way(record: dict[str, object]) -> str:
    text = str(record["text"])
    return _one_way(text) if record["kind"] == "patch" else text


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Accuracy of the code readers.")
    parser.add_argument("--set", choices=(*DOSSIERS, "both"), default="both")
    parser.add_argument("--pages", type=int, default=60, help="sides per set")
    parser.add_argument("--folder", type=Path, help="where the dossiers are kept between runs")
    parser.add_argument("--json", type=Path, help="also write the table as JSON")
    chosen = parser.parse_args(arguments)
    names = tuple(DOSSIERS) if chosen.set == "both" else (chosen.set,)
    tables = {}
    with tempfile.TemporaryDirectory() as temporary:
        for name in names:
            tally = Tally()
            measure(name, chosen.pages, chosen.folder or Path(temporary), tally)
            _print(name, tally)
            tables[name] = {
                kind: [tally.there[kind], tally.read[kind], tally.made_up[kind]]
                for kind in ("patch", *FORMATS)
            }
    if chosen.json:
        chosen.json.write_text(json.dumps(tables, indent=1), encoding="utf-8")
    return 0


def _print(name: str, tally: Tally) -> None:
    print(f"{name}: {tally.plain_pages} sides without codes, {tally.coded_pages} with")
    print(f"  {'code':10} {'there':>6} {'read':>6} {'rate':>7} {'made up':>8}")
    for kind in ("patch", *FORMATS):
        there = tally.there[kind]
        rate = tally.read[kind] / there if there else 1.0
        print(f"  {kind:10} {there:6} {tally.read[kind]:6} {rate:7.1%} {tally.made_up[kind]:8}")
    for part, number in sorted(tally.spoilt_there.items()):
        print(f"    {part:12} {tally.spoilt_read[part]:4} of {number:4}")
    plain = 1000 * tally.plain_seconds / max(1, tally.plain_pages)
    coded = 1000 * tally.coded_seconds / max(1, tally.coded_pages)
    print(f"  CPU per page: {plain:.1f} ms without codes, {coded:.1f} ms with codes")
    for remark in tally.remarks:
        print("  " + remark)


if __name__ == "__main__":
    sys.exit(main())
