"""Case numbers (案号): read once, kept in one normal form.

Form since 2016-01-01 (法〔2015〕137号, amended by 法〔2018〕335号): （收案年度）+ 法院代字 +
[专门审判代字] + 类型代字 + 案件编号 + 号 [+ 之一, 之二 …]. Older dossiers carry the form
（2014）民一终字第174号, which is kept as a form of its own.

Written in many ways, kept in one: brackets of any kind and width, blanks, full-width figures,
第 before the number, 之一 before or behind 号 or as -1, years of two figures before 2000, zeros
before an old number, and O, Q, l, I for figures, which no case number has as letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from app.kernel.errors import BadInput
from archive_rules.case_codes import (
    CHINESE,
    TYPE_SHAPE,
    CaseCodes,
    CaseKind,
    old_words,
    packaged_codes,
)
from archive_rules.text import chinese_number, plain, plain_with_positions, to_chinese

__all__ = (
    "CaseKind",
    "CaseNumber",
    "FoundCaseNumber",
    "find_all",
    "kind_of",
    "parse",
    "search_form",
    "use_codes",
)

_FIRST_YEAR = 1949
_LAST_YEAR = 2099
_CENTURY = 1900
_FIGURES = str.maketrans({"O": "0", "o": "0", "Q": "0", "〇": "0", "○": "0", "l": "1", "I": "1"})
# One character for one, so that places in the text stay; `plain` has folded the rest.
_SIGNS = str.maketrans(
    {"{": "(", "}": ")", "〈": "(", "〉": ")", "《": "(", "》": ")", "<": "(", ">": ")"}
    | {"｟": "(", "｠": ")", "⟨": "(", "⟩": ")", "〖": "(", "〗": ")"}
    | dict.fromkeys("\u2014\u2013\u2015\u2010\u2012\u2212", "-")
    | {"號": "号", "笫": "第"}
)
_YEAR = r"\((?P<year>[0-9]{4}|[4-9][0-9])年?度?\)"
_CHINESE_SUFFIX = r"(?:[二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_SUFFIX = rf"(?:之(?:{_CHINESE_SUFFIX}|[1-9][0-9]?)|-[1-9][0-9]?(?![0-9]))"
_END = rf"(?P<inner>{_SUFFIX})?号(?P<suffix>{_SUFFIX})?"
_NUMBER = r"(?P<number>[1-9][0-9]{0,8})"
_BEGINNING = re.compile(r"\([0-9]{1,4}(?:$|\))|(?:[0-9]{4}\))")
_OLD = re.compile(
    rf"{_YEAR}(?P<words>(?:{CHINESE}|\({CHINESE}{{1,2}}\)){{1,12}}?)字第?"
    rf"(?P<number>0*[1-9][0-9]{{0,8}}){_END}"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseNumber:
    """A case number in its parts. `court` is 法院代字 (辽0882), `specialised` 专门审判代字 or "",
    `suffix` 之一 … or "", `old_style` true for the form with 字第."""

    year: int
    court: str
    specialised: str
    type_code: str
    number: int
    suffix: str
    old_style: bool = False

    @property
    def normal(self) -> str:
        """The one normal form, with full-width brackets: （2019）辽0882民初4866号."""
        middle = "字第" if self.old_style else ""
        return (
            f"（{self.year}）{self.court}{self.specialised}{self.type_code}"
            f"{middle}{self.number}号{self.suffix}"
        )

    def __str__(self) -> str:
        return self.normal


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundCaseNumber:
    """A case number in running text: `text[start:end]` is how it is written there."""

    case_number: CaseNumber
    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True)
class _Grammar:
    """The patterns of numbers since 2016, of known types and of any type."""

    known: re.Pattern[str]
    shaped: re.Pattern[str]


class _InForce:
    """The codes of this process: those of its data folder. One process has one court."""

    codes: CaseCodes | None = None


_IN_FORCE = _InForce()


def use_codes(codes: CaseCodes | None) -> None:
    """Let these codes be those of this process, None for the packaged ones."""
    _IN_FORCE.codes = codes
    _grammar.cache_clear()


def codes_in_force() -> CaseCodes:
    """The codes by which numbers are read now."""
    return _IN_FORCE.codes or packaged_codes()


@lru_cache(maxsize=1)
def _grammar() -> _Grammar:
    codes = codes_in_force()

    def pattern(types: str) -> re.Pattern[str]:
        return re.compile(
            rf"{_YEAR}(?P<court>{codes.court_pattern})"
            rf"(?P<specialised>{'|'.join(codes.specialised)})?"
            rf"(?P<type>{types})(?:字?第)?{_NUMBER}{_END}"
        )

    return _Grammar(known=pattern(codes.type_pattern), shaped=pattern(TYPE_SHAPE))


def parse(text: str, *, known_types: bool = False) -> CaseNumber:
    """The case number that `text` is, in whatever way it is written.

    A type that no table knows is accepted when all other parts are right, and is of
    `CaseKind.UNKNOWN`: tables are never complete. With `known_types` it is refused. Raises
    BadInput ARC-101 with the part that was expected (年份, 法院代字, 类型代字, 案件编号, 号) and
    what stands there instead.
    """
    compact = _folded(text).translate(_FIGURES)
    # 字第 makes an old number, unless its court has figures, which only the new form knows.
    old = _OLD.fullmatch(compact)
    if old is not None:
        return _from_old(old, text, known_types=known_types)
    for pattern in (_grammar().known,) if known_types else (_grammar().known, _grammar().shaped):
        found = pattern.fullmatch(compact)
        if found is not None:
            return _from_modern(found, text)
    expected, rest = _what_is_wrong(compact)
    raise BadInput("ARC-101", text=_short(text), expected=expected, found=_short(rest))


def find_all(text: str) -> list[FoundCaseNumber]:
    """All case numbers in running text, in order; blanks and line ends inside one are allowed.

    Only numbers of known types, in figures: much in running text is built like a case number.
    """
    if "号" not in text and "號" not in text:
        return []  # nearly every line of a dossier
    compact, positions = plain_with_positions(text)
    compact = compact.translate(_SIGNS)
    found: dict[int, FoundCaseNumber] = {}
    for pattern in (_OLD, _grammar().known):
        for match in pattern.finditer(compact):
            # What stands behind 号 with a dash is the number of a page rather than of a ruling.
            dashed = (match["suffix"] or "").startswith("-")
            last = (match.start("suffix") if dashed else match.end()) - 1
            start, end = positions[match.start()], positions[last] + 1
            written = text[start:end]
            try:
                number = parse(written, known_types=True)
            except BadInput:
                continue  # looks like one, but the year or the type rules it out
            if start not in found:
                found[start] = FoundCaseNumber(
                    case_number=number, start=start, end=end, text=written
                )
    return sorted(found.values(), key=lambda item: item.start)


def search_form(text: str) -> str:
    """What to look for when a person types `text` into a search field: the normal form of a case
    number; of the beginning of one, brackets and figures as the normal form has them; any other
    text without blanks around."""
    try:
        return parse(text).normal
    except BadInput:
        pass
    compact = _folded(text)
    if _BEGINNING.match(compact) is None:
        return text.strip()
    return compact.translate(_FIGURES).replace("(", "（").replace(")", "）")


def kind_of(case_number: CaseNumber) -> CaseKind:
    """The kind of proceeding; old type words are judged by their parts."""
    if case_number.old_style:
        return old_words().kind(case_number.type_code)
    return codes_in_force().kinds.get(case_number.type_code, CaseKind.UNKNOWN)


def _folded(text: str) -> str:
    return plain(text).translate(_SIGNS)


def _short(text: str) -> str:
    return text.strip()[:80]


def _suffix(match: re.Match[str], whole: str) -> str:
    inner, outer = match["inner"], match["suffix"]
    if inner and outer:
        raise BadInput("ARC-101", text=_short(whole), expected="号", found=outer)
    value = chinese_number((inner or outer or "")[1:])
    return f"之{to_chinese(value)}" if value else ""


def _year(text: str, whole: str) -> int:
    year = int(text) if len(text) > 2 else _CENTURY + int(text)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise BadInput("ARC-101", text=_short(whole), expected="年份", found=text)
    return year


def _from_modern(match: re.Match[str], whole: str) -> CaseNumber:
    return CaseNumber(
        year=_year(match["year"], whole),
        court=match["court"],
        specialised=match["specialised"] or "",
        type_code=match["type"],
        number=int(match["number"]),
        suffix=_suffix(match, whole),
    )


def _from_old(match: re.Match[str], whole: str, *, known_types: bool) -> CaseNumber:
    words = match["words"].replace("(", "（").replace(")", "）")
    parted = old_words().parted(words)
    if parted is None:
        if known_types:
            raise BadInput("ARC-101", text=_short(whole), expected="类型代字", found=words)
        parted = ("", words)
    return CaseNumber(
        year=_year(match["year"], whole),
        court=parted[0],
        specialised="",
        type_code=parted[1],
        number=int(match["number"]),
        suffix=_suffix(match, whole),
        old_style=True,
    )


def _what_is_wrong(compact: str) -> tuple[str, str]:
    codes = codes_in_force()
    rest = compact
    steps = (
        ("年份", _YEAR),
        ("法院代字", codes.court_pattern),
        (
            "类型代字",
            rf"(?:{'|'.join(codes.specialised)})?(?:{codes.type_pattern}|{TYPE_SHAPE})第?",
        ),
        ("案件编号", r"[1-9][0-9]{0,8}(?![0-9])"),
        ("号", rf"(?:{_SUFFIX})?号(?:{_SUFFIX})?$"),
    )
    for expected, pattern in steps:
        match = re.match(pattern, rest)
        if match is None:
            return expected, rest
        rest = rest[match.end() :]
    return "号", rest
