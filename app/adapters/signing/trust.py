"""Whom this court trusts: certificates and revocation lists in a folder, and what follows.

Everything is judged offline: what the folder does not hold is not known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import crl, pem, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from app.adapters.signing.sm2 import SignatureValidator
from app.kernel.clock import timestamp
from app.kernel.errors import Broken

CERTIFICATE_SUFFIXES = (".pem", ".crt", ".cer", ".der")
LIST_SUFFIX = ".crl"
LEAST_RSA_BITS = 2048
WEAK_DIGESTS = frozenset({"md2", "md4", "md5", "sha1"})
SIGNING_USES = frozenset({"digital_signature", "non_repudiation"})
TIME_STAMPING = "time_stamping"

Problem = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What is known of a certificate at a moment: trusted or not, and what stands against it."""

    trusted: bool
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TrustStore:
    """Certificates this court trusts, and revocation lists it was given."""

    anchors: tuple[x509.Certificate, ...] = ()
    lists: tuple[crl.CertificateList, ...] = ()

    @classmethod
    def load(cls, folder: Path | None) -> TrustStore:
        """Read a folder: certificates in `*.pem|crt|cer|der`, lists in `*.crl`. Nobody is trusted
        where there is none. Raises Broken SIG-106 for a file that cannot be read."""
        if folder is None or not folder.is_dir():
            return cls()
        anchors: list[x509.Certificate] = []
        lists: list[crl.CertificateList] = []
        for path in sorted(folder.iterdir()):
            try:
                if path.suffix.lower() in CERTIFICATE_SUFFIXES:
                    anchors += read_certificates(path)
                elif path.suffix.lower() == LIST_SUFFIX:
                    lists += [_list(data) for data in _parts(path)]
            except (OSError, ValueError) as error:
                raise Broken("SIG-106", path=str(path)) from error
        return cls(anchors=tuple(anchors), lists=tuple(lists))

    def judge(
        self,
        certificate: x509.Certificate,
        others: Iterable[x509.Certificate],
        *,
        moment: datetime,
        for_time_stamps: bool = False,
        lists: Iterable[crl.CertificateList] = (),
    ) -> Judgement:
        """Whether a certificate leads to one this court trusts and was good at `moment`.

        `others` are certificates that came along and `lists` revocation lists that did; neither
        is trusted by itself.
        """
        problems = list(_own_problems(certificate, for_time_stamps=for_time_stamps))
        # Revocation of whoever can be asked about; that of the authorities where a list is there.
        required = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
        unchecked = RevocationCheckingRule.NO_CHECK
        for end, authorities in ((required, required), (required, unchecked)):
            found = self._validate(certificate, others, moment, lists, (end, authorities))
            if found is None or found["code"] != "SIG-207":
                break
        if found is not None and found["code"] == "SIG-207":
            problems.append(found)
            found = self._validate(certificate, others, moment, lists, (unchecked, unchecked))
        if found is not None:
            problems.append(found)
        fatal = [problem for problem in problems if problem["code"] != "SIG-207"]
        return Judgement(trusted=not fatal, problems=tuple(problems))

    def context(
        self,
        moment: datetime,
        others: Iterable[x509.Certificate] = (),
        lists: Iterable[crl.CertificateList] = (),
        rules: tuple[RevocationCheckingRule, RevocationCheckingRule] = (
            RevocationCheckingRule.CRL_OR_OCSP_REQUIRED,
            RevocationCheckingRule.CRL_OR_OCSP_REQUIRED,
        ),
    ) -> ValidationContext:
        """The trust of this court as pyHanko takes it. `rules` say whose revocation must be
        known: the signer's, the authorities'."""
        policy = RevocationCheckingPolicy(
            ee_certificate_rule=rules[0], intermediate_ca_cert_rule=rules[1]
        )
        return ValidationContext(
            trust_roots=list(self.anchors),
            other_certs=list(others),
            crls=[*self.lists, *lists],
            moment=moment,
            allow_fetching=False,
            revinfo_policy=CertRevTrustPolicy(policy, retroactive_revinfo=True),
            signature_validator=SignatureValidator(),
        )

    def _validate(
        self,
        certificate: x509.Certificate,
        others: Iterable[x509.Certificate],
        moment: datetime,
        lists: Iterable[crl.CertificateList],
        rules: tuple[RevocationCheckingRule, RevocationCheckingRule],
    ) -> Problem | None:
        context = self.context(moment, others, lists, rules)
        validator = CertificateValidator(certificate, list(others), context)
        try:
            asyncio.run(validator.async_validate_path())
        except (PathError, ValidationError, ValueError) as error:
            return _problem_of(error, certificate)
        return None


def _own_problems(certificate: x509.Certificate, *, for_time_stamps: bool) -> Iterator[Problem]:
    """What a certificate says against itself: a short key, another use."""
    key = certificate.public_key
    if key.algorithm == "rsa" and key.bit_size < LEAST_RSA_BITS:
        yield problem("SIG-208", algorithm=f"RSA {key.bit_size}")
    if key.algorithm == "dsa":
        yield problem("SIG-208", algorithm="DSA")
    uses = certificate.key_usage_value
    if uses is not None and not SIGNING_USES & set(uses.native):
        yield problem("SIG-211", signer=name_of(certificate))
    extended = certificate.extended_key_usage_value
    if for_time_stamps and (extended is None or TIME_STAMPING not in extended.native):
        yield problem("SIG-211", signer=name_of(certificate))


def _problem_of(error: Exception, certificate: x509.Certificate) -> Problem:
    signer = name_of(certificate)
    if isinstance(error, RevokedError):
        return problem("SIG-206", signer=signer, since=timestamp(error.revocation_dt))
    if isinstance(error, ExpiredError):
        return problem("SIG-204", signer=signer, until=timestamp(error.expired_dt))
    if isinstance(error, NotYetValidError):
        return problem("SIG-205", signer=signer, since=timestamp(error.valid_from))
    if isinstance(error, InsufficientRevinfoError):
        return problem("SIG-207", signer=signer)
    if isinstance(error, DisallowedAlgorithmError):
        return problem("SIG-208", algorithm=certificate.signature_algo)
    if isinstance(error, InvalidCertificateError):
        return problem("SIG-203", signer=signer, issuer=issuer_of(certificate))
    return problem("SIG-203", signer=signer, issuer=issuer_of(certificate))


def problem(code: str, **parameters: Any) -> Problem:
    """A problem as `app.kernel.fault_texts.describe` takes it."""
    return {"code": code, "parameters": parameters}


def name_of(certificate: x509.Certificate) -> str:
    """What people call the owner of a certificate: common name, else the whole name."""
    return _short(certificate.subject)


def issuer_of(certificate: x509.Certificate) -> str:
    """What people call the authority."""
    return _short(certificate.issuer)


def _short(name: x509.Name) -> str:
    return str(name.native.get("common_name") or name.human_friendly)


def read_certificates(path: Path) -> list[x509.Certificate]:
    """The certificates of a PEM or DER file. Raises OSError, ValueError."""
    found = []
    for data in _parts(path):
        certificate = x509.Certificate.load(data, strict=True)
        # Parsing is lazy: what is broken shows when it is read.
        _ = certificate.native
        found.append(certificate)
    return found


def _parts(path: Path) -> list[bytes]:
    data = path.read_bytes()
    if not pem.detect(data):
        return [data]
    return [body for _, _, body in pem.unarmor(data, multiple=True)]


def _list(data: bytes) -> crl.CertificateList:
    found = crl.CertificateList.load(data, strict=True)
    _ = found.native
    return found
