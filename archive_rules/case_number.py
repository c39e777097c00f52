"""Case numbers (案号): read once, kept in one normal form.

Form since 2016-01-01 (法〔2015〕137号, amended by 法〔2018〕335号): （收案年度）+ 法院代字 +
[专门审判代字] + 类型代字 + 案件编号 + 号 [+ 之一, 之二 …]. Older dossiers carry the form
（2014）民一终字第174号, which is read and kept as it is.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from functools import lru_cache

from app.kernel.errors import BadInput
from archive_rules.data import load_table
from archive_rules.text import chinese_number, plain, plain_with_positions, to_chinese

_FIRST_YEAR = 1949
_LAST_YEAR = 2099
_OLD_TYPE = re.compile(r"(?:民|刑|行|商|知|执|赔|经|破|保|立|监)[一二三四五六七八九十\w]{0,5}")


class CaseKind(enum.Enum):
    """What a case number says about the proceeding."""

    CIVIL = "civil"
    CRIMINAL = "criminal"
    ADMINISTRATIVE = "administrative"
    ENFORCEMENT = "enforcement"
    ENFORCEMENT_PRESERVATION = "enforcement_preservation"
    ENFORCEMENT_RESUMED = "enforcement_resumed"
    PRESERVATION = "preservation"
    JURISDICTION = "jurisdiction"
    COMPENSATION = "compensation"
    ASSISTANCE = "assistance"
    SANCTION = "sanction"
    BANKRUPTCY = "bankruptcy"
    MEDIATION = "mediation"


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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Tables:
    kinds: dict[str, CaseKind]
    codes: tuple[str, ...]
    specialised: tuple[str, ...]
    court: str


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    types = load_table("case_number", "type_codes.toml")
    courts = load_table("case_number", "courts.toml")
    kinds = {code: CaseKind(group["kind"]) for group in types["group"] for code in group["codes"]}
    provinces = "".join(courts["province"])
    return _Tables(
        kinds=kinds,
        codes=tuple(sorted(kinds, key=lambda code: (-len(code), code))),
        specialised=tuple(types["specialised"]),
        court=rf"{courts['supreme']}|[{provinces}](?:\d{{4}}|\d{{2}})?",
    )


@lru_cache(maxsize=1)
def _modern() -> re.Pattern[str]:
    tables = _tables()
    return re.compile(
        rf"\((?P<year>\d{{4}})\)(?P<court>{tables.court})"
        rf"(?P<specialised>{'|'.join(tables.specialised)})?"
        rf"(?P<type>{'|'.join(tables.codes)})(?P<number>[1-9]\d{{0,8}})号(?P<suffix>{_SUFFIX})?"
    )


_SUFFIX = r"之(?:[一二三四五六七八九十]{1,3}|\d{1,2})"
_OLD = re.compile(
    r"\((?P<year>\d{4})\)(?P<words>[\u4e00-\u9fff]{1,12}?)字第(?P<number>0*[1-9]\d{0,8})"
    rf"(?:[-—]\d+)?号(?P<suffix>{_SUFFIX})?"
)


def parse(text: str) -> CaseNumber:
    """The case number that `text` is. Brackets of any kind and width, blanks and full-width
    figures are accepted. Raises BadInput ARC-101 with the part that was expected (年份, 法院代字,
    类型代字, 案件编号, 号) and what stands there instead."""
    compact = plain(text)
    found = _modern().fullmatch(compact)
    if found is not None:
        return _from_modern(found, text)
    old = _OLD.fullmatch(compact)
    if old is not None:
        return _from_old(old, text)
    expected, rest = _what_is_wrong(compact)
    raise BadInput("ARC-101", text=text.strip(), expected=expected, found=rest)


def find_all(text: str) -> list[FoundCaseNumber]:
    """All case numbers in running text, in order; blanks and line ends inside one are allowed."""
    compact, positions = plain_with_positions(text)
    found: list[FoundCaseNumber] = []
    for pattern, build in ((_modern(), _from_modern), (_OLD, _from_old)):
        for match in pattern.finditer(compact):
            start = positions[match.start()]
            end = positions[match.end() - 1] + 1
            try:
                number = build(match, text[start:end])
            except BadInput:
                continue  # looks like one, but the year or the type rules it out
            found.append(
                FoundCaseNumber(case_number=number, start=start, end=end, text=text[start:end])
            )
    return sorted(found, key=lambda item: item.start)


def kind_of(case_number: CaseNumber) -> CaseKind:
    """The kind of proceeding. Old type words are judged by their characters."""
    kind = _tables().kinds.get(case_number.type_code)
    if kind is not None:
        return kind
    code = case_number.type_code
    for character, old_kind in (
        ("执", CaseKind.ENFORCEMENT),
        ("保", CaseKind.PRESERVATION),
        ("刑", CaseKind.CRIMINAL),
        ("行", CaseKind.ADMINISTRATIVE),
        ("赔", CaseKind.COMPENSATION),
        ("破", CaseKind.BANKRUPTCY),
    ):
        if character in code:
            return old_kind
    return CaseKind.CIVIL


def _suffix(text: str | None) -> str:
    if not text:
        return ""
    value = chinese_number(text[1:])
    return f"之{to_chinese(value)}" if value else ""


def _year(text: str, whole: str) -> int:
    year = int(text)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise BadInput("ARC-101", text=whole.strip(), expected="年份", found=text)
    return year


def _from_modern(match: re.Match[str], whole: str) -> CaseNumber:
    return CaseNumber(
        year=_year(match["year"], whole),
        court=match["court"],
        specialised=match["specialised"] or "",
        type_code=match["type"],
        number=int(match["number"]),
        suffix=_suffix(match["suffix"]),
    )


def _from_old(match: re.Match[str], whole: str) -> CaseNumber:
    year = _year(match["year"], whole)
    kind = _OLD_TYPE.search(match["words"])
    if kind is None:
        raise BadInput("ARC-101", text=whole.strip(), expected="类型代字", found=match["words"])
    return CaseNumber(
        year=year,
        court=match["words"][: kind.start()],
        specialised="",
        type_code=match["words"][kind.start() :],
        number=int(match["number"]),
        suffix=_suffix(match["suffix"]),
        old_style=True,
    )


def _what_is_wrong(compact: str) -> tuple[str, str]:
    tables = _tables()
    rest = compact
    types = "|".join(tables.codes)
    steps = (
        ("年份", r"\(\d{4}\)"),
        ("法院代字", tables.court),
        ("类型代字", rf"(?:{'|'.join(tables.specialised)})?(?:{types})"),
        ("案件编号", r"[1-9]\d{0,8}"),
        ("号", rf"号(?:{_SUFFIX})?$"),
    )
    for expected, pattern in steps:
        match = re.match(pattern, rest)
        if match is None:
            return expected, rest
        rest = rest[match.end() :]
    return "号", rest
