"""The window of leafing through: picture, tick, tone, log and lists, all by keys."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from attrs import evolve
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.domain.access import ARCHIVIST, Actor
from app.domain.leafing import DIFFERS, OPEN, SEEN, SIDE, UNKNOWN, LeafEvent, Look
from app.gui.leafing.log import LogModel, entry_of
from app.gui.leafing.next_step import CHOOSE, RESULT, RUN
from app.gui.leafing.result import DIFFERENT, FOUND, MISSING, STRANGE
from app.gui.leafing.source import SourceChooser
from app.gui.leafing.tiles import STATE_ROLE, LeafTilesModel, spans
from app.gui.leafing.window import LeafingWindow
from app.gui.main_window import MainWindow
from app.gui.present import ErrorDialog
from app.gui.reconcile.page import ReconcilePage
from app.gui.samples.leafing import sample_look
from app.gui.samples.rows import CASE_NO, sample_case
from app.gui.samples.workstation import PERSON, SampleWorkstation
from app.kernel.errors import Transient
from app.services.leafing_views import LeafStep, LeafTile
from app.services.review_views import SealObstacle

KEY = Qt.Key


class HeardPlayer:
    """Keeps what was to be heard."""

    sounding = False

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.closed = False

    def play(self, tone: str) -> None:
        self.heard.append(tone)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def player(monkeypatch: pytest.MonkeyPatch) -> HeardPlayer:
    made = HeardPlayer()
    monkeypatch.setattr("app.gui.leafing.window.tone_player", lambda: made)
    return made


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, sample: SampleWorkstation) -> ReconcilePage:
    sample.case_view = sample_case(state="reconciled", next_action="seal", blockers=0)
    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    with qtbot.waitSignal(window.desk.case_changed, timeout=20000):
        window.desk.open_case(window, CASE_NO, page="reconcile")
    page = cast(ReconcilePage, window.pages["reconcile"])
    until(qtbot, lambda: bool(page.tracks.tiles))
    window.activateWindow()
    until(qtbot, window.isActiveWindow)
    return page


def until(qtbot: QtBot, reached: Callable[[], bool]) -> None:
    qtbot.waitUntil(reached, timeout=10000)


def asked(sample: SampleWorkstation, name: str) -> list[tuple[Any, ...]]:
    return [arguments for called, arguments in sample.calls if called == name]


def opened(qtbot: QtBot, page: ReconcilePage) -> LeafingWindow:
    """The window, by its key on the review page, once it has read."""
    page.window().activateWindow()
    until(qtbot, page.window().isActiveWindow)
    page.table.setFocus()
    qtbot.keyClick(page.table, KEY.Key_F9)
    window = page.findChild(LeafingWindow)
    assert window is not None
    until(qtbot, lambda: window.view is not None)
    window.activateWindow()
    until(qtbot, window.isActiveWindow)
    return window


def running(qtbot: QtBot, leafing: LeafingWindow, sample: SampleWorkstation) -> None:
    """Start by the space bar and wait until all looks have arrived."""
    sample.hold = threading.Event()
    qtbot.keyClick(leafing, KEY.Key_Space)
    until(qtbot, lambda: leafing.stack.currentIndex() == RUN)
    if sample.looks:
        last, camera = sample.looks[-1], leafing.running.camera
        until(qtbot, lambda: last in [outline.look for outline in camera.outlines])


def ended(qtbot: QtBot, leafing: LeafingWindow) -> None:
    until(qtbot, lambda: leafing.stack.currentIndex() == RESULT and not leafing.run.running)


def test_leaves_are_ticked_told_and_counted_and_kept_by_escape(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, player: HeardPlayer
) -> None:
    leafing = opened(qtbot, page)
    assert leafing.stack.currentIndex() == CHOOSE
    assert leafing.chooser.chosen == "camera:0"
    assert leafing.counter.words.text() == "已见 0 / 21 面"
    running(qtbot, leafing, sample)
    assert asked(sample, "leaf_through") == [(CASE_NO, "camera:0")]
    assert page.busy
    assert leafing.counter.words.text() == "已见 8 / 21 面"
    assert [entry.words for entry in leafing.running.log.model.entries] == [
        "与影像有出入：第 11 页",
        "近似页，未能区分：第 10、12 页",
        "卷内没有的纸页：第 9 页之后",
        "漏翻：第 4、7 页",
        "两张一起翻过：第 5–6 页",
    ]
    assert leafing.running.strip.position == 15
    assert leafing.running.stands_for.place.text() == "第 13 页"
    assert leafing.running.stands_for.word.text() == "已见"
    assert leafing.running.camera.has_picture
    assert player.heard
    qtbot.keyClick(leafing, KEY.Key_Escape)
    ended(qtbot, leafing)
    assert leafing.isVisible()
    assert not page.busy
    assert leafing.counter.words.text() == "已见 8 / 21 面"
    counts = [leafing.result.tabs.tabText(place) for place in range(4)]
    assert counts == ["未见 12", "有出入 1", "不认识 1", "已见 8"]
    qtbot.keyClick(leafing, KEY.Key_Escape)
    until(qtbot, lambda: player.closed)


@pytest.mark.parametrize(
    ("looks", "tone"),
    [
        ([sample_look(SIDE, 1, 1)], "tick"),
        ([sample_look(OPEN, 1, 3, candidates=(3, 5))], "ask"),
        ([sample_look(DIFFERS, 1, 1)], "wrong"),
        ([sample_look(SIDE, 1, 1), sample_look(SIDE, 2, 7)], "wrong"),
    ],
)
def test_each_kind_has_its_tone_and_silence_is_remembered(
    qtbot: QtBot,
    page: ReconcilePage,
    sample: SampleWorkstation,
    player: HeardPlayer,
    looks: list[Any],
    tone: str,
) -> None:
    sample.looks = looks
    leafing = opened(qtbot, page)
    running(qtbot, leafing, sample)
    until(qtbot, lambda: player.heard[-1:] == [tone])
    qtbot.keyClick(leafing, KEY.Key_M)
    assert leafing.sound.accessibleName() == "提示音关"
    until(qtbot, lambda: asked(sample, "save_preference")[-1][1]["sound"] is False)
    qtbot.keyClick(leafing, KEY.Key_Space)
    ended(qtbot, leafing)
    heard = list(player.heard)
    qtbot.keyClick(leafing, KEY.Key_Space)
    until(qtbot, lambda: leafing.stack.currentIndex() == CHOOSE)
    running(qtbot, leafing, sample)
    assert player.heard == heard
    qtbot.keyClick(leafing, KEY.Key_Escape)
    ended(qtbot, leafing)
    leafing.close()
    until(qtbot, lambda: page.findChild(LeafingWindow) is None)
    assert not opened(qtbot, page).tones.on


def test_both_leaves_of_an_open_book_are_outlined(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, player: HeardPlayer
) -> None:
    left = ((100.0, 100.0), (900.0, 100.0), (900.0, 1000.0), (100.0, 1000.0))
    sample.looks = [
        sample_look(SIDE, 1, 2),
        sample_look(SIDE, 2, 3, corners=left),
        sample_look(SIDE, 2, 4),
    ]
    leafing = opened(qtbot, page)
    running(qtbot, leafing, sample)
    camera = leafing.running.camera
    assert [outline.look.position for outline in camera.outlines] == [3, 4]
    assert [outline.words for outline in camera.outlines] == ["第 1 页 已见", "第 2 页 已见"]
    # Corners are pixels of the whole frame; the picture on the screen is smaller.
    box = camera.polygon(QRectF(10, 20, 960, 540), camera.outlines[0].look).boundingRect()
    assert box == QRectF(60, 70, 400, 450)


def test_one_frame_alone_calls_no_leaf_unknown(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, player: HeardPlayer
) -> None:
    leafing = opened(qtbot, page)
    view = leafing.running
    view.begin()

    def words(*looks: Look) -> str:
        view.take([LeafStep(look=look, events=(), seen=0, sides=21) for look in looks])
        return view.stands_for.word.text()

    assert words(sample_look(SIDE, 1, 1)) == "已见"
    # A leaf that is being turned is nothing yet, and not outlined.
    assert words(sample_look(UNKNOWN, 2, still=False)) == "已见"
    assert view.camera.outlines == ()
    assert words(sample_look(UNKNOWN, 2)) == "辨认中…"
    assert words(sample_look(UNKNOWN, 2, frame=61)) == "卷内查无此页"
    assert [outline.sign.tone for outline in view.camera.outlines] == ["bad"]
    assert words(sample_look(UNKNOWN, 3)) == "辨认中…"


def test_closing_the_desk_closes_what_lies_beside_it(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, player: HeardPlayer
) -> None:
    leafing = opened(qtbot, page)
    assert leafing.isVisible()
    page.window().close()
    until(qtbot, lambda: not leafing.isVisible())
    assert not leafing.isVisible()


def test_a_line_of_the_log_leads_to_its_side(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, player: HeardPlayer
) -> None:
    leafing = opened(qtbot, page)
    running(qtbot, leafing, sample)
    log = leafing.running.log
    log.list.setFocus()
    qtbot.keyClick(log.list, KEY.Key_End)
    entry = log.model.entry(log.list.currentIndex().row())
    assert entry is not None
    qtbot.keyClick(log.list, KEY.Key_Return)
    assert leafing.running.strip.position == entry.position
    assert leafing.stack.currentIndex() == RUN
    assert leafing.running.stands_for.word.text() == "漏翻"


def test_the_lists_are_copied_walked_and_lead_to_the_review_page(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, player: HeardPlayer
) -> None:
    leafing = opened(qtbot, page)
    running(qtbot, leafing, sample)
    qtbot.keyClick(leafing, KEY.Key_Space)
    ended(qtbot, leafing)
    result = leafing.result
    assert result.tabs.currentIndex() == MISSING
    qtbot.keyClick(leafing, KEY.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0].endswith("待取出补翻 12 面")
    assert copied[1].split("\t")[0] == "第 4 页"
    assert len(copied) == 13
    qtbot.keyClick(leafing, KEY.Key_3)
    assert result.tabs.currentIndex() == STRANGE
    until(qtbot, lambda: result.viewer.path is not None and "stranger" in result.viewer.path.name)
    qtbot.keyClick(leafing, KEY.Key_4)
    assert result.tabs.currentIndex() == FOUND
    qtbot.keyClick(leafing, KEY.Key_2)
    assert result.tabs.currentIndex() == DIFFERENT
    until(qtbot, lambda: result.viewer.path == sample.side_rows[12].picture)
    with qtbot.waitSignal(leafing.place_asked, timeout=20000) as told:
        qtbot.keyClick(result.tables[DIFFERENT], KEY.Key_Return)
    assert told.args == [13]
    assert page.compared.side is not None and page.compared.side.position == 13


def test_leafing_goes_on_where_it_ended(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, player: HeardPlayer
) -> None:
    leafing = opened(qtbot, page)
    running(qtbot, leafing, sample)
    qtbot.keyClick(leafing, KEY.Key_Escape)
    ended(qtbot, leafing)
    sample.looks = [
        sample_look(SIDE, rest, side.position)
        for rest, side in enumerate(sample.side_rows, 1)
        if not side.blank
    ]
    qtbot.keyClick(leafing, KEY.Key_Space)
    until(qtbot, lambda: leafing.stack.currentIndex() == CHOOSE)
    running(qtbot, leafing, sample)
    assert leafing.counter.words.text() == "已见 21 / 21 面"
    assert leafing.counter.bar.property("tone") == "good"
    qtbot.keyClick(leafing, KEY.Key_Escape)
    ended(qtbot, leafing)
    assert leafing.next_action.button.accessibleName() == "回到一致性审查"
    qtbot.keyClick(leafing, KEY.Key_Space)
    until(qtbot, lambda: page.findChild(LeafingWindow) is None)
    # What was found is there when the window comes back.
    again = opened(qtbot, page)
    assert again.stack.currentIndex() == RESULT
    assert again.counter.words.text() == "已见 21 / 21 面"


def test_without_a_camera_it_says_what_to_do_and_takes_a_recording(
    qtbot: QtBot,
    page: ReconcilePage,
    sample: SampleWorkstation,
    player: HeardPlayer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sample.cameras = ()
    leafing = opened(qtbot, page)
    assert leafing.chooser.title.text() == "没有找到摄像头"
    assert leafing.chooser.list.isHidden()
    video = tmp_path / "翻页.mp4"
    video.touch()
    monkeypatch.setattr(
        "app.gui.leafing.source.QFileDialog.getOpenFileName", lambda *_asked: (str(video), "")
    )
    qtbot.keyClick(leafing, KEY.Key_Space)
    assert leafing.chooser.chosen == str(video)
    qtbot.keyClick(leafing, KEY.Key_Space)
    until(qtbot, lambda: asked(sample, "leaf_through") == [(CASE_NO, str(video))])
    ended(qtbot, leafing)
    sample.cameras = ("camera:2",)
    leafing.leaf_on()
    qtbot.keyClick(leafing, KEY.Key_F5)
    until(qtbot, lambda: leafing.chooser.list.count() == 2)
    # The source used last is the one that is offered.
    assert leafing.chooser.chosen == str(video)
    assert sample.preferences[(PERSON, "leafing")]["source"] == str(video)


def test_a_recording_that_is_gone_is_not_offered(qtbot: QtBot, tmp_path: Path) -> None:
    chooser = SourceChooser(lambda: None, lambda: None)
    qtbot.addWidget(chooser)
    chooser.show_sources(("camera:0",), str(tmp_path / "gone.mp4"))
    assert chooser.chosen == "camera:0"
    assert chooser.list.count() == 1


def test_a_camera_that_is_not_there_is_told_with_its_remedy(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, player: HeardPlayer
) -> None:
    leafing = opened(qtbot, page)
    sample.fault = Transient("FLP-104", camera=0)
    sample.preferences[(PERSON, "leafing")] = {}
    leafing.chooser.list.setFocus()
    leafing._keep = lambda: None  # type: ignore[method-assign]
    qtbot.keyClick(leafing.chooser.list, KEY.Key_Return)
    until(qtbot, leafing.notice.isVisible)
    until(qtbot, lambda: leafing.stack.currentIndex() == CHOOSE)
    assert "0 号摄像头" in leafing.notice.message.text()
    assert leafing.notice.remedy.text()
    assert page.window().findChildren(ErrorDialog) == []
    assert not leafing.run.running


def test_a_camera_pulled_out_keeps_what_was_seen_and_says_so(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, player: HeardPlayer
) -> None:
    sample.leaf_warnings = (Transient("FLP-105", camera=0).as_record(),)
    leafing = opened(qtbot, page)
    qtbot.keyClick(leafing, KEY.Key_Space)
    ended(qtbot, leafing)
    assert leafing.notice.isVisible()
    assert leafing.notice.safe.text() == "已见的面已随卷保存。"
    assert leafing.counter.words.text() == "已见 8 / 21 面"


def test_closing_the_window_ends_the_leafing_and_keeps_it(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, player: HeardPlayer
) -> None:
    leafing = opened(qtbot, page)
    running(qtbot, leafing, sample)
    leafing.close()
    until(qtbot, lambda: page.findChild(LeafingWindow) is None)
    assert not page.busy
    assert player.closed
    assert sum(state == SEEN for state in sample.leaf_states.values()) == 8


def test_escape_while_sides_are_prepared_leads_back_to_the_cameras(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, player: HeardPlayer
) -> None:
    sample.looks = []
    leafing = opened(qtbot, page)
    running(qtbot, leafing, sample)
    until(qtbot, lambda: leafing.running.preparing.bar.value() == 11)
    qtbot.keyClick(leafing, KEY.Key_Escape)
    until(qtbot, lambda: leafing.stack.currentIndex() == CHOOSE and not leafing.run.running)
    assert leafing.isVisible()
    assert leafing.next_action.button.isEnabled()
    assert page.window().findChildren(ErrorDialog) == []
    assert sample.leaf_states == {}


def test_a_demand_of_the_court_is_the_next_step(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, player: HeardPlayer
) -> None:
    assert sample.ledger is not None
    rows = tuple(evolve(row, verdict="same") for row in sample.ledger.discrepancies)
    sample.ledger = evolve(sample.ledger, discrepancies=rows)
    told = SealObstacle(code="REV-123", message="还有 3 面未见。", remedy="", step="reconcile")
    sample.obstacle_rows = [told]
    page.refresh()
    until(qtbot, lambda: page.next_action.sentence.text() == told.message)
    page.press_next()
    assert page.findChild(LeafingWindow) is not None


def test_whoever_may_not_leaf_is_told(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, player: HeardPlayer
) -> None:
    sample.may_leaf = False
    leafing = opened(qtbot, page)
    assert leafing.next_action.button.isHidden()
    assert leafing.next_action.sentence.text()
    qtbot.keyClick(leafing, KEY.Key_Space)
    assert asked(sample, "leaf_through") == []


def tiles(count: int) -> list[LeafTile]:
    return [
        LeafTile(
            side_id=f"side-{position}",
            position=position,
            page_number=position - 1 or None,
            leaf=(position + 1) // 2,
            face="front" if position % 2 else "back",
            blank=position == count,
            state="not_seen",
        )
        for position in range(1, count + 1)
    ]


def event(kind: str, *positions: int) -> LeafEvent:
    return LeafEvent(kind=kind, positions=positions, look=sample_look(SIDE, 1, 1))


def test_tiles_only_ever_grow_stronger(qtbot: QtBot, qtmodeltester: Any) -> None:
    model = LeafTilesModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.replace(tiles(6), {3: "起诉状"})
    assert (model.seen, model.total) == (0, 5)
    with qtbot.waitSignal(model.dataChanged, timeout=20000):
        model.take([event("two_at_once", 3, 4)])
    assert model.index(2).data(STATE_ROLE) == "side_missed"
    model.take([event("open", 3), event("seen", 4), event("differs", 4), event("went_back", 1)])
    assert [model.state(row) for row in range(4)] == ["not_seen", "not_seen", "open", "seen"]
    model.take([event("seen", 6), event("seen", 99), event("unknown_leaf")])
    # A blank side is ticked and not counted.
    assert model.state(5) == "seen"
    assert (model.seen, model.total) == (1, 5)
    assert model.index(2).data() == "第 2 页，第 2 张 正面，近似页，未能区分"
    assert model.places((1, 3, 4, 5)) == "第 2–4 页，第 1 面"
    model.replace([], {})
    assert (model.rowCount(), model.total) == (0, 0)
    qtmodeltester.check(model)


def test_spans_draw_runs_together() -> None:
    assert spans([7, 5, 6, 9, 9, 1, 2]) == "1–2、5–7、9"
    assert spans([]) == ""


def test_the_log_puts_the_newest_on_top(qtbot: QtBot) -> None:
    sides = LeafTilesModel()
    sides.replace(tiles(9), {})
    model = LogModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.add([entry_of(event("side_missed", 2), sides)])
    model.add([entry_of(event("two_at_once", 4, 5), sides), entry_of(event("differs", 6), sides)])
    assert [entry.position for entry in model.entries] == [6, 4, 2]
    assert model.index(1).data().endswith("两张一起翻过：第 3–4 页")
    model.clear()
    assert model.rowCount() == 0


def test_a_quick_recording_of_a_thousand_leaves_never_holds_the_window_up(
    qtbot: QtBot,
    page: ReconcilePage,
    sample: SampleWorkstation,
    player: HeardPlayer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pattern = list(sample.side_rows)
    sample.side_rows = [
        evolve(pattern[n % 20], id=f"side-{n + 1}", position=n + 1, blank=False)
        for n in range(2000)
    ]
    # Every other leaf is passed over, so that every look is told, ticked and logged.
    sample.looks = [sample_look(SIDE, rest, 2 * rest) for rest in range(1, 1001)]
    leafing = opened(qtbot, page)
    slices: list[float] = []
    take = leafing._arrived

    def measured(things: list[object]) -> None:
        before = time.thread_time()
        take(things)
        slices.append(time.thread_time() - before)

    leafing.run.arrived.disconnect(leafing._arrived)
    leafing.run.arrived.connect(measured)
    running(qtbot, leafing, sample)
    assert leafing.counter.words.text() == "已见 1,000 / 2,000 面"
    assert leafing.running.log.model.rowCount() >= 999
    # One slice may hold a collection of the interpreter's own.
    assert sorted(slices)[-2] < 0.1


def test_two_thousand_sides_keep_the_current_one_in_sight(
    qtbot: QtBot, page: ReconcilePage, sample: SampleWorkstation, player: HeardPlayer
) -> None:
    pattern = list(sample.side_rows)
    sample.side_rows = [
        evolve(pattern[n % 20], id=f"side-{n + 1}", position=n + 1, blank=False)
        for n in range(2000)
    ]
    sample.looks = [sample_look(SIDE, 1, 1), sample_look(SIDE, 2, 1500)]
    leafing = opened(qtbot, page)
    running(qtbot, leafing, sample)
    strip = leafing.running.strip
    place = strip.visualRect(strip.currentIndex())
    assert strip.position == 1500
    assert strip.viewport().rect().contains(place)
    assert abs(place.center().x() - strip.viewport().width() / 2) < place.width()
    assert leafing.counter.words.text() == "已见 2 / 2,000 面"
    # Five hundred leaves that were passed over are one line that is read at a glance.
    assert leafing.running.log.list.model().rowCount() == 2
