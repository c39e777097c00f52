"""PAdES signatures in PDF files (ETSI EN 319 142): invisible, so that PDF/A stays PDF/A."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pkcs11
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator.errors import PathError, ValidationError

from app.adapters.signing.key_settings import B_B, B_LTA, B_T, SigningSettings
from app.adapters.signing.made import MadeSignature, made_signature
from app.adapters.signing.trust import TrustStore
from app.kernel.clock import timestamp
from app.kernel.errors import Broken

FIELD = "CourtSignature"
PADES = "pades"


@dataclass(frozen=True, kw_only=True)
class PdfSigning:
    """Signs PDF files with one key, open as long as this is used."""

    settings: SigningSettings
    signer: Signer
    stamper: TimeStamper | None
    trust: TrustStore
    now: Callable[[], datetime]

    def sign(self, path: Path, *, reason: str, name: str) -> MadeSignature:
        """Sign a PDF file in its place; `name` is what it is called in the record.

        The level of the settings is reached as far as time stamp and revocation lists allow:
        without a list for every certificate B-LTA becomes B-T, and the record says so.
        Raises Broken SIG-107 and SIG-108 (the file cannot be signed), Transient SIG-105.
        """
        level = self.settings.level if self.stamper is not None else B_B
        part = path.with_name(f"{path.name}.signing")
        try:
            if level == B_LTA and not self._write(path, part, reason, lasting=True):
                level = B_T
            if level != B_LTA:
                self._write(path, part, reason, lasting=False)
            part.replace(path)
        except (PdfError, SigningError, pkcs11.exceptions.PKCS11Error, OSError) as error:
            if isinstance(error, TimestampRequestError):
                raise Broken("SIG-107", url=self.settings.time_stamp) from error
            raise Broken("SIG-108", file=name, reason=str(error)) from error
        finally:
            part.unlink(missing_ok=True)
        certificate = self.signer.signing_cert
        assert certificate is not None
        return made_signature(PADES, name, certificate, made_at=timestamp(self.now()), level=level)

    def _write(self, path: Path, part: Path, reason: str, *, lasting: bool) -> bool:
        """Write the signed file; False when a long-lasting signature lacks what it needs."""
        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            reason=reason,
            subfilter=SigSeedSubFilter.PADES,
            md_algorithm="sha256",
            embed_validation_info=lasting,
            use_pades_lta=lasting,
            validation_context=self.trust.context(self.now()) if lasting else None,
            signer_key_usage=set(),
        )
        signer = PdfSigner(metadata, self.signer, timestamper=self.stamper)
        with path.open("rb") as source, part.open("w+b") as target:
            try:
                signer.sign_pdf(IncrementalPdfFileWriter(source), output=target)
            except (PathError, ValidationError, SigningError):
                if lasting:
                    return False
                raise
            target.flush()
            os.fsync(target.fileno())
        return True
