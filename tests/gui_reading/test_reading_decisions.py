"""From the counter to the code: application, papers, four eyes, preview, pass, other terms."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.domain.access import CLERK, Actor
from app.gui.reading import code_card
from app.gui.reading.application_form import ApplicationQuestion
from app.gui.reading.application_list import papers_text
from app.gui.reading.approval_dialog import ApprovalQuestion
from app.gui.reading.check_question import CheckQuestion
from app.gui.reading.code_card import ReadingCodeCard
from app.gui.reading.grant_questions import AppointmentQuestion, ChangeQuestion
from app.gui.reading.page import ReadingPage
from app.gui.reading.questions import ReasonQuestion
from app.gui.samples.reading import CARD_NUMBER
from app.gui.samples.rows import CASE_NO
from app.gui.samples.workstation import PERSON, SampleWorkstation
from app.kernel.errors import Refused
from app.services.reading_desk_views import PaperRow
from tests.gui_reading.driving import asked, go, opened, until

Key = Qt.Key
TO_DECIDE, LATE = "YS-2026-0003", "YS-2026-0002"


def test_an_application_is_entered_by_its_form(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    qtbot.keyClick(page.panel.current_list.table, Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    form = opened(qtbot, page, ApplicationQuestion)
    assert "副卷" in form.sentence.text()
    form.submit()
    assert asked(sample, "apply_for_reading") == []
    form.reader.setText("秦望舒")
    form.certificate.setText("13210201510456789")
    form.represents.setText("北岭机械制造有限公司")
    form.card.click()
    until(qtbot, lambda: form.identity.text() == CARD_NUMBER)
    form.case.setText(CASE_NO)
    form.case.editingFinished.emit()
    until(qtbot, lambda: form.items.count() == 7)
    assert form.sealed.text() == "可查阅 7 件文件、19 页。"
    item = form.items.item(1)
    assert item is not None
    item.setCheckState(Qt.CheckState.Checked)
    form.pages.setText("1-3，9")
    form.papers.tick("lawyer_licence")
    form.copies.setChecked(True)
    form.reason.setText("申请再审")
    form.submit()
    until(qtbot, lambda: len(asked(sample, "apply_for_reading")) == 1)
    case_no, given = asked(sample, "apply_for_reading")[0]
    assert (case_no, given.reader_kind, given.reader) == (CASE_NO, "lawyer", "秦望舒")
    assert given.identity == CARD_NUMBER and given.wanted_pages == (1, 2, 3, 9)
    assert given.wanted_items == (2,) and given.wants_copies
    assert given.papers == (("lawyer_licence", ""),)
    number = sample.application_rows[-1].number
    until(qtbot, lambda: page.panel.current_list.current.number == number)


def test_the_kind_of_reader_decides_what_is_asked_for(qtbot: QtBot, page: ReadingPage) -> None:
    page.applications.enter()
    form = opened(qtbot, page, ApplicationQuestion)
    form.kind.setCurrentIndex(form.kind.findData("party"))
    assert form.represents.isHidden() and form.copies.isEnabled()
    assert form.papers.missing == ("居民身份证",)
    form.kind.setCurrentIndex(form.kind.findData("other_defender"))
    assert form.represents.isVisible() and not form.copies.isEnabled()
    assert form.note.text().startswith("须由审批人明确许可。")
    assert form.papers.missing == ("居民身份证", "授权委托书")


def test_papers_of_which_one_is_enough_stand_together_and_are_missing_as_one(
    qtbot: QtBot, page: ReadingPage
) -> None:
    page.applications.enter()
    form = opened(qtbot, page, ApplicationQuestion)
    form.kind.setCurrentIndex(form.kind.findData("defender_lawyer"))
    wanted = ["律师执业证", "下列之一：", "授权委托书", "法律援助公函", "居民身份证（如有）"]
    until(qtbot, lambda: lines_of(form.papers) == wanted)
    assert form.papers.missing == ("律师执业证", "授权委托书或法律援助公函")
    form.papers.tick("legal_aid_letter")
    assert form.papers.missing == ("律师执业证",)
    form.kind.setCurrentIndex(form.kind.findData("party"))
    until(qtbot, lambda: lines_of(form.papers) == ["居民身份证"])


def lines_of(papers: QWidget) -> list[str]:
    """What stands at the left of the papers, from above."""
    parts = [*papers.findChildren(QLabel), *papers.findChildren(QCheckBox)]
    seen = [part for part in parts if part.isVisible()]
    return [part.text() for part in sorted(seen, key=lambda part: part.y())]


def test_papers_of_which_one_is_enough_are_told_of_an_application() -> None:
    def paper(code: str, **values: bool) -> PaperRow:
        return PaperRow(**{"code": code, "name": code, "needed": False, "declared": False} | values)

    card = paper("身份证", needed=True, declared=True)
    first, second = paper("委托书", choice=True), paper("公函", choice=True)
    other = paper("所函")
    assert papers_text((card, first, second, other)).splitlines() == [
        "身份证 · 尚未核对",
        "委托书或公函 · 缺",
    ]
    given = paper("公函", choice=True, declared=True)
    assert papers_text((card, first, given)).splitlines()[1:] == ["公函 · 尚未核对"]


def test_pages_that_are_none_are_refused_in_the_form(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    page.applications.enter()
    form = opened(qtbot, page, ApplicationQuestion)
    for field, text in (
        (form.reader, "甲"),
        (form.certificate, "1"),
        (form.represents, "乙"),
        (form.reason, "丙"),
        (form.pages, "九"),
        (form.case, CASE_NO),
    ):
        field.setText(text)
    form.submit()
    until(qtbot, form.error.isVisible)
    assert form.isVisible() and asked(sample, "apply_for_reading") == []


def test_papers_are_ticked_and_what_is_missing_is_named(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    qtbot.keyClick(page.panel.current_list.table, Key.Key_C)
    question = opened(qtbot, page, CheckQuestion)
    assert question.standing.text().startswith("尚缺：律师执业证、授权委托书、律师事务所函")
    question.submit()
    assert asked(sample, "check_application") == []
    for code in ("lawyer_licence", "power_of_attorney", "firm_letter"):
        question.papers.tick(code)
    assert question.standing.text() == "必需的材料已齐全。"
    question.submit()
    until(qtbot, lambda: len(asked(sample, "check_application")) == 1)
    assert asked(sample, "check_application")[0] == (
        "application-0",
        ("lawyer_licence", "power_of_attorney", "firm_letter"),
        "",
    )
    until(qtbot, lambda: page.panel.current_list.current.state == "checked")


def test_whoever_checked_sees_why_she_may_not_decide(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    sample.staff = [(PERSON, "archivist"), ("顾明远", "operator"), ("秦法官", "judge")]
    sample.application_rows = [
        evolve(row, checked_by=PERSON) for row in sample.application_rows if row.turn == "decide"
    ]
    page.read_lists()
    until(qtbot, lambda: len(page.panel.current_list.model.rows) == 2)
    qtbot.keyClick(page.panel.current_list.table, Key.Key_A)
    dialog = opened(qtbot, page, ApprovalQuestion)
    assert dialog.banner.isVisible() and not dialog.button.isEnabled()
    until(qtbot, dialog.withheld_view.strip.isVisible)
    assert dialog.width() <= 1366 and dialog.height() <= 768
    assert "四眼原则" in dialog.hindrance and "秦法官（承办法官）" in dialog.hindrance
    assert "顾明远" not in dialog.hindrance
    dialog.reason.setText("材料齐全")
    dialog.submit()
    assert asked(sample, "approve_application") == []


def test_without_four_eyes_whoever_checked_may_decide(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    sample.settings_of_reading = evolve(sample.settings_of_reading, four_eyes=False)
    sample.application_rows = [evolve(row, checked_by=PERSON) for row in sample.application_rows]
    page.read_lists()
    until(qtbot, lambda: page.shown is not None and page.shown.applications[0].checked_by == PERSON)
    go(page, "applications", TO_DECIDE)
    page.decide()
    dialog = opened(qtbot, page, ApprovalQuestion)
    assert dialog.hindrance == "" and dialog.button.isEnabled()


def test_a_clerk_is_told_who_decides(qtbot: QtBot, page: ReadingPage) -> None:
    page.desk.sign_in(Actor(name="林书记员", role=CLERK))
    go(page, "applications", TO_DECIDE)
    page.panel.chosen.emit()
    assert page.next_action.button.property("tone") == "warn"
    page.press_next()
    dialog = opened(qtbot, page, ApprovalQuestion)
    assert dialog.hindrance.startswith("阅卷由法官或档案部门审批")
    assert PERSON in dialog.hindrance and not dialog.button.isEnabled()


def test_the_preview_follows_what_is_kept_back_and_the_code_is_shown_once(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    go(page, "applications", LATE)
    page.press_next()
    dialog = opened(qtbot, page, ApprovalQuestion)
    view = dialog.withheld_view
    # What the rules propose is ticked before anybody looks.
    assert dialog.withheld_items == (6,)
    until(qtbot, lambda: view.sentence.text().startswith("共 19 页，可阅 15 页，不予查阅 4 页。"))
    until(qtbot, lambda: len(view.strip.sides) == 4)
    dialog.withheld.setText("1-2")
    dialog.keep_back(6, False)
    until(qtbot, lambda: view.reasons.text() == "页面不予查阅：1–2")
    until(qtbot, lambda: [side.page_number for side in view.strip.sides] == [1, 2])
    dialog.masked.setChecked(True)
    until(qtbot, dialog.cleared.isVisible)
    assert "无法遮盖" in view.reasons.text()
    dialog.cleared.setText("1-99")
    until(qtbot, lambda: "无法遮盖" not in view.reasons.text())
    dialog.leave.setChecked(True)
    dialog.views.setValue(2)
    dialog.prints.setValue(5)
    dialog.submit()
    assert asked(sample, "approve_application") == []
    dialog.reason.setText("材料齐全")
    dialog.submit()
    until(qtbot, lambda: len(asked(sample, "approve_application")) == 1)
    application, terms, reason = asked(sample, "approve_application")[0]
    assert (application, reason) == ("application-2", "材料齐全")
    assert terms.withheld == (1, 2) and terms.withheld_items == () and terms.masked
    assert (terms.views_limit, terms.prints, terms.valid_days, terms.leave) == (2, 5, 3, True)
    card = opened(qtbot, page, ReadingCodeCard)
    grant = sample.grant_rows[0]
    assert card.code.text().startswith(grant.number)
    until(qtbot, lambda: page.panel.current == "grants")
    assert page.panel.current_list.current.id == grant.id


def test_terms_that_name_no_page_are_said_at_once(qtbot: QtBot, page: ReadingPage) -> None:
    go(page, "applications", TO_DECIDE)
    page.decide()
    dialog = opened(qtbot, page, ApprovalQuestion)
    assert dialog.pages.text() == "1-5、9"
    dialog.withheld.setText("第三页")
    until(qtbot, dialog.error.isVisible)
    dialog.withheld.setText("3")
    until(qtbot, dialog.error.isHidden)


@pytest.mark.parametrize(
    ("key", "modifier", "command", "state"),
    [
        (Key.Key_X, Qt.KeyboardModifier.NoModifier, "reject_application", "rejected"),
        (Key.Key_R, Qt.KeyboardModifier.NoModifier, "return_application", "returned"),
        (Key.Key_X, Qt.KeyboardModifier.ShiftModifier, "withdraw_application", "withdrawn"),
    ],
)
def test_each_end_of_an_application_needs_its_reason(
    qtbot: QtBot,
    page: ReadingPage,
    sample: SampleWorkstation,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier,
    command: str,
    state: str,
) -> None:
    go(page, "applications", TO_DECIDE)
    qtbot.keyClick(page.panel.current_list.table, key, modifier)
    question = opened(qtbot, page, ReasonQuestion)
    question.submit()
    assert asked(sample, command) == []
    question.reason.setText("并非本案当事人")
    question.submit()
    until(qtbot, lambda: asked(sample, command) == [("application-3", "并非本案当事人")])
    until(
        qtbot,
        lambda: page.shown is not None and page.shown.applications[1].state == state,
    )


def test_a_refusal_stays_in_the_question(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    go(page, "applications", TO_DECIDE)
    question = page.applications.refuse_row()
    assert question is not None
    sample.fault = Refused("DSK-101")
    question.reason.setText("并非本案当事人")
    question.submit()
    until(qtbot, question.error.isVisible)
    assert question.isVisible() and question.button.isEnabled()


def test_a_grant_gets_a_time_other_terms_and_its_end(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    go(page, "grants", "grant-2")
    qtbot.keyClick(page.panel.current_list.table, Key.Key_T)
    appointment = opened(qtbot, page, AppointmentQuestion)
    appointment.minutes.setValue(45)
    start = appointment.start.moment
    appointment.submit()
    until(qtbot, lambda: asked(sample, "appoint") == [("grant-2", start, 45, "")])
    page.grants.change()
    change = opened(qtbot, page, ChangeQuestion)
    change.reason.setText("材料多")
    assert change.missing() is change.until
    change.views.setValue(9)
    change.submit()
    until(qtbot, lambda: asked(sample, "change_grant") == [("grant-2", {"views": 9}, "材料多")])
    page.grants.revoke()
    revoke = opened(qtbot, page, ReasonQuestion)
    revoke.reason.setText("委托解除")
    revoke.submit()
    until(qtbot, lambda: asked(sample, "revoke_grant") == [("grant-2", "委托解除")])


def test_a_locked_grant_gets_a_new_code(
    qtbot: QtBot, page: ReadingPage, sample: SampleWorkstation
) -> None:
    go(page, "grants", "grant-2")
    page.press_next()
    question = opened(qtbot, page, ReasonQuestion)
    assert question.reason.isHidden()
    question.submit()
    card = opened(qtbot, page, ReadingCodeCard)
    assert card.code.text() == "1202 481 936 27"
    assert asked(sample, "renew_reading_code") == [("grant-2",)]


def test_the_pass_is_written_where_the_clerk_wants_it(
    qtbot: QtBot,
    page: ReadingPage,
    sample: SampleWorkstation,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    path, shown = tmp_path / "凭证.pdf", []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(code_card, "open_pdf", shown.append)
    go(page, "grants", "grant-1")
    qtbot.keyClick(page.panel.current_list.table, Key.Key_P)
    until(qtbot, lambda: shown == [path])
    assert asked(sample, "print_reading_pass") == [("grant-1", path)]


def test_a_grant_leads_to_its_application_and_back(qtbot: QtBot, page: ReadingPage) -> None:
    go(page, "grants", "grant-4")
    page.press_next()
    until(qtbot, lambda: page.panel.current == "applications")
    assert page.panel.current_list.current.number == "YS-2026-0005"
    page.press_next()
    assert page.panel.current == "grants" and page.panel.current_list.current.id == "grant-1"
