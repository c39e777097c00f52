"""Signatures on packages: what is asked of the worker, and the rows that are kept of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.domain.access import Actor
from app.domain.archiving import ArchivalPackage
from app.domain.archiving_records import PackageSignature
from app.kernel.ids import new_id
from app.kernel.progress import CancelToken
from app.services.context import Context
from app.services.ports import Transaction

SIGN_MANIFEST = "app.adapters.signing.tasks:sign_manifest"
SIGN_SECONDS = 600.0
# The setting whose key signs documents; with it the volumes of a package are signed as well.
DOCUMENTS = "documents"
MANIFEST = "manifest"
_DETAILS = ("file", "issuer", "serial", "level")


def signing_order(context: Context, *, provisional: bool) -> dict[str, Any]:
    """What the plan of a package says of signing: nothing without a key, or before sealing. Keys
    and secrets stay with the worker that opens them."""
    if provisional or not context.signing.get(DOCUMENTS):
        return {}
    return {"signing": {"data": str(context.folders.root)}}


def keep_signatures(
    tx: Transaction,
    actor: Actor,
    package: ArchivalPackage,
    case_no: str,
    made: Sequence[dict[str, Any]],
) -> None:
    """Rows and audit records of signatures that were made; the caller commits."""
    for signature in made:
        tx.package_signatures.add(
            PackageSignature(
                id=new_id("package_signature"),
                package_id=package.id,
                dossier_id=package.dossier_id,
                kind=signature["kind"],
                signer=signature["signer"],
                certificate_sha256=signature["certificate_sha256"],
                made_at=signature["made_at"],
                made_by=actor.name,
                details={name: signature[name] for name in _DETAILS},
            )
        )
        tx.audit.record(
            actor.name,
            "package_signed",
            case_no,
            kind=signature["kind"],
            file=signature["file"],
            signer=signature["signer"],
            sha256=package.manifest_sha256,
        )


def sign_manifest(
    context: Context,
    actor: Actor,
    package: ArchivalPackage,
    case_no: str,
    cancel: CancelToken | None = None,
) -> list[dict[str, Any]]:
    """Lay the signatures of the settings beside the manifest and keep their rows; what is signed
    already stays. Gives those made now. Raises Refused SIG-101, SIG-104, Broken SIG-102, SIG-103,
    SIG-106 to SIG-108, Transient SIG-105."""
    made: list[dict[str, Any]] = context.pool.call(
        SIGN_MANIFEST,
        (str(context.folders.root), package.path),
        seconds=SIGN_SECONDS,
        cancel=cancel,
    )
    if made:
        with context.storage.write() as tx:
            keep_signatures(tx, actor, package, case_no, made)
            tx.commit()
    return made


def signs_packages(context: Context) -> bool:
    """Whether the settings name a key that signs packages."""
    return bool(context.signing.get(DOCUMENTS) or context.signing.get(MANIFEST))
