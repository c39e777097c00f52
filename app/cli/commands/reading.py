"""`reading`: applications, grants and records of readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.cli.commands.reading_applications import (
    run_applications,
    run_apply,
    run_check,
    run_ending,
    run_rules,
)
from app.cli.commands.reading_bundles import run_bundle, run_bundles, run_carry, run_terminal
from app.cli.commands.reading_grants import (
    changes_query_codes,
    run_appoint,
    run_appointments,
    run_approve,
    run_change,
    run_grants,
    run_preview,
    run_query_code,
    run_reading_pass,
    run_renew,
    run_revoke,
)
from app.cli.commands.reading_log import run_log, run_visits
from app.cli.commands.reading_notices import changes_notices, run_notices
from app.cli.commands.reading_prints import (
    run_approve_print,
    run_prints,
    run_receive_slip,
    run_refuse_print,
    run_settle_print,
    run_slips,
)
from app.cli.commands.reading_settings import run_settings, sets_something
from app.cli.output import Answer
from app.cli.running import Call
from app.services.workstation import Workstation

_ACTIONS: Mapping[str, Callable[[Call, Workstation], Answer]] = {
    "rules": run_rules,
    "apply": run_apply,
    "check": run_check,
    "return": run_ending,
    "withdraw": run_ending,
    "reject": run_ending,
    "applications": run_applications,
    "preview": run_preview,
    "approve": run_approve,
    "grants": run_grants,
    "revoke": run_revoke,
    "change": run_change,
    "renew": run_renew,
    "appoint": run_appoint,
    "appointments": run_appointments,
    "pass": run_reading_pass,
    "query-code": run_query_code,
    "terminal": run_terminal,
    "bundle": run_bundle,
    "bundles": run_bundles,
    "carry": run_carry,
    "settings": run_settings,
    "notices": run_notices,
    "prints": run_prints,
    "approve-print": run_approve_print,
    "refuse-print": run_refuse_print,
    "settle-print": run_settle_print,
    "slips": run_slips,
    "receive-slip": run_receive_slip,
    "log": run_log,
    "visits": run_visits,
}
# Actions that change nothing, or only a part of the time.
_ONLY_READ = frozenset(
    {"log", "visits", "rules", "applications", "preview", "grants", "appointments", "bundles"}
)
_MAY_CHANGE: Mapping[str, Callable[[Any], bool]] = {
    "settings": sets_something,
    "query-code": changes_query_codes,
    "notices": changes_notices,
}


def run_reading(call: Call, workstation: Workstation) -> Answer:
    """`reading ACTION`: one action of the counter."""
    return _ACTIONS[call.arguments.what](call, workstation)


def changes_reading(arguments: Any) -> bool:
    """Whether these arguments change anything in the data folder."""
    if arguments.what in _ONLY_READ:
        return False
    may_change = _MAY_CHANGE.get(arguments.what)
    return may_change is None or may_change(arguments)
