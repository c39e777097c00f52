"""Archival codes (档号): the pattern of the court, the next running number, one code for one
dossier, changeable until it is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import Dossier
from app.domain.lifecycle import SEALED
from app.kernel.errors import BadInput, Fault, Refused
from app.services.case_list import text_of
from app.services.context import Service
from app.services.court_settings import court_setting, keep_court_setting
from app.services.ports import Transaction
from app.services.register_views import ArchivalCodeView, CodeFieldRow, CodeSettings
from archive_rules.archival_code import (
    DEFAULT,
    NUMBER,
    RETENTION,
    YEAR,
    CodePattern,
    checked_setting,
    field_values,
    load_pattern,
    parse_pattern,
    pattern_from_table,
    pattern_names,
    plain_code,
)
from archive_rules.case_number import kind_of, parse

ARCHIVAL_CODE = "archival_code"
ASSIGNED = "archival_code_assigned"
MOST_FIRST = 999_999


class ArchivalCodes(Service):
    """Use cases about archival codes."""

    def archival_code(self, case_no: str) -> ArchivalCodeView:
        """The code of a case, and the one it would get now."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            pattern, values, first = _settings(tx)
            next_code, obstacle = "", {}
            try:
                next_code = _next_code(tx, dossier, pattern, values, first)
            except Fault as fault:
                obstacle = fault.as_record()
            return ArchivalCodeView(
                case_no=dossier.case_no,
                code=dossier.archival_code,
                parts=code_parts(tx, dossier),
                next_code=next_code,
                obstacle=obstacle,
                differs=_differing(pattern, values, dossier, dossier.archival_code),
                pattern=pattern.title,
                example=pattern.example,
                open_to_change=dossier.state not in SEALED,
            )

    def assign_archival_code(
        self, actor: Actor, case_no: str, code: str | None = None
    ) -> ArchivalCodeView:
        """Give a case its code: the next one of the court, or the one a person typed.

        The number is sought and written in one transaction, and writers wait for each other, so
        that two stations never give the same one.

        Raises BadInput ACD-101 (not of the pattern), Refused ACD-102 to ACD-104 (a field is not
        known yet), ACD-107 (sealed), ACD-108 (another case has it), ACD-109 (a field of the code
        contradicts the case).
        """
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            if dossier.state in SEALED:
                raise Refused("ACD-107", case_no=dossier.case_no)
            if code is None:
                pattern, values, first = _settings(tx)
                code = _next_code(tx, dossier, pattern, values, first)
            adopt_code(tx, actor, dossier, code)
            tx.commit()
        return self.archival_code(case_no)

    def archival_settings(self) -> CodeSettings:
        """How codes are made in this court."""
        with self._context.storage.read() as tx:
            pattern, values, first = _settings(tx)
        return CodeSettings(
            pattern=pattern.id,
            title=pattern.title,
            example=pattern.example,
            source=pattern.source,
            fields=tuple(
                CodeFieldRow(
                    name=name,
                    title=field.title,
                    value=values.get(name, ""),
                    default=field.default,
                    kinds={
                        key.partition(".")[2]: value
                        for key, value in values.items()
                        if key.startswith(f"{name}.")
                    },
                )
                for name, field in pattern.fields.items()
            ),
            first=first,
            known=pattern_names(),
        )

    def save_archival_settings(
        self,
        actor: Actor,
        *,
        pattern: str | None = None,
        file: Path | None = None,
        values: Mapping[str, str] | None = None,
        first: int | None = None,
    ) -> CodeSettings:
        """Choose a packaged pattern or bring the court's own (TOML), set its fields ("fonds",
        "unit", "unit.civil" for one kind of case), and the first number. Administrators only.

        Codes that were given stay. Raises BadInput ARC-203 to ARC-207 (pattern), ACD-105, ACD-106
        (fields), ACD-110 (first number), ACD-111 (a file that cannot be read).
        """
        actor.require("administer")
        with self._context.storage.write() as tx:
            kept = court_setting(tx, ARCHIVAL_CODE)
            if file is not None:
                chosen, table = _own_pattern(file)
                kept |= {"pattern": chosen.id, "table": table}
            elif pattern is not None:
                chosen = load_pattern(pattern)
                kept |= {"pattern": chosen.id, "table": {}}
            else:
                chosen = _pattern(kept)
            settings = {
                name: value
                for name, value in dict(kept.get("values", {})).items()
                if name.partition(".")[0] in chosen.fields
            }
            for name, value in (values or {}).items():
                settings[name] = checked_setting(chosen, name, str(value))
            kept["values"] = {name: value for name, value in settings.items() if value}
            if first is not None:
                if not 1 <= first <= MOST_FIRST:
                    raise BadInput("ACD-110", value=first, most=MOST_FIRST)
                kept["first"] = first
            keep_court_setting(tx, actor, ARCHIVAL_CODE, kept, action="archival_settings_changed")
            tx.commit()
        return self.archival_settings()


