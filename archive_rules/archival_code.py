"""Archival codes (档号): a pattern of fields as data, codes made by it and codes checked by it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from app.kernel.errors import BadInput, Refused
from archive_rules.data import check_keys, load_table, names_below, nearest, parse_table

_FOLDER = "archival_code"
DEFAULT = "piece"
NUMBER, YEAR, RETENTION = "number", "year", "retention"
YEARS = ("closed", "case")
PARTS = ("fonds", "catalogue", "number")
MOST_DIGITS = 9
_SLOT = re.compile(r"\{(\w+)\}")
# Signs that are typed for one another.
_ALIKE = str.maketrans({**dict.fromkeys("•‧・．∙", "·"), **dict.fromkeys("－—–―", "-")})


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeField:
    """A field that the court sets: its title, the form of its values, what it is by default."""

    title: str
    form: str
    default: str


@dataclass(frozen=True, kw_only=True)
class CodePattern:
    """How the archival codes of a court are built. `retention` gives the letter of each term of
    keeping, `year` which year is meant, `parts` what goes to the foot of the cover."""

    id: str
    title: str
    version: str
    source: str
    pattern: str
    number_digits: int
    year: str
    fields: Mapping[str, CodeField]
    retention: Mapping[str, str]
    parts: Mapping[str, str]

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of the fields in their order."""
        return tuple(_SLOT.findall(self.pattern))

    @cached_property
    def form(self) -> re.Pattern[str]:
        """What a code of this pattern looks like."""
        return re.compile(
            "".join(
                re.escape(text) if place % 2 == 0 else f"(?P<{text}>{self._form_of(text)})"
                for place, text in enumerate(_SLOT.split(self.pattern))
            )
        )

    def _form_of(self, name: str) -> str:
        if name == NUMBER:
            return rf"[0-9]{{{self.number_digits},{MOST_DIGITS}}}"
        if name == YEAR:
            return "(?:19|20)[0-9]{2}"
        if name == RETENTION:
            return "|".join(re.escape(letter) for letter in self.retention.values())
        return self.fields[name].form

    def read(self, code: str) -> dict[str, str]:
        """The fields of a code. Raises BadInput ACD-101 when it is none of this pattern."""
        found = self.form.fullmatch(code)
        if found is None:
            raise BadInput("ACD-101", given=code, title=self.title, example=self.example)
        return found.groupdict()

    def write(self, values: Mapping[str, str], number: int) -> str:
        """The code with these fields and this running number."""
        return self.pattern.format_map({**values, NUMBER: f"{number:0{self.number_digits}d}"})

    def next_number(self, values: Mapping[str, str], codes: Iterable[str], *, first: int) -> int:
        """The number after the highest one of the codes that differ from these fields in the
        number alone; `first` when there is none."""
        head, _slot, tail = self.pattern.partition("{number}")
        begin, end = head.format_map(values), tail.format_map(values)
        numbers = [
            int(code[len(begin) : len(code) - len(end)])
            for code in codes
            if code.startswith(begin)
            and code.endswith(end)
            and code[len(begin) : len(code) - len(end)].isdecimal()
        ]
        return max([*numbers, first - 1]) + 1

    def parts_of(self, values: Mapping[str, str]) -> dict[str, str]:
        """What goes to the foot of the cover: 全宗号, 目录号, 案卷号."""
        return {name: text.format_map(values) for name, text in self.parts.items()}

    @property
    def example(self) -> str:
        """A code of this pattern, to show a person its form."""
        shown = {"fonds": "J380", "catalogue": "1", YEAR: "2021"}
        values = {
            name: field.default or shown.get(name, "A") for name, field in self.fields.items()
        }
        letter = next(iter(self.retention.values()), "")
        return self.write({**shown, RETENTION: letter, **values}, 1)


def plain_code(text: str) -> str:
    """A code as it is stored: no blanks, half-width signs, dots and strokes of one kind."""
    wide = {ord("！") + place: chr(ord("!") + place) for place in range(94)}
    return "".join(text.split()).translate(_ALIKE).translate(wide).upper()


def pattern_names() -> tuple[str, ...]:
    """The identifiers of the packaged patterns."""
    return names_below(_FOLDER)


@lru_cache(maxsize=8)
def load_pattern(name: str = DEFAULT) -> CodePattern:
    """A packaged pattern. Raises BadInput ARC-207 with the nearest name when there is none."""
    if name not in pattern_names():
        raise BadInput("ARC-207", name=name, nearest=nearest(name, pattern_names()))
    return pattern_from_table(load_table(_FOLDER, f"{name}.toml"), name=name)


