"""What a flip-through leaves is part of the proof: it stands in the ledger until it is settled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.kernel.errors import BadInput, Broken, Refused, Transient
from app.kernel.progress import Cancelled, CancelToken
from app.services.leafing_views import FlipView, FramePreview
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier
from tests.services.leafing_desk import LeafingPool, Shown, alike, differing, stranger

ACTOR = Actor(name="管理员", role="administrator")
PAGES = 6
Found = list[tuple[str, tuple[int, ...], str]]


@pytest.fixture
def camera(tmp_path: Path) -> LeafingPool:
    """A camera over a dossier of six written sides, each a leaf of its own."""
    pages = [(f"第{number}份材料", number) for number in range(1, PAGES + 1)]
    return LeafingPool(Dossier(tmp_path / "卷").fill(pages))


@pytest.fixture
def desk(tmp_path: Path, camera: LeafingPool) -> Iterator[Workstation]:
    """The dossier scanned; not reconciled yet."""
    opened = open_workstation(tmp_path / "数据", pool=camera)
    opened.register_case(ACTOR, {"case_no": CASE_NO})
    opened.scan(ACTOR, CASE_NO, f"folder:{camera.dossiers[0].folder}")
    yield opened
    opened.close()


@pytest.fixture
def reconciled(desk: Workstation) -> Workstation:
    """The same, reconciled."""
    reconcile(desk)
    return desk


def reconcile(desk: Workstation) -> None:
    desk.process(ACTOR, CASE_NO)
    desk.catalogue(ACTOR, CASE_NO)
    desk.reconcile(ACTOR, CASE_NO)


def leaf(desk: Workstation, camera: LeafingPool, *shown: Shown) -> FlipView:
    camera.shown = shown
    return desk.leaf_through(ACTOR, CASE_NO, "camera:0")


def ledger(desk: Workstation) -> Found:
    """What leafing through left: code, positions, verdict."""
    with desk._context.storage.read() as tx:
        entries = tx.ledger.find(dossier_id=desk._dossier(tx, CASE_NO).id)
    return sorted(
        (entry.reason["code"], entry.positions, entry.verdict)
        for entry in entries
        if entry.reason["code"].startswith(("FLP", "REC-218", "REC-219", "REC-220"))
    )


def states(desk: Workstation) -> list[str]:
    return [tile.state for tile in desk.leafing_view(CASE_NO).tiles]


def rescan(desk: Workstation, position: int) -> None:
    """Give the side at `position` another image, as a rescan in its place does."""
    with desk._context.storage.write() as tx:
        side = tx.sides.first(dossier_id=desk._dossier(tx, CASE_NO).id, position=position)
        assert side is not None
        other = tx.sides.first(dossier_id=side.dossier_id, position=position % PAGES + 1)
        assert other is not None
        tx.sides.amend({side.id: {"master": other.master}})
        tx.audit.record("管理员", "sides_replaced", CASE_NO)
        tx.commit()


def test_all_seen_leaves_nothing(desk: Workstation, camera: LeafingPool) -> None:
    view = leaf(desk, camera, 1, 2, 3, 4, 5, 6)
    assert (view.verdict, view.discrepancies, view.warnings) == ("consistent", (), ())
    assert ledger(desk) == []
    standing = desk.leafing_view(CASE_NO)
    assert (standing.seen, standing.total, standing.unknown) == (6, 6, ())
    assert {tile.seen_by for tile in standing.tiles} == {ACTOR.name}
    assert standing.cameras == ("camera:0",)


def test_what_was_not_shown_stands_until_it_is_seen(desk: Workstation, camera: LeafingPool) -> None:
    view = leaf(desk, camera, 1, 2, 5, 6)
    assert [(row.kind, row.positions) for row in view.discrepancies] == [("not_seen", (3, 4))]
    assert all(row.id for row in view.discrepancies)
    assert ledger(desk) == [("FLP-202", (3, 4), "")]
    leaf(desk, camera, 3)
    assert ledger(desk) == [("FLP-203", (4,), "")]
    assert desk.history(CASE_NO)[-1].details["cleared"] == []
    view = leaf(desk, camera, 4)
    assert (ledger(desk), view.verdict) == ([], "consistent")
    assert desk.history(CASE_NO)[-1].details["cleared"] == [{"kind": "not_seen", "positions": [4]}]


def test_two_volumes_in_two_sessions(desk: Workstation, camera: LeafingPool) -> None:
    leaf(desk, camera, 1, 2, 3)
    assert ledger(desk) == [("FLP-203", (4, 5, 6), "")]
    assert leaf(desk, camera, 4, 5, 6).verdict == "consistent"
    assert ledger(desk) == []
    assert states(desk) == ["seen"] * 6


def test_whoever_stops_proves_nothing_about_the_rest(
    desk: Workstation, camera: LeafingPool
) -> None:
    camera.stopped = True
    view = leaf(desk, camera, 1, 2, 5)
    assert (ledger(desk), view.verdict, view.complete) == ([], "discrepant", False)
    camera.stopped = False
    leaf(desk, camera, 1, 2, 5, 6)
    camera.cut_off = True
    view = leaf(desk, camera, 3)
    assert ledger(desk) == [("FLP-202", (4,), "")]
    assert [warning["code"] for warning in view.warnings] == ["FLP-207"]


def test_whoever_stops_behind_the_last_leaf_has_come_to_the_end(
    desk: Workstation, camera: LeafingPool
) -> None:
    camera.stopped = True
    assert leaf(desk, camera, 1, 2, 3, 4, 6, 5).complete
    assert ledger(desk) == []
    assert not leaf(desk, camera, 1, 2, 3).complete
    assert leaf(desk, camera, 6, 5, 4, 2, 1).complete


@pytest.mark.parametrize(
    "fault",
    [Transient("FLP-105", camera=0), Broken("JOB-101", function="watch", exit_code=9)],
)
def test_trouble_in_the_middle_keeps_what_was_seen(
    desk: Workstation, camera: LeafingPool, fault: Broken | Transient
) -> None:
    camera.fault = fault
    view = leaf(desk, camera, 1, 2, 3)
    assert not view.complete
    assert [warning["code"] for warning in view.warnings] == [fault.code, "FLP-210"]
    assert states(desk) == ["seen"] * 3 + ["not_seen"] * 3
    event = desk.history(CASE_NO)[-1]
    assert (event.details["fault"], event.details["complete"]) == (fault.code, False)
    with pytest.raises(type(fault), match=fault.code):
        leaf(desk, camera)
    assert len(desk.flip_throughs(CASE_NO)) == 1


def test_given_up_before_anything_was_seen_leaves_no_record(
    desk: Workstation, camera: LeafingPool
) -> None:
    cancel = CancelToken()
    camera.stopped = True
    with pytest.raises(Cancelled):
        desk.leaf_through(
            ACTOR, CASE_NO, "camera:0", report=lambda _progress: cancel.cancel(), cancel=cancel
        )
    assert desk.flip_throughs(CASE_NO) == ()


def test_the_picture_of_the_camera_is_shown(desk: Workstation, camera: LeafingPool) -> None:
    shown: list[FramePreview] = []
    heard = []
    camera.shown = (1,)
    desk.leaf_through(ACTOR, CASE_NO, "camera:0", show=shown.append, listen=heard.append)
    assert shown == [FramePreview(picture=b"a picture")]
    assert {step.look.frame_size for step in heard} == {(1920, 1080)}


def test_a_verdict_stays_and_seals_what_the_camera_left(
    reconciled: Workstation, camera: LeafingPool
) -> None:
    before = reconciled.case(CASE_NO).open_discrepancies
    view = leaf(reconciled, camera, 1, 2, stranger(), 4, 5, 6)
    assert {row.kind for row in view.discrepancies} == {"not_seen", "unmatched_paper"}
    assert reconciled.case(CASE_NO).open_discrepancies == before + 2
    assert "DOS-103" in [row.code for row in reconciled.seal_obstacles(CASE_NO)]
    for row in view.discrepancies:
        reconciled.resolve(ACTOR, row.id, "differs", "已核实")
    settled = [("FLP-201", (2,), "differs"), ("FLP-203", (3,), "differs")]
    assert ledger(reconciled) == settled
    reconciled.reconcile(ACTOR, CASE_NO)
    assert ledger(reconciled) == settled
    leaf(reconciled, camera, 1, 2, stranger(), 4, 5, 6)
    assert ledger(reconciled) == settled
    assert reconciled.case(CASE_NO).open_discrepancies == before


def test_a_question_goes_with_the_side_it_asks_about(
    reconciled: Workstation, camera: LeafingPool
) -> None:
    (row,) = leaf(reconciled, camera, 1, 2, 5, 6).discrepancies
    reconciled.resolve(ACTOR, row.id, "ask", "在审判庭")
    leaf(reconciled, camera, 3)
    assert ledger(reconciled) == [("FLP-203", (4,), "ask")]


def test_entries_move_with_their_sides_and_go_with_their_images(
    reconciled: Workstation, camera: LeafingPool
) -> None:
    leaf(reconciled, camera, 1, 2, differing(3), 6)
    assert ledger(reconciled) == [("FLP-202", (4, 5), ""), ("FLP-205", (3,), "")]
    ids = [tile.side_id for tile in reconciled.leafing_view(CASE_NO).tiles]
    reconciled.move_sides(ACTOR, CASE_NO, [ids[0]], 5)
    assert reconciled.sides(CASE_NO)[2].id == ids[3]
    reconciled.catalogue(ACTOR, CASE_NO)
    reconciled.reconcile(ACTOR, CASE_NO)
    assert ledger(reconciled) == [("FLP-202", (3, 4), ""), ("FLP-205", (2,), "")]
    rescan(reconciled, 3)
    rescan(reconciled, 2)
    reconciled.reconcile(ACTOR, CASE_NO)
    assert ledger(reconciled) == [("FLP-202", (4,), "")]


def test_another_image_was_not_seen(desk: Workstation, camera: LeafingPool) -> None:
    leaf(desk, camera, 1, 2, 3, 4, 5, 6)
    rescan(desk, 2)
    assert states(desk) == ["seen", "not_seen", "seen", "seen", "seen", "seen"]
    side = desk.leafing_view(CASE_NO).tiles[0].side_id
    desk.turn_side(ACTOR, side, 90)
    assert states(desk)[0] == "seen"


def test_a_stranger_goes_when_its_place_is_shown_without_it(
    desk: Workstation, camera: LeafingPool
) -> None:
    view = leaf(desk, camera, 1, 2, stranger(), 3, 4, 5, 6)
    assert ledger(desk) == [("FLP-201", (2,), "")]
    (unknown,) = desk.leafing_view(CASE_NO).unknown
    assert desk.leaf_picture(CASE_NO, unknown.picture).read_text(encoding="utf-8") == "unknown 2"
    pictures = desk.difference_pictures(CASE_NO, view.discrepancies[0].id)
    assert pictures.paper == desk.leaf_picture(CASE_NO, unknown.picture)
    leaf(desk, camera, 4, 5, 6)
    assert ledger(desk) == [("FLP-201", (2,), "")]
    leaf(desk, camera, 1, 2, 3)
    assert ledger(desk) == []
    with pytest.raises(BadInput, match="FLP-108"):
        desk.leaf_picture(CASE_NO, "0" * 64)
    with pytest.raises(BadInput, match="FLP-108"):
        desk.leaf_picture(CASE_NO, "")


def test_a_stranger_before_all_others(desk: Workstation, camera: LeafingPool) -> None:
    leaf(desk, camera, stranger(), 1, 2, 3, 4, 5, 6)
    assert ledger(desk) == [("FLP-213", (), "")]
    leaf(desk, camera, 2, 3)
    assert ledger(desk) == [("FLP-213", (), "")]
    leaf(desk, camera, 1)
    assert ledger(desk) == []


def test_alike_sides_stay_open_until_one_is_proved(desk: Workstation, camera: LeafingPool) -> None:
    leaf(desk, camera, 1, alike(2, 4), 3, 5, 6)
    assert ledger(desk) == [("FLP-204", (2, 4), "")]
    leaf(desk, camera, 2)
    assert ledger(desk) == [("FLP-204", (4,), "")]
    leaf(desk, camera, 4)
    assert ledger(desk) == []


def test_a_leaf_at_another_place_is_told_once(desk: Workstation, camera: LeafingPool) -> None:
    view = leaf(desk, camera, 1, 3, 4, 5, 2, 6)
    assert [row.kind for row in view.discrepancies] == ["wrong_order"]
    assert "第 5 面之后" in view.discrepancies[0].explanation
    assert ledger(desk) == [("FLP-208", (2,), "")]
    leaf(desk, camera, 6)
    assert ledger(desk) == [("FLP-208", (2,), "")]
    leaf(desk, camera, 1, 2, 3, 4, 5, 6)
    assert ledger(desk) == []


def test_from_the_back_is_a_note(desk: Workstation, camera: LeafingPool) -> None:
    view = leaf(desk, camera, 6, 5, 4, 3, 2, 1)
    assert (view.verdict, ledger(desk)) == ("consistent", [])
    assert [warning["code"] for warning in view.warnings] == ["FLP-211"]


def test_what_differs_is_looked_at_closer(desk: Workstation, camera: LeafingPool) -> None:
    places = [{"box": [10, 20, 90, 40], "kind": "added", "ink": "dark", "score": 2.0}]
    camera.compared = {"differs 2": {"verdict": "differs", "differences": places}}
    steps = []
    camera.shown = (1, differing(2), differing(3), 4, 5, 6)
    view = desk.leaf_through(
        ACTOR, CASE_NO, "camera:0", report=lambda progress: steps.append(progress.step)
    )
    assert steps.count("flip_compare") == 2
    rows = {row.positions: row for row in view.discrepancies}
    assert rows[2,].confidence == 0.9
    assert rows[3,].confidence == 0.4
    assert ledger(desk) == [("FLP-205", (3,), ""), ("REC-218", (2,), "")]
    proved = desk.difference_pictures(CASE_NO, rows[2,].id)
    assert proved.proof is not None and proved.paper is not None
    assert [place.kind for place in proved.places] == ["added"]
    doubted = desk.difference_pictures(CASE_NO, rows[3,].id)
    assert doubted.proof is None and doubted.paper is not None
    # The camera sees less another time: what was proved stays, what it alone said goes.
    leaf(desk, camera, 2, 3)
    assert ledger(desk) == [("REC-218", (2,), "")]
    leaf(desk, camera, differing(2, boxes=[]))
    assert ledger(desk) == [("REC-218", (2,), "")]


def test_what_differs_is_looked_at_closer_when_somebody_ends_it(
    desk: Workstation, camera: LeafingPool
) -> None:
    camera.shown = (1, 2, differing(3))
    camera.stopped = True
    cancel = CancelToken()
    desk.leaf_through(
        ACTOR, CASE_NO, "camera:0", listen=lambda _step: cancel.cancel(), cancel=cancel
    )
    assert len(camera.asked) == 1
    assert ledger(desk) == [("FLP-205", (3,), "")]


def test_one_candidate_with_a_doubtful_place_is_looked_at_closer(
    desk: Workstation, camera: LeafingPool
) -> None:
    doubtful = alike(2) | {"boxes": [[0.1, 0.1, 0.2, 0.2]]}
    leaf(desk, camera, 1, doubtful, 3, 4, 5, 6)
    assert ledger(desk) == [("FLP-205", (2,), "")]
    assert len(camera.asked) == 1


def test_a_sealed_dossier_is_recorded_and_its_ledger_is_closed(
    reconciled: Workstation, camera: LeafingPool
) -> None:
    for row in reconciled.reconciliation(CASE_NO).discrepancies:  # type: ignore[union-attr]
        reconciled.resolve(ACTOR, row.id, "same")
    reconciled.seal(ACTOR, CASE_NO)
    view = leaf(reconciled, camera, 1, 2, 4, 5, 6)
    assert [(row.id, row.kind) for row in view.discrepancies] == [("", "not_seen")]
    assert [warning["code"] for warning in view.warnings] == ["FLP-212"]
    assert ledger(reconciled) == []
    assert reconciled.leafing_view(CASE_NO).seen == 5
    assert reconciled.history(CASE_NO)[-1].action == "leafed_through"


def test_a_court_that_demands_it_seals_nothing_unseen(
    reconciled: Workstation, camera: LeafingPool
) -> None:
    for row in reconciled.reconciliation(CASE_NO).discrepancies:  # type: ignore[union-attr]
        reconciled.resolve(ACTOR, row.id, "same")
    assert not reconciled.leafing_view(CASE_NO).demanded
    assert reconciled.set_review(ACTOR, flip=True).flip
    assert reconciled.set_review(ACTOR, plan="none").flip
    assert reconciled.case(CASE_NO).next_action == "review"
    with pytest.raises(Refused, match="REV-123") as refused:
        reconciled.seal(ACTOR, CASE_NO)
    assert refused.value.parameters == {"open": 6}
    view = leaf(reconciled, camera, 1, 2, 4, 5, 6)
    waiting = [row for row in reconciled.seal_obstacles(CASE_NO) if row.code == "REV-123"]
    assert [(row.parameters["open"], row.step) for row in waiting] == [(1, "reconcile")]
    reconciled.resolve(ACTOR, view.discrepancies[0].id, "ask")
    assert "REV-123" in [row.code for row in reconciled.seal_obstacles(CASE_NO)]
    reconciled.resolve(ACTOR, view.discrepancies[0].id, "differs", "原件在二审")
    assert reconciled.case(CASE_NO).next_action == "seal"
    reconciled.seal(ACTOR, CASE_NO)


def test_the_report_tells_who_leafed_and_what_was_seen(
    reconciled: Workstation, camera: LeafingPool, tmp_path: Path
) -> None:
    reconciled.set_review(ACTOR, flip=True)
    leaf(reconciled, camera, 1, 2, differing(3), stranger(), 6)
    camera.stopped = True
    leaf(reconciled, camera, 4)
    facts = reconciled.review_report(CASE_NO)["leafing"]
    assert (facts["demanded"], facts["total"], facts["seen"]) == (True, 6, 4)
    first, second = facts["sessions"]
    counted = {name: first[name] for name in ("seen", "not_seen", "open", "differs", "unknown")}
    assert counted == {"seen": 3, "not_seen": 2, "open": 0, "differs": 1, "unknown": 1}
    assert (first["by"], first["complete"], second["complete"]) == (ACTOR.name, True, False)
    path = reconciled.write_review_report(ACTOR, CASE_NO, tmp_path / "报告.pdf")
    text = "".join(page.extract_text() for page in PdfReader(path).pages)
    assert "应见 6 面，累计已见 4 面" in text
    assert "中途停止" in text
