"""What a code stands for, as screens and the command line show it."""

from __future__ import annotations

from attrs import frozen

from app.services.locker_views import VolumeCustodyRow


@frozen(kw_only=True)
class CodeView:
    """What a code stands for. `kind` is "dossier", "volume", "cell", "shelf" or "handoff"; `text`
    the code as read. `state` is that of the dossier, the cell or the hand-off. `volumes` are those
    of the dossier, volume or hand-off, or those that lie in the cell or on the shelf; `place` and
    `holder` are set when there is one answer. `volume` and `cell` are 0 when they play no part.
    """

    kind: str
    text: str
    case_no: str = ""
    part: str = ""
    volume: int = 0
    cabinet: str = ""
    cell: int = 0
    handoff: str = ""
    state: str = ""
    place: str = ""
    holder: str = ""
    volumes: tuple[VolumeCustodyRow, ...] = ()
