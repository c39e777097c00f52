"""Catalogue templates (目录模板): the packaged ones and those a court publishes itself.

A dossier keeps the name of its template: a packaged one by its name, one of the court (and one
chosen by a person) as `name@version`, so that it keeps the version it was judged by. Where its
restricted part has a template of its own choice, that one follows behind a bar.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs
from attrs import field, frozen

from app.domain.access import Actor
from app.domain.dossier import MAIN, RESTRICTED, CourtTemplate, Dossier
from app.domain.lifecycle import advance
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.ports import Transaction
from archive_rules.case_number import CaseKind, CaseNumber, kind_of, parse
from archive_rules.data import nearest
from archive_rules.template_editing import (
    TemplateFault,
    check_table,
    readable_table,
    stored_table,
    table_of,
)
from archive_rules.templates import (
    Template,
    best_of,
    load_template,
    template_for,
    template_from_table,
    template_names,
)

PACKAGED, PUBLISHED, WITHDRAWN = "packaged", "published", "withdrawn"
TYPE_UNKNOWN = "case_type_unknown"
_AT, _BAR = "@", "|"


@frozen(kw_only=True)
class TemplateView:
    """One template in one version. `state` is "packaged", "published" or "withdrawn"; `kinds` are
    values of `archive_rules.case_number.CaseKind`; `effective` is an ISO day; `rows` counts."""

    name: str
    version: str
    title: str
    part: str
    kinds: tuple[str, ...]
    type_codes: tuple[str, ...]
    effective: str
    source: str
    state: str
    rows: int
    made_by: str = ""
    made_at: str = ""


@frozen(kw_only=True)
class TemplateDetail:
    """A template with its table (see `archive_rules.template_editing.table_of`)."""

    view: TemplateView
    table: dict[str, Any] = field(factory=dict)


class CatalogueTemplates(Service):
    """Use cases of whoever looks after the templates, and choosing one for a case."""

    def catalogue_templates(self) -> list[TemplateView]:
        """All templates: the court's own first, newest version first, then the packaged ones."""
        with self._context.storage.read() as tx:
            own = tx.court_templates.find()
        views = [_view(_template(row), row) for row in reversed(own)]
        views.sort(key=lambda view: view.name)
        return [*views, *(_view(load_template(name)) for name in template_names())]

    def catalogue_template(self, name: str, version: str | None = None) -> TemplateDetail:
        """One template, in its newest published version when none is named; `name` may also be
        `name@version`. Raises BadInput TPL-101 when there is none."""
        with self._context.storage.read() as tx:
            template, row = _find(tx, name, version)
        return TemplateDetail(view=_view(template, row), table=table_of(template))

    def check_template(self, table: Mapping[str, Any]) -> tuple[TemplateFault, ...]:
        """Everything that keeps a table from being published, empty when nothing does."""
        with self._context.storage.read() as tx:
            return check_table(table, used=_used(tx))

    def publish_template(self, actor: Actor, table: Mapping[str, Any]) -> TemplateView:
        """Publish a template; from its day on new cases get it. A published version never
        changes: a change is a new version.

        Raises BadInput TPL-102 when something is wrong with it; `check_template` tells what.
        """
        actor.require("administer")
        with self._context.storage.write() as tx:
            faults = check_table(table, used=_used(tx))
            if faults:
                raise BadInput("TPL-102", count=len(faults), name=str(table.get("id", ""))[:60])
            stored = stored_table(table)
            row = CourtTemplate(
                id=new_id("template"),
                name=stored["id"],
                version=stored["version"],
                table=stored,
                made_at=self._now(),
                made_by=actor.name,
            )
            tx.court_templates.add(row)
            tx.audit.record(
                actor.name,
                "template_published",
                row.name,
                version=row.version,
                rows=len(stored["rows"]),
                effective=stored["effective"],
            )
            tx.commit()
        return _view(_template(row), row)

    def withdraw_template(self, actor: Actor, name: str, version: str) -> None:
        """Give a version to no new case any more; dossiers that have it keep it.

        Raises BadInput TPL-101, Refused TPL-103 for a packaged one, TPL-104 when it is withdrawn.
        """
        actor.require("administer")
        with self._context.storage.write() as tx:
            row = tx.court_templates.first(name=name, version=version)
            if row is None:
                _find(tx, name, version)
                raise Refused("TPL-103", name=name)
            if row.state == WITHDRAWN:
                raise Refused("TPL-104", name=name, version=version)
            tx.court_templates.replace(attrs.evolve(row, state=WITHDRAWN))
            tx.audit.record(actor.name, "template_withdrawn", name, version=version)
            tx.commit()

    def set_template(self, actor: Actor, case_no: str, name: str) -> TemplateView:
        """Let a case have another template, for the part the template is meant for; `name` may be
        `name@version`. The catalogue that is there stays until it is proposed again.

        Raises BadInput TPL-101, Refused TPL-104 (withdrawn), DOS-101 once the dossier is sealed.
        """
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            state = dossier.state
            if state != "registered":
                state = advance("dossier", state, "edit")
            template, row = _find(tx, name, None)
            if row is not None and row.state == WITHDRAWN:
                raise Refused("TPL-104", name=row.name, version=row.version)
            main, restricted = _names(dossier)
            if template.part == MAIN:
                main = template.full_name
            else:
                restricted = template.full_name
            stored = _joined(main, restricted)
            if (stored, state) != (dossier.template, dossier.state):
                tx.dossiers.replace(attrs.evolve(dossier, template=stored, state=state))
                tx.audit.record(
                    actor.name,
                    "template_set",
                    dossier.case_no,
                    template=template.full_name,
                    earlier=dossier.template,
                )
                tx.commit()
        return _view(template, row)


