"""Pictures of the screen of a cabinet: `python -m app.gui.cabinet.screenshots OUT`.

One PNG per step and size, with long names, a late door and faults. Set QT_SCALE_FACTOR=2 for
pictures at 200 % scale.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from app.domain.slips import slip_text
from app.gui.cabinet.application import make_cabinet_application
from app.gui.cabinet.door import ALARM, NAG
from app.gui.cabinet.samples import (
    CASE_NO,
    COLLECT_CODE,
    LONG_CASE_NO,
    LONG_NAME,
    STAFF,
    UNKNOWN_CODE,
    SampleDesk,
    SilentPlayer,
    sample_row,
)
from app.gui.cabinet.window import CabinetWindow
from app.gui.lanes import Lanes
from app.kernel.errors import Refused, Transient
from app.services.locker_views import CARD

SIZES = ((1080, 1920), (1366, 768))
SETTLE_MILLISECONDS = 250
PATIENCE_MILLISECONDS = 8000


class Camera:
    """Takes one picture after another once the window came to rest."""

    def __init__(self, application: QApplication, out: Path) -> None:
        self._application = application
        self._out = out
        self.taken: list[Path] = []
        out.mkdir(parents=True, exist_ok=True)

    def settle(self, *, at_door: bool = False) -> None:
        """Let answers and layouts arrive; a call at an open door does not end by itself."""
        deadline = QDeadlineTimer(SETTLE_MILLISECONDS)
        patience = QDeadlineTimer(PATIENCE_MILLISECONDS)
        while not deadline.hasExpired() or (
            not at_door and Lanes.current().busy and not patience.hasExpired()
        ):
            self._application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def take(self, window: CabinetWindow, name: str, *, at_door: bool = False) -> None:
        """Write `window` as a PNG."""
        self.settle(at_door=at_door)
        path = self._out / f"{name}.png"
        if not window.grab().save(str(path)):
            raise OSError(f"cannot write {path}")
        self.taken.append(path)


class Tour:
    """The screen in one size, step by step."""

    def __init__(self, camera: Camera, size: tuple[int, int]) -> None:
        self._camera = camera
        self._label = f"{size[0]}x{size[1]}"
        self.desk = SampleDesk()
        self.window = CabinetWindow(self.desk, SilentPlayer())
        self.window.resize(*size)
        self.window.show()

    def take(self, name: str, *, at_door: bool = False) -> None:
        """One picture."""
        self._camera.take(self.window, f"{self._label}-{name}", at_door=at_door)

    def identify(self) -> None:
        """Who is there, and who is not known."""
        window = self.window
        self.take("01-attract")
        window.attract.warn("7 号柜门开着", "请关好柜门；不清楚为什么开着时，请通知管理员。")
        self.take("02-attract-open-door")
        window.attract.start.click()
        for digit in UNKNOWN_CODE[:5]:
            window.identify.pad.keys[digit].click()
        self.take("03-identify")
        for digit in UNKNOWN_CODE[5:]:
            window.identify.pad.keys[digit].click()
        self.take("04-unknown-code")
        window.identify.pin.click()
        self.take("05-names")
        window.pin.people.chosen.emit(STAFF[3])
        for digit in "135":
            window.pin.pad.keys[digit].click()
        self.take("06-pin")

    def collect(self) -> None:
        """To the door and to the count."""
        window = self.window
        window.begin()
        for digit in COLLECT_CODE:
            window.identify.pad.keys[digit].click()
        self.take("10-one-matter")
        window.matters.cards[0].click()
        self._camera.settle(at_door=True)
        self._camera.settle(at_door=True)
        self.take("11-door-open", at_door=True)
        for stage, name in ((NAG, "12-door-nag"), (ALARM, "13-door-alarm")):
            window.door._show(stage)
            self.take(name, at_door=True)
        self.desk.close_door()
        self.take("14-count")
        window.count.differs.click()
        self.take("15-count-differs")
        window.count.back.click()
        window.count.agrees.click()
        self.take("16-done")
        window.absence.left.emit(7)
        self.take("17-countdown")

    def others(self) -> None:
        """Everything of a clerk, paper nobody announced, faults."""
        window, desk = self.window, self.desk
        window.leave()
        window.visit.identify(CARD, "0012345678")
        self.take("20-matters")
        window.matters.hand_in.click()
        self._camera.settle()
        window.offer.take_code(slip_text(CASE_NO, volume=1))
        window.offer.people.shown[3].click()  # type: ignore[attr-defined]
        self.take("21-hand-in")
        window.offer.refuse(Refused("LCK-105", cell=5))
        self.take("22-hand-in-refused")
        window.offer.back.click()
        desk.faults["collect"] = [Refused("LCK-102", cell=12)]
        window.matters.cards[0].click()
        self.take("23-door-fault")
        window.trouble.again.click()
        desk.faults["collect"] = [Transient("LCK-107", cell=12, others="3、4、5")]
        window.matters.cards[0].click()
        self.take("24-wrong-cell")
        window.leave()

    def extremes(self) -> None:
        """Very many, none at all, and the end."""
        window, desk = self.window, self.desk
        desk.rows = {
            row.id: row
            for row in (
                sample_row(n % 24 + 1, id=f"many_{n}", case_no=LONG_CASE_NO, giver=LONG_NAME)
                for n in range(40)
            )
        }
        desk.offline = True
        window.visit.identify(CARD, "0012345678")
        self.take("25-many-offline")
        window.leave()
        desk.rows = {"gone": sample_row(1, id="gone", state="confirmed")}
        desk.offline = False
        window.visit.identify(CARD, "0012345678")
        self.take("26-nothing")
        window.leave("长时间无人操作，已返回首页。", "warn")
        window.ask_staff()
        self.take("27-staff")
        window.allow_close()
        window.close()


def main(argv: list[str]) -> int:
    """Take the pictures; the exit status is 0 when all were written."""
    parser = argparse.ArgumentParser(prog="app.gui.cabinet.screenshots")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_cabinet_application()
    camera = Camera(application, arguments.out)
    for size in SIZES:
        tour = Tour(camera, size)
        tour.identify()
        tour.collect()
        tour.others()
        tour.extremes()
    Lanes.current().shut_down()
    sys.stdout.write(f"{len(camera.taken)} pictures in {arguments.out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
