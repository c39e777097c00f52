"""Attacks on the reading room itself, past every window: what a crafted call gets to see.

Each way is tried on a dossier with granted and withheld pages, blank and unnumbered sides and a
restricted part; none may bring a page, a word of it or a mark that the grant does not give.
"""

from __future__ import annotations

import math
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import attrs
import pytest

from app.bootstrap import open_reading_room
from app.domain.access import ADMINISTRATOR, Actor
from app.domain.dossier import Batch, Dossier
from app.domain.reading import PRINT, PageIssue
from app.kernel.clock import timestamp
from app.kernel.errors import Fault, Refused
from app.services.reading_pages import (
    granted_sides,
    prepare_issue,
    render_issue,
)
from app.services.reading_passes import pass_text
from app.services.reading_room import ReaderDesk
from app.services.reading_views import ReaderSession
from tests.reading.hall import Clock, Hall, open_hall, refused

ADMIN = Actor(name="管理员", role=ADMINISTRATOR)


@attrs.define
class Victim:
    """Two readers of one dossier: Mallory, who has pages 1 and 2 of which 2 is withheld, and
    somebody else, who has page 5."""

    hall: Hall
    desk: ReaderDesk
    session: ReaderSession
    code: str
    other_desk: ReaderDesk
    other: ReaderSession

    @property
    def grant(self) -> str:
        return self.session.grant


def make_victim(hall: Hall) -> Victim:
    code = hall.grant(pages=(1, 2, 4, 9), withheld=(2,), prints=3, reader="马洛里")
    desk, session = hall.enter(code)
    other_desk, other = hall.enter(hall.grant(pages=(5,), prints=3))
    return Victim(
        hall=hall,
        desk=desk,
        session=session,
        code=code,
        other_desk=other_desk,
        other=other,
    )


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    """For attacks that leave nothing behind."""
    with open_hall(tmp_path_factory.mktemp("attacked") / "data") as hall:
        yield make_victim(hall)


@pytest.fixture
def victim(hall: Hall) -> Victim:
    return make_victim(hall)


ODD_PAGES: dict[str, Any] = {
    "withheld": 2,
    "granted to somebody else": 5,
    "not granted": 3,
    "blank side with a number": 4,
    "of the restricted part": 9,
    "zero": 0,
    "below zero": -1,
    "beyond the end": 10**6,
    "huge": 10**400,
    "true, which equals one": True,
    "a float that equals one": 1.0,
    "not a number": math.nan,
    "infinite": math.inf,
    "text": "1",
    "text of another script": "１",
    "nothing": None,
    "list": [1],
    "tuple": (1,),
    "statement": "1 OR 1=1",
}


@pytest.mark.parametrize("page", ODD_PAGES)
@pytest.mark.parametrize("call", ["page", "thumbnail", "lines", "add_mark"])
def test_a_page_number_of_any_kind_brings_no_page_but_the_granted(
    standing: Victim, call: str, page: str
) -> None:
    arguments = ("bookmark",) if call == "add_mark" else ()
    fault = refused(getattr(standing.desk, call), standing.grant, ODD_PAGES[page], *arguments)
    assert fault.code == "RDR-106"
    assert len(str(fault)) < 120, "what was sent in is not sent back at length"
    assert {issue.page_number for issue in issues(standing.hall)} <= {1}


@pytest.mark.parametrize("page", ["withheld", "granted to somebody else", "of the restricted part"])
@pytest.mark.parametrize("call", ["quote_print", "ask_print"])
def test_no_page_but_the_granted_goes_to_paper(standing: Victim, call: str, page: str) -> None:
    asked = getattr(standing.desk, call)
    assert refused(asked, standing.grant, (1, ODD_PAGES[page])).code == "RDR-106"


