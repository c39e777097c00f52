"""Hand-offs at a simulated cabinet: the way through, and every way it goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.domain.access import Actor
from app.kernel.errors import Fault
from app.services.workstation import Workstation
from cloud_locker.api import Cell
from tests.services.locker_hall import (
    ARCHIVIST,
    CLERK,
    FIRST,
    SECOND,
    Hall,
    LockerHouse,
    PowerCut,
)


@pytest.fixture
def house(workstation: Workstation, tmp_path: object) -> Iterator[LockerHouse]:
    """A workstation with halls."""
    yield LockerHouse(workstation, tmp_path / "云柜")


@pytest.fixture
def hall(house: LockerHouse) -> Hall:
    """One cabinet with item sensors."""
    return house.add_hall()


def code_of(call: Callable[[], object]) -> str:
    """The code of the fault that a call must raise."""
    with pytest.raises(Fault) as raised:
        call()
    return raised.value.code


def kinds(house: LockerHouse) -> list[str]:
    """The kinds of the open incidents."""
    return [row.kind for row in house.workstation.incidents()]


def test_custody_moves_with_the_count_alone(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    row, code = house.offer(hall)
    assert (row.state, row.turn, len(code)) == ("reserved", "giver", 8)
    row = work.deposit(CLERK, row.id, opened=hall.lays_in, identified_by="pin")
    assert (row.state, row.turn) == ("deposited", "receiver")
    assert row.due_at > row.deposited_at
    assert house.holder(row.case_no) == CLERK.name
    row = work.collect(ARCHIVIST, row.id, code, opened=hall.takes_out)
    assert (row.state, row.turn) == ("collected", "receiver")
    assert house.holder(row.case_no) == CLERK.name
    row = work.acknowledge(ARCHIVIST, row.id, volumes=2, pages=120)
    assert (row.state, row.turn) == ("confirmed", "")
    assert house.holder(row.case_no) == ARCHIVIST.name
    assert house.cell_state(hall, row.cell) == "free"
    assert kinds(house) == []
    with house.records() as tx:
        cycles = [(c.purpose, c.outcome, c.identified_by) for c in tx.door_cycles.find()]
        assert cycles == [("deposit", "done", "pin"), ("collect", "done", "code")]
        custody = [(event.action, event.details["handoff"]) for event in tx.custody.find()]
        assert custody == [(a, row.id) for a in ("deposited", "collected", "confirmed")]
    assert work.audit_verify().ok


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"receiver_kind": "party", "phone": "13800001111"}, "HND-114"),
        ({"task": "judge_to_party", "receiver_kind": "party"}, "HND-112"),
        (
            {
                "task": "judge_to_party",
                "receiver_kind": "party",
                "phone": "13800001111",
                "part": "restricted",
            },
            "HND-110",
        ),
        (
            {
                "task": "judge_to_party",
                "receiver_kind": "party",
                "phone": "13800001111",
                "counts": [
                    {"part": "main", "volume": 1, "pages": 60},
                    {"part": "restricted", "volume": 1, "pages": 60},
                ],
            },
            "HND-110",
        ),
        ({"task": "party_to_judge", "giver": "张三", "giver_kind": "party"}, "HND-112"),
        ({"task": "court_to_court", "receiver_kind": "court"}, "HND-112"),
        ({"task": "court_to_court"}, "HND-114"),
        ({"task": "x"}, "HND-111"),
        ({"size": "x"}, "HND-111"),
        ({"due_at": "gestern"}, "HND-121"),
        ({"due_at": "2020-01-01"}, "HND-121"),
        ({"volumes": 0}, "HND-103"),
        ({"counts": [{"part": "main", "volume": 1, "pages": 120}]}, "HND-113"),
    ],
)
def test_what_may_not_go_reserves_nothing(
    house: LockerHouse, hall: Hall, more: dict[str, object], code: str
) -> None:
    assert code_of(lambda: house.offer(hall, **more)) == code
    with house.records() as tx:
        assert tx.hand_offs.count() == 0
        assert tx.locker_cells.count() == 0


def test_a_party_gets_the_main_part(house: LockerHouse, hall: Hall) -> None:
    row, _code = house.offer(
        hall, task="judge_to_party", receiver_kind="party", phone="13812345678"
    )
    assert (row.part, row.phone) == ("main", "138****5678")
    with house.records() as tx:
        dossier = tx.dossiers.first(case_no=row.case_no)
        assert dossier is not None
    assert house.holder(row.case_no) == CLERK.name


def test_the_same_paper_goes_one_way_at_a_time(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    row, _code = house.offer(hall, part="main")
    again = {"volumes": 1, "pages": 1}
    who = (CLERK, row.case_no, ARCHIVIST.name, hall.name)
    assert code_of(lambda: work.offer(*who, **again)) == "HND-102"
    assert code_of(lambda: work.offer(*who, **again, part="main")) == "HND-102"
    other, _code = work.offer(*who, **again, part="restricted")
    assert other.cell != row.cell


def test_only_the_two_of_a_hand_off_do_its_steps(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    row, code = house.offer(hall)
    stranger = Actor(name="书记员 甲", role="clerk")
    assert code_of(lambda: work.deposit(stranger, row.id)) == "HND-115"
    work.deposit(CLERK, row.id, opened=hall.lays_in)
    assert (
        code_of(lambda: work.collect_identified(stranger, row.id, identified_by="card"))
        == "HND-115"
    )
    # Whoever has the code may fetch the paper; that it is all there only the receiver says.
    work.collect(stranger, row.id, code, opened=hall.takes_out)
    assert code_of(lambda: work.acknowledge(stranger, row.id, volumes=2, pages=120)) == "HND-115"


def test_wrong_codes_are_counted_and_a_new_one_ends_the_old(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    row, code = house.deposited(hall)
    wrong = f"{code[:2]}{(int(code[2:]) + 1) % 1_000_000:06d}"
    said = [code_of(lambda: work.collect(ARCHIVIST, row.id, wrong)) for _ in range(5)]
    assert said == ["HND-104"] * 4 + ["HND-105"]
    assert code_of(lambda: work.collect(ARCHIVIST, row.id, code)) == "HND-105"
    fresh = work.renew_code(CLERK, row.id)
    assert code_of(lambda: work.collect(ARCHIVIST, row.id, code)) == "HND-104"
    assert work.collect(ARCHIVIST, row.id, fresh, opened=hall.takes_out).state == "collected"
    assert code_of(lambda: work.renew_code(CLERK, row.id)) == "HND-120"
    assert code_of(lambda: work.collect(ARCHIVIST, row.id, fresh)) == "DOS-101"


def test_a_door_that_does_not_open_gives_another_cell(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    row, _code = house.offer(hall)
    hall.mishap = "stuck_shut"
    assert code_of(lambda: work.deposit(CLERK, row.id)) == "LCK-102"
    moved = work.handoff(row.id)
    assert (moved.state, moved.turn) == ("reserved", "giver")
    assert moved.cell != row.cell
    assert house.cell_state(hall, row.cell) == "out_of_service"
    assert kinds(house) == ["door_not_opened"]
    hall.mishap = ""
    assert work.deposit(CLERK, row.id, opened=hall.lays_in).state == "deposited"
    (incident,) = work.incidents()
    work.see_incident(FIRST, incident.id)
    closed = work.close_incident(FIRST, incident.id, resolution="repaired", reason="换了锁舌")
    assert closed.state == "closed"
    assert house.cell_state(hall, row.cell) == "free"


def test_paper_behind_a_door_that_does_not_open_is_found(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    row, code = house.deposited(hall)
    hall.mishap = "stuck_shut"
    assert code_of(lambda: work.collect(ARCHIVIST, row.id, code)) == "LCK-102"
    stuck = work.handoff(row.id)
    assert (stuck.state, stuck.turn) == ("notified", "administrator")
    assert code_of(lambda: work.collect(ARCHIVIST, row.id, code)) == "HND-122"
    (incident,) = work.incidents()
    assert "in_cell" in incident.resolutions
    assert (
        code_of(
            lambda: work.close_incident(CLERK, incident.id, resolution="taken", reason="用钥匙打开")
        )
        == "ACC-101"
    )
    work.close_incident(FIRST, incident.id, resolution="repaired", reason="锁已修好")
    hall.mishap = ""
    assert work.collect(ARCHIVIST, row.id, code, opened=hall.takes_out).state == "collected"


def test_a_door_that_stays_open_is_gone_on_with(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    row, _code = house.offer(hall)
    assert code_of(lambda: work.deposit(CLERK, row.id, opened=hall.walks_away)) == "LCK-103"
    waiting = work.handoff(row.id)
    assert (waiting.state, waiting.turn) == ("depositing", "giver")
    assert kinds(house) == ["door_not_closed"]
    pulses = hall.healthy().pulses(row.cell)
    assert work.deposit(CLERK, row.id, opened=hall.lays_in).state == "deposited"
    assert hall.healthy().pulses(row.cell) == pulses
    assert kinds(house) == []


def test_a_cell_closed_empty_can_be_used_again(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    row, _code = house.offer(hall)
    assert code_of(lambda: work.deposit(CLERK, row.id, opened=hall.only_shuts)) == "LCK-109"
    assert work.handoff(row.id).state == "reserved"
    assert kinds(house) == ["closed_empty"]
    assert work.deposit(CLERK, row.id, opened=hall.lays_in).state == "deposited"
    assert kinds(house) == []


def test_what_is_left_inside_stays_the_receivers_turn(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    row, code = house.deposited(hall)
    only = hall.only_shuts
    assert code_of(lambda: work.collect(ARCHIVIST, row.id, code, opened=only)) == "LCK-110"
    left = work.handoff(row.id)
    assert (left.state, left.turn) == ("notified", "receiver")
    assert house.cell_state(hall, row.cell) == "occupied"
    assert kinds(house) == ["item_left"]
    assert work.collect(ARCHIVIST, row.id, code, opened=hall.takes_out).state == "collected"
    assert kinds(house) == []


def test_another_door_that_opens_freezes_both_cells(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    neighbour, _code = house.deposited(hall)
    row, _code = house.offer(hall)
    other = row.cell % 12 + 1
    hall.mishap = "swapped"
    assert code_of(lambda: work.deposit(CLERK, row.id)) == "LCK-107"
    assert work.handoff(row.id).turn == "administrator"
    assert house.cell_state(hall, row.cell) == "unknown"
    assert house.cell_state(hall, other) == "unknown"
    assert kinds(house) == ["wrong_cell", "wrong_cell"]
    assert work.handoff(neighbour.id).turn == "receiver"
    hall.mishap = ""
    hall.shut_all()
    mine, beside = work.incidents()
    work.close_incident(FIRST, mine.id, resolution="with_giver", reason="卷宗还在书记员手里")
    work.close_incident(FIRST, beside.id, resolution="cell_free", reason="空的")
    again = work.handoff(row.id)
    assert (again.state, again.turn, again.cell) == ("draft", "giver", 0)
    assert work.deposit(CLERK, row.id, opened=hall.lays_in).state == "deposited"


@pytest.mark.parametrize("mishap", ["offline", "deaf"])
def test_a_silent_board_keeps_the_hand_off_where_it_was(
    house: LockerHouse, hall: Hall, mishap: str
) -> None:
    work = house.workstation
    row, _code = house.offer(hall)
    hall.mishap = mishap
    said = code_of(lambda: work.deposit(CLERK, row.id))
    assert said in ("LCK-101", "LCK-102")
    view = work.cabinet_view(hall.name)
    assert view.answering is (mishap == "deaf")
    assert [cell.door_open for cell in view.cells if cell.number == row.cell] == [
        None if mishap == "offline" else False
    ]
    hall.mishap = ""
    work.locker_rounds(FIRST)
    assert work.handoff(row.id).turn == "giver"
    assert work.deposit(CLERK, row.id, opened=hall.lays_in).state == "deposited"


@pytest.mark.parametrize("sensor", [True, False])
@pytest.mark.parametrize("mishap", ["cut_before_pulse", "cut_after_pulse", "at_the_door"])
def test_a_power_cut_is_ended_by_facts(house: LockerHouse, mishap: str, sensor: bool) -> None:
    hall = house.add_hall(sensor=sensor)
    work = house.workstation
    row, _code = house.offer(hall)
    hall.mishap = mishap
    with pytest.raises(PowerCut):
        work.deposit(CLERK, row.id, opened=hall.power_fails)
    assert work.handoff(row.id).state == "depositing"
    pulses = hall.healthy().pulses(row.cell)
    assert pulses == (0 if mishap == "cut_before_pulse" else 1)
    hall.mishap = ""
    if mishap != "cut_before_pulse":
        hall.lays_in(hall.healthy().cells()[row.cell - 1])
    house.time.pass_hours(0.1)
    work.locker_rounds(FIRST)
    assert hall.healthy().pulses(row.cell) == pulses
    after = work.handoff(row.id)
    if sensor:
        assert after.state == ("reserved" if mishap == "cut_before_pulse" else "notified")
        assert kinds(house) == []
    else:
        assert (after.state, after.turn) == ("fault", "administrator")
        assert kinds(house) == ["outcome_unknown"]
        found = "with_giver" if mishap == "cut_before_pulse" else "in_cell"
        (incident,) = work.incidents()
        work.close_incident(FIRST, incident.id, resolution=found, reason="已开柜查看")
        state = {"with_giver": "draft", "in_cell": "deposited"}[found]
        assert work.handoff(row.id).state == state


def test_a_door_forced_open_freezes_its_cell(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    row, code = house.deposited(hall)
    work.locker_rounds(FIRST)
    hall.healthy().force_open(row.cell)
    report = work.locker_rounds(FIRST)
    assert report.incidents == 1
    assert work.locker_rounds(FIRST).incidents == 0
    assert work.handoff(row.id).turn == "administrator"
    assert house.cell_state(hall, row.cell) == "open_unexpected"
    assert code_of(lambda: work.collect(ARCHIVIST, row.id, code)) == "HND-122"
    (incident,) = work.incidents()
    assert incident.kind == "forced_open"
    hall.shut_all()
    work.close_incident(FIRST, incident.id, resolution="in_cell", reason="卷宗在柜内，封条完好")
    assert work.collect(ARCHIVIST, row.id, code, opened=hall.takes_out).state == "collected"


def test_a_count_that_differs_is_settled_by_two(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    row, code = house.deposited(hall)
    work.collect(ARCHIVIST, row.id, code, opened=hall.takes_out)
    assert code_of(lambda: work.acknowledge(ARCHIVIST, row.id, volumes=1, pages=60)) == "HND-106"
    disputed = work.handoff(row.id)
    assert (disputed.state, disputed.turn) == ("disputed", "administrator")
    assert house.holder(row.case_no) == CLERK.name
    assert kinds(house) == ["count_differs"]
    agreed = {"volumes": 1, "pages": 60, "reason": "第二册尚在扫描"}
    assert code_of(lambda: work.settle_dispute(CLERK, row.id, second=CLERK, **agreed)) == "HND-116"
    settled = work.settle_dispute(CLERK, row.id, second=ARCHIVIST, **agreed)
    assert (settled.state, settled.counted_volumes) == ("confirmed", 1)
    assert house.holder(row.case_no) == ARCHIVIST.name
    assert kinds(house) == []


def test_two_administrators_retrieve_and_give_back(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    row, _code = house.deposited(hall)
    why = "接收人调离"
    for second, code in ((FIRST, "HND-116"), (CLERK, "ACC-101")):
        assert code_of(lambda s=second: work.retrieve(FIRST, row.id, second=s, reason=why)) == code
    assert code_of(lambda: work.retrieve(FIRST, row.id, second=SECOND, reason=" ")) == "HND-118"
    assert hall.healthy().pulses(row.cell) == 1
    left = hall.only_shuts
    assert (
        code_of(lambda: work.retrieve(FIRST, row.id, second=SECOND, reason=why, opened=left))
        == "HND-127"
    )
    assert work.handoff(row.id).state == "deposited"
    taken = work.retrieve(FIRST, row.id, second=SECOND, reason=why, opened=hall.takes_out)
    assert (taken.state, taken.held_by) == ("retrieved", (FIRST.name, SECOND.name))
    assert house.holder(row.case_no) == CLERK.name
    assert house.cell_state(hall, row.cell) == "free"
    back = work.give_back(FIRST, row.id, volumes=2, pages=120, reason="当面清点")
    assert (back.state, back.turn, back.held_by) == ("returned", "", ())
    assert house.holder(row.case_no) == CLERK.name


def test_all_doors_need_two_and_every_cell_with_paper_a_look(
    house: LockerHouse, hall: Hall
) -> None:
    work = house.workstation
    row, _code = house.deposited(hall)
    assert (
        code_of(lambda: work.open_all(FIRST, hall.name, second=FIRST, reason="火警")) == "HND-116"
    )
    cells = work.open_all(FIRST, hall.name, second=SECOND, reason="火警")
    assert all(cell.door_open for cell in cells)
    assert {cell.state for cell in cells} == {"open_unexpected"}
    assert [i.cell for i in work.incidents()] == [row.cell]
    hall.shut_all()
    work.locker_rounds(FIRST)
    states = {cell.number: cell.state for cell in work.cells(hall.name)}
    assert states.pop(row.cell) == "open_unexpected"
    assert set(states.values()) == {"free"}
    (incident,) = work.incidents()
    work.close_incident(FIRST, incident.id, resolution="in_cell", reason="查看过")
    assert work.handoff(row.id).turn == "receiver"


def test_time_reminds_escalates_and_frees_cells(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    forgotten, _code = house.offer(hall)
    row, code = house.deposited(hall)
    house.time.pass_hours(1)
    assert work.locker_rounds(FIRST).expired == 1
    draft = work.handoff(forgotten.id)
    assert (draft.state, draft.cell, draft.turn) == ("draft", 0, "giver")
    assert house.cell_state(hall, forgotten.cell) == "free"
    house.time.pass_hours(24)
    report = work.locker_rounds(FIRST)
    assert (report.overdue, report.reminders, report.escalations) == (1, 1, 0)
    assert work.locker_rounds(FIRST).reminders == 0
    house.time.pass_hours(24)
    assert work.locker_rounds(FIRST).reminders == 1
    house.time.pass_hours(24)
    report = work.locker_rounds(FIRST)
    assert (report.reminders, report.escalations) == (1, 1)
    late = work.handoff(row.id)
    assert (late.state, late.overdue, late.escalated, late.turn) == (
        "overdue",
        True,
        True,
        "receiver",
    )
    code = work.renew_code(CLERK, row.id)
    assert work.collect(ARCHIVIST, row.id, code, opened=hall.takes_out).state == "collected"


def test_a_cell_out_of_use_is_not_offered(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    row, _code = house.offer(hall)
    out = {"in_service": False, "reason": "门歪了"}
    assert code_of(lambda: work.set_cell(FIRST, hall.name, row.cell, **out)) == "HND-117"
    work.cancel_handoff(CLERK, row.id, "不交了")
    assert work.handoff(row.id).state == "cancelled"
    assert work.set_cell(FIRST, hall.name, row.cell, **out).state == "out_of_service"
    other, _code = house.offer(hall)
    assert other.cell != row.cell
    used = work.set_cell(FIRST, hall.name, row.cell, in_service=True, reason="修好", size="large")
    assert (used.state, used.size) == ("free", "large")
    large, _code = house.offer(hall, size="large")
    assert large.cell == row.cell


def test_a_trial_leaves_only_cells_that_passed_in_use(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    row, _code = house.deposited(hall)
    trial = work.begin_trial(FIRST, hall.name)
    step = trial.answer()
    tried = []
    while step.kind != "finished":
        board = hall.healthy()
        if step.kind == "ready":
            tried.append(step.cell)
            hall.mishap = "stuck_shut" if step.cell == 5 else ""
            step = trial.answer()
            house.time.wait(3)
        elif step.kind == "which_door":
            step = trial.answer(door=0 if step.cell == 5 else step.cell)
        elif step.kind in ("lay_in", "take_out"):
            (board.put_in if step.kind == "lay_in" else board.take_out)(step.cell)
            step = trial.answer()
        else:
            board.close_door(step.cell)
            step = trial.answer()
    assert row.cell not in tried
    made = trial.keep("第一次试运行")
    assert (made.passed, len(made.cells)) == (False, 11)
    states = {cell.number: cell.state for cell in work.cells(hall.name)}
    assert states[5] == "out_of_service"
    assert states[row.cell] == "occupied"
    assert [number for number, state in states.items() if state == "free"] == [
        number for number in range(1, 13) if number not in (5, row.cell)
    ]
    view = work.cabinet_view(hall.name)
    assert (view.commissioned, view.commissioned_at) == (False, made.made_at)
    assert kinds(house) == []


def test_two_people_at_once_do_not_disturb_each_other(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    other, code = house.deposited(hall)
    row, _code = house.offer(hall)
    said: list[str] = []

    def meanwhile(cell: Cell) -> None:
        said.append(code_of(lambda: work.deposit(CLERK, row.id)))
        said.append(code_of(lambda: work.collect(ARCHIVIST, other.id, code)))
        said.append(code_of(lambda: work.retrieve(FIRST, other.id, second=SECOND, reason="急")))
        said.append(work.handoff(other.id).state)
        work.locker_rounds(FIRST)
        hall.lays_in(cell)

    assert work.deposit(CLERK, row.id, opened=meanwhile).state == "deposited"
    assert said == ["LCK-104", "LCK-104", "LCK-104", "notified"]
    assert house.cell_state(hall, other.cell) == "occupied"
    assert hall.healthy().pulses(row.cell) == 1
    assert hall.healthy().pulses(other.cell) == 1
    assert kinds(house) == []
    assert work.collect(ARCHIVIST, other.id, code, opened=hall.takes_out).state == "collected"


def test_an_incident_is_looked_into_by_two(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    row, code = house.deposited(hall)
    work.locker_rounds(FIRST)
    hall.healthy().force_open(row.cell)
    work.locker_rounds(FIRST)
    hall.shut_all()
    (incident,) = work.incidents()
    assert (
        code_of(lambda: work.look_into(FIRST, incident.id, second=FIRST, reason="看")) == "HND-116"
    )
    shut = hall.only_shuts
    seen = work.look_into(FIRST, incident.id, second=SECOND, reason="核对", opened=shut)
    assert (seen.state, seen.occupied) == ("open_unexpected", True)
    assert work.incidents()[0].details["occupied"] is True
    work.close_incident(FIRST, incident.id, resolution="in_cell", reason="封条完好")
    assert work.collect(ARCHIVIST, row.id, code, opened=hall.takes_out).state == "collected"


def test_materials_of_a_party_come_over_the_counter(house: LockerHouse, hall: Hall) -> None:
    work, judge = house.workstation, Actor(name="法官 周正", role="judge")
    case_no = house.case()
    row, _code = work.offer(
        CLERK,
        case_no,
        judge.name,
        hall.name,
        volumes=1,
        pages=None,
        task="party_to_judge",
        giver="张三",
        giver_kind="party",
        giver_phone="13800001111",
    )
    assert code_of(lambda: work.deposit(judge, row.id)) == "ACC-101"
    work.deposit(CLERK, row.id, opened=hall.lays_in)
    work.collect_identified(judge, row.id, identified_by="card", opened=hall.takes_out)
    assert work.acknowledge(judge, row.id, volumes=1, pages=12).state == "confirmed"
    # What the party brought is no volume of the dossier.
    assert house.holder(case_no) == CLERK.name
    answer, _code = work.offer(
        judge,
        case_no,
        "张三",
        hall.name,
        volumes=1,
        pages=3,
        task="judge_to_party",
        receiver_kind="party",
        phone="13800001111",
    )
    assert (answer.part, answer.giver) == ("main", judge.name)
    stranger = Actor(name="法官 乙", role="judge")
    assert code_of(lambda: work.cancel_handoff(stranger, answer.id, "不是我的")) == "ACC-101"
