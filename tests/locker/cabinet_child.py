"""A program of its own at a cabinet, to be killed: `python -m tests.locker.cabinet_child …`.

Arguments: a JSON object with `name`, `folder`, `settings`, `act` ("deposit", "collect", "cells"),
`cell`, `reference`, and `stop`: the journal event, or "booking", after which it says so and
blocks until it is killed.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

from app.adapters.plugins import Cabinet
from app.kernel.errors import Fault
from cloud_locker.journal import Entry, UnlockJournal


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def block(word: str) -> NoReturn:
    say(word)
    threading.Event().wait()
    raise AssertionError


def main() -> None:
    order: dict[str, Any] = json.loads(sys.argv[1])
    append = UnlockJournal.append

    def watched(self: UnlockJournal, event: str, **facts: Any) -> Entry:
        entry = append(self, event, **facts)
        if event == order["stop"]:
            block(event)
        return entry

    UnlockJournal.append = watched  # type: ignore[method-assign]
    cabinet = Cabinet(order["name"], Path(order["folder"]), order["settings"])
    try:
        if order["act"] == "cells":
            say("ready")
            for _ in range(order["cell"]):
                cabinet.cells()
            say("done")
            return
        cycle = getattr(cabinet, order["act"])(
            order["cell"], order["reference"], opened=lambda _cell: say("open")
        )
        if order["stop"] == "booking":
            block("booking")
        say(f"done {cycle.pulses}")
    except Fault as fault:
        say(fault.code)
    finally:
        cabinet.close()


if __name__ == "__main__":
    main()
