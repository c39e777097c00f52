"""Measures recognition against generated dossiers: `python build/accuracy_recognition.py DIR…`.

Each DIR is one dossier of `python -m scanner.paper` (sides and truth.json). Prints the character
error rate of the text, how many stamped page numbers were read right, wrong or not at all, and
whether the confidence given for them was honest.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BINS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)


def plain(text: str) -> str:
    """Text as compared: compatibility forms made one, white space removed."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def edits(left: str, right: str) -> int:
    """The Levenshtein distance of two texts."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def missed(lines: list[str], read: str) -> int:
    """Edits of the true lines against the text read, in whatever order the lines came.

    Each true line is compared with the best stretch of the text, so that seals, stamps and the
    order of table cells do not count as errors of recognition.
    """
    return sum(_best_stretch(plain(line), read) for line in lines)


def _best_stretch(line: str, text: str) -> int:
    if line in text:
        return 0
    row = [0] * (len(text) + 1)
    for i, a in enumerate(line, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(text, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return min(row)


def sides_of(folder: Path) -> list[dict[str, Any]]:
    """The sides of one dossier that are no planted image fault."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return [
        {**side, "path": str(folder / side["file"]), "family": truth["spec"]["family"]}
        for side in truth["sides"]
        if not side["faults"] or "unreadable" not in str(side["faults"])
    ]


def measure_numbers(sides: list[dict[str, Any]], verbose: bool) -> list[str]:
    """Reads the corners of all sides; lines of the report."""
    from ocr.recognition import read_numbers

    counts = {"right": 0, "wrong": 0, "not read": 0, "false": 0, "rightly none": 0}
    readings: list[tuple[float, bool]] = []
    seconds: list[float] = []
    for side in sides:
        started = time.process_time()
        found = read_numbers(side["path"], 0, side["turn"])
        seconds.append(time.process_time() - started)
        true = side["stamped_number"]
        best = found[0] if found else None
        sure = best is not None and best["confidence"] >= 0.5
        if best is not None:
            readings.append((best["confidence"], true is not None and best["value"] == int(true)))
        if true is None:
            verdict = "false" if sure else "rightly none"
        elif not sure:
            verdict = "not read"
        else:
            verdict = "right" if readings[-1][1] else "wrong"
        counts[verdict] += 1
        if verbose and verdict in {"wrong", "not read", "false"}:
            shown = [(r["text"], r["confidence"], r["corner"], r["box"]) for r in found[:3]]
            print(verdict, side["path"], true, side["number_box"], shown, file=sys.stderr)
    stamped = max(1, counts["right"] + counts["wrong"] + counts["not read"])
    report = [f"page numbers, best reading at 0.5 or surer ({len(sides)} sides):"]
    report += [f"  {name:<13}{count:>6}" for name, count in counts.items()]
    report.append(f"  right of stamped: {100 * counts['right'] / stamped:.2f} %")
    report.append(f"  processor seconds per side: {sum(seconds) / max(1, len(seconds)):.2f}")
    for low, high in pairwise(BINS):
        inside = [right for confidence, right in readings if low <= confidence < high]
        if inside:
            share = 100 * sum(inside) / len(inside)
            report.append(
                f"  confidence {low:.2f}-{min(high, 1.0):.2f}: {len(inside):>4} sides, "
                f"{share:.1f} % right"
            )
    return report


def tilt_of(path: str, turn: int) -> float:
    """The tilt as the inspection of images measures it: recognition is handed that one."""
    from ocr.image.load import load_page, turned
    from ocr.image.skew import measure_skew
    from ocr.image.view import view_of

    loaded = load_page(Path(path))
    skew = measure_skew(view_of(turned(loaded.pixels, turn), loaded.dpi).ink)
    return skew.degrees if skew.contrast > 1.07 else 0.0


def measure_text(sides: list[dict[str, Any]], engine: str) -> list[str]:
    """Reads whole pages; lines of the report."""
    from ocr.recognition import recognise

    # seal? -> [edits in any order, characters, seconds, pages, edits in reading order]
    sums: dict[str, list[float]] = {}
    for side in sides:
        tilt = tilt_of(side["path"], side["turn"])
        answer = recognise(side["path"], 0, side["turn"], engine, tilt)
        lines = [line if isinstance(line, str) else line["text"] for line in side["text_lines"]]
        read = plain("".join(line["text"] for line in answer["tree"]["lines"]))
        kind = f"{side['family']}, {'seal' if side.get('seal') else 'all'}"
        entry = sums.setdefault(kind, [0.0] * 5)
        entry[0] += missed(lines, read)
        entry[1] += sum(len(plain(line)) for line in lines)
        entry[2] += answer["seconds"]
        entry[3] += 1
        entry[4] += edits(plain("".join(lines)), read)
    report = [f"text, {engine}:"]
    for kind, (wrong, characters, seconds, pages, ordered) in sorted(sums.items()):
        report.append(
            f"  {kind:<20} {pages:>4.0f} pages {characters:>7.0f} characters "
            f"CER {100 * ordered / max(1.0, characters):.2f} % in reading order, "
            f"{100 * wrong / max(1.0, characters):.2f} % in any  {seconds / pages:.2f} s per page"
        )
    return report


def main() -> int:
    """Runs the measurement asked for and prints its table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("dossiers", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--text", type=int, default=0, help="how many written sides to read whole")
    parser.add_argument("--engine", default="rapidocr")
    parser.add_argument(
        "--conditions", type=int, default=0, help="how many sides to read under every condition"
    )
    parser.add_argument(
        "--figures", type=int, default=0, help="how many pages of figures under strain to read"
    )
    parser.add_argument("--no-numbers", action="store_true")
    parser.add_argument("--verbose", action="store_true", help="name the sides read wrong")
    wanted = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from recognition_tables import figures_under_strain, under_conditions

    sides = [side for folder in wanted.dossiers for side in sides_of(folder)]
    report: list[str] = []
    if not wanted.no_numbers:
        report += measure_numbers(sides, wanted.verbose)
    if wanted.text:
        written = [side for side in sides if side["text_lines"]]
        step = max(1, len(written) // wanted.text)
        report += measure_text(written[::step][: wanted.text], wanted.engine)
    if wanted.conditions:
        written = [side for side in sides if side["text_lines"]]
        step = max(1, len(written) // wanted.conditions)
        report += under_conditions(written[::step][: wanted.conditions], wanted.engine)
    if wanted.figures:
        report += figures_under_strain(wanted.figures, wanted.engine)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report.append(f"peak memory {peak:.0f} MB")
    sys.stdout.write("\n".join(report) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