def adopt_code(tx: Transaction, actor: Actor, dossier: Dossier, text: str) -> Dossier:
    """Write a code that was checked against pattern, case and all other cases, and its audit
    record; the caller commits. Raises as `ArchivalCodes.assign_archival_code`."""
    pattern, values, _first = _settings(tx)
    code = plain_code(text)
    fields = pattern.read(code)
    if code == dossier.archival_code:
        return dossier
    differing = _differing(pattern, values, dossier, code)
    if differing:
        raise Refused("ACD-109", code_text=code, field="、".join(differing))
    other = tx.dossiers.first(archival_code=code)
    if other is not None and other.id != dossier.id:
        raise Refused("ACD-108", code_text=code, case_no=other.case_no)
    changed = attrs.evolve(dossier, archival_code=code)
    tx.dossiers.replace(changed)
    tx.audit.record(
        actor.name,
        ASSIGNED,
        dossier.case_no,
        code=code,
        before=dossier.archival_code,
        pattern=f"{pattern.id} {pattern.version}",
        parts=pattern.parts_of(fields),
    )
    # Writing gave it its next version.
    return tx.dossiers.get(dossier.id)


def code_parts(tx: Transaction, dossier: Dossier) -> dict[str, str]:
    """全宗号, 目录号 and 案卷号 ("fonds", "catalogue", "number") as they were when the code was
    given, so that a later pattern of the court changes no paper and no package."""
    if not dossier.archival_code:
        return {}
    parts: dict[str, str] = {}
    for row in tx.audit.rows(dossier.case_no):
        if row.action == ASSIGNED and row.details.get("code") == dossier.archival_code:
            parts = {str(name): str(value) for name, value in row.details["parts"].items()}
    return parts


def _settings(tx: Transaction) -> tuple[CodePattern, dict[str, str], int]:
    kept = court_setting(tx, ARCHIVAL_CODE)
    values = {str(name): str(value) for name, value in dict(kept.get("values", {})).items()}
    return _pattern(kept), values, int(kept.get("first", 1))


def _pattern(kept: Mapping[str, Any]) -> CodePattern:
    if kept.get("table"):
        return pattern_from_table(kept["table"], name=str(kept["pattern"]))
    return load_pattern(str(kept.get("pattern", DEFAULT)))


def _own_pattern(file: Path) -> tuple[CodePattern, dict[str, Any]]:
    try:
        pattern, table = parse_pattern(text_of(file), name=file.name)
    except (OSError, ValueError) as error:
        raise BadInput("ACD-111", path=str(file), reason=str(error)) from error
    return pattern, table | {"effective": str(table["effective"])}


def _next_code(
    tx: Transaction,
    dossier: Dossier,
    pattern: CodePattern,
    settings: Mapping[str, str],
    first: int,
) -> str:
    values = _case_values(pattern, settings, dossier)
    others = (
        code
        for dossier_id, code in tx.dossiers.pick(("id", "archival_code"))
        if code and dossier_id != dossier.id
    )
    return pattern.write(values, pattern.next_number(values, others, first=first))


def _case_values(
    pattern: CodePattern, settings: Mapping[str, str], dossier: Dossier
) -> dict[str, str]:
    number = parse(dossier.case_no)
    closed = dossier.closed_on[:4] if pattern.year == "closed" else ""
    return field_values(
        pattern,
        settings,
        kind=kind_of(number).value,
        year=closed or str(number.year),
        retention=dossier.retention,
    )


def _differing(
    pattern: CodePattern, settings: Mapping[str, str], dossier: Dossier, code: str
) -> tuple[str, ...]:
    """The titles of the fields in which a code contradicts the case. The year is a person's
    choice; what the court has not set contradicts nothing."""
    found = pattern.form.fullmatch(code)
    if found is None:
        return ()
    wanted: dict[str, tuple[str, str]] = {}
    if RETENTION in pattern.slots:
        wanted[RETENTION] = ("保管期限", pattern.retention.get(dossier.retention, ""))
    for name, field in pattern.fields.items():
        if name in settings and not any(key.startswith(f"{name}.") for key in settings):
            wanted[name] = (field.title, settings[name])
    return tuple(
        title
        for name, (title, value) in wanted.items()
        if name not in (YEAR, NUMBER) and found[name] != value
    )
