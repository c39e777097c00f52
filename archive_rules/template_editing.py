"""Catalogue templates as courts write them: checked as a whole, copied, and put into TOML."""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from archive_rules.case_codes import TYPE_SHAPE, CaseKind
from archive_rules.data import nearest
from archive_rules.lexicon import load_lexicon
from archive_rules.templates import (
    MAIN,
    OTHER,
    RESTRICTED,
    Template,
    load_template,
    template_names,
)
from archive_rules.text import words

SCHEMA = 1
HEAD_KEYS = ("schema", "id", "title", "version", "effective", "source", "part", "kinds")
ROW_KEYS = ("number", "title", "classes")
_NAME = re.compile(r"[\w-]{1,60}")
_VERSION = re.compile(r"[\w.-]{1,30}")
_LONGEST_TITLE = 120
_FIXED_LABELS = {
    OTHER: "未列材料",
    "dossier_cover": "卷宗封面",
    "case_source": "案件来源材料",
    "enforcement": "执行材料",
}
# Cover, catalogue, end note … are rows of older lists; they stand behind what is not listed.
_OWN_PAPERS = "dossier_"


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateFault:
    """What is wrong at one place of a template. `row` counts the rows from 1 and is 0 for the
    template itself; `key` is a key of the table. `parameters` hold what the words need."""

    code: str
    row: int
    key: str
    parameters: dict[str, str | int] = field(default_factory=dict)


@lru_cache(maxsize=1)
def known_classes() -> tuple[str, ...]:
    """The classes of documents that titles and packaged templates know."""
    found = {name for title in load_lexicon().titles for name in title.classes} | {OTHER}
    for name in template_names():
        found.update(known for row in load_template(name).rows for known in row.classes)
    return tuple(sorted(found))


@lru_cache(maxsize=1)
def class_labels() -> dict[str, str]:
    """What people call each class: its most usual document. Every label is of one class."""
    titles = load_lexicon().titles
    labels = {name: _FIXED_LABELS.get(name, "") for name in known_classes()}
    for first in (True, False):
        for title in titles:
            for name in title.classes[:1] if first else title.classes:
                if not labels.get(name, "x") and title.name not in labels.values():
                    labels[name] = title.name
    return {name: label or name for name, label in labels.items()}


def class_of(text: str) -> str:
    """The class that a person means by its name, its label or the title of a document; the text
    itself when it means none."""
    text = text.strip()
    if text in known_classes():
        return text
    for name, label in class_labels().items():
        if label == text:
            return name
    match = load_lexicon().match(text)
    return match.title.classes[0] if match is not None and match.title.classes else text


def table_of(template: Template) -> dict[str, Any]:
    """A template as its table; the day it takes effect as ISO text, so that it can be stored."""
    table: dict[str, Any] = {
        "schema": SCHEMA,
        "id": template.id,
        "title": template.title,
        "version": template.version,
        "effective": template.effective.isoformat(),
        "source": template.source,
        "part": template.part,
        "kinds": [kind.value for kind in template.kinds],
    }
    if template.type_codes:
        table["type_codes"] = list(template.type_codes)
    table["rows"] = [
        {"number": row.number, "title": row.title, "classes": list(row.classes)}
        for row in template.rows
    ]
    return table


def stored_table(table: Mapping[str, Any]) -> dict[str, Any]:
    """A table without faults in the form of `table_of`, texts without blanks around."""
    return {
        **{key: _stripped(table[key]) for key in HEAD_KEYS},
        "effective": _day(table["effective"]).isoformat(),
        **({"type_codes": list(table["type_codes"])} if table.get("type_codes") else {}),
        "rows": [{key: _stripped(row[key]) for key in ROW_KEYS} for row in table["rows"]],
    }


def readable_table(table: Mapping[str, Any]) -> dict[str, Any]:
    """A stored table as `archive_rules.templates.template_from_table` takes it."""
    return {**table, "effective": _day(table["effective"])}


def toml_of(table: Mapping[str, Any]) -> str:
    """A stored table as a TOML file."""
    lines = []
    for key, value in table.items():
        if key == "rows":
            continue
        lines.append(f"{key} = {value if key == 'effective' else _toml(value)}")
    lines.append("rows = [")
    for row in table["rows"]:
        pairs = ", ".join(f"{key} = {_toml(row[key])}" for key in ROW_KEYS)
        lines.append(f"  {{ {pairs} }},")
    return "\n".join([*lines, "]", ""])


def check_table(
    table: Mapping[str, Any], *, used: Collection[tuple[str, str]] = ()
) -> tuple[TemplateFault, ...]:
    """Everything that is wrong with a table, empty when it may be published. Takes any TOML or
    JSON table, however broken. `used` are the names and versions published before."""
    faults = [*_unknown(table, (*HEAD_KEYS, "type_codes", "rows"), 0), *_missing(table)]
    faults += _head_faults(table, used)
    rows = table.get("rows")
    if rows is not None and not isinstance(rows, list | tuple):
        faults.append(TemplateFault(code="no_list", row=0, key="rows"))
    elif rows is not None and not rows:
        faults.append(TemplateFault(code="no_rows", row=0, key="rows"))
    elif rows:
        faults += _row_faults(list(rows))
    return tuple(faults)


def _unknown(table: Mapping[Any, Any], known: Collection[str], row: int) -> list[TemplateFault]:
    return [
        TemplateFault(
            code="unknown_key",
            row=row,
            key=str(key)[:40],
            parameters={"key": str(key)[:40], "nearest": nearest(str(key), known)},
        )
        for key in table
        if key not in known
    ]


def _missing(table: Mapping[str, Any]) -> list[TemplateFault]:
    return [
        TemplateFault(code="missing", row=0, key=key)
        for key in (*HEAD_KEYS, "rows")
        if table.get(key) is None
    ]


