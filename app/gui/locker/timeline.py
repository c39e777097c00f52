"""Where the paper of a dossier is and was: its volumes now, and every step from slip to shelf."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.listing import amount_text
from app.gui.locker.moments import moment_text, present_moment
from app.gui.locker.volume_counts import volume_name
from app.gui.models.rows import ROW_ROLE, Column, RowsModel
from app.gui.ops import Op
from app.gui.theme.apply import current_tokens
from app.gui.widgets.buttons import push_button
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import framed, label
from app.gui.widgets.table import RowTable
from app.services.locker_views import TimelineRow, VolumeCustodyRow
from app.words.locker import (
    channel_word,
    incident_state_word,
    notice_state_word,
    resolution_word,
    timeline_kind_word,
    timeline_word,
)

STEP_HEIGHT, TIME_WIDTH, LINE_LEFT, DOT = 48, 116, 136, 5.0
_TONES = {"incident": "bad", "custody": "accent", "shelf": "good", "stock": "good"}
Loaded = tuple[list[VolumeCustodyRow], list[TimelineRow]]


def place_words(place: str) -> str:
    """A place as people say it; cells are kept as "cabinet#number"."""
    cabinet, sign, cell = place.rpartition("#")
    if not sign or not cell.isdecimal():
        return place
    return _("{cabinet} · cell {cell}").format(cabinet=cabinet, cell=cell)


def step_tone(row: TimelineRow) -> str:
    """The tone of a step: what moves custody stands out."""
    if row.kind == "custody" and row.action == "disputed":
        return "bad"
    return _TONES.get(row.kind, "note")


def step_outcome(row: TimelineRow) -> str:
    """What came of a step, where that is not plain from the step itself."""
    told = row.details
    if row.kind == "incident" and told.get("state") == "closed":
        return resolution_word(str(told.get("resolution", ""))) or incident_state_word("closed")
    if row.kind == "notice" and told.get("state", "sent") != "sent":
        return notice_state_word(str(told["state"]))
    if row.kind == "door" and told.get("outcome", "done") != "done":
        return _("not completed")
    return ""


def step_detail(row: TimelineRow) -> str:
    """Who, where and how much."""
    amount = ""
    if row.volumes is not None:
        amount = amount_text(row.volumes, row.pages)
    elif row.pages is not None:
        amount = _("{pages} p.").format(pages=row.pages)
    place = channel_word(row.place) if row.kind == "notice" else place_words(row.place)
    return " · ".join(part for part in (row.actor, place, amount, step_outcome(row)) if part)


def step_sentence(row: TimelineRow, now: datetime) -> str:
    """One step in a line, for a screen reader."""
    word = timeline_word(row.kind, row.action)
    parts = (moment_text(row.at, now), timeline_kind_word(row.kind), word, step_detail(row))
    return " · ".join(part for part in parts if part)


class StepDelegate(QStyledItemDelegate):
    """When, a dot on the line of time, what, and below it who and where."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, TimelineRow):
            return
        tokens = current_tokens()
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(tokens.colour("accent_soft")))
        last = index.row() == index.model().rowCount() - 1
        dot = QPointF(area.left() + LINE_LEFT, area.top() + 15)
        painter.setPen(QPen(QColor(tokens.colour("border_strong")), 1.5))
        top = dot.y() if index.row() == 0 else area.top()
        painter.drawLine(
            QPointF(dot.x(), top), QPointF(dot.x(), dot.y() if last else area.bottom())
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.colour(step_tone(row))))
        painter.drawEllipse(dot, DOT, DOT)
        self._texts(painter, area, row)
        painter.restore()

    def _texts(self, painter: QPainter, area: QRectF, row: TimelineRow) -> None:
        tokens = current_tokens()
        small, bold = QFont(painter.font()), QFont(painter.font())
        small.setPixelSize(tokens.size("small"))
        bold.setWeight(QFont.Weight.DemiBold)
        line = 30.0
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(small)
        painter.setPen(QColor(tokens.colour("muted")))
        when = QRectF(area.left() + 12, area.top(), TIME_WIDTH - 12, line)
        shown = moment_text(row.at, present_moment())
        painter.drawText(when, int(Qt.AlignmentFlag.AlignRight | middle), shown)
        left = area.left() + LINE_LEFT + 20
        width = area.right() - left - 12
        kind = timeline_kind_word(row.kind)
        kind_width = QFontMetricsF(small).horizontalAdvance(kind) + 12
        place = QRectF(left, area.top(), width, line)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignRight | middle), kind)
        about = QRectF(left, area.top() + 24, width, 20)
        detail = QFontMetricsF(small).elidedText(
            step_detail(row), Qt.TextElideMode.ElideRight, width
        )
        painter.drawText(about, int(Qt.AlignmentFlag.AlignLeft | middle), detail)
        painter.setFont(bold)
        painter.setPen(QColor(tokens.colour("bad" if step_tone(row) == "bad" else "text")))
        word = QFontMetricsF(bold).elidedText(
            timeline_word(row.kind, row.action), Qt.TextElideMode.ElideRight, width - kind_width
        )
        painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | middle), word)

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(320, STEP_HEIGHT)