def parse_pattern(text: str, *, name: str) -> tuple[CodePattern, dict[str, Any]]:
    """A court's own pattern from TOML text, and its table. Raises BadInput ARC-203 to ARC-206."""
    table = parse_table(text, name=name)
    return pattern_from_table(table, name=name), table


def pattern_from_table(table: Mapping[str, Any], *, name: str) -> CodePattern:
    """A pattern from its table. Raises BadInput ARC-204, ARC-205 (keys), ARC-206 (values)."""
    head = ("schema", "id", "title", "version", "effective", "source")
    body = ("pattern", "number_digits", "year", "fields", "retention", "parts")
    check_keys(table, name=name, required=(*head, *body))
    fields = {}
    for key, entry in _table(table, "fields", name=name).items():
        check_keys(entry, name=f"{name}.{key}", required=("title", "form", "default"))
        field = CodeField(title=entry["title"], form=entry["form"], default=entry["default"])
        _require_form(field, name=name, key=key)
        fields[str(key)] = field
    retention = _table(table, "retention", name=name)
    digits = table["number_digits"]
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= MOST_DIGITS:
        raise BadInput("ARC-206", name=name, key="number_digits", value=digits)
    if table["year"] not in YEARS:
        raise BadInput("ARC-206", name=name, key="year", value=table["year"])
    parts = _table(table, "parts", name=name)
    check_keys(parts, name=f"{name}.parts", required=PARTS)
    known = {NUMBER, YEAR, *fields, *((RETENTION,) if retention else ())}
    for key, text in (("pattern", str(table["pattern"])), *parts.items()):
        slots = _SLOT.findall(text)
        if (
            set(slots) - known
            or len(set(slots)) != len(slots)
            or re.search("[{}]", _SLOT.sub("", text))
        ):
            raise BadInput("ARC-206", name=name, key=key, value=text)
    if NUMBER not in _SLOT.findall(str(table["pattern"])):
        raise BadInput("ARC-206", name=name, key="pattern", value=table["pattern"])
    return CodePattern(
        id=str(table["id"]),
        title=str(table["title"]),
        version=str(table["version"]),
        source=str(table["source"]),
        pattern=str(table["pattern"]),
        number_digits=digits,
        year=str(table["year"]),
        fields=fields,
        retention={str(key): str(value) for key, value in retention.items()},
        parts={name: str(parts[name]) for name in PARTS},
    )


def field_values(
    pattern: CodePattern,
    settings: Mapping[str, str],
    *,
    kind: str,
    year: str,
    retention: str,
) -> dict[str, str]:
    """The fields of the code of a case, without its number. A setting "unit.civil" holds for
    cases of that kind, "unit" for all others.

    Raises Refused ACD-102 when the court has not set a field yet, ACD-103 when there is no letter
    for the term of keeping, ACD-104 when no year is known.
    """
    values: dict[str, str] = {}
    for slot in pattern.slots:
        if slot == NUMBER:
            continue
        if slot == YEAR:
            if not year:
                raise Refused("ACD-104")
            values[slot] = year
        elif slot == RETENTION:
            if retention not in pattern.retention:
                raise Refused("ACD-103", retention=retention)
            values[slot] = pattern.retention[retention]
        else:
            field = pattern.fields[slot]
            values[slot] = settings.get(f"{slot}.{kind}") or settings.get(slot) or field.default
            if not values[slot]:
                raise Refused("ACD-102", field=field.title)
    return values


def checked_setting(pattern: CodePattern, name: str, value: str) -> str:
    """A value that a court gives a field. Raises BadInput ACD-105 (no such field), ACD-106 (not
    of its form); an empty value takes the setting away."""
    slot = name.partition(".")[0]
    if slot not in pattern.fields:
        raise BadInput("ACD-105", name=name, known=", ".join(pattern.fields))
    value = plain_code(value)
    if value and re.fullmatch(pattern.fields[slot].form, value) is None:
        raise BadInput("ACD-106", field=pattern.fields[slot].title, value=value)
    return value


def _require_form(field: CodeField, *, name: str, key: str) -> None:
    try:
        compiled = re.compile(field.form)
    except (re.error, TypeError):
        raise BadInput("ARC-206", name=name, key=key, value=field.form) from None
    if field.default and compiled.fullmatch(field.default) is None:
        raise BadInput("ARC-206", name=name, key=key, value=field.default)


def _table(table: Mapping[str, Any], key: str, *, name: str) -> Mapping[str, Any]:
    found = table[key]
    if not isinstance(found, Mapping):
        raise BadInput("ARC-206", name=name, key=key, value=found)
    return found
