"""Which command runs what, and what it needs."""

from __future__ import annotations

from typing import Any

from app.cli.commands.additions import changes_additions, run_addition
from app.cli.commands.alteration import changes_ledger, run_compare
from app.cli.commands.archive import (
    run_package,
    run_return,
    run_seal,
    run_shelve,
    run_submit,
    run_tracks,
)
from app.cli.commands.binding import run_bind, writes_binding
from app.cli.commands.cases import run_case, run_catalogue, run_reconcile, run_search
from app.cli.commands.catalogue_edits import run_keying, run_number, writes_keying
from app.cli.commands.conditioning import changes_recipes, run_condition, run_derivatives
from app.cli.commands.court_transfers import changes_courts, run_court
from app.cli.commands.custody import (
    counts_stock,
    run_code,
    run_custody,
    run_label,
    run_stock,
)
from app.cli.commands.flip import run_flip, watches
from app.cli.commands.four_property import changes_checks, run_check
from app.cli.commands.identity import (
    changes_cards,
    changes_notices,
    run_card,
    run_notice,
    run_pass,
)
from app.cli.commands.images import run_inspect, run_ocr, run_scan
from app.cli.commands.lockers import changes_lockers, moves_paper, run_handoff, run_locker
from app.cli.commands.paper import run_reader
from app.cli.commands.passport import issues_passport, run_passport, run_verify
from app.cli.commands.people import changes_people, run_person
from app.cli.commands.profiles import run_device, run_figures, run_profile
from app.cli.commands.reading import changes_reading, run_reading
from app.cli.commands.reading_grants import run_grant
from app.cli.commands.registers import run_register
from app.cli.commands.review import changes_review, run_review
from app.cli.commands.signing import (
    changes_secrets,
    run_copy,
    run_secret,
    run_sign,
    run_signature,
)
from app.cli.commands.slips import run_slip
from app.cli.commands.spreadsheets import changes_by_spreadsheet, run_spreadsheet
from app.cli.commands.station import (
    run_arrange,
    run_held,
    run_insert,
    run_miss,
    run_rescan,
    run_resumption,
    run_select,
    run_sheets,
    run_versions,
)
from app.cli.commands.system import (
    run_audit,
    run_doctor,
    run_fixity,
    run_upgrade,
    run_worker,
)
from app.cli.commands.templates import (
    changes_order,
    changes_templates,
    run_order,
    run_template,
)
from app.cli.commands.terms import changes_archival, run_archival, run_terms, writes_terms
from app.cli.commands.tracing import run_trace
from app.cli.commands.transfers import (
    changes_archiving,
    run_archive,
    run_freeze,
    run_transfer,
)
from app.cli.demo import run_demo
from app.cli.digitize import run_digitize
from app.cli.running import Command, reading


def _imports(arguments: Any) -> bool:
    return bool(arguments.what == "import")


def _scans(arguments: Any) -> bool:
    return not arguments.list_sources


def _builds(arguments: Any) -> bool:
    return bool(arguments.what != "check")


def _changes_profiles(arguments: Any) -> bool:
    return bool(arguments.what != "list")


def _prints_slip(arguments: Any) -> bool:
    return bool(arguments.what == "work")


def _declares(arguments: Any) -> bool:
    return bool(arguments.declare is not None or arguments.undeclare)


def _records_miss(arguments: Any) -> bool:
    return bool(arguments.sheets is not None or arguments.withdraw)


def _ends_batch(arguments: Any) -> bool:
    return bool(arguments.end or arguments.go_on)


def _settles(arguments: Any) -> bool:
    return bool(arguments.what == "settle")


