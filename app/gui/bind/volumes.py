"""The volumes of a dossier as rows."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from app.domain.binding import DIFFERS, MISSING, BindingPlan, PlannedVolume
from app.domain.dossier import MAIN
from app.gui.i18n import _
from app.gui.models.rows import Column


@frozen(kw_only=True)
class VolumeRow:
    """One volume with the part it is of, and how many of its numbers are not as they should be."""

    part: str
    volume: PlannedVolume
    missing: int
    differing: int

    @property
    def id(self) -> str:
        """What tells it from the others."""
        return f"{self.part}-{self.volume.number}"


def volume_rows(plans: Sequence[BindingPlan]) -> list[VolumeRow]:
    """The volumes of all parts, in order."""
    rows = []
    for plan in plans:
        for volume in plan.volumes:
            states = [side.state for side in plan.sides if side.volume == volume.number]
            rows.append(
                VolumeRow(
                    part=plan.part,
                    volume=volume,
                    missing=states.count(MISSING),
                    differing=states.count(DIFFERS),
                )
            )
    return rows


def volume_columns() -> tuple[Column[VolumeRow], ...]:
    """The columns of the table of volumes."""
    return (
        Column(key="volume", title=_("Volume"), text=volume_word, bold=True),
        Column(key="pages", title=_("Pages"), text=_pages),
        Column(
            key="sheets", title=_("Sheets"), text=lambda row: str(row.volume.sheets), right=True
        ),
        Column(key="thickness", title=_("Thickness"), text=_thickness, tone=_thickness_tone),
        Column(key="numbers", title=_("Page numbers"), text=_numbers, tone=_numbers_tone),
        Column(key="remark", title=_("Remark"), text=_remark),
    )


def volume_word(row: VolumeRow) -> str:
    """A volume by its name."""
    part = _("Main part") if row.part == MAIN else _("Restricted part")
    return _("{part}, volume {number}").format(part=part, number=row.volume.number)


def _pages(row: VolumeRow) -> str:
    volume = row.volume
    if not volume.pages:
        return "—"
    return _("{first}–{last}, {count} pages").format(
        first=volume.first_page, last=volume.last_page, count=volume.pages
    )


def _thickness(row: VolumeRow) -> str:
    return f"{row.volume.millimetres:.1f} mm"


def _thickness_tone(row: VolumeRow) -> str:
    return "bad" if row.volume.over_limit else ""


def _numbers(row: VolumeRow) -> str:
    if row.differing:
        return _("{count} differ").format(count=row.differing)
    if row.missing:
        return _("{count} to be stamped").format(count=row.missing)
    return _("all on the paper")


def _numbers_tone(row: VolumeRow) -> str:
    if row.differing:
        return "bad"
    return "warn" if row.missing else "good"


def _remark(row: VolumeRow) -> str:
    volume = row.volume
    if volume.over_limit:
        return _("over the limit")
    if volume.cut_items:
        items = "、".join(str(item) for item in volume.cut_items)
        return _("row {items} goes over two volumes").format(items=items)
    return ""