def _head_faults(
    table: Mapping[str, Any], used: Collection[tuple[str, str]]
) -> list[TemplateFault]:
    faults: list[TemplateFault] = []

    def fault(code: str, name: str, **parameters: str | int) -> None:
        faults.append(TemplateFault(code=code, row=0, key=name, parameters=parameters))

    def text(key: str) -> str:
        value = table.get(key)
        return value.strip() if isinstance(value, str) else ""

    if "schema" in table and table["schema"] != SCHEMA:
        fault("schema", "schema", value=str(table["schema"])[:40])
    for key in ("title", "source"):
        if table.get(key) is not None and not text(key):
            fault("empty", key)
    name, version = text("id"), text("version")
    if table.get("id") is not None:
        if _NAME.fullmatch(name) is None:
            fault("name", "id", value=str(table["id"])[:60])
        elif name in template_names():
            fault("name_packaged", "id", value=name)
    if table.get("version") is not None:
        if _VERSION.fullmatch(version) is None:
            fault("version", "version", value=str(table["version"])[:40])
        elif (name, version) in used:
            fault("version_used", "version", value=version)
    if table.get("effective") is not None and _day_or_none(table["effective"]) is None:
        fault("day", "effective", value=str(table["effective"])[:40])
    if table.get("part") is not None and table["part"] not in (MAIN, RESTRICTED):
        fault("part", "part", value=str(table["part"])[:40])
    known = tuple(kind.value for kind in CaseKind)
    for kind in _texts(table, "kinds", fault):
        if kind not in known:
            fault("kind", "kinds", value=kind[:40], nearest=nearest(kind, known))
    for code in _texts(table, "type_codes", fault):
        if re.fullmatch(TYPE_SHAPE, code) is None:
            fault("type_code", "type_codes", value=code[:40])
    return faults


def _texts(table: Mapping[str, Any], key: str, fault: Any) -> list[str]:
    values = table.get(key)
    if values is None:
        return []
    if not isinstance(values, list | tuple):
        fault("no_list", key)
        return []
    return [value if isinstance(value, str) else str(value) for value in values]


def _row_faults(rows: list[Any]) -> list[TemplateFault]:
    faults: list[TemplateFault] = []
    titles = Counter(_title(row) for row in rows)
    for place, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            faults.append(TemplateFault(code="no_row", row=place, key="rows"))
            continue
        faults += _unknown(row, ROW_KEYS, place)
        number = row.get("number")
        if number != place or isinstance(number, bool):
            faults.append(
                TemplateFault(
                    code="number",
                    row=place,
                    key="number",
                    parameters={"value": str(number)[:20], "expected": place},
                )
            )
        title = _title(row)
        if not title:
            faults.append(TemplateFault(code="empty", row=place, key="title"))
        elif len(str(row["title"])) > _LONGEST_TITLE:
            faults.append(
                TemplateFault(
                    code="long", row=place, key="title", parameters={"most": _LONGEST_TITLE}
                )
            )
        elif titles[title] > 1:
            first = next(at for at, other in enumerate(rows, start=1) if _title(other) == title)
            if first != place:
                faults.append(
                    TemplateFault(
                        code="title_twice", row=place, key="title", parameters={"first": first}
                    )
                )
        faults += _class_faults(row, place)
    return [*faults, *_other_faults(rows)]


def _class_faults(row: Mapping[str, Any], place: int) -> list[TemplateFault]:
    faults: list[TemplateFault] = []

    def fault(code: str, **parameters: str | int) -> None:
        faults.append(TemplateFault(code=code, row=place, key="classes", parameters=parameters))

    classes = row.get("classes")
    if classes is None:
        fault("missing")
        return faults
    if not isinstance(classes, list | tuple):
        fault("no_list")
        return faults
    for name in dict.fromkeys(str(entry) for entry in classes):
        if name not in known_classes():
            fault("class", value=name[:40], nearest=nearest(name, known_classes()))
    for name, count in Counter(str(entry) for entry in classes).items():
        if count > 1:
            fault("class_twice", value=name[:40])
    return faults


def _other_faults(rows: list[Any]) -> list[TemplateFault]:
    """What is not listed needs one place, behind everything that is (STANDARDS 2.17)."""
    takes = [_classes(row) for row in rows]
    places = [place for place, classes in enumerate(takes, start=1) if OTHER in classes]
    if not places:
        return [TemplateFault(code="other_missing", row=len(rows), key="classes")]
    faults = [
        TemplateFault(code="other_twice", row=place, key="classes", parameters={"first": places[0]})
        for place in places[1:]
    ]
    behind = [
        classes
        for classes in takes[places[-1] :]
        if not classes or not all(name.startswith(_OWN_PAPERS) for name in classes)
    ]
    if behind:
        faults.append(TemplateFault(code="other_not_last", row=places[-1], key="classes"))
    return faults


def _classes(row: Any) -> tuple[str, ...]:
    classes = row.get("classes") if isinstance(row, Mapping) else None
    return tuple(str(name) for name in classes) if isinstance(classes, list | tuple) else ()


def _title(row: Any) -> str:
    title = row.get("title") if isinstance(row, Mapping) else None
    return words(title) if isinstance(title, str) else ""


def _day_or_none(value: object) -> datetime.date | None:
    try:
        return _day(value)
    except ValueError:
        return None


def _day(value: object) -> datetime.date:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    return datetime.date.fromisoformat(str(value).strip())


def _stripped(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    return list(value) if isinstance(value, list | tuple) else value


def _toml(value: Any) -> str:
    # The escapes of JSON are those of TOML, but for the one sign that TOML wants escaped too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
