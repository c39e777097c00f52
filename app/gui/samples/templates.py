"""Catalogue templates in memory: the packaged ones, and those published here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from app.domain.access import Actor
from app.kernel.errors import BadInput
from app.services.catalogue_templates import PUBLISHED, WITHDRAWN, TemplateDetail, TemplateView
from archive_rules.template_editing import (
    TemplateFault,
    check_table,
    readable_table,
    stored_table,
    table_of,
)
from archive_rules.templates import Template, load_template, template_from_table, template_names


class SampleTemplates:
    """The part of the sample workstation that holds templates."""

    own_templates: tuple[TemplateDetail, ...] = ()

    def _note(self, name: str, *arguments: Any) -> None:
        """Given by the whole sample workstation."""

    def catalogue_templates(self) -> list[TemplateView]:
        """All templates."""
        packaged = (load_template(name) for name in template_names())
        return [
            *(detail.view for detail in self.own_templates),
            *(_view(template, "packaged") for template in packaged),
        ]

    def catalogue_template(self, name: str, version: str | None = None) -> TemplateDetail:
        """One template."""
        for detail in self.own_templates:
            if (detail.view.name, detail.view.version) == (name, version):
                return detail
        template = load_template(name)
        return TemplateDetail(view=_view(template, "packaged"), table=table_of(template))

    def check_template(self, table: Mapping[str, Any]) -> tuple[TemplateFault, ...]:
        """What is wrong with a table."""
        used = {(detail.view.name, detail.view.version) for detail in self.own_templates}
        return check_table(table, used=used)

    def publish_template(self, actor: Actor, table: Mapping[str, Any]) -> TemplateView:
        """Publish."""
        self._note("publish_template", table["id"], table["version"])
        faults = self.check_template(table)
        if faults:
            raise BadInput("TPL-102", count=len(faults), name=str(table["id"]))
        stored = stored_table(table)
        view = _view(template_from_table(readable_table(stored), name=stored["id"]), PUBLISHED)
        self.own_templates = (TemplateDetail(view=view, table=stored), *self.own_templates)
        return view

    def withdraw_template(self, actor: Actor, name: str, version: str) -> None:
        """Withdraw."""
        self._note("withdraw_template", name, version)
        self.own_templates = tuple(
            evolve(detail, view=evolve(detail.view, state=WITHDRAWN))
            if (detail.view.name, detail.view.version) == (name, version)
            else detail
            for detail in self.own_templates
        )

    def set_template(self, actor: Actor, case_no: str, name: str) -> TemplateView:
        """Only note it."""
        self._note("set_template", case_no, name)
        own, _, version = name.partition("@")
        return self.catalogue_template(own, version).view


def _view(template: Template, state: str) -> TemplateView:
    return TemplateView(
        name=template.id,
        version=template.version,
        title=template.title,
        part=template.part,
        kinds=tuple(kind.value for kind in template.kinds),
        type_codes=template.type_codes,
        effective=template.effective.isoformat(),
        source=template.source,
        state=state,
        rows=len(template.rows),
    )