# The worker has a lock of its own; the reader changes only the record of her own reading. Every
# step of the transfer queue is one transaction, and pausing must be possible beside the sender.
COMMANDS: dict[str, Command] = {
    "demo": Command(run=run_demo, needs_workstation=False),
    "digitize": Command(run=run_digitize, needs_workstation=False),
    "case": Command(run=run_case, changes=_imports),
    "scan": Command(run=run_scan, changes=_scans),
    "profile": Command(run=run_profile, changes=_changes_profiles),
    "device": Command(run=run_device),
    "figures": Command(run=run_figures, changes=reading),
    "slip": Command(run=run_slip, changes=_prints_slip),
    "sheets": Command(run=run_sheets, changes=_declares),
    "miss": Command(run=run_miss, changes=_records_miss),
    "insert": Command(run=run_insert),
    "rescan": Command(run=run_rescan),
    "held": Command(run=run_held),
    "arrange": Command(run=run_arrange),
    "condition": Command(run=run_condition, changes=changes_recipes),
    "derivatives": Command(run=run_derivatives),
    "select": Command(run=run_select, changes=reading),
    "versions": Command(run=run_versions, changes=reading),
    "resumption": Command(run=run_resumption, changes=_ends_batch),
    "inspect": Command(run=run_inspect, needs_workstation=False),
    "ocr": Command(run=run_ocr, needs_workstation=False),
    "catalogue": Command(run=run_catalogue),
    "number": Command(run=run_number),
    "keying": Command(run=run_keying, changes=writes_keying),
    "template": Command(run=run_template, changes=changes_templates),
    "order": Command(run=run_order, changes=changes_order),
    "bind": Command(run=run_bind, changes=writes_binding),
    "reconcile": Command(run=run_reconcile),
    "flip": Command(run=run_flip, changes=watches),
    "compare": Command(run=run_compare, changes=changes_ledger),
    "review": Command(run=run_review, changes=changes_review),
    "seal": Command(run=run_seal),
    "return": Command(run=run_return),
    "package": Command(run=run_package, changes=_builds),
    "submit": Command(run=run_submit),
    "tracks": Command(run=run_tracks, changes=reading),
    "shelve": Command(run=run_shelve),
    "transfer": Command(run=run_transfer, changes=reading),
    "addition": Command(run=run_addition, changes=changes_additions),
    "freeze": Command(run=run_freeze, changes=_settles),
    "archive": Command(run=run_archive, changes=changes_archiving),
    "terms": Command(run=run_terms, changes=writes_terms),
    "spreadsheet": Command(run=run_spreadsheet, changes=changes_by_spreadsheet),
    "archival": Command(run=run_archival, changes=changes_archival),
    "locker": Command(run=run_locker, changes=changes_lockers),
    "handoff": Command(run=run_handoff, changes=moves_paper),
    "custody": Command(run=run_custody, changes=reading),
    "label": Command(run=run_label),
    "stock": Command(run=run_stock, changes=counts_stock),
    "code": Command(run=run_code, changes=reading),
    "card": Command(run=run_card, changes=changes_cards),
    "pass": Command(run=run_pass),
    "notice": Command(run=run_notice, changes=changes_notices),
    "grant": Command(run=run_grant),
    "reading": Command(run=run_reading, changes=changes_reading),
    "reader": Command(run=run_reader, changes=reading),
    "trace": Command(run=run_trace, changes=reading),
    "person": Command(run=run_person, changes=changes_people),
    "secret": Command(run=run_secret, changes=changes_secrets),
    "sign": Command(run=run_sign),
    "signature": Command(run=run_signature, changes=reading),
    "copy": Command(run=run_copy),
    "check": Command(run=run_check, changes=changes_checks),
    "register": Command(run=run_register),
    "passport": Command(run=run_passport, changes=issues_passport),
    "court": Command(run=run_court, changes=changes_courts),
    "verify": Command(run=run_verify, changes=reading),
    "audit": Command(run=run_audit, changes=reading),
    "db": Command(run=run_upgrade, needs_workstation=False),
    "fixity": Command(run=run_fixity),
    "doctor": Command(run=run_doctor, needs_workstation=False),
    "search": Command(run=run_search, changes=reading),
    "worker": Command(run=run_worker, changes=reading),
    "work": Command(run=run_worker, changes=reading),
}