ODD_GRANTS: dict[str, Callable[[Victim], Any]] = {
    "of somebody else": lambda victim: victim.other.grant,
    "the dossier's id": lambda _victim: "dossier_1",
    "empty": lambda _victim: "",
    "nothing": lambda _victim: None,
    "number of the grant": lambda victim: victim.hall.row().number,
    "capitals": lambda victim: victim.grant.upper(),
    "with a blank": lambda victim: victim.grant + " ",
    "with an end of text": lambda victim: victim.grant + "\0",
    "wildcard": lambda _victim: "%",
    "statement": lambda victim: f"{victim.grant}' OR '1'='1",
    "list of both": lambda victim: [victim.grant, victim.other.grant],
    "huge": lambda _victim: "grant_" * 200_000,
}
GRANT_CALLS: dict[str, tuple[Any, ...]] = {
    "open_case": (),
    "page": (1,),
    "thumbnail": (1,),
    "search": ("借款",),
    "suggest": ("jiekuan",),
    "lines": (1,),
    "marks": (),
    "add_mark": (1, "bookmark"),
    "remove_mark": ("mark_1",),
    "quote_print": ((1,),),
    "ask_print": ((1,),),
    "prints": (),
    "slip": (),
    "sign_slip": (((tuple((x / 20, (x % 5) / 5) for x in range(20))),),),
}


@pytest.mark.parametrize("grant", ODD_GRANTS)
def test_a_grant_that_the_visit_did_not_open_opens_nothing(standing: Victim, grant: str) -> None:
    sent = ODD_GRANTS[grant](standing)
    for call, arguments in GRANT_CALLS.items():
        assert refused(getattr(standing.desk, call), sent, *arguments).code == "RDR-106", call


ODD_VISITS: dict[str, Callable[[Victim], Any]] = {
    "never was": lambda _victim: "visit_00000000000000000000000000000000",
    "empty": lambda _victim: "",
    "nothing": lambda _victim: None,
    "a grant": lambda victim: victim.grant,
    "wildcard": lambda _victim: "visit_%",
    "statement": lambda victim: f"{victim.session.visit}' --",
    "capitals": lambda victim: victim.session.visit.upper(),
}


@pytest.mark.parametrize("visit", ODD_VISITS)
def test_no_desk_without_a_visit_that_is_open_here(standing: Victim, visit: str) -> None:
    sent = ODD_VISITS[visit](standing)
    assert refused(standing.hall.room.session_desk, sent).code == "RDR-112"


def test_a_visit_of_another_terminal_has_no_desk_here(standing: Victim) -> None:
    elsewhere = standing.hall.elsewhere("阅卷室2号终端")
    assert refused(elsewhere.session_desk, standing.session.visit).code == "RDR-112"


def test_a_desk_is_of_no_use_after_its_visit(victim: Victim) -> None:
    desk, room = victim.desk, victim.hall.room
    made = desk.page(victim.grant, 1)
    room.sign_out(victim.session.visit, "reader")
    for call, arguments in GRANT_CALLS.items():
        assert refused(getattr(desk, call), victim.grant, *arguments).code == "RDR-112", call
    assert refused(desk.visit).code == "RDR-112"
    assert refused(desk.shown, made.issue).code == "RDR-112"
    assert refused(desk.left_page, made.issue, 1.0).code == "RDR-112"
    assert refused(room.session_desk, victim.session.visit).code == "RDR-112"
    room.sign_out(victim.session.visit, "reader")
    room.sign_out("visit_of_nobody", "reader")
    assert victim.other_desk.page(victim.other.grant, 5).picture, "nobody else was put out"


