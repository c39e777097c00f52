"""The keys and the trust of one station, opened from its settings in any process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.adapters.secret_store import StationSecrets
from app.adapters.settings import load_settings
from app.adapters.signing.key_settings import KeySettings, SigningSettings, inside, signing_settings
from app.adapters.signing.keys import Sm2Key, document_signer, sm2_key
from app.adapters.signing.pdf_signing import PdfSigning
from app.adapters.signing.time_stamps import time_stamper
from app.adapters.signing.trust import TrustStore
from app.kernel.errors import Refused


@dataclass(frozen=True, kw_only=True)
class SigningStation:
    """Settings, secrets and folder of one station."""

    data: Path
    settings: SigningSettings
    secrets: StationSecrets

    @classmethod
    def open(cls, data: Path) -> SigningStation:
        """The station over a data folder. Raises BadInput SET codes."""
        settings = load_settings(data)
        return cls(
            data=data,
            settings=signing_settings(settings.signing, settings.trust),
            secrets=StationSecrets(data),
        )

    def trust(self) -> TrustStore:
        """Whom this court trusts. Raises Broken SIG-106."""
        folder = self.settings.trust
        return TrustStore.load(inside(self.data, folder) if folder else None)

    def manifest_key(self) -> Sm2Key:
        """The SM2 key of the settings. Raises Refused SIG-101 without one, and as `sm2_key`."""
        return sm2_key(self._key(self.settings.manifest), self.data, self.secrets.secret)

    @contextmanager
    def pdf_signing(self) -> Iterator[PdfSigning]:
        """The key for documents, open inside the block. Raises Refused SIG-101 without one, and
        as `document_signer`."""
        key = self._key(self.settings.documents)
        with document_signer(key, self.data, self.secrets.secret) as signer:
            yield PdfSigning(
                settings=self.settings,
                signer=signer,
                stamper=time_stamper(self.settings, self.secrets.secret),
                trust=self.trust(),
                now=lambda: datetime.now(UTC),
            )

    def _key(self, name: str) -> KeySettings:
        if not name:
            raise Refused("SIG-101")
        return self.settings.keys[name]
