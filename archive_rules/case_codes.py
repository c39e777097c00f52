"""The codes that case numbers are made of: packaged data, and what a court adds to them."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from app.kernel.errors import BadInput
from archive_rules.data import check_keys, load_table, parse_table

_FOLDER = "case_number"
CHINESE = "[\u4e00-\u9fff]"
# What ends or joins the parts of a number cannot be part of a code.
_NO_CODE = "号第之字年"
TYPE_SHAPE = rf"(?:(?![{_NO_CODE}]){CHINESE}){{1,4}}"
_COURT_SHAPE = rf"(?:(?![{_NO_CODE}]){CHINESE}){{1,6}}[0-9]{{0,4}}"
_CHAMBER = r"[一二三四五六七八九十]{0,2}"


class CaseKind(enum.Enum):
    """What a case number says about the proceeding; UNKNOWN when its type is in no table."""

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
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class CaseCodes:
    """The tables in force: kinds by type code (类型代字), characters of specialised trial
    (专门审判代字) and court codes (法院代字) beyond those of the provinces."""

    kinds: Mapping[str, CaseKind]
    specialised: tuple[str, ...]
    courts: tuple[str, ...]
    provinces: str

    @property
    def court_pattern(self) -> str:
        """The court codes as a regular expression."""
        named = "".join(f"{re.escape(code)}|" for code in sorted(self.courts, key=_longest))
        return rf"{named}[{self.provinces}](?:[0-9]{{4}}|[0-9]{{2}})?"

    @property
    def type_pattern(self) -> str:
        """The known type codes as a regular expression, the longest first."""
        return "|".join(sorted(self.kinds, key=_longest))


@dataclass(frozen=True, kw_only=True)
class OldWords:
    """The type words of numbers from before 2016. `pattern` matches one from end to end, with the
    groups `head` and `stages`."""

    pattern: re.Pattern[str]
    heads: Mapping[str, CaseKind]
    stage_kinds: Mapping[str, CaseKind]
    enforcement_stages: Mapping[str, CaseKind]

    def parted(self, words: str) -> tuple[str, str] | None:
        """(abbreviation of the court, type words), or None when they end in no known type."""
        for start in range(len(words)):
            if self.pattern.fullmatch(words, start) is not None:
                return words[:start], words[start:]
        return None

    def kind(self, words: str) -> CaseKind:
        """The kind of proceeding of type words."""
        found = self.pattern.fullmatch(words)
        if found is None:
            return CaseKind.UNKNOWN
        kind = self.heads[found["head"]]
        stages = found["stages"]
        if kind is CaseKind.ENFORCEMENT:
            table = self.enforcement_stages
        elif kind in (CaseKind.CIVIL, CaseKind.UNKNOWN):
            table = self.stage_kinds
        else:
            table = {}
        return next((table[stage] for stage in stages if stage in table), kind)


def _longest(code: str) -> tuple[int, str]:
    return (-len(code), code)


@lru_cache(maxsize=1)
def packaged_codes() -> CaseCodes:
    """The codes that come with the program."""
    types = load_table(_FOLDER, "type_codes.toml")
    courts = load_table(_FOLDER, "courts.toml")
    return CaseCodes(
        kinds={
            code: CaseKind(group["kind"]) for group in types["group"] for code in group["codes"]
        },
        specialised=tuple(types["specialised"]),
        courts=(courts["supreme"],),
        provinces="".join(courts["province"]),
    )


@lru_cache(maxsize=1)
def old_words() -> OldWords:
    """The type words of numbers from before 2016."""
    table = load_table(_FOLDER, "old_styles.toml")
    heads: dict[str, CaseKind] = {}
    for group in table["group"]:
        for head in group["heads"]:
            heads.setdefault(head, CaseKind(group["kind"]))
    stages = "".join(table["stages"])
    pattern = re.compile(
        rf"(?P<head>{'|'.join(sorted(heads, key=_longest))}){_CHAMBER}"
        rf"(?:（{CHINESE}{{1,2}}）)?(?P<stages>[{stages}]{{0,3}})"
    )
    return OldWords(
        pattern=pattern,
        heads=heads,
        stage_kinds={word: CaseKind(kind) for word, kind in table["stage_kinds"].items()},
        enforcement_stages={
            word: CaseKind(kind) for word, kind in table["enforcement_stages"].items()
        },
    )


def codes_from_toml(text: str, *, name: str) -> CaseCodes:
    """The packaged codes with those a court adds.

    schema = 1
    specialised = ["海"]                                     # optional
    [[type]]
    code = "民快"                                            # 1 to 4 Chinese characters
    kind = "civil"                                           # a value of `CaseKind`
    name = "民事速裁"                                        # optional
    [[court]]
    code = "辽铁"
    name = "某铁路运输法院"                                   # optional

    Raises BadInput ARC-203 (no TOML), ARC-204 and ARC-205 (keys), ARC-206 (a value that cannot be
    used; a packaged code keeps its meaning).
    """
    table = parse_table(text, name=name)
    check_keys(table, name=name, required=("schema",), optional=("specialised", "type", "court"))
    packaged = packaged_codes()
    kinds = dict(packaged.kinds)
    for entry in _entries(table, "type", name):
        check_keys(entry, name=name, required=("code", "kind"), optional=("name",))
        code, kind = entry["code"], entry["kind"]
        if kind not in {known.value for known in CaseKind}:
            raise BadInput("ARC-206", name=name, key="kind", value=kind)
        if not _fits(TYPE_SHAPE, code) or kinds.get(code, CaseKind(kind)) is not CaseKind(kind):
            raise BadInput("ARC-206", name=name, key="code", value=code)
        kinds[code] = CaseKind(kind)
    courts = list(packaged.courts)
    for entry in _entries(table, "court", name):
        check_keys(entry, name=name, required=("code",), optional=("name",))
        if not _fits(_COURT_SHAPE, entry["code"]):
            raise BadInput("ARC-206", name=name, key="code", value=entry["code"])
        courts.append(entry["code"])
    specialised = table.get("specialised", [])
    if not isinstance(specialised, list):
        raise BadInput("ARC-206", name=name, key="specialised", value=specialised)
    for character in specialised:
        if not _fits(rf"(?![{_NO_CODE}]){CHINESE}", character):
            raise BadInput("ARC-206", name=name, key="specialised", value=character)
    return replace(
        packaged,
        kinds=kinds,
        courts=tuple(dict.fromkeys(courts)),
        specialised=tuple(dict.fromkeys([*packaged.specialised, *specialised])),
    )


def _entries(table: Mapping[str, Any], key: str, name: str) -> list[Mapping[str, Any]]:
    entries = table.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadInput("ARC-206", name=name, key=key, value=str(entries)[:80])
    return entries


def _fits(shape: str, value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(shape, value) is not None