def template_of(tx: Transaction, dossier: Dossier, part: str) -> Template:
    """The template by which this part of a dossier is judged.

    Raises BadInput TPL-101 when the one it names is not there.
    """
    main, restricted = _names(dossier)
    name = main if part == MAIN else restricted
    if not name:
        return template_for(parse(dossier.case_no), part)
    return _find(tx, name, None)[0]


def template_for_new_case(tx: Transaction, number: CaseNumber, day: date) -> str:
    """What a new case keeps as its template: of the court's own ones that are in force on `day`
    the best, else the packaged one."""
    own = [_template(row) for row in tx.court_templates.find(state=PUBLISHED)]
    main = best_of(own, number, MAIN, day)
    restricted = best_of(own, number, RESTRICTED, day)
    return _joined(
        main.full_name if main else template_for(number, MAIN).id,
        restricted.full_name if restricted else "",
    )


def doubts_of_case(dossier: Dossier) -> tuple[str, ...]:
    """What a person should settle about the case itself: "case_type_unknown" while the type code
    is in no table and nobody has chosen the template."""
    unknown = kind_of(parse(dossier.case_no)) is CaseKind.UNKNOWN
    return (TYPE_UNKNOWN,) if unknown and _AT not in _names(dossier)[0] else ()


def _names(dossier: Dossier) -> tuple[str, str]:
    """The names stored for the main and the restricted part; empty where none is."""
    main, _, restricted = dossier.template.partition(_BAR)
    return main, restricted


def _joined(main: str, restricted: str) -> str:
    return f"{main}{_BAR}{restricted}" if restricted else main


def _used(tx: Transaction) -> set[tuple[str, str]]:
    return set(tx.court_templates.pick(("name", "version")))


def _find(tx: Transaction, name: str, version: str | None) -> tuple[Template, CourtTemplate | None]:
    """A template and, for one of the court, its row."""
    bare, _, named = name.strip().partition(_AT)
    wanted = version or named
    rows = tx.court_templates.find(name=bare, **({"version": wanted} if wanted else {}))
    published = [row for row in rows if row.state == PUBLISHED]
    if rows:
        row = (published or rows)[-1]
        return _template(row), row
    if bare in template_names():
        template = load_template(bare)
        if wanted in ("", template.version):
            return template, None
    known = [*(row[0] for row in tx.court_templates.pick(("name",))), *template_names()]
    raise BadInput("TPL-101", name=name, nearest=nearest(bare, known))


def _template(row: CourtTemplate) -> Template:
    return template_from_table(readable_table(row.table), name=row.name)


def _view(template: Template, row: CourtTemplate | None = None) -> TemplateView:
    return TemplateView(
        name=template.id,
        version=template.version,
        title=template.title,
        part=template.part,
        kinds=tuple(kind.value for kind in template.kinds),
        type_codes=template.type_codes,
        effective=template.effective.isoformat(),
        source=template.source,
        state=PACKAGED if row is None else row.state,
        rows=len(template.rows),
        made_by="" if row is None else row.made_by,
        made_at="" if row is None else row.made_at,
    )
