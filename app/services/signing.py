"""Signing packages, judging signatures, and sealed copies of pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import frozen

from app.domain.access import Actor
from app.domain.archiving import ArchivalPackage
from app.domain.dossier import MAIN, Dossier, Side
from app.domain.lifecycle import SEALED
from app.kernel.errors import BadInput, Refused
from app.kernel.progress import CancelToken
from app.services.archive_views import SignatureView
from app.services.context import Context, Service
from app.services.package_signing import sign_manifest
from app.services.ports import Transaction

READ_SIGNATURES = "app.adapters.signing.tasks:read_signatures"
SEALED_COPY = "app.adapters.signing.sealed_copy:write_sealed_copy"
READ_SECONDS = 1800.0
DEFAULT_SEAL = "与原件核对无异"
MOST_WORDS = 12


@frozen(kw_only=True)
class SealedCopy:
    """A sealed copy that was written. `pages` are the page numbers in it."""

    path: Path
    case_no: str
    pages: tuple[int, ...]
    seal: str
    signer: str
    sha256: str
    sm3: str


class Signing(Service):
    """Use cases of the archivist who signs, and of whoever relies on signatures."""

    def sign_package(
        self, actor: Actor, case_no: str, *, cancel: CancelToken | None = None
    ) -> list[SignatureView]:
        """Sign the manifest of the newest sealed package, as far as it is not; gives all
        signatures of the package as they are judged now.

        Raises Refused ACC-101, DOS-107 (no package), SIG-101 (no key), SIG-104, Broken SIG-102,
        SIG-103, SIG-106 to SIG-108, Transient SIG-105.
        """
        actor.require("package")
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            package = _sealed_package(tx, dossier)
        sign_manifest(self._context, actor, package, dossier.case_no, cancel)
        return self._signatures(Path(package.path))

    def signatures(self, what: str) -> list[SignatureView]:
        """The signatures of the newest package of a case, or of a package (folder, ZIP or TAR), a
        PDF file, or a manifest (with what lies beside it), judged offline by the trust of this
        court.

        Raises Refused DOS-107 (the case has no package), BadInput SIG-109, CASE codes, PKG-2xx
        (a container that must not be unpacked), Broken SIG-106.
        """
        path = Path(what)
        if not path.exists():
            with self._context.storage.read() as tx:
                path = Path(_sealed_package(tx, self._dossier(tx, what)).path)
        return self._signatures(path)

    def _signatures(self, path: Path) -> list[SignatureView]:
        found: list[dict[str, Any]] = self._context.pool.call(
            READ_SIGNATURES,
            (str(self._context.folders.root), str(path.resolve())),
            seconds=READ_SECONDS,
        )
        return [SignatureView(**row) for row in found]

    def sealed_copy(
        self,
        actor: Actor,
        case_no: str,
        pages: tuple[int, ...],
        out: Path,
        *,
        seal: str = DEFAULT_SEAL,
        cancel: CancelToken | None = None,
    ) -> SealedCopy:
        """A PDF copy of pages of the main part of a sealed dossier, each with the court's seal,
        what it says, case, page and day; signed with the key for documents. No pages named: all.

        Raises Refused ACC-101, DOS-106 (not sealed), SIG-101 (no key), BadInput SIG-110 (no such
        page), SIG-111 (something is at `out`, or it lies among the packages), SIG-112 (a seal
        without words, or with too many), Broken SIG-108 and what opening keys raises.
        """
        actor.require("grant")
        if not 0 < len(seal.strip()) <= MOST_WORDS:
            raise BadInput("SIG-112", most=MOST_WORDS)
        self._refuse_place(out)
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            if dossier.state not in SEALED:
                raise Refused("DOS-106")
            sides = _numbered(tx, dossier, pages)
        facts = {
            "case_no": dossier.case_no,
            "court": dossier.court,
            "seal": seal.strip(),
            "date": self._today().isoformat(),
            "person": actor.name,
        }
        made: dict[str, Any] = self._context.pool.call(
            SEALED_COPY,
            (
                str(self._context.folders.root),
                [_page(self._context, side) for side in sides],
                str(out),
                facts,
            ),
            seconds=READ_SECONDS,
            cancel=cancel,
        )
        numbers = tuple(int(side.page_number or 0) for side in sides)
        with self._context.storage.write() as tx:
            tx.audit.record(
                actor.name,
                "copy_sealed",
                dossier.case_no,
                pages=list(numbers),
                seal=seal.strip(),
                signer=made["signer"],
                sha256=made["sha256"],
                sm3=made["sm3"],
            )
            tx.commit()
        return SealedCopy(
            path=out,
            case_no=dossier.case_no,
            pages=numbers,
            seal=seal.strip(),
            signer=made["signer"],
            sha256=made["sha256"],
            sm3=made["sm3"],
        )

    def _refuse_place(self, out: Path) -> None:
        """A copy never takes the place of a file, and never lies in a package."""
        packages = self._context.folders.packages.resolve()
        if out.exists() or out.resolve().is_relative_to(packages):
            raise BadInput("SIG-111", path=str(out))


def _sealed_package(tx: Transaction, dossier: Dossier) -> ArchivalPackage:
    packages = tx.packages.find(dossier_id=dossier.id, provisional=False)
    if not packages:
        raise Refused("DOS-107")
    return packages[-1]


def _numbered(tx: Transaction, dossier: Dossier, pages: tuple[int, ...]) -> list[Side]:
    """The sides of the main part that bear these numbers, in the order of the dossier. Raises
    BadInput SIG-110."""
    found = [
        side
        for side in tx.sides.find(dossier_id=dossier.id, part=MAIN, superseded=False)
        if side.page_number is not None and (not pages or side.page_number in pages)
    ]
    missing = sorted(set(pages) - {side.page_number for side in found})
    if missing or not found:
        raise BadInput("SIG-110", page=missing[0] if missing else 1)
    return sorted(found, key=lambda side: side.position)


def _page(context: Context, side: Side) -> dict[str, Any]:
    return {
        "path": str(context.blobs.path_of(side.master)),
        "frame": side.frame,
        "media_type": side.media_type,
        "turn": side.turn,
        "skew_deg": side.skew_deg,
        "dpi": side.dpi,
        "number": side.page_number,
    }
