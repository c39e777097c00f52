"""PAdES: signed with a key of the court, and every way in which a signature can be wrong."""

from __future__ import annotations

import hashlib
import random
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from app.adapters.signing.station import SigningStation
from app.adapters.signing.tasks import read_signatures
from app.kernel.errors import Broken, Fault, Refused, Transient
from tests.packaging import conftest as packaging
from tests.signing.authority import DAY, NOW, Authority, rsa_key
from tests.signing.conftest import Court, TimeService

verapdf = packaging.verapdf


@pytest.fixture
def pdf(tmp_path: Path, plain_pdf: bytes) -> Path:
    path = tmp_path / "第01册.pdf"
    path.write_bytes(plain_pdf)
    return path


def sign(court: Court, pdf: Path) -> dict[str, Any]:
    with SigningStation.open(court.data).pdf_signing() as signing:
        return signing.sign(pdf, reason="归档", name=pdf.name)


def read(court: Court, pdf: Path) -> dict[str, Any]:
    found = read_signatures(str(court.data), str(pdf))
    assert len(found) == 1
    return found[0]


def codes(signature: dict[str, Any]) -> set[str]:
    return {problem["code"] for problem in signature["problems"]}


def test_a_signature_with_time_stamp_is_whole_and_trusted(
    court: Court, pdf: Path, time_service: TimeService, plain_pdf: bytes
) -> None:
    court.set(url=time_service.url)
    made = sign(court, pdf)
    assert (made["kind"], made["level"], made["signer"]) == ("pades", "B-T", "某某人民法院")
    assert pdf.read_bytes().startswith(plain_pdf), "what was there stays byte for byte"
    found = read(court, pdf)
    assert (found["intact"], found["trusted"], found["covers"]) == (True, True, "whole file")
    assert codes(found) == set()
    assert found["time"] != ""
    assert found["serial"] == made["serial"]
    assert time_service.asked >= 1
    said = subprocess.run(["pdfsig", "-nocert", pdf], capture_output=True, text=True, check=True)
    assert "Signature is Valid" in said.stdout


def test_without_a_time_stamp_the_time_is_not_proved(court: Court, pdf: Path) -> None:
    assert sign(court, pdf)["level"] == "B-B"
    found = read(court, pdf)
    assert (found["trusted"], found["time"], codes(found)) == (True, "", {"SIG-212"})


def test_a_signed_file_is_still_pdf_a(
    court: Court, pdf: Path, time_service: TimeService, verapdf: Callable[..., dict[str, str]]
) -> None:
    court.set(url=time_service.url)
    lasting = pdf.with_name("lasting.pdf")
    lasting.write_bytes(pdf.read_bytes())
    sign(court, pdf)
    court.set(url=time_service.url, level="B-LTA")
    assert sign(court, lasting)["level"] == "B-LTA"
    assert verapdf([pdf, lasting]) == {pdf.name: "", lasting.name: ""}
    for path in (pdf, lasting):
        subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)
    found = read(court, lasting)
    assert (found["trusted"], found["covers"], codes(found)) == (True, "revision", set())


def test_a_lasting_signature_falls_back_without_revocation_lists(
    court: Court, pdf: Path, time_service: TimeService
) -> None:
    (court.data / "trust" / "root.crl").unlink()
    court.set(url=time_service.url, level="B-LTA")
    assert sign(court, pdf)["level"] == "B-T"
    found = read(court, pdf)
    assert (found["intact"], found["trusted"], codes(found)) == (True, True, {"SIG-207"})


def test_any_changed_byte_of_a_signed_file_is_found(
    court: Court, pdf: Path, time_service: TimeService
) -> None:
    """Wherever it is in the document. Within the signature some bytes are signed by nobody (the
    zeros that fill up its place, capitals among its digits, certificates that nobody needs):
    who signed, and when, stays what it was."""
    court.set(url=time_service.url)
    sign(court, pdf)
    plain = read_signatures(str(court.data), str(pdf))
    signed = pdf.read_bytes()
    first = signed.rindex(b"/Contents <") + len(b"/Contents <")
    last = signed.index(b">", first)
    fill = first + len(signed[first:last].rstrip(b"0")) + 1
    draw = random.Random(8)
    for _ in range(40):
        place = draw.choice([draw.randrange(len(signed)), draw.randrange(first, fill)])
        if fill <= place < last:
            continue
        data = bytearray(signed)
        data[place] ^= 1 << draw.randrange(8)
        pdf.write_bytes(data)
        found = read_signatures(str(court.data), str(pdf))
        good = [row for row in found if row["intact"] and row["trusted"] and not row["problems"]]
        assert not good or (first <= place < fill and found == plain), (place, len(signed))


