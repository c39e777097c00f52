"""How long a person is needed from "recognised" to "bound", and how many keys she presses.

usage: bench_attended.py [PROCEEDING,… [SEED [NOISE]]]

Clean dossiers of about 200 numbered sides (labelled ones, printed, read without a fault, with
their paper catalogue) lie in a data folder as recognition leaves them. The real window is worked
by real keys alone: the case is opened on Today, the catalogue proposed, every doubt looked at and
confirmed where it is shown, the sure rows accepted, the volumes recorded. Nothing is confirmed
that was not shown: the run ends with an error where a doubt is left, or a volume not recorded.

The operator is a model, on the slow side: 1.0 s for each key; 2.0 s to take in a screen she comes
to; 3.0 s to look at each doubtful row or number; 1.0 s to read each row of the catalogue before
all are accepted at once. What she decides is not judged here: the accuracy of the proposal is
measured by `accuracy_catalogue.py`; with NOISE, as there, the pages are misread and doubts come.
The machine is measured, by the clock: from each key until the screen shows what comes next. She is
taken to wait for all of it, while the catalogue is proposed too, though she need not. The bounds
are 180 s and twelve keys.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))
sys.path.insert(0, str(Path(__file__).resolve().parent))

SECONDS_A_KEY = 1.0
SECONDS_A_SCREEN = 2.0
SECONDS_A_DOUBT = 3.0
SECONDS_A_ROW = 1.0
SIDES = 200
SEED = 7100
PROCEEDINGS = ("civil", "criminal", "administrative", "enforcement")
KEYS, ATTENDED = 12, 180.0
TICK_MILLISECONDS = 4
LONGEST_WAIT = 40.0
CTRL = Qt.KeyboardModifier.ControlModifier


@dataclass(kw_only=True)
class Attendance:
    """What a person did and how long the machine let her wait."""

    keys: list[str] = field(default_factory=list)
    screens: int = 0
    doubts: int = 0
    rows: int = 0
    waited: float = 0.0

    @property
    def seconds(self) -> float:
        """Attended seconds by the model of the operator, with all waiting."""
        return (
            SECONDS_A_KEY * len(self.keys)
            + SECONDS_A_SCREEN * self.screens
            + SECONDS_A_DOUBT * self.doubts
            + SECONDS_A_ROW * self.rows
            + self.waited
        )


class Person:
    """Presses keys on what has the focus, and waits until the screen shows what she waits for."""

    def __init__(self, window: Any) -> None:
        self.window = window
        self.attendance = Attendance()

    def press(
        self,
        name: str,
        key: Qt.Key,
        modifier: Qt.KeyboardModifier,
        reached: Callable[[], bool],
    ) -> None:
        """Press one key. Raises SystemExit when what it should bring does not come."""
        self.attendance.keys.append(name)
        began = time.perf_counter()
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        self.wait(reached, name)
        self.attendance.waited += time.perf_counter() - began

    def wait(self, reached: Callable[[], bool], name: str) -> None:
        """Let the window work until `reached`, with its own event loop."""
        loop, timer = QEventLoop(), QTimer()
        until = time.perf_counter() + LONGEST_WAIT

        def look() -> None:
            if reached() or time.perf_counter() > until:
                loop.quit()

        timer.timeout.connect(look)
        timer.start(TICK_MILLISECONDS)
        loop.exec()
        timer.stop()
        if not reached():
            page = self.window.current_page
            told = f"{page.name}: {page.next_action.sentence.text()}"
            raise SystemExit(f"after “{name}” the screen did not come; shown is {told}")


def main(arguments: list[str]) -> int:
    """One block for each dossier; 1 when one of them lies above a bound."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    chosen = arguments[0].split(",") if arguments else list(PROCEEDINGS)
    if len(chosen) > 1:
        # A program of its own for each, as at a desk: the first window has the keys for good.
        told = [_alone([proceeding, *arguments[1:]]) for proceeding in chosen]
        return max(told)
    seed = int(arguments[1]) if len(arguments) > 1 else SEED
    noise = float(arguments[2]) if len(arguments) > 2 else 0.0
    with tempfile.TemporaryDirectory(prefix="bench-attended-") as name:
        return int(_measure(Path(name) / "data", chosen[0], seed, noise))


def _alone(arguments: list[str]) -> int:
    return subprocess.run([sys.executable, __file__, *arguments], check=False).returncode


