"""What a package tells of the work on a dossier: who did what when and on what ground."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from app.adapters.db.engine import make_engine, sqlite_url
from app.adapters.db.schema import upgrade
from app.adapters.db.uow import SqlStorage
from app.domain.custody import CustodyEvent
from app.domain.dossier import Dossier
from app.kernel.clock import SystemClock
from app.services.business_events import BusinessEvent, business_events

ROOT = Path(__file__).parents[2]
CASE_NO = "（2019）辽0882民初4866号"


def table() -> dict[str, dict[str, object]]:
    text = resources.files("app.services").joinpath("business_events.toml").read_text("utf-8")
    return tomllib.loads(text)


class Desk:
    """Writes audit records and reads the events of the dossier."""

    def __init__(self, storage: SqlStorage) -> None:
        self._storage = storage
        self.dossier = Dossier(id="d1", case_no=CASE_NO)
        with storage.write() as tx:
            tx.dossiers.add(self.dossier)
            tx.audit.record("书记员", "case_registered", CASE_NO)
            tx.commit()

    def note(self, actor: str, action: str, **details: object) -> None:
        with self._storage.write() as tx:
            tx.audit.record(actor, action, CASE_NO, **details)
            tx.commit()

    def hand_over(self, actor: str, action: str, giver: str, receiver: str, pages: int) -> None:
        with self._storage.write() as tx:
            tx.custody.add(
                CustodyEvent(
                    id=f"c-{action}-{pages}",
                    dossier_id="d1",
                    happened_at="2026-03-01T08:00:00.000Z",
                    action=action,
                    giver=giver,
                    receiver=receiver,
                    place="1号柜#3",
                    volumes=2,
                    pages=pages,
                    details={"handoff": "h1"},
                )
            )
            tx.audit.record(
                actor, f"handoff_{action}", CASE_NO, handoff="h1", cabinet="1号柜", cell=3
            )
            tx.commit()

    def events(self, *, provisional: bool = False) -> tuple[BusinessEvent, ...]:
        with self._storage.read() as tx:
            rows = tx.audit.rows(CASE_NO)
            return business_events(tx, self.dossier, rows, provisional=provisional)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    engine = make_engine(sqlite_url(tmp_path / "dossiers.db"))
    upgrade(engine)
    yield Desk(SqlStorage(engine, SystemClock(), "test"))
    engine.dispose()


def test_every_record_of_the_audit_is_told_or_left_out_for_a_reason() -> None:
    tree = ast.parse((ROOT / "app/words/events.py").read_text(encoding="utf-8"))
    known = {
        key.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    }
    data = table()
    left_out = [action for group in data["left_out"].values() for action in group]  # type: ignore[attr-defined]
    placed = Counter([*data["events"], *left_out])
    assert [action for action, times in placed.items() if times > 1] == []
    assert sorted(known - set(placed)) == [], "place them in business_events.toml"


def test_each_kind_of_step_is_told_with_actor_time_and_ground(desk: Desk) -> None:
    desk.note("扫描甲", "batch_opened", batch="b1", source="scanner")
    for position in range(1, 4):
        desk.note("system", "side_stored", batch="b1", position=position)
        desk.note("system", "side_examined", position=position, side="s")
    desk.note("扫描甲", "batch_closed", batch="b1", sheets=2, sides=3)
    desk.note("质检乙", "finding_judged", side="s1", code="blur", verdict="accepted")
    desk.note("审核丙", "side_reviewed", position=2, verdict="same", defect="", page_number=1)
    desk.note("审核丙", "signed_off", step="inspector", digest="ab12", remark="")
    desk.note("书记员", "sealed", sides=3, pages=3, items=1)
    events = desk.events()
    assert [(event.name, event.actor, event.duty) for event in events] == [
        ("立卷登记", "书记员", "立卷人"),
        ("开始扫描批次", "扫描甲", "扫描员"),
        ("机器质检", "system", "软件"),
        ("结束扫描批次", "扫描甲", "扫描员"),
        ("质检意见", "质检乙", "质检员"),
        ("图像与纸质核对", "审核丙", "审核员"),
        ("签署确认", "审核丙", "质检员"),
        ("封卷", "书记员", "立卷人"),
    ]
    assert all(event.at and event.basis and event.state == "已完成" for event in events)
    told = {event.name: event.description for event in events}
    assert told["结束扫描批次"] == "批次：b1；张数：2；面数：3"
    assert told["机器质检"].startswith("共 3 次，自 ")
    assert told["图像与纸质核对"] == "面：2；页号：1；结论：一致"
    assert told["签署确认"] == "环节：质检；摘要：ab12"


def test_hand_overs_say_who_gave_what_to_whom(desk: Desk) -> None:
    desk.hand_over("书记员", "deposited", "书记员", "扫描甲", 120)
    desk.hand_over("扫描甲", "collected", "书记员", "扫描甲", 120)
    desk.hand_over("扫描甲", "confirmed", "书记员", "扫描甲", 119)
    desk.note("书记员", "sealed", sides=3)
    told = [(event.name, event.description) for event in desk.events()[1:-1]]
    way = "云柜：1号柜；柜格：3；移交人：书记员；接收人：扫描甲"
    assert told == [
        ("纸质卷宗存柜", f"册数：2；页数：120；{way}"),
        ("纸质卷宗取出", f"册数：2；页数：120；{way}"),
        ("纸质卷宗清点接收", f"册数：2；页数：119；{way}"),
    ]


def test_nothing_after_the_seal_changes_what_is_told(desk: Desk) -> None:
    desk.note("system", "side_examined", position=1)
    desk.note("书记员", "sealed", sides=1)
    before = desk.events()
    desk.note("system", "side_examined", position=2)
    desk.note("档案员", "packaged", sha256="00")
    desk.hand_over("书记员", "deposited", "书记员", "档案员", 3)
    assert desk.events() == before
    assert before[-1].name == "封卷"


def test_a_second_seal_tells_of_the_first_package(desk: Desk) -> None:
    desk.note("书记员", "sealed", sides=1)
    desk.note("档案员", "packaged", sha256="00")
    desk.note("档案员", "package_built", sha256="00")
    desk.note("庭长", "addition_approved", addition="a1")
    # A package that is not sealed yet must not change by being made.
    assert [event.name for event in desk.events(provisional=True)] == ["立卷登记", "封卷"]
    desk.note("书记员", "sealed", sides=2)
    assert [event.name for event in desk.events()] == [
        "立卷登记",
        "封卷",
        "封装归档信息包",
        "批准补充材料",
        "封卷",
    ]


def test_words_are_clean_and_short(desk: Desk) -> None:
    desk.note("甲", "note_added", position=1, text="第一行\n第二行\t完", more={"a": 1})
    desk.note("甲", "discrepancy_resolved", page_numbers=[1, 2], verdict="same", remark="长" * 5000)
    desk.note("甲", "blank_marked", blank=True, through=[["x", "y"]])
    told = [event.description for event in desk.events(provisional=True)[1:]]
    assert told[0] == "面：1；内容：第一行 第二行 完"
    assert told[1].startswith("页号：1、2；结论：一致；备注：长")
    assert len(told[1]) == 1000
    assert told[2] == "空白：是"