def test_an_outdated_digest_is_weak(court: Court, pdf: Path) -> None:
    with SigningStation.open(court.data).pdf_signing() as signing:
        metadata = PdfSignatureMetadata(
            field_name="Old", md_algorithm="sha1", subfilter=SigSeedSubFilter.PADES
        )
        with pdf.open("rb") as source:
            signed = PdfSigner(metadata, signing.signer).sign_pdf(IncrementalPdfFileWriter(source))
    pdf.write_bytes(signed.getvalue())
    found = read(court, pdf)
    assert (found["intact"], found["trusted"]) == (True, False)
    assert "SIG-208" in codes(found)


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_one_flipped_byte_is_found(court: Court, pdf: Path, share: float, plain_pdf: bytes) -> None:
    sign(court, pdf)
    data = bytearray(pdf.read_bytes())
    # Inside a picture, so that the file can still be read as PDF.
    place = data.index(b"\xff\xd8\xff") + int(share * 400)
    data[place] ^= 1
    pdf.write_bytes(data)
    found = read(court, pdf)
    assert not found["intact"]
    assert "SIG-201" in codes(found)


def test_a_page_added_behind_the_signature_is_found(court: Court, pdf: Path) -> None:
    sign(court, pdf)
    signed = pdf.read_bytes()
    # An incremental update that swaps the content of the first page for nothing.
    with pikepdf.open(pdf) as document:
        number, generation = document.pages[0].objgen
        contents = document.pages[0].obj
        page = contents.unparse(resolved=False)
    page = page.replace(b"/MediaBox", b"/Rotate 180 /MediaBox")
    update = b"\n%d %d obj\n%s\nendobj\n" % (number, generation, page)
    start = len(signed) + len(update)
    reference = b"xref\n%d 1\n%010d %05d n \n" % (number, len(signed) + 1, generation)
    last = signed.rindex(b"startxref") + len(b"startxref")
    previous = int(signed[last:].split()[0])
    with pikepdf.open(pdf) as document:
        root = document.Root.objgen[0]
        size = int(document.trailer.Size)
    trailer = b"trailer\n<</Size %d /Root %d 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        root,
        previous,
        start,
    )
    pdf.write_bytes(signed + update + reference + trailer)
    found = read(court, pdf)
    assert found["intact"], "the signed bytes are still there"
    assert found["covers"] != "whole file"
    assert "SIG-202" in codes(found)


def test_a_signer_nobody_knows_is_not_trusted(court: Court, pdf: Path) -> None:
    court.holds(Authority("别处").issue("陌生人"))
    sign(court, pdf)
    found = read(court, pdf)
    assert (found["intact"], found["trusted"]) == (True, False)
    assert "SIG-203" in codes(found)


def test_an_expired_certificate_is_told(court: Court, pdf: Path, authority: Authority) -> None:
    court.holds(authority.issue(first=NOW - 400 * DAY, last=NOW - DAY))
    sign(court, pdf)
    found = read(court, pdf)
    assert not found["trusted"]
    assert "SIG-204" in codes(found)


def test_what_was_signed_before_it_expired_stays_good(
    court: Court, pdf: Path, authority: Authority, time_service: TimeService
) -> None:
    court.holds(authority.issue(first=NOW - 400 * DAY, last=NOW - 10 * DAY))
    court.set(url=time_service.url)
    time_service.moment = NOW - 20 * DAY
    sign(court, pdf)
    found = read(court, pdf)
    assert (found["trusted"], codes(found)) == (True, set())
    assert found["time"].startswith((NOW - 20 * DAY).strftime("%Y-%m-%dT%H:%M:%S"))


def test_a_certificate_that_is_not_valid_yet_is_told(
    court: Court, pdf: Path, authority: Authority
) -> None:
    court.holds(authority.issue(first=NOW + 5 * DAY))
    sign(court, pdf)
    found = read(court, pdf)
    assert not found["trusted"]
    assert "SIG-205" in codes(found)


