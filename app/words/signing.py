"""Words for signatures."""

from __future__ import annotations

from app.kernel.translation import translate as _


def signature_kind_word(kind: str) -> str:
    """What kind of signature it is."""
    return {
        "pades": _("PAdES in the PDF"),
        "cms": _("CMS over the manifest"),
        "sm2": _("SM2 over the manifest"),
    }.get(kind, kind)
