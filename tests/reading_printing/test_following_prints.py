"""Pages asked for at the terminal are followed to their end with a real spooler."""

from __future__ import annotations

import pytest
from pypdfium2 import PdfDocument

from app.kernel.errors import BadInput, Refused
from tests.reading.hall import CASE_NO, CLERK
from tests.reading_printing.conftest import Counter


def test_approved_pages_come_out_and_nothing_stays_in_the_spooler(counter: Counter) -> None:
    job = counter.ask(1, 3)
    assert counter.left() == 4
    done = counter.followed(job, lambda row: bool(row.ended_at))
    assert (done.state, done.printed_sheets) == ("printed", 2)
    assert len(counter.cups.printed()) == 1
    pdf = counter.cups.printed()[0].read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Subtype /Image") == 2
    assert counter.hall.context.spooler("").state(done.spool_id).state == "unknown"
    assert counter.cups.documents() == []
    assert counter.left() == 4


def test_the_spooler_learns_neither_case_nor_reader(counter: Counter) -> None:
    job = counter.ask(1)
    counter.followed(job, lambda row: bool(row.ended_at))
    title = counter.cups.titles()[0]
    assert title.startswith(job.number)
    for secret in ("欧阳若溪", CASE_NO, "0899", "3408021X"):
        assert secret not in title
        assert secret not in counter.cups.log()


def test_every_printed_sheet_is_an_issue_of_its_own(counter: Counter) -> None:
    counter.set(copies_most=2)
    number = counter.desk.ask_print(counter.grant, (1, 2), 2).number
    counter.hall.work.approve_print(CLERK, number)
    job = counter.followed(counter.job(number), lambda row: bool(row.ended_at))
    with counter.hall.context.storage.read() as tx:
        issues = tx.page_issues.find(job_id=job.id, kind="print")
    assert sorted(issue.page_number for issue in issues) == [1, 1, 2, 2]
    assert len({issue.render_sha256 for issue in issues}) == 4
    assert counter.left() == 2


def test_nothing_is_printed_before_it_is_approved(counter: Counter) -> None:
    number = counter.desk.ask_print(counter.grant, (1,)).number
    counter.follow()
    assert counter.job(number).state == "asked"
    assert counter.cups.printed() == []


def test_a_refused_job_gives_its_pages_back(counter: Counter) -> None:
    number = counter.desk.ask_print(counter.grant, (1, 2)).number
    assert counter.left() == 4
    row = counter.hall.work.refuse_print(CLERK, number, "涉及未公开材料")
    assert row.state == "refused"
    assert counter.left() == 6
    assert counter.desk.prints(counter.grant)[0].reason == "涉及未公开材料"


def test_a_failed_printer_gives_the_pages_back(counter: Counter) -> None:
    counter.cups.printer("fail")
    job = counter.followed(counter.ask(1, 2), lambda row: bool(row.ended_at))
    assert (job.state, job.reason) == ("aborted", "printer_failed")
    assert counter.left() == 6
    assert counter.cups.documents() == []


def test_a_printer_without_paper_is_told_and_goes_on(counter: Counter) -> None:
    counter.cups.printer("empty")
    job = counter.followed(counter.ask(1), lambda row: row.reason == "paper_out")
    assert job.state == "spooled"
    assert counter.desk.prints(counter.grant)[0].reason == "paper_out"
    counter.cups.printer("print")
    assert counter.followed(job, lambda row: bool(row.ended_at)).state == "printed"


def test_a_job_held_at_the_printer_is_told_and_can_be_cancelled(counter: Counter) -> None:
    counter.cups.printer("hold")
    job = counter.followed(counter.ask(1), lambda row: row.reason == "held")
    counter.hall.context.spooler("").cancel(job.spool_id)
    ended = counter.followed(job, lambda row: bool(row.ended_at))
    assert (ended.state, ended.reason) == ("cancelled", "cancelled_at_printer")
    assert counter.left() == 6


