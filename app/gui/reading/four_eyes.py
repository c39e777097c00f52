"""Who may decide an application, and why this person may not."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.access import ADMINISTRATOR, PERMISSIONS, Actor, is_among
from app.gui.i18n import _
from app.services.reading_desk_views import ApplicationRow
from app.words.people import person_role_word

PERMISSION = "approve_reading"
MOST_NAMES = 6


def may_approve(role: str) -> bool:
    """Whether people of this role decide applications."""
    return role == ADMINISTRATOR or PERMISSION in PERMISSIONS.get(role, frozenset())


def hindrance(
    actor: Actor,
    row: ApplicationRow,
    people: Sequence[tuple[str, str]],
    *,
    four_eyes: bool,
) -> str:
    """Why `actor` may not decide, and who may; "" when she may. The service decides it again."""
    own = four_eyes and bool(row.checked_by) and is_among(actor.name, [row.checked_by])
    if may_approve(actor.role) and not own:
        return ""
    passed_over = [actor.name, row.checked_by] if four_eyes else [actor.name]
    others = [
        f"{name}（{person_role_word(role)}）"
        for name, role in people
        if may_approve(role) and not is_among(name, passed_over)
    ]
    why = (
        _("You checked the papers of this application, so somebody else decides (four eyes).")
        if own
        else _("Reading is granted by a judge or the archive; your role checks the papers.")
    )
    who = (
        _("Ask one of them: {people}.").format(people="、".join(others[:MOST_NAMES]))
        if others
        else _("Nobody else here may; the administrator adds a judge or an archivist.")
    )
    # Chinese sentences follow each other without a space.
    return f"{why}{who}" if why.endswith("。") else f"{why} {who}"
