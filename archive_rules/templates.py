"""Catalogue templates (目录模板): the versioned order of the documents of one part of a dossier."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.kernel.errors import BadInput
from archive_rules.case_number import CaseKind, CaseNumber, kind_of
from archive_rules.data import check_keys, load_table, names_below, nearest

_FOLDER = "catalogue"
_REQUIRED = ("schema", "id", "title", "version", "effective", "source", "part", "kinds", "rows")
_OPTIONAL = ("type_codes",)
MAIN = "main"
RESTRICTED = "restricted"
OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateRow:
    """One row: its number, its title and the classes of documents that belong to it."""

    number: int
    title: str
    classes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A catalogue template. `part` is "main" (正卷) or "restricted" (副卷); `kinds` are the kinds
    of proceedings it is meant for, `type_codes` the type codes of case numbers where a court
    means only some; `effective` is the day from which it may be used."""

    id: str
    title: str
    version: str
    effective: datetime.date
    source: str
    part: str
    kinds: tuple[CaseKind, ...]
    rows: tuple[TemplateRow, ...]
    type_codes: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """Name and version, as dossiers keep it: `name@version`."""
        return f"{self.id}@{self.version}"

    def meant_for(self, case_number: CaseNumber) -> bool:
        """Whether a new case with this number gets the template. Type codes that are named
        count alone; the kinds are for templates that name none."""
        if self.type_codes:
            return case_number.type_code in self.type_codes
        return kind_of(case_number) in self.kinds

    def row(self, number: int) -> TemplateRow:
        """The row with this number. Raises BadInput ARC-202 when the template has none."""
        for row in self.rows:
            if row.number == number:
                return row
        raise BadInput("ARC-202", template=self.id, number=number)

    def row_for(self, classes: tuple[str, ...], after: int = 0) -> TemplateRow | None:
        """The row that takes a document of these classes (best first), or None.

        Where several rows take it (送达回证 goes with what was served), the first one not before
        row `after` is meant, because a dossier is bound in the order of its catalogue.
        """
        for name in classes:
            rows = [row for row in self.rows if name in row.classes]
            if rows:
                return next((row for row in rows if row.number >= after), rows[-1])
        return None

    @property
    def other(self) -> TemplateRow | None:
        """The row for what is not listed, if the template has one."""
        return self.row_for((OTHER,))


@lru_cache(maxsize=1)
def template_names() -> tuple[str, ...]:
    """The identifiers of the packaged templates."""
    return names_below(_FOLDER)


@lru_cache(maxsize=32)
def load_template(name: str) -> Template:
    """A packaged template, by its name or as `name@version`. Raises BadInput ARC-201 with the
    nearest name when there is none."""
    own, _, version = name.partition("@")
    if own in template_names():
        template = template_from_table(load_table(_FOLDER, f"{own}.toml"), name=own)
        if version in ("", template.version):
            return template
    raise BadInput("ARC-201", name=name, nearest=nearest(own, template_names()))


def template_from_table(table: Mapping[str, Any], *, name: str) -> Template:
    """A template from its TOML table, so that a court can bring its own.

    Raises BadInput ARC-204, ARC-205 (keys) and ARC-206 (a value that cannot be used).
    """
    check_keys(table, name=name, required=_REQUIRED, optional=_OPTIONAL)
    rows: list[TemplateRow] = []
    for expected, row in enumerate(table["rows"], start=1):
        check_keys(row, name=name, required=("number", "title", "classes"))
        if row["number"] != expected:
            raise BadInput("ARC-206", name=name, key="number", value=row["number"])
        rows.append(TemplateRow(number=expected, title=row["title"], classes=tuple(row["classes"])))
    if table["part"] not in (MAIN, RESTRICTED):
        raise BadInput("ARC-206", name=name, key="part", value=table["part"])
    kinds = {kind.value for kind in CaseKind}
    for kind in table["kinds"]:
        if kind not in kinds:
            raise BadInput("ARC-206", name=name, key="kinds", value=kind)
    if not isinstance(table["effective"], datetime.date):
        raise BadInput("ARC-206", name=name, key="effective", value=table["effective"])
    return Template(
        id=table["id"],
        title=table["title"],
        version=table["version"],
        effective=table["effective"],
        source=table["source"],
        part=table["part"],
        kinds=tuple(CaseKind(kind) for kind in table["kinds"]),
        rows=tuple(rows),
        type_codes=tuple(table.get("type_codes", ())),
    )


def best_of(
    templates: Iterable[Template], case_number: CaseNumber, part: str, day: datetime.date
) -> Template | None:
    """Of the templates of a court, the one a new case gets on this day, or None: one for its very
    type code before one for its kind, then the one in force last."""
    fitting = [
        template
        for template in templates
        if template.part == part and template.effective <= day and template.meant_for(case_number)
    ]
    if not fitting:
        return None
    # Of equals the later one: they come in the order in which they were published.
    fitting.reverse()
    return max(fitting, key=lambda template: (bool(template.type_codes), template.effective))


def template_for(case_number: CaseNumber | None, part: str = MAIN) -> Template:
    """The packaged template for a case. Civil first instance has its own list; second instance
    and whatever has none use the unified order (art 14 covers all kinds)."""
    unified = "main_unified" if part == MAIN else "restricted_unified"
    if case_number is None:
        return load_template(unified)
    kind = kind_of(case_number)
    first_instance = kind not in (CaseKind.CIVIL, CaseKind.CRIMINAL) or (
        case_number.type_code.endswith("初")
    )
    if part == MAIN and not first_instance:
        return load_template(unified)
    for name in template_names():
        template = load_template(name)
        if template.part == part and kind in template.kinds:
            return template
    return load_template(unified)
