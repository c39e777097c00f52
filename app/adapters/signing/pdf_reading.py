"""Signatures in a PDF file: what they cover, what was added behind them, whom they are of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from asn1crypto import crl
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from app.adapters.signing.cms_reading import read_cms
from app.adapters.signing.pdf_signing import PADES
from app.adapters.signing.reading import (
    UNREADABLE,
    ReadSignature,
    Signed,
    judged,
    time_of,
    unreadable,
)
from app.adapters.signing.time_stamps import ProvedTime, read_token
from app.adapters.signing.trust import Problem, TrustStore, problem

WHOLE_FILE, REVISION, PART = "whole file", "revision", "part"
# Another signature, a time stamp and what proves them may come later, nothing else.
_HARMLESS = (
    ModificationLevel.NONE,
    ModificationLevel.LTA_UPDATES,
    ModificationLevel.FORM_FILLING,
)
_COVERS = {
    SignatureCoverageLevel.ENTIRE_FILE: WHOLE_FILE,
    SignatureCoverageLevel.ENTIRE_REVISION: REVISION,
}

Lists = tuple[crl.CertificateList, ...]


def pdf_signatures(path: Path, name: str, trust: TrustStore, now: datetime) -> list[ReadSignature]:
    """All signatures of a PDF file in their order, called `name`; none for one without.

    A time stamp over the whole document (B-LTA) proves that those before it were there by then,
    so that they are judged at its time, even when certificates have expired since.
    """
    try:
        with path.open("rb") as stream:
            reader = PdfFileReader(stream, strict=False)
            lists = _kept_lists(reader)
            found = list[ReadSignature]()
            known = ProvedTime(at=None)
            for embedded in reversed(reader.embedded_signatures):
                if embedded.sig_object_type == "/DocTimeStamp":
                    later = _document_time(embedded, trust, known.at or now, lists)
                    known = later if later.at is not None else known
                else:
                    found.append(_guarded(embedded, name, trust, known, now, lists))
            return found[::-1]
    except UNREADABLE:
        return [unreadable(name, PADES)]


def _guarded(
    embedded: EmbeddedPdfSignature,
    name: str,
    trust: TrustStore,
    known: ProvedTime,
    now: datetime,
    lists: Lists,
) -> ReadSignature:
    try:
        return _read(embedded, name, trust, known, now, lists)
    except UNREADABLE:
        return unreadable(name, PADES)


def _read(
    embedded: EmbeddedPdfSignature,
    name: str,
    trust: TrustStore,
    known: ProvedTime,
    now: datetime,
    lists: Lists,
) -> ReadSignature:
    """One signature; `known` is what a later time stamp over the document proves."""
    embedded.compute_integrity_info()  # type: ignore[no-untyped-call]
    read = read_cms(embedded.signed_data, _digests(embedded))
    moment = known.at or now
    own = time_of(read, trust, moment, lists)
    if own is None and known.at is not None:
        own = known
    covers = _coverage(embedded)
    signed = Signed(
        file=name,
        kind=PADES,
        certificate=read.certificate,
        others=read.others,
        intact=read.intact,
        covers=covers,
        algorithm=read.algorithm,
        weak=read.weak,
        time=own,
    )
    return judged(signed, trust, moment, lists=lists, more=_added(embedded, name, covers))


def _coverage(embedded: EmbeddedPdfSignature) -> str:
    return PART if embedded.coverage is None else _COVERS.get(embedded.coverage, PART)


def _added(embedded: EmbeddedPdfSignature, name: str, covers: str) -> tuple[Problem, ...]:
    """What was written into the file behind the signature and is no signature itself."""
    if covers == PART:
        return (problem("SIG-213", file=name),)
    change = embedded.diff_result
    if change is None:
        return ()
    if isinstance(change, SuspiciousModification) or change.modification_level not in _HARMLESS:
        return (problem("SIG-202", file=name),)
    return ()


def _digests(embedded: EmbeddedPdfSignature) -> Callable[[str], bytes]:
    """The digests of the signed byte ranges by algorithm."""
    return lambda name: bytes(embedded.compute_digest(name))


def _document_time(
    embedded: EmbeddedPdfSignature, trust: TrustStore, moment: datetime, lists: Lists
) -> ProvedTime:
    """What a time stamp over the document proves."""
    embedded.compute_integrity_info()  # type: ignore[no-untyped-call]
    if _added(embedded, "", _coverage(embedded)):
        return ProvedTime(at=None)
    return read_token(
        embedded.signed_data,
        _digests(embedded),
        trust,
        moment=moment,
        lists=lists,
    )


def _kept_lists(reader: PdfFileReader) -> Lists:
    """The revocation lists that the document keeps for its own proof."""
    try:
        kept = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return ()
    lists = []
    for entry in kept.crls:
        lists.append(crl.CertificateList.load(entry.get_object().data))
    return tuple(lists)