@pytest.mark.parametrize(("since", "trusted"), [(-30, False), (-10, True)])
def test_a_revoked_certificate_counts_from_its_revocation(
    court: Court,
    pdf: Path,
    authority: Authority,
    time_service: TimeService,
    since: int,
    trusted: bool,
) -> None:
    holder = authority.issue()
    court.holds(holder)
    court.trusts(authority, authority.revocations((holder, NOW + since * DAY)))
    court.set(url=time_service.url)
    time_service.moment = NOW - 20 * DAY
    sign(court, pdf)
    found = read(court, pdf)
    assert found["trusted"] is trusted
    assert ("SIG-206" in codes(found)) is not trusted


def test_an_outdated_list_says_nothing(court: Court, pdf: Path, authority: Authority) -> None:
    court.trusts(authority, authority.revocations(until=NOW - timedelta(hours=1)))
    sign(court, pdf)
    found = read(court, pdf)
    assert (found["trusted"], "SIG-207" in codes(found)) == (True, True)


def test_a_short_key_is_weak(court: Court, pdf: Path, authority: Authority) -> None:
    court.holds(authority.issue(key=rsa_key(1024)))
    sign(court, pdf)
    found = read(court, pdf)
    assert (found["intact"], found["trusted"]) == (True, False)
    assert "SIG-208" in codes(found)


def test_a_certificate_for_another_use_is_told(
    court: Court, pdf: Path, authority: Authority
) -> None:
    court.holds(authority.issue(uses=("key_encipherment",)))
    sign(court, pdf)
    found = read(court, pdf)
    assert (found["trusted"], "SIG-211" in codes(found)) == (False, True)


def test_a_time_stamp_by_nobody_known_proves_nothing(
    court: Court, pdf: Path, authority: Authority
) -> None:
    for holder in (
        Authority("别处").issue("别处的时间戳", for_time_stamps=True),
        authority.issue("不是时间戳服务", key=rsa_key(2048)),
    ):
        service = TimeService(holder)
        try:
            court.set(url=service.url)
            copy = pdf.with_name("copy.pdf")
            copy.write_bytes(pdf.read_bytes())
            sign(court, copy)
        finally:
            service.close()
        found = read(court, copy)
        assert (found["time"], "SIG-209" in codes(found)) == ("", True)


def fault_of(call: Callable[[], object]) -> Fault:
    with pytest.raises(Fault) as raised:
        call()
    return raised.value


def test_a_service_that_fails_leaves_the_file_as_it_was(
    court: Court, pdf: Path, time_service: TimeService
) -> None:
    court.set(url=time_service.url)
    before = hashlib.sha256(pdf.read_bytes()).hexdigest()
    answers: list[tuple[tuple[int, str, bytes], type[Fault], str]] = [
        ((503, "text/plain", b""), Transient, "SIG-105"),
        ((401, "text/plain", b""), Refused, "SIG-104"),
        ((404, "text/html", b"<p>"), Broken, "SIG-107"),
        ((200, "application/timestamp-reply", b"nonsense"), Broken, "SIG-107"),
    ]
    for answer, kind, code in answers:
        time_service.answer = lambda _body, answer=answer: answer  # type: ignore[misc]
        fault = fault_of(lambda: sign(court, pdf))
        assert (type(fault), fault.code) == (kind, code)
    time_service.close()
    assert fault_of(lambda: sign(court, pdf)).code == "SIG-105"
    assert hashlib.sha256(pdf.read_bytes()).hexdigest() == before
    assert [path.name for path in pdf.parent.glob("*.pdf*")] == [pdf.name]


def test_a_file_that_is_no_pdf_is_not_signed(court: Court, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing")
    assert fault_of(lambda: sign(court, path)).code == "SIG-108"
    assert [path.name for path in tmp_path.glob("x*")] == ["x.pdf"]


def test_a_pdf_without_signatures_has_none(court: Court, pdf: Path) -> None:
    assert read_signatures(str(court.data), str(pdf)) == []
    assert fault_of(lambda: read_signatures(str(court.data), str(court.data))).code == "SIG-109"
