"""Words for the people who work here."""

from __future__ import annotations

from app.kernel.translation import translate as _


def person_role_word(role: str) -> str:
    """What a person may do, as her role is called."""
    return {
        "operator": _("Operator"),
        "inspector": _("Inspector"),
        "judge": _("Judge"),
        "archivist": _("Archivist"),
        "clerk": _("Court clerk"),
        "administrator": _("Administrator"),
    }.get(role, role)
