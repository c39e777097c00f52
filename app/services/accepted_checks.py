"""Whether a person accepted the four-property check of a package, and whether that is demanded."""

from __future__ import annotations

from pathlib import Path

from app.domain.archiving import ArchivalPackage
from app.kernel.errors import Refused
from app.services.court_settings import court_setting
from app.services.ports import Transaction
from app.services.track_standing import TRACKS

ACCEPTED_CHECK = "accepted_check"
# The stage whose check counts before a package leaves the court (STANDARDS 4.1).
_STAGE = "archiving"
_WHOLE, _ACCEPTED = "", "accepted"


def demands_accepted_check(tx: Transaction) -> bool:
    """Whether this court sends only packages whose check was accepted. By default it does not."""
    return bool(court_setting(tx, TRACKS).get(ACCEPTED_CHECK, False))


def accepted_packages(tx: Transaction) -> set[str]:
    """The manifests (SHA-256) whose newest check for archiving a person accepted."""
    accepted = {
        check
        for (check,) in tx.check_decisions.pick(("check_id",), code=_WHOLE, decision=_ACCEPTED)
    }
    # A later check of the same package takes the place of an earlier one, whatever that said.
    newest = {
        str(sha256): check
        for check, sha256 in tx.package_checks.pick(("id", "manifest_sha256"), stage=_STAGE)
    }
    return {sha256 for sha256, check in newest.items() if sha256 and check in accepted}


def refuse_unaccepted(tx: Transaction, package: ArchivalPackage) -> None:
    """Raises Refused FPC-108 when the court demands an accepted check and `package` has none."""
    if demands_accepted_check(tx) and package.manifest_sha256 not in accepted_packages(tx):
        raise Refused("FPC-108", package=Path(package.path).name)