def volume_columns(
    now: Callable[[], datetime] = present_moment,
) -> tuple[Column[VolumeCustodyRow], ...]:
    """The columns of what is where now."""
    return (
        Column(
            key="volume",
            title=_("Volume"),
            text=lambda row: volume_name(row.part, row.volume),
            bold=True,
        ),
        Column(key="holder", title=_("Answers for it"), text=lambda row: row.holder),
        Column(key="place", title=_("Lies at"), text=lambda row: place_words(row.place)),
        Column(
            key="pages",
            title=_("Pages counted"),
            text=lambda row: "" if row.pages is None else str(row.pages),
            right=True,
        ),
        Column(key="since", title=_("Since"), text=lambda row: moment_text(row.since, now())),
    )


class TimelineDialog(QDialog):
    """The custody of one dossier: now above, the way there below, newest first."""

    def __init__(self, desk: Desk, case_no: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._case_no = case_no
        self.setWindowTitle(_("Where the paper is and was"))
        self.resize(840, 640)
        self.volumes: RowsModel[VolumeCustodyRow] = RowsModel(
            volume_columns(), identity=lambda row: f"{row.part}:{row.volume}", parent=self
        )
        self.table = RowTable(self.volumes, (112, 120, -1, 96, 144), _("Volumes now"))
        self.steps: RowsModel[TimelineRow] = RowsModel(
            (
                Column(
                    key="step",
                    title=_("Step"),
                    text=lambda row: step_sentence(row, present_moment()),
                ),
            ),
            identity=lambda row: f"{row.at} {row.kind} {row.action} {row.place}",
            parent=self,
        )
        self.list = QListView()
        self.list.setModel(self.steps)
        self.list.setItemDelegate(StepDelegate(self.list))
        self.list.setAccessibleName(_("Steps of the paper"))
        self.list.setProperty("role", "bare")
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.empty = EmptyState(
            "history",
            _("Nothing on record yet"),
            _("With the first work slip, batch or hand-off of this dossier its way begins here."),
        )
        self.error = FaultLine()
        self._lay_out()
        self.read()

    def _lay_out(self) -> None:
        self._now_card, self._way_card = framed("card"), framed("card")
        for card, part, name in (
            (self._now_card, self.table, _("Volumes now")),
            (self._way_card, self.list, _("The way of the paper, newest first")),
        ):
            inner = QVBoxLayout(card)
            inner.setContentsMargins(1, 8, 1, 1)
            inner.setSpacing(4)
            head = label(name, "heading")
            head.setContentsMargins(12, 0, 0, 0)
            inner.addWidget(head)
            inner.addWidget(part, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._now_card)
        column.addWidget(self._way_card, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(whole)
        self.stack.addWidget(self.empty)
        close = push_button(_("Close"), self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 24, 24, 16)
        outer.setSpacing(12)
        outer.addWidget(label(self._case_no, "title"))
        outer.addWidget(self.error)
        outer.addWidget(self.stack, 1)
        outer.addLayout(foot)

    def read(self) -> None:
        """Read both."""
        number, workstation = self._case_no, self._desk.workstation
        operation = Op(
            self, lambda: (workstation.custody_ledger(number), workstation.dossier_timeline(number))
        )
        operation.reads().done(self._show).refused(self.error.show_fault).start()

    def _show(self, loaded: Loaded) -> None:
        volumes, steps = loaded
        self.volumes.replace(volumes)
        self.steps.replace(list(reversed(steps)))
        self._now_card.setVisible(bool(volumes))
        self.table.setFixedHeight(46 + 40 * min(max(len(volumes), 1), 4))
        self.stack.setCurrentIndex(0 if volumes or steps else 1)
        if steps:
            self.list.setCurrentIndex(self.steps.index(0, 0))
