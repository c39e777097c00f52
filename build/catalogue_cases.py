"""The invented cases of `accuracy_catalogue.py`: who, where, when, in which words and layout."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FIGURES = "〇一二三四五六七八九"
TYPE_CODES = {
    "civil": "民初",
    "criminal": "刑初",
    "administrative": "行初",
    "enforcement": "执",
    "restricted": "民初",
}
# By how much the headings of the court exceed its text, and what stands between their characters.
LAYOUTS: dict[str, dict[str, Any]] = {
    "tune": {
        "text": (0.0125, 0.0155),
        "title": (1.5, 1.7, 2.0),
        "court": (1.0, 1.2, 1.5),
        "spaces": ("", " ", "  "),
        "foot": ("", "dashes", "page", "page_of"),
    },
    "check": {
        "text": (0.0115, 0.0165),
        "title": (1.35, 1.6, 1.85, 2.2),
        "court": (0.95, 1.35, 1.8),
        "spaces": (" ", "", "   "),
        "foot": ("", "page_of", "slash", "dashes", "page"),
    },
    "fresh": {
        "text": (0.0105, 0.0175),
        "title": (1.4, 1.55, 1.75, 2.1, 2.4),
        "court": (0.9, 1.1, 1.4, 1.7),
        "spaces": ("", "  ", " ", ""),
        "foot": ("dashes", "", "slash", "page", "page_of", ""),
    },
}
Day = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of document, see catalogue_kinds.toml."""

    title: str
    style: str
    proceedings: tuple[str, ...]
    pages: tuple[int, int]
    author: str
    date: str
    class_name: str
    common: bool


def load_kinds(family: str, proceeding: str) -> list[Kind]:
    """The kinds of documents that dossiers of a family and proceeding are made of."""
    table = tomllib.loads((HERE / "catalogue_kinds.toml").read_text(encoding="utf-8"))
    kinds = []
    for index, entry in enumerate(table["kinds"]):
        common = entry.get("common", False)
        drawn = common or family in ("final", "fresh") or (index % 2 == 0) == (family == "tune")
        if drawn and proceeding in entry["proceedings"]:
            fewest, most = entry["pages"]
            kinds.append(
                Kind(
                    title=entry["title"],
                    style=entry["style"],
                    proceedings=tuple(entry["proceedings"]),
                    pages=(fewest, most),
                    author=entry.get("author", ""),
                    date=entry.get("date", ""),
                    class_name=entry.get("class", ""),
                    common=common,
                )
            )
    return kinds


def printed_day(day: Day) -> str:
    """2021年3月4日."""
    return f"{day[0]}年{day[1]}月{day[2]}日"


def written_day(day: Day) -> str:
    """二〇二一年三月四日."""
    year = "".join(FIGURES[int(figure)] for figure in str(day[0]))
    return f"{year}年{written_number(day[1])}月{written_number(day[2])}日"


def iso_day(day: Day) -> str:
    """2021-03-04."""
    return f"{day[0]:04d}-{day[1]:02d}-{day[2]:02d}"


def written_number(number: int) -> str:
    """A number below 100 in Chinese."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else FIGURES[tens] + "十"
    return head + (FIGURES[ones] if ones else "")


class Case:
    """The people, the court and the layout of its papers, drawn once for a dossier."""

    def __init__(self, family: str, proceeding: str, seed: int) -> None:
        self.family, self.proceeding = family, proceeding
        chance = self.chance = random.Random(f"{family}/{proceeding}/{seed}")
        wordings = tomllib.loads((HERE / "catalogue_wordings.toml").read_text(encoding="utf-8"))
        self._words: dict[str, Any] = wordings[family]
        self.dialogue: list[str] = self._words["dialogue"]
        self.place: str = chance.choice(self._words["places"])
        self.court = self.place + "人民法院"
        self.plaintiff = self.name() if chance.random() < 0.75 else self.company()
        self.defendant = self.name() if chance.random() < 0.5 else self.company()
        self.agent = self.name()
        self.firm: str = self.place[:2] + chance.choice(self._words["firms"])
        self.year = chance.randint(2016, 2025)
        serial = f"{chance.choice('云苏鄂川')}{chance.randint(1000, 9999)}"
        self.case_no = f"（{self.year}）{serial}{TYPE_CODES[proceeding]}{chance.randint(3, 9999)}号"
        layout = LAYOUTS.get(family, LAYOUTS["check"])
        self.text_size = chance.uniform(*layout["text"])
        self.title_size: float = chance.choice(layout["title"])
        self.court_size: float = chance.choice(layout["court"])
        self.space: str = chance.choice(layout["spaces"])
        self.foot: str = chance.choice(layout["foot"])
        self.running_head = chance.random() < 0.3
        self.top = chance.uniform(0.07, 0.14)
        self.leading = chance.uniform(1.5, 1.9)
        self.number_at: str = chance.choice(("right", "centre"))

    def name(self) -> str:
        """A name of a person."""
        surname = str(self.chance.choice(self._words["surnames"]))
        if self.family != "tune" and self.chance.random() < 0.1:
            surname = "欧阳"
        count = self.chance.choice((1, 2, 2))
        return surname + "".join(
            self.chance.choice(self._words["given_names"]) for _ in range(count)
        )

    def company(self) -> str:
        """A name of a company."""
        return self.place[:2] + str(self.chance.choice(self._words["companies"]))

    def day(self, *, first: int | None = None) -> Day:
        """A day in the year of the case, or in one from `first` on."""
        year = self.year if first is None else self.chance.randint(first, 2025)
        return (year, self.chance.randint(1, 12), self.chance.randint(1, 28))

    def sentence(self) -> str:
        """A sentence without its full stop."""
        return str(self.chance.choice(self._words["sentences"])).format(
            day=printed_day(self.day(first=2010)),
            amount=self.chance.randint(100, 99999),
            place=self.place,
            name=self.name(),
        )

    def paragraph(self, sentences: int | None = None) -> str:
        """A paragraph, indented."""
        count = sentences or self.chance.randint(1, 4)
        return "　　" + "，".join(self.sentence() for _ in range(count)) + "。"

    def speech(self) -> str:
        """A line of a record."""
        return self.chance.choice(self.dialogue)

    def maybe(self, share: float) -> bool:
        """True in this share of draws."""
        return self.chance.random() < share