def _measure(data: Path, proceeding: str, seed: int, noise: float) -> bool:
    from app.bootstrap import open_workstation
    from app.domain.access import ADMINISTRATOR, Actor
    from catalogue_dossiers import draw_dossier
    from recognised_case import write_recognised

    drawn = draw_dossier("final", proceeding, seed, sides=SIDES, catalogue="right", noise=noise)
    actor = Actor(name="bench", role=ADMINISTRATOR)
    workstation = open_workstation(data)
    try:
        case = drawn.case
        facts = {
            "case_no": case.case_no,
            "court": case.court,
            "plaintiff": case.plaintiff,
            "defendant": case.defendant,
        }
        workstation.register_case(actor, facts)
        recognised = [_recognised(seen) for seen in drawn.sides]
        write_recognised(workstation, actor, case.case_no, recognised)
        attendance = _work(workstation, actor, case.case_no)
        volumes = {side.volume for side in workstation.sides(case.case_no)}
        items = workstation.items(case.case_no)
    finally:
        workstation.close()
    high = len(attendance.keys) > KEYS or attendance.seconds > ATTENDED
    print(
        f"{proceeding}: {len(drawn.sides)} sides, {len(items)} documents, {len(volumes)} volumes: "
        f"{len(attendance.keys)} keys, {attendance.seconds:.0f} s attended "
        f"({attendance.doubts} doubts, waiting {attendance.waited:.1f} s)"
        f"{', above the bound' if high else ''}\n  {' '.join(attendance.keys)}"
    )
    return high


def _work(workstation: Any, actor: Any, case_no: str) -> Attendance:
    """The way of the person through the window."""
    from app.gui.application import make_application
    from app.gui.main_window import MainWindow

    QApplication.instance() or make_application(["bench"], language=workstation.language)
    window = MainWindow(workstation)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    window.desk.sign_in(actor)
    person = Person(window)
    today: Any = window.pages["today"]
    page: Any = window.pages["catalogue"]
    volumes: Any = window.pages["bind"]
    attendance = person.attendance
    person.wait(
        lambda: today.current_row is not None and _ready(today) and window.isActiveWindow(),
        "sign in",
    )
    attendance.screens += 1
    person.press(
        "Ctrl+Enter",
        Qt.Key.Key_Return,
        CTRL,
        lambda: window.current_page is page and _ready(page),
    )
    attendance.screens += 1
    person.press(
        "Ctrl+Enter", Qt.Key.Key_Return, CTRL, lambda: bool(page.model.rows) and _ready(page)
    )
    attendance.screens += 1
    while page.walk.doubts:
        doubt = page.walk.here
        if doubt is None:
            raise SystemExit("a doubt is left and none is shown")
        attendance.doubts += 1
        person.press("Space", Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, _settled(page))
    attendance.rows += len(page.model.rows)
    person.press(
        "Ctrl+Enter",
        Qt.Key.Key_Return,
        CTRL,
        lambda: _ready(volumes) and bool(volumes.model.rows),
    )
    attendance.screens += 1
    if workstation.case(case_no).doubtful_items:
        raise SystemExit("a doubtful row was passed over")
    if any(plan.changed for plan in workstation.binding(case_no)):
        # One volume is what every side lies in from the start: then nothing is left to record.
        edits = len(workstation.history(case_no))
        person.press(
            "Ctrl+Enter",
            Qt.Key.Key_Return,
            CTRL,
            lambda: len(workstation.history(case_no)) > edits and _ready(volumes),
        )
    if any(plan.changed for plan in workstation.binding(case_no)):
        raise SystemExit("the volumes are not recorded")
    if not all(row.confirmed_by for row in workstation.items(case_no)):
        raise SystemExit("a row was confirmed by nobody")
    window.close()
    return attendance


def _ready(page: Any) -> bool:
    return bool(page.next_action.button.isVisible() and page.next_action.button.isEnabled())


def _settled(page: Any) -> Callable[[], bool]:
    """Whether one doubt less waits and the next one is shown, or none is left."""
    before = len(page.walk.doubts)
    return lambda: (
        len(page.walk.doubts) < before
        and _ready(page)
        and (page.walk.here is not None or not page.walk.doubts)
    )


def _recognised(seen: Any) -> Any:
    """A side of the drawn dossier as recognition leaves it."""
    from recognised_case import HEIGHT, WIDTH, RecognisedSide

    return RecognisedSide(
        tree=_tree(seen.lines, WIDTH, HEIGHT),
        numbers=tuple(
            {"value": number.value, "confidence": number.confidence, "corner": number.corner}
            for number in seen.numbers
        ),
        printed_page=seen.printed_page,
        blank=seen.blank,
    )


def _tree(lines: Any, width: int, height: int) -> dict[str, Any]:
    return {
        "width": width,
        "height": height,
        "lines": [
            {
                "text": line.text,
                "confidence": line.confidence,
                "box": [line.x0 * width, line.y0 * height, line.x1 * width, line.y1 * height],
                "characters": [],
            }
            for line in lines
        ],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