ENDINGS: dict[str, tuple[dict[str, Any], str]] = {
    "revoked": ({"revoked": True}, "RDR-105"),
    "expired": ({"valid_until": "2026-03-02T01:14:59.000Z"}, "RDR-105"),
    "not yet": ({"valid_from": "2026-03-02T01:15:01.000Z"}, "RDR-105"),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_grant_that_ends_ends_at_once_for_whoever_is_reading(victim: Victim, ending: str) -> None:
    facts, code = ENDINGS[ending]
    made = victim.desk.page(victim.grant, 1)
    victim.hall.change_grant(**facts)
    for call, arguments in GRANT_CALLS.items():
        assert refused(getattr(victim.desk, call), victim.grant, *arguments).code == code, call
    assert refused(victim.desk.shown, made.issue).code == code
    assert victim.desk.visit().cases[0].closed == code


def test_an_unsealed_dossier_is_closed_for_whoever_is_reading(victim: Victim) -> None:
    victim.hall.change(state="reconciled")
    for call, arguments in GRANT_CALLS.items():
        assert refused(getattr(victim.desk, call), victim.grant, *arguments).code == "RDR-108", call


CHANGES: dict[str, dict[str, Any]] = {
    "superseded": {"superseded": True, "position": 0},
    "moved to the restricted part": {"part": "restricted"},
    "called blank": {"blank": True},
    "called a cover": {"role": "cover"},
    "given another number": {"page_number": 77},
    "without a picture": {"picture": ""},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_side_that_is_no_page_any_more_is_not_shown(victim: Victim, change: str) -> None:
    victim.hall.change_side("side_2", **CHANGES[change])
    assert refused(victim.desk.page, victim.grant, 1).code == "RDR-106"
    assert refused(victim.desk.thumbnail, victim.grant, 1).code == "RDR-106"
    assert victim.desk.search(victim.grant, "起诉状") == ()


def test_what_is_withheld_reaches_the_reader_by_no_path(victim: Victim) -> None:
    victim.hall.work.set_reading_settings(ADMIN, text_selection=True)
    desk, grant = victim.desk, victim.grant
    assert victim.session.pages == (1,)
    assert [case.pages for case in desk.visit().cases] == [1]
    assert desk.search(grant, "证据目录") == desk.search(grant, "银行转账凭证") == ()
    assert "转账凭证" not in "".join(hit.snippet for hit in desk.search(grant, "借"))
    assert refused(desk.lines, grant, 2).code == "RDR-106"
    assert "ＣＯＰＹ银行" not in desk.suggest(grant, "yinhang")
    assert [item.title for item in victim.session.catalogue] == ["民事起诉状"]


def test_a_withheld_document_takes_all_its_pages_along(victim: Victim) -> None:
    victim.hall.change_grant(pages=(), withheld=(), withheld_items=(2,))
    session = victim.desk.open_case(victim.grant)
    assert session.pages == (1, 2), "pages 3 and 5 belong to the second document"
    assert "民事判决书" not in [item.title for item in session.catalogue]
    assert refused(victim.desk.page, victim.grant, 5).code == "RDR-106"


def test_a_page_that_ends_while_it_is_made_is_not_handed_out(victim: Victim) -> None:
    hall = victim.hall
    call = hall.pool.call

    def revoked_meanwhile(*arguments: Any, **named: Any) -> Any:
        hall.change_grant(revoked=True)
        return call(*arguments, **named)

    hall.pool.call = revoked_meanwhile  # type: ignore[method-assign]
    assert refused(victim.desk.page, victim.grant, 1).code == "RDR-105"
    assert issues(hall) == []


def test_an_issue_that_was_made_up_is_not_drawn(victim: Victim) -> None:
    """`render_issue` asks again what is granted, whatever issue it is given."""
    context = victim.hall.context
    with context.storage.read() as tx:
        visit = tx.reading_visits.get(victim.session.visit)
        dossier = tx.dossiers.get("dossier_1")
        other = tx.grants.get(victim.other.grant)
        own = tx.grants.get(victim.grant)
        side = granted_sides(tx, other, dossier)[5]
        restricted = tx.sides.get("side_9")
    for forged in (side, restricted):
        issue = prepare_issue(
            context, visit=visit, grant=own, dossier=dossier, side=forged, kind=PRINT
        )
        assert refused(render_issue, context, issue).code == "RDR-106"
    assert issues(victim.hall) == []


def test_issues_of_others_are_neither_shown_nor_left(victim: Victim) -> None:
    theirs = victim.other_desk.page(victim.other.grant, 5).issue
    mine = victim.desk.page(victim.grant, 1).issue
    for issue in (theirs, "", None, mine.lower(), mine + " ", "%", [mine], 7):
        assert refused(victim.desk.shown, issue).code == "RDR-106"
        assert refused(victim.desk.left_page, issue, 5.0).code == "RDR-106"
    with victim.hall.context.storage.write() as tx:
        on_paper = attrs.evolve(tx.page_issues.get(mine), id="PAPER00000", kind=PRINT)
        tx.page_issues.add(on_paper)
        tx.audit.record("tester", "change", "x")
        tx.commit()
    assert refused(victim.desk.shown, "PAPER00000").code == "RDR-106"
    assert victim.hall.audit("page_read") == []


@pytest.mark.parametrize("seconds", [1e9, math.inf, -5.0, math.nan])
def test_seconds_are_not_made_up(victim: Victim, seconds: float) -> None:
    made = victim.desk.page(victim.grant, 1).issue
    victim.desk.left_page(made, seconds)
    assert victim.hall.audit("page_left") == [], "it was never in sight"
    victim.desk.shown(made)
    victim.hall.clock.moment += timedelta(seconds=4)
    victim.desk.left_page(made, seconds)
    victim.desk.left_page(made, seconds)
    (row,) = victim.hall.audit("page_left")
    assert row["seconds"] == (4.0 if seconds > 0 else 0.0)


def test_marks_of_others_are_neither_seen_nor_removed(victim: Victim) -> None:
    theirs = victim.other_desk.add_mark(victim.other.grant, 5, "note", "密谈要点")
    assert victim.desk.marks(victim.grant) == ()
    assert refused(victim.desk.remove_mark, victim.grant, theirs.id).code == "RDR-106"
    assert victim.other_desk.marks(victim.other.grant) == (theirs,)


def test_marks_do_not_fill_the_disk(victim: Victim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.reading_marks.MOST_MARKS", 3)
    for _ in range(3):
        victim.desk.add_mark(victim.grant, 1, "bookmark")
    assert refused(victim.desk.add_mark, victim.grant, 1, "bookmark").code == "RDR-115"


SEARCHES: dict[str, str] = {
    "wildcards": "%",
    "any sign": "_",
    "pattern": ".*",
    "statement": "' OR 1=1 --",
    "end of text": "\0",
    "half a surrogate pair": "\ud800",
    "combining signs": "借" + "\u0301" * 5000,
    "a sign that unfolds": "\ufdfa" * 900,
    "bidirectional": "\u202e款借",
    "huge": "款" * 500_000,
    "words of the restricted part": "秘密意见",
    "words of somebody else's page": "终审判决",
    "words of the blank side": "标为空白",
}


@pytest.mark.parametrize("words", SEARCHES)
def test_no_search_finds_more_than_what_is_granted(standing: Victim, words: str) -> None:
    hits = standing.desk.search(standing.grant, SEARCHES[words])
    assert hits == (), [hit.snippet for hit in hits]


LETTERS = ["qiguanyuzhen", "%", "q" * 100_000, "\0", "\ud800", "' OR 1=1", "*"]


@pytest.mark.parametrize("letters", LETTERS, ids=range(len(LETTERS)))
def test_no_letters_bring_words_of_other_pages(standing: Victim, letters: str) -> None:
    offered = " ".join(standing.desk.suggest(standing.grant, letters))
    assert "亓官" not in offered
    assert "终审判决" not in offered


CODES: dict[str, str] = {
    "empty": "",
    "blanks": "   ",
    "hyphens": "----------",
    "number alone": "1001",
    "secret alone": "123456",
    "unknown number": "9999-123456",
    "letters": "ABCD-EFGHIJ",
    "figures of another script": "١٠٠١-١٢٣٤٥٦",
    "superscript": "¹⁰⁰¹-¹²³⁴⁵⁶",
    "roman": "ⅯⅠ-ⅠⅡⅢⅣⅤⅥ",
    "invisible signs": "1\u200b0\u200b0\u200b1-000000",
    "statement": "1001' OR '1'='1",
    "wildcard": "%-%",
    "end of text": "1001\0-000000",
    "half a surrogate pair": "\ud83d",
    "huge": "1" * 2_000_000,
    "a sign that unfolds": "\ufdfa" * 200_000,
    "address": "file:///etc/passwd",
    "shell": "$(reboot)",
    "keys": "\x1b[11~\x7f\x08",
}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("proof", ["code", "qr"])
def test_a_crafted_code_opens_nothing(standing: Victim, proof: str, code: str) -> None:
    standing.hall.clock.moment += timedelta(minutes=11)  # so that no pause answers instead
    assert refused(standing.hall.room.sign_in, proof, CODES[code]).code == "RDR-103"


@pytest.mark.parametrize("proof", ["", "CODE", "pin", "staff", None, 1, "id_card "])
def test_no_other_proof_is_taken(standing: Victim, proof: Any) -> None:
    assert refused(standing.hall.room.sign_in, proof, standing.code).code == "RDR-103"


@pytest.mark.parametrize("value", [None, 1001123456, ["1001"], b"1001-123456"])
@pytest.mark.parametrize("proof", ["code", "qr", "id_card"])
def test_what_is_no_text_is_no_proof(standing: Victim, proof: str, value: Any) -> None:
    assert refused(standing.hall.room.sign_in, proof, value).code == "RDR-103"


FORGED: dict[str, Callable[[list[str]], str]] = {
    "other grant": lambda parts: ":".join([parts[0], "grant_other", *parts[2:]]),
    "other nonce": lambda parts: ":".join([*parts[:2], "ffffffffffffffff", parts[3]]),
    "no nonce": lambda parts: ":".join([*parts[:2], "", parts[3]]),
    "no signature": lambda parts: ":".join([*parts[:3], ""]),
    "signature cut": lambda parts: ":".join([*parts[:3], parts[3][:-1]]),
    "signature longer": lambda parts: ":".join([*parts[:3], parts[3] + "A"]),
    "one sign changed": lambda parts: ":".join(
        [*parts[:3], ("B" if parts[3][0] != "B" else "C") + parts[3][1:]]
    ),
    "signature of another script": lambda parts: ":".join([*parts[:3], "签" * 26]),
    "one part more": lambda parts: ":".join([*parts, "x"]),
    "another kind of code": lambda parts: ":".join(["JZ2", *parts[1:]]),
    "twice": lambda parts: ":".join(parts) + ":".join(parts),
    "with an address behind": lambda parts: ":".join(parts) + "\nhttps://example.org/",
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_pass_opens_nothing(standing: Victim, forged: str) -> None:
    hall = standing.hall
    hall.clock.moment += timedelta(minutes=11)
    own = pass_text(hall.context, hall.row())
    other = pass_text(hall.context, hall.row(1)).split(":")
    text = FORGED[forged](own.split(":")).replace("grant_other", other[1])
    assert refused(hall.room.sign_in, "qr", text).code == "RDR-103"


def test_a_pass_of_another_data_folder_opens_nothing(standing: Victim) -> None:
    foreign = attrs.evolve(standing.hall.context, hand_key=lambda: b"\1" * 32)
    text = pass_text(foreign, standing.hall.row())
    assert refused(standing.hall.room.sign_in, "qr", text).code == "RDR-103"


def test_a_locked_grant_is_locked_for_its_pass_too(victim: Victim) -> None:
    victim.hall.change_grant(tries_left=0)
    text = pass_text(victim.hall.context, victim.hall.row())
    assert refused(victim.hall.room.sign_in, "qr", text).code == "RDR-104"
    assert refused(victim.hall.room.sign_in, "code", victim.code).code == "RDR-104"


def test_a_grant_without_a_pass_or_a_code_is_not_opened_by_an_empty_one(hall: Hall) -> None:
    hall.grant(nonce="", code_hash="", code_salt="")
    row = hall.row()
    for text in (pass_text(hall.context, row), f"JZR1:{row.id}::"):
        assert refused(hall.room.sign_in, "qr", text).code == "RDR-103"
    assert refused(hall.room.sign_in, "code", f"{row.number}-000000").code == "RDR-103"


def test_a_clock_that_is_set_back_makes_nothing_valid_again(victim: Victim) -> None:
    hall = victim.hall
    hall.clock.moment += timedelta(days=1, minutes=1)
    assert refused(hall.room.sign_in, "code", victim.code).code == "RDR-105"
    hall.clock.moment -= timedelta(days=1)
    assert refused(hall.room.sign_in, "code", victim.code).code == "RDR-117"
    assert refused(victim.desk.page, victim.grant, 1).code == "RDR-117"
    hall.work.accept_clock(ADMIN, "looked at it")
    assert hall.room.sign_in("code", victim.code)


def test_two_guesses_at_once_count_as_two(hall: Hall) -> None:
    number = hall.grant().partition("-")[0]
    secret = next(s for s in ("000000", "111111") if not _opens(hall, f"{number}-{s}"))
    before = hall.row().tries_left
    gate = Barrier(3)

    def guess(_: int) -> str:
        gate.wait(timeout=60)
        return refused(hall.room.sign_in, "code", f"{number}-{secret}").code

    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(guess, range(3))) == ["RDR-103"] * 3
    assert hall.row().tries_left == before - 3


def _opens(hall: Hall, code: str) -> bool:
    try:
        hall.room.sign_in("code", code)
    except Refused:
        return False
    return True


def test_the_last_view_is_given_once_however_many_ask_for_it(hall: Hall) -> None:
    """Two programs over one data folder, as two terminals: one of them is refused."""
    code = hall.grant(views_limit=1)
    desk, session = hall.enter(code)
    assert desk.open_case(session.grant).visit == session.visit
    hall.change_grant(views=0, details={})
    # Both have a visit of their own in the table, as if they had signed in at the same moment.
    visits = [_second_visit(hall, session.visit, number) for number in range(2)]
    folder, station = str(hall.context.folders.root), hall.context.station
    spawning = multiprocessing.get_context("spawn")
    here, there = spawning.Pipe()
    arguments = (there, folder, station, visits[0], session.grant, timestamp(hall.clock.moment))
    other = spawning.Process(target=_open_in_another_process, args=arguments)
    other.start()
    try:
        assert here.poll(120) and here.recv() == "ready"
        here.send("now")
        answers = [_opening(ReaderDesk(hall.context, visits[1]), session.grant)]
        assert here.poll(60)
        answers.append(here.recv())
    finally:
        other.join(60)
    assert sorted(answers) == ["RDR-113", "opened"]
    assert hall.row().views == 1


def _opening(desk: ReaderDesk, grant: str) -> str:
    try:
        desk.open_case(grant)
    except Fault as fault:
        return fault.code
    return "opened"


def _second_visit(hall: Hall, visit_id: str, number: int) -> str:
    with hall.context.storage.write() as tx:
        visit = attrs.evolve(tx.reading_visits.get(visit_id), id=f"visit_{number}")
        tx.reading_visits.add(visit)
        tx.audit.record("tester", "change", "x")
        tx.commit()
    return visit.id


def _open_in_another_process(
    pipe: Any, folder: str, station: str, visit: str, grant: str, moment: str
) -> None:
    room, owner = open_reading_room(Path(folder))
    clock = Clock()
    clock.moment = datetime.fromisoformat(moment)
    try:
        desk = ReaderDesk(attrs.evolve(room._context, clock=clock, station=station), visit)
        desk.visit()
        pipe.send("ready")
        pipe.recv()
        pipe.send(_opening(desk, grant))
    finally:
        owner.close()


def test_another_dossier_with_the_same_pages_stays_shut(victim: Victim) -> None:
    foreign = {"id": "side_foreign", "dossier_id": "dossier_2", "batch_id": "batch_2"}
    with victim.hall.context.storage.write() as tx:
        tx.dossiers.add(Dossier(id="dossier_2", case_no="（2024）辽0899刑初7号", state="sealed"))
        tx.batches.add(Batch(id="batch_2", dossier_id="dossier_2", source="folder:y"))
        for side in tx.sides.find(dossier_id="dossier_1"):
            if side.page_number == 3:
                tx.sides.add(attrs.evolve(side, **foreign))
        tx.audit.record("tester", "change", "x")
        tx.commit()
    assert refused(victim.desk.page, victim.grant, 3).code == "RDR-106"
    victim.hall.change_grant(dossier_id="dossier_2", pages=(3,))
    assert victim.desk.page(victim.grant, 3).picture, "the grant alone says which dossier"


def test_what_goes_wrong_is_on_record_without_the_secret(victim: Victim) -> None:
    secret = victim.code.partition("-")[2]
    guess = "111111" if secret != "111111" else "222222"
    refused(victim.hall.room.sign_in, "code", victim.code[:-6] + guess)
    refused(victim.hall.room.sign_in, "code", "9999-" + guess)
    with victim.hall.context.storage.read() as tx:
        rows = [str(row.details) for row in tx.audit.rows()]
        assert tx.audit.verify()[0]
    assert len(victim.hall.audit("reader_refused")) == 2
    assert not [row for row in rows if guess in row or secret in row]


def issues(hall: Hall) -> list[PageIssue]:
    with hall.context.storage.read() as tx:
        return tx.page_issues.find()
