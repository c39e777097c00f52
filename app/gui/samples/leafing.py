"""Leafing through in memory: looks that a machine might have made, over drawn pictures."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from attrs import asdict
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF, QTransform

from app.domain.access import Actor
from app.domain.leafing import (
    DIFFERS,
    NOT_SEEN,
    OPEN,
    SEEN,
    SIDE,
    UNKNOWN,
    FlipThrough,
    Leafing,
    Look,
)
from app.domain.leafing_sides import LeafSide
from app.kernel.progress import CancelToken, Progress, Report
from app.services.leafing_views import (
    FlipView,
    FramePreview,
    LeafingView,
    LeafStep,
    LeafTile,
    Listen,
    ShowFrame,
    UnknownLeaf,
)
from app.services.views import SideRow

FRAME = (1920, 1080)
PREVIEW = (960, 540)
CORNERS = ((640.0, 90.0), (1250.0, 70.0), (1290.0, 1000.0), (600.0, 1020.0))
DIFFERENT_PLACE = (0.15, 0.32, 0.85, 0.36)
LEAFED_AT = "2026-11-23T02:10:00.000Z"


def sample_look(kind: str, rest: int, position: int = 0, **changes: Any) -> Look:
    """A look at a leaf that lies where all leaves of the sample lie."""
    values: dict[str, Any] = {
        "kind": kind,
        "rest": rest,
        "position": position,
        "corners": CORNERS,
        "frame": rest * 30,
        "seconds": rest * 1.5,
        "frame_size": FRAME,
    }
    return Look(**(values | changes))


def sample_looks() -> list[Look]:
    """Leaves one after the other; one with another, one unknown, one alike, one that differs."""
    looks = [sample_look(SIDE, rest, rest) for rest in range(1, 6)]
    looks += [sample_look(SIDE, rest, rest + 4) for rest in range(6, 8)]
    looks += [sample_look(UNKNOWN, 8, picture="stranger", frame=240 + at) for at in range(2)]
    looks.append(sample_look(OPEN, 9, 12, candidates=(12, 14), picture="alike"))
    looks.append(
        sample_look(DIFFERS, 10, 13, boxes=(DIFFERENT_PLACE,), picture="differs", similarity=0.9)
    )
    return [*looks, sample_look(SIDE, 11, 15)]


class SampleLeafing:
    """Answers like a real workstation. `looks` are shown by the next leafing through, `cameras`
    are there, `leaf_warnings` are told at its end; `hold` keeps it watching."""

    side_rows: list[SideRow]
    hold: threading.Event | None

    def _begin_leafing(self, folder: Path) -> None:
        self._folder = folder
        self._frames: dict[Path | None, bytes] = {}
        self.looks = sample_looks()
        self.cameras: tuple[str, ...] = ("camera:0", "camera:1")
        self.leaf_states: dict[int, str] = {}
        self.strangers: tuple[UnknownLeaf, ...] = ()
        self.last_leafing: FlipThrough | None = None
        self.leaf_warnings: tuple[dict[str, Any], ...] = ()
        self.may_leaf = True

    def _note(self, name: str, *arguments: Any) -> None:
        """Given by the whole sample workstation."""

    def leafing_view(self, case_no: str, *, look_for_cameras: bool = True) -> LeafingView:
        """Where it stands."""
        tiles = tuple(
            LeafTile(
                side_id=side.id,
                position=side.position,
                page_number=side.page_number,
                leaf=(side.position + 1) // 2,
                face=side.face,
                blank=side.blank,
                state=self.leaf_states.get(side.position, NOT_SEEN),
                seen_by="沈若溪" if side.position in self.leaf_states else "",
                seen_at=LEAFED_AT if side.position in self.leaf_states else "",
            )
            for side in self.side_rows
        )
        bearing = [tile for tile in tiles if not tile.blank]
        return LeafingView(
            case_no=case_no,
            demanded=False,
            may_leaf=self.may_leaf,
            tiles=tiles,
            seen=sum(tile.state == SEEN for tile in bearing),
            total=len(bearing),
            unknown=self.strangers,
            last=self.last_leafing,
            cameras=self.cameras if look_for_cameras else (),
        )

    def leaf_picture(self, case_no: str, digest: str) -> Path:
        """A leaf on the desk."""
        path = self._folder / f"leaf-{digest}.jpg"
        if not path.exists():
            path.write_bytes(draw_frame(None))
        return path

    def leaf_through(
        self,
        actor: Actor,
        case_no: str,
        source: str,
        *,
        listen: Listen,
        show: ShowFrame,
        report: Report,
        cancel: CancelToken,
    ) -> FlipView:
        """Shows `looks`, then waits while `hold` is not set; ends when asked to."""
        self._note("leaf_through", case_no, source)
        rows = {side.position: side for side in self.side_rows}
        report(Progress(step="flip_prepare", done=len(rows) // 2, total=len(rows)))
        leafing = Leafing(
            [
                LeafSide(position=row.position, leaf=(row.position + 1) // 2, blank=row.blank)
                for row in rows.values()
            ]
        )
        for look in self.looks:
            side = rows.get(look.position)
            show(FramePreview(picture=self._frame(None if side is None else side.thumbnail)))
            listen(_step(leafing, look))
        while self.hold is not None and not cancel.cancelled and not self.hold.wait(0.01):
            pass
        if not leafing.leaves_shown:
            cancel.check()
        for position, found in leafing.states.items():
            if found.state != NOT_SEEN:
                self.leaf_states[position] = found.state
        return self._kept(actor, source, leafing, cancel)

    def _frame(self, page: Path | None) -> bytes:
        if page not in self._frames:
            self._frames[page] = draw_frame(page)
        return self._frames[page]

    def _kept(self, actor: Actor, source: str, leafing: Leafing, cancel: CancelToken) -> FlipView:
        self.strangers = tuple(
            UnknownLeaf(after=event.after, seconds=event.look.seconds, picture=event.look.picture)
            for event in leafing.unknown
        )
        self.last_leafing = FlipThrough(
            id="flip-1",
            dossier_id="dossier-1",
            made_at=LEAFED_AT,
            made_by=actor.name,
            source=source,
            complete=not cancel.cancelled,
            sides=tuple(asdict(found) for found in leafing.states.values()),
        )
        return FlipView(
            id="flip-1",
            verdict="discrepant",
            counts={},
            discrepancies=(),
            sides=self.last_leafing.sides,
            unknown=(),
            missed=(),
            complete=self.last_leafing.complete,
            warnings=self.leaf_warnings,
        )


def _step(leafing: Leafing, look: Look) -> LeafStep:
    events = tuple(leafing.observe(look))
    seen = sum(found.state == SEEN for found in leafing.states.values())
    return LeafStep(look=look, events=events, seen=seen, sides=len(leafing.states))


def draw_frame(page: Path | None) -> bytes:
    """A picture of the camera, a JPEG: a leaf on a desk, `page` drawn on it."""
    image = QImage(*PREVIEW, QImage.Format.Format_RGB32)
    image.fill(QColor("#6E5F50"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    share = PREVIEW[0] / FRAME[0]
    corners = QPolygonF([QPointF(x * share, y * share) for x, y in CORNERS])
    painter.setBrush(QColor("#F4F1E8"))
    painter.drawPolygon(corners)
    leaf = QImage() if page is None else QImage(str(page))
    if not leaf.isNull():
        laid = QTransform()
        flat = QPolygonF(QRectF(leaf.rect()))
        flat.removeLast()
        if QTransform.quadToQuad(flat, corners, laid):
            painter.setTransform(laid)
            painter.drawImage(0, 0, leaf)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", 85)  # type: ignore[call-overload]
    return bytes(data.data())
