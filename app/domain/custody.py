"""Who holds the paper: custody events (流转事件), hand-offs (交接) and the shelf."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from app.kernel.errors import Refused


@frozen(kw_only=True)
class CustodyEvent:
    """The paper changed hands or place. Rows are only ever added."""

    id: str
    dossier_id: str
    happened_at: str
    action: str
    giver: str
    receiver: str
    place: str
    volumes: int
    pages: int | None = None
    remark: str = ""
    details: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class HandOff:
    """Paper on its way from one person to another through a cell of a cloud locker (云柜)."""

    id: str
    dossier_id: str
    state: str
    giver: str
    receiver: str
    cabinet: str
    cell: int
    volumes: int
    pages: int | None
    code_hash: str = ""
    code_salt: str = ""
    tries_left: int = 5
    offered_at: str = ""
    deposited_at: str = ""
    collected_at: str = ""
    acknowledged_at: str = ""
    counted_volumes: int | None = None
    counted_pages: int | None = None


@frozen(kw_only=True)
class ShelfLocation:
    """A place in the stack room: 库房/列/节/层/盒/位."""

    room: str
    rack: int
    column: int
    level: int
    box: int
    position: int

    def label(self) -> str:
        """As it stands on the shelf label, for instance "A库-03列-02节-4层-07盒-01"."""
        return (
            f"{self.room}-{self.rack:02d}列-{self.column:02d}节-{self.level}层"
            f"-{self.box:02d}盒-{self.position:02d}"
        )


def shelf_location(text: str) -> ShelfLocation:
    """Reads "ROOM/RACK/COLUMN/LEVEL/BOX/POSITION". Raises Refused CUS-101 when it is not one."""
    parts = text.strip().split("/")
    if len(parts) != 6 or not parts[0] or not all(part.isdecimal() for part in parts[1:]):
        raise Refused("CUS-101", text=text)
    rack, column, level, box, position = (int(part) for part in parts[1:])
    return ShelfLocation(
        room=parts[0], rack=rack, column=column, level=level, box=box, position=position
    )
