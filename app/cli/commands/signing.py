"""`secret`, `sign`, `signature` and `copy`: keys, signatures, and sealed copies."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence
from typing import Any

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call, warning_lines, with_message
from app.cli.words import yes_no
from app.domain.page_lists import page_ranges
from app.kernel.translation import translate as _
from app.services.archive_views import SignatureView
from app.services.workstation import Workstation
from app.words.signing import signature_kind_word


def run_secret(call: Call, workstation: Workstation) -> Answer:
    """`secret list|set|remove`. A value comes from the terminal or from standard input, never from
    the command line, where others could read it, and is never shown."""
    arguments = call.arguments
    if arguments.what == "set":
        workstation.keep_secret(call.actor, arguments.name, _value())
    elif arguments.what == "remove":
        workstation.remove_secret(call.actor, arguments.name)
    secrets = workstation.secrets()
    places = {"environment": _("environment"), "file": _("data folder")}
    rows = [(secret.name, places[secret.place]) for secret in secrets]
    lines = table(rows, (_("Name"), _("Kept in"))) if rows else [_("No secret is kept")]
    return Answer(record={"secrets": records.plain(secrets)}, lines=lines)


def changes_secrets(arguments: Any) -> bool:
    """Whether a call of `secret` changes something."""
    return bool(arguments.what != "list")


def run_sign(call: Call, workstation: Workstation) -> Answer:
    """`sign CASE_NO`."""
    return _answer(workstation.sign_package(call.actor, call.arguments.case_no, cancel=call.cancel))


def run_signature(call: Call, workstation: Workstation) -> Answer:
    """`signature show PATH|CASE_NO`."""
    return _answer(workstation.signatures(call.arguments.path))


def run_copy(call: Call, workstation: Workstation) -> Answer:
    """`copy CASE_NO --out FILE`."""
    arguments = call.arguments
    made = workstation.sealed_copy(
        call.actor,
        arguments.case_no,
        page_ranges(arguments.pages),
        arguments.out,
        seal=arguments.seal,
        cancel=call.cancel,
    )
    line = _("{pages} pages copied, sealed and signed by {signer}: {path}").format(
        pages=len(made.pages), signer=made.signer, path=made.path
    )
    return Answer(record=records.plain(made), lines=[line])


def _answer(signatures: Sequence[SignatureView]) -> Answer:
    rows = [
        (
            signature.file,
            signature_kind_word(signature.kind),
            signature.signer,
            signature.issuer,
            signature.time,
            yes_no(signature.intact),
            yes_no(signature.trusted),
        )
        for signature in signatures
    ]
    heads = (
        *(_("File"), _("Kind"), _("Signer"), _("Issuer"), _("Proved time"), _("Unchanged")),
        _("Trusted"),
    )
    lines = table(rows, heads) if rows else [_("No signature")]
    for signature in signatures:
        lines += warning_lines(list(signature.problems))
    record = [
        records.plain(signature)
        | {"problems": [with_message(problem) for problem in signature.problems]}
        for signature in signatures
    ]
    return Answer(record={"signatures": record}, lines=lines)


def _value() -> str:
    if sys.stdin.isatty():
        return getpass.getpass(_("Secret (not shown): "))
    # Only the end of the line goes: blanks may belong to a password.
    return sys.stdin.readline().rstrip("\r\n")
