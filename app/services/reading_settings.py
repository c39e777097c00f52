"""What a court sets for reading by lawyers and parties: approval, printing, times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
from attrs import frozen

from app.domain.access import Actor
from app.kernel.errors import BadInput
from app.services.context import Service
from app.services.court_settings import court_setting, keep_court_setting
from app.services.ports import Transaction

READING = "reading"
_LONGEST_TEXT = 60
# Least and most of every number.
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "fee_cents": (0, 10_000),
    "copies_most": (1, 20),
    "cap_minutes": (5, 720),
    "valid_days": (1, 365),
    "handling_days": (1, 60),
    "query_days": (1, 3650),
}


@frozen(kw_only=True)
class ReadingSettings:
    """The settings in force. `four_eyes`: nobody approves what she checked herself; `direct_grant`:
    whoever may approve may also grant in one step; `print_approval`: staff approves each print;
    `fee_cents` is a fee per page in hundredths of a yuan; `cap_minutes` how long a visit may last;
    `valid_days`, `handling_days` (working days, STANDARDS 8.12) and `query_days` are terms in days;
    `printer` is the name of the queue, "" for the default one."""

    four_eyes: bool = True
    direct_grant: bool = True
    print_approval: bool = True
    fee_cents: int = 0
    copies_most: int = 1
    copy_stamp: bool = False
    copy_stamp_text: str = "与原件核对无异"
    text_selection: bool = False
    cap_minutes: int = 120
    valid_days: int = 3
    handling_days: int = 3
    printer: str = ""
    query_days: int = 180


class ReadingSetting(Service):
    """Use cases of whoever sets how dossiers are read."""

    def reading_settings(self) -> ReadingSettings:
        """The settings in force here."""
        with self._context.storage.read() as tx:
            return reading_settings(tx)

    def set_reading_settings(self, actor: Actor, **changes: Any) -> ReadingSettings:
        """Change some settings by name. Raises BadInput RDR-120 (no such setting, or no value for
        it)."""
        actor.require("administer")
        with self._context.storage.write() as tx:
            now = reading_settings(tx)
            for name, value in changes.items():
                _require_fitting(now, name, value)
            chosen = attrs.evolve(now, **changes)
            keep_court_setting(
                tx, actor, READING, attrs.asdict(chosen), action="reading_settings_set"
            )
            tx.commit()
        return chosen


def reading_settings(tx: Transaction) -> ReadingSettings:
    """The settings in force; a court that set nothing has the defaults."""
    known = {each.name for each in attrs.fields(ReadingSettings)}
    kept = court_setting(tx, READING)
    return ReadingSettings(**{name: value for name, value in kept.items() if name in known})


def setting_from_text(name: str, text: str) -> bool | int | str:
    """A value as somebody types it: "on" or "off", a number, or text. Raises BadInput RDR-120."""
    default = getattr(ReadingSettings(), name, None)
    if isinstance(default, bool):
        if text not in ("on", "off"):
            raise BadInput("RDR-120", name=name, value=text)
        return text == "on"
    if isinstance(default, int):
        if not text.isascii() or not text.isdecimal():
            raise BadInput("RDR-120", name=name, value=text)
        return int(text)
    return text


def _require_fitting(now: ReadingSettings, name: str, value: Any) -> None:
    """Raises BadInput RDR-120 unless the value is of the right kind and within its bounds."""
    current = getattr(now, name, None)
    fits = current is not None and type(value) is type(current)
    if fits and name in _BOUNDS:
        least, most = _BOUNDS[name]
        fits = least <= value <= most
    if fits and isinstance(value, str):
        fits = len(value) <= _LONGEST_TEXT and (not value or value.isprintable())
    if not fits:
        raise BadInput("RDR-120", name=name, value=str(value)[:_LONGEST_TEXT])
