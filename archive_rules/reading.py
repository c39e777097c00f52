"""Rules of reading (阅卷): kinds of readers with their papers, documents to be kept back."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.kernel.errors import BadInput
from archive_rules.data import check_keys, load_table, names_below, nearest
from archive_rules.text import plain

_FOLDER = "reading"
DEFAULT = "default"
_SATURDAY = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class ReaderKind:
    """A kind of reader. She lays all `needed` papers before the counter, one of `one_of` (where
    there are any), and may lay `also`; all are codes of papers. `cases` are kinds of cases that she
    may be a reader of, empty for all."""

    code: str
    title: str
    source: str
    needed: tuple[str, ...]
    one_of: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    represents: bool = False
    leave: bool = False
    copies: bool = True
    note: str = ""

    @property
    def papers(self) -> tuple[str, ...]:
        """All papers of this kind, the needed ones first."""
        return (*self.needed, *self.one_of, *self.also)

    def missing(self, seen: Collection[str]) -> tuple[str, ...]:
        """Papers that are wanting when these were seen; of those of which one is enough, all."""
        wanting = [paper for paper in self.needed if paper not in seen]
        if self.one_of and not any(paper in seen for paper in self.one_of):
            wanting.extend(self.one_of)
        return tuple(wanting)

    def reads(self, case_kind: str) -> bool:
        """Whether this kind of reader exists in cases of this kind."""
        return not self.cases or case_kind in self.cases


@dataclass(frozen=True, kw_only=True, slots=True)
class WithheldRule:
    """Documents whose titles hold one of `words` and none of `exceptions` are kept back."""

    code: str
    reason: str
    source: str
    words: tuple[str, ...]
    exceptions: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()

    def fits(self, title: str, case_kind: str) -> bool:
        """Whether a document of this title is kept back in such a case."""
        if self.cases and case_kind not in self.cases:
            return False
        read = plain(title)
        return any(plain(word) in read for word in self.words) and not any(
            plain(word) in read for word in self.exceptions
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class RulesOfReading:
    """One version of the rules; `papers` are names by code."""

    id: str
    title: str
    version: str
    source: str
    papers: Mapping[str, str]
    kinds: tuple[ReaderKind, ...]
    withheld: tuple[WithheldRule, ...]

    def kind(self, code: str) -> ReaderKind:
        """The kind of this code. Raises BadInput ARC-207 with the nearest when there is none."""
        for kind in self.kinds:
            if kind.code == code:
                return kind
        known = [kind.code for kind in self.kinds]
        raise BadInput("ARC-207", name=code, nearest=nearest(code, known))

    def withheld_for(self, title: str, case_kind: str) -> str:
        """Why a document of this title is kept back, "" when it is not."""
        for rule in self.withheld:
            if rule.fits(title, case_kind):
                return rule.reason
        return ""


def reading_rule_names() -> tuple[str, ...]:
    """The identifiers of the packaged sets."""
    return names_below(_FOLDER)


@lru_cache(maxsize=8)
def load_reading_rules(name: str = DEFAULT) -> RulesOfReading:
    """A packaged set. Raises BadInput ARC-207 with the nearest name when there is none."""
    if name not in reading_rule_names():
        raise BadInput("ARC-207", name=name, nearest=nearest(name, reading_rule_names()))
    return reading_rules_from_table(load_table(_FOLDER, f"{name}.toml"), name=name)


def reading_rules_from_table(table: Mapping[str, Any], *, name: str) -> RulesOfReading:
    """A set from its table. Raises BadInput ARC-204, ARC-205 (keys) and ARC-206 (values)."""
    head = ("schema", "id", "title", "version", "effective", "source")
    check_keys(table, name=name, required=(*head, "papers", "kinds", "withheld"))
    papers = {str(code): str(title) for code, title in table["papers"].items()}
    return RulesOfReading(
        id=str(table["id"]),
        title=str(table["title"]),
        version=str(table["version"]),
        source=str(table["source"]),
        papers=papers,
        kinds=tuple(_kind(row, papers, name=name) for row in table["kinds"]),
        withheld=tuple(_withheld(row, name=name) for row in table["withheld"]),
    )


def last_working_day(begins: datetime.date, days: int) -> datetime.date:
    """The last of so many working days after a day, from Monday to Friday: public holidays are not
    known here, so that the real term may end later, never sooner."""
    day = begins
    while days > 0:
        day += datetime.timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day


def _kind(row: Mapping[str, Any], papers: Mapping[str, str], *, name: str) -> ReaderKind:
    lists = ("one_of", "also", "cases")
    switches = ("represents", "leave", "copies")
    check_keys(
        row,
        name=name,
        required=("code", "title", "needed", "source"),
        optional=(*lists, *switches, "note"),
    )
    kind = ReaderKind(
        code=str(row["code"]),
        title=str(row["title"]),
        source=str(row["source"]),
        needed=_words(row, "needed", name=name),
        note=str(row.get("note", "")),
        one_of=_words(row, "one_of", name=name),
        also=_words(row, "also", name=name),
        cases=_words(row, "cases", name=name),
        represents=bool(row.get("represents", False)),
        leave=bool(row.get("leave", False)),
        copies=bool(row.get("copies", True)),
    )
    for paper in kind.papers:
        if paper not in papers:
            raise BadInput("ARC-206", name=name, key="papers", value=paper)
    return kind


def _withheld(row: Mapping[str, Any], *, name: str) -> WithheldRule:
    check_keys(
        row,
        name=name,
        required=("code", "reason", "words", "source"),
        optional=("except", "cases"),
    )
    words = _words(row, "words", name=name)
    if not words:
        raise BadInput("ARC-206", name=name, key="words", value=list(words))
    return WithheldRule(
        code=str(row["code"]),
        reason=str(row["reason"]),
        source=str(row["source"]),
        words=words,
        exceptions=_words(row, "except", name=name),
        cases=_words(row, "cases", name=name),
    )


def _words(row: Mapping[str, Any], key: str, *, name: str) -> tuple[str, ...]:
    value: Sequence[Any] = row.get(key, ())
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise BadInput("ARC-206", name=name, key=key, value=value)
    return tuple(value)