def test_what_is_at_the_printer_goes_with_the_reader(counter: Counter) -> None:
    counter.cups.printer("wait")
    job = counter.followed(counter.ask(1, 2), lambda row: bool(row.spool_id))
    waiting = counter.desk.ask_print(counter.grant, (3,)).number
    counter.hall.room.sign_out(counter.session.visit, "idle")
    ended = counter.followed(job, lambda row: bool(row.ended_at))
    assert (ended.state, ended.reason) == ("cancelled", "visit_ended")
    assert counter.job(waiting).state == "cancelled"
    assert counter.left() == 6
    assert counter.cups.documents() == []
    assert counter.cups.printed() == []


def test_a_spooler_that_is_gone_is_waited_for(counter: Counter) -> None:
    job = counter.ask(1)
    counter.cups.stop()
    counter.follow()
    waiting = counter.job(job.number)
    assert (waiting.state, waiting.reason) == ("approved", "spooler_gone")
    counter.cups.start()
    assert counter.followed(job, lambda row: bool(row.ended_at)).state == "printed"
    assert len(counter.cups.printed()) == 1


def test_a_spooler_that_dies_while_it_prints_is_asked_again(counter: Counter) -> None:
    counter.cups.printer("wait")
    job = counter.followed(counter.ask(1), lambda row: bool(row.spool_id))
    counter.cups.stop()
    counter.follow()
    assert counter.job(job.number).state == "spooled"
    counter.cups.printer("print")
    counter.cups.start()
    assert counter.followed(job, lambda row: bool(row.ended_at)).state == "printed"
    assert len(counter.cups.printed()) == 1


def test_a_printer_that_is_not_there_gives_the_pages_back(counter: Counter) -> None:
    counter.set(printer="nirgendwo")
    job = counter.ask(1)
    counter.follow()
    ended = counter.job(job.number)
    assert (ended.state, ended.error["fault"]["code"]) == ("aborted", "RDR-154")
    assert counter.left() == 6
    row = counter.hall.work.print_requests(state="aborted")[0]
    assert row.error["code"] == "RDR-154"


def test_without_approval_pages_print_at_once(counter: Counter) -> None:
    counter.set(print_approval=False)
    assert not counter.desk.quote_print(counter.grant, (1,)).needs_approval
    job = counter.ask(1)
    assert job.state == "approved"
    assert counter.followed(job, lambda row: bool(row.ended_at)).state == "printed"


def test_a_fee_is_told_before_and_slipped_in_front(counter: Counter) -> None:
    counter.set(fee_cents=50)
    quote = counter.desk.quote_print(counter.grant, (1, 2))
    assert (quote.fee_cents, quote.sheets) == (100, 3)
    job = counter.followed(counter.ask(1, 2), lambda row: bool(row.ended_at))
    assert (job.fee_cents, job.printed_sheets) == (100, 2)
    document = PdfDocument(counter.cups.printed()[0].read_bytes())
    first = document[0].get_textpage().get_text_range()
    assert "应缴金额" in first
    assert "1.00 元" in first
    assert len(document) == 3


@pytest.mark.parametrize("pages", [(), (4,), (True,), (1.0,), (-1,), (0,), ("1",), (9,)])
def test_pages_that_are_not_granted_are_not_printed(counter: Counter, pages: tuple) -> None:
    with pytest.raises((Refused, BadInput)) as told:
        counter.desk.ask_print(counter.grant, pages)
    assert told.value.code in ("RDR-106", "RDR-157")
    assert counter.left() == 6


def test_the_quota_holds_over_several_jobs(counter: Counter) -> None:
    counter.desk.ask_print(counter.grant, (1, 2, 3, 5))
    with pytest.raises(Refused) as told:
        counter.desk.ask_print(counter.grant, (1, 2, 3))
    assert told.value.parameters == {"wanted": 3, "left": 2}
    for copies in (0, 2, True, 1.0):
        with pytest.raises(BadInput):
            counter.desk.quote_print(counter.grant, (1,), copies)


def test_a_grant_that_ended_before_the_printing_prints_nothing(counter: Counter) -> None:
    job = counter.ask(1)
    counter.hall.change_grant(revoked=True)
    counter.follow()
    ended = counter.job(job.number)
    assert (ended.state, ended.error["fault"]["code"]) == ("aborted", "RDR-105")
    assert counter.cups.printed() == []
    assert counter.left() == 6
