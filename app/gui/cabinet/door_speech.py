"""What is said and heard at the door."""

from __future__ import annotations

from attrs import frozen

from app.gui.cabinet import cues
from app.gui.cabinet.door import ALARM, CLOSED, NAG, OPEN
from app.gui.i18n import _


@frozen(kw_only=True)
class Speech:
    """A caption, its tone, and what is heard with it ("" for nothing)."""

    text: str
    tone: str = "accent"
    cue: str = ""


def speech_of(stage: str, cell: int, *, put_in: bool) -> Speech:
    """The words for a stage of `DoorPage` at door `cell`."""
    if stage == OPEN:
        return _open_speech(cell, put_in=put_in)
    if stage == CLOSED:
        return Speech(text=_("The door is closed. One moment…"))
    if stage == NAG:
        text = _("Please close door {cell}.")
        return Speech(text=text.format(cell=cell), tone="warn", cue=cues.CLOSE_DOOR)
    if stage == ALARM:
        text = _("Door {cell} has been open for a long time. Stay here and call for help.")
        return Speech(text=text.format(cell=cell), tone="bad", cue=cues.ALARM)
    return Speech(text=_("Door {cell} is being opened").format(cell=cell))


def _open_speech(cell: int, *, put_in: bool) -> Speech:
    if put_in:
        text, cue = _("Door {cell} is open. Put everything in, then close the door."), cues.PUT_IN
    else:
        text = _("Door {cell} is open. Take everything out, then close the door.")
        cue = cues.TAKE_OUT
    return Speech(text=text.format(cell=cell), cue=cue)
