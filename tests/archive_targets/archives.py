"""An archive that takes over what is committed and signs its receipts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from app.adapters.archive.receipt import Receipt
from app.adapters.archive.receipt_signing import PrivateKey
from app.adapters.archive.receiving import receive
from app.adapters.archive.store import ArchiveStore


class Clock2026:
    """A day in May."""

    def now(self) -> datetime:
        return datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


class Archive:
    """Key and certificate (valid in 2026) in `folder`, and the work of the archive."""

    def __init__(self, folder: Path, *, elliptic: bool = False) -> None:
        folder.mkdir()
        self.folder = folder
        self.key: PrivateKey = (
            ec.generate_private_key(ec.SECP256R1())
            if elliptic
            else rsa.generate_private_key(public_exponent=65537, key_size=2048)
        )
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "市档案馆")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=365))
            .sign(self.key, hashes.SHA256())
        )
        self.certificate = folder / "archive.pem"
        self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self.key_file = folder / "archive.key"
        self.key_file.write_bytes(
            self.key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )

    def table(self, **more: Any) -> dict[str, Any]:
        """What the settings of the sender need."""
        return {
            "receipt": "signed",
            "archive_certificate": str(self.certificate),
            "receipt_poll_seconds": 0.05,
            **more,
        }

    def receive(self, store: ArchiveStore) -> list[Receipt]:
        """Take over what was committed."""
        return receive(store, self.key, Clock2026(), self.folder / "work")
