"""Measures cataloguing on invented text: `python build/accuracy_catalogue.py --catalogue right`.

Draws dossiers of 220 kinds of documents in five proceedings as recognition would give them (no
images; characters, lines and seals misread), catalogues them and compares. Tune on the family
`tune`, look at `check`, report `final` and, with seeds never used, `fresh`; they differ in wording,
names and layout.

    python build/accuracy_catalogue.py --family check --seeds 1-6 --verbose
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from archive_rules.api import CatalogueProposal, ItemProposal  # noqa: E402
from archive_rules.cataloguing import catalogue  # noqa: E402
from catalogue_dossiers import TEMPLATES, Drawn, TrueItem, draw_dossier  # noqa: E402
from catalogue_tables import CATALOGUES  # noqa: E402

SURE = 0.75
FIELDS = ("title", "category", "date", "author")


@dataclass
class Score:
    """What was found over many dossiers."""

    counts: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    sure: Counter[str] = field(default_factory=Counter)
    surely_wrong: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    details: list[str] = field(default_factory=list)

    def note(self, name: str, *, right: bool, confidence: float | None) -> None:
        """One answer that was asked for; `confidence` None when it was not given."""
        self.asked[name] += 1
        self.right[name] += right
        if confidence is not None and confidence >= SURE:
            self.sure[name] += 1
            self.surely_wrong[name] += not right


def bare(title: str) -> str:
    """A title for comparison: without blanks and what stands in brackets."""
    return re.sub(r"[(（].*?[)）]", "", "".join(title.split()))


def compare(label: str, drawn: Drawn, proposal: CatalogueProposal, score: Score) -> None:
    """Adds what one dossier shows to the score."""
    found = {item.first_position: item for item in proposal.items}
    begins = {item.first for item in drawn.items}
    for true in drawn.items:
        name = f"{label} {true.kind.title} ({true.first}-{true.last})"
        item = found.get(true.first)
        score.counts["true"] += 1
        if item is None:
            score.counts["missed"] += 1
            score.details.append(f"{name}: not found")
            if true.draft.printed:
                score.note("title", right=False, confidence=None)
            continue
        _compare_fields(name, drawn, true, item, score)
    for first, item in found.items():
        if first not in begins:
            score.counts["extra"] += 1
            score.note("row", right=False, confidence=item.confidence)
            score.details.append(f"{label} {item.title} ({first}): begins nothing")


def _compare_fields(
    name: str, drawn: Drawn, true: TrueItem, item: ItemProposal, score: Score
) -> None:
    draft = true.draft
    titled = bare(item.title) in {bare(title) for title in draft.titles}
    whole = titled and item.last_position == true.last
    score.note("row", right=whole, confidence=item.confidence)
    if not whole:
        told = f"{item.title} to {item.last_position}, {item.confidence} {item.reason.code}"
        score.details.append(f"{name}: {told}")
    rows = [row for row in drawn.template.rows if true.kind.class_name in row.classes]
    answers = {
        "title": (draft.printed, titled, item.title),
        "category": (bool(rows), item.category in {row.title for row in rows}, item.category),
        "date": (draft.date_asked, item.date == draft.date, f"{item.date} not {draft.date}"),
        "author": (bool(draft.authors), item.author in draft.authors, item.author),
    }
    for key, (asked, right, shown) in answers.items():
        if asked:
            given = item.fields.get(key)
            score.note(key, right=right, confidence=given.confidence if given else None)
            if not right and key != "title":
                score.details.append(f"{name}: {key} {shown}")


def report(score: Score, sides: int) -> str:
    """The plain table."""
    true, missed, extra = (score.counts[key] for key in ("true", "missed", "extra"))
    hit = true - missed
    lines = [
        f"{true} documents on {sides} sides, "
        f"{score.seconds / max(1, sides) * 200:.2f} s of CPU per 200 sides",
        f"beginnings: F1 {2 * hit / max(1, 2 * hit + missed + extra):.4f} "
        f"(missed {missed}, too many {extra})",
        f"{'':10}{'asked':>8}{'right':>9}{'sure':>7}{'surely wrong':>14}",
    ]
    for name in ("row", *FIELDS):
        sure, wrong = score.sure[name], score.surely_wrong[name]
        lines.append(
            f"{name:10}{score.asked[name]:8}"
            f"{score.right[name] / max(1, score.asked[name]):9.4f}{sure:7}"
            f"{wrong:7} {wrong / max(1, sure):6.2%}"
        )
    return "\n".join(lines)


def seeds_of(text: str) -> list[int]:
    """1-3,7 as 1, 2, 3, 7."""
    seeds: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    return seeds


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--family", choices=("tune", "check", "final", "fresh"), default="final")
    parser.add_argument("--seeds", default="1-2", help="for instance 1-4,9")
    parser.add_argument("--proceedings", default=",".join(TEMPLATES))
    parser.add_argument("--catalogue", choices=(*CATALOGUES, "each"), default="each")
    parser.add_argument("--sides", type=int, default=120, help="about so many in a dossier")
    parser.add_argument("--noise", type=float, default=1.0, help="how badly it is read")
    parser.add_argument("--verbose", action="store_true", help="name every difference")
    arguments = parser.parse_args()
    chosen = CATALOGUES if arguments.catalogue == "each" else (arguments.catalogue,)
    for way in chosen:
        score = Score()
        sides = 0
        for proceeding in arguments.proceedings.split(","):
            for seed in seeds_of(arguments.seeds):
                drawn = draw_dossier(
                    arguments.family,
                    proceeding,
                    seed,
                    sides=arguments.sides,
                    catalogue=way,
                    noise=arguments.noise,
                )
                sides += len(drawn.sides)
                parties = (drawn.case.plaintiff, drawn.case.defendant)
                begun = time.process_time()
                proposal = catalogue(
                    drawn.sides, drawn.template, (), drawn.case.case_no, parties=parties
                )
                score.seconds += time.process_time() - begun
                compare(f"{proceeding} {seed}", drawn, proposal, score)
        print(f"family {arguments.family}, paper catalogue: {way}")
        print("\n".join([report(score, sides), *(score.details if arguments.verbose else [])]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
