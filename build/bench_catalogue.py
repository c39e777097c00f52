"""How long cataloguing takes once the pages are read, and how the catalogue screen keeps up.

usage: bench_catalogue.py [SIDES…]

For each number of sides (200 and 2000) a case is written into a fresh data folder as recognition
would have left it: documents of four sides, some thirty lines a page. Timed by processor seconds
and by the clock: proposing the catalogue, and the edits of a person; then, over the same case, the
screen: from a key to the row that shows what it did, taken back and made again too, and the
longest pause of the event loop.
The peer is reading the same texts out of the database, which no program can do without.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

CASE_NO = "（2026）辽0899民初1号"
SIDES = (200, 2000)
PAGES_OF_A_DOCUMENT = 4
LINES = 30
TITLES = (
    "民事起诉状",
    "授权委托书",
    "受理案件通知书",
    "举证通知书",
    "送达回证",
    "借款合同",
    "庭审笔录",
    "代理词",
    "民事判决书",
    "宣判笔录",
)
TICK_MILLISECONDS = 4


def main(arguments: list[str]) -> int:
    """Print one block for each number of sides."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for sides in [int(text) for text in arguments] or SIDES:
        with tempfile.TemporaryDirectory(prefix="bench-catalogue-") as name:
            _measure(Path(name) / "data", sides)
    return 0


def _measure(data: Path, sides: int) -> None:
    from app.bootstrap import open_workstation
    from app.domain.access import ADMINISTRATOR, Actor
    from recognised_case import write_recognised

    actor = Actor(name="bench", role=ADMINISTRATOR)
    workstation = open_workstation(data)
    try:
        workstation.register_case(actor, {"case_no": CASE_NO, "court": "澄溪市河东区人民法院"})
        recognised = [_recognised(position) for position in range(1, sides + 1)]
        write_recognised(workstation, actor, CASE_NO, recognised)
        peer = _timed(lambda: _read_texts(workstation))
        proposed = _timed(lambda: workstation.catalogue(actor, CASE_NO))
        items = workstation.items(CASE_NO)
        middle = items[len(items) // 2]
        edits = {
            "split": lambda: workstation.split_item(
                actor, CASE_NO, middle.first_position + 1, "附件"
            ),
            "join": lambda: workstation.merge_item(actor, workstation.items(CASE_NO)[-1].id),
            "move": lambda: workstation.accept_move(actor, items[2].id, items[6].id, "bench"),
            "undo": lambda: workstation.undo(actor, CASE_NO),
            "doubts": lambda: workstation.catalogue_doubts(CASE_NO),
            "completions": lambda: workstation.suggestions(CASE_NO, middle.first_position),
        }
        print(f"{sides} sides, {len(items)} documents")
        print(f"  catalogue {_line(proposed)}, {proposed[0] / peer[0]:.1f} of reading the texts")
        print("  " + ", ".join(f"{name} {_line(_timed(call))}" for name, call in edits.items()))
        _measure_screen(workstation, actor)
    finally:
        workstation.close()


def _timed(call: Callable[[], object]) -> tuple[float, float]:
    """Processor seconds and seconds by the clock."""
    processor, clock = time.process_time(), time.perf_counter()
    call()
    return time.process_time() - processor, time.perf_counter() - clock


def _line(times: tuple[float, float]) -> str:
    return f"{times[0]:.2f} s ({times[1]:.2f} by the clock)"


def _read_texts(workstation: Any) -> int:
    with workstation._context.storage.read() as tx:
        dossier = tx.dossiers.first(case_no=CASE_NO)
        return len(tx.recognised.find(dossier_id=dossier.id))


def _recognised(position: int) -> Any:
    from recognised_case import HEIGHT, WIDTH, RecognisedSide

    return RecognisedSide(
        tree={"width": WIDTH, "height": HEIGHT, "lines": _lines(position)},
        numbers=({"value": position, "confidence": 0.97, "corner": "top_right"},),
    )


def _lines(position: int) -> list[dict[str, Any]]:
    document, page = divmod(position - 1, PAGES_OF_A_DOCUMENT)
    texts = [f"第{position}页原告与被告之间因合同履行发生争议现请求人民法院依法予以支持"] * LINES
    lines = [_text(text, 180, 400 + 56 * row, 34) for row, text in enumerate(texts)]
    if page == 0:
        lines.insert(0, _text(TITLES[document % len(TITLES)], 620, 260, 60))
    if page == PAGES_OF_A_DOCUMENT - 1:
        lines.append(_text(f"二〇二六年三月{1 + document % 28}日", 1000, 2140, 34))
    return lines


def _text(text: str, x: float, y: float, size: float) -> dict[str, Any]:
    boxes = [[x + size * n, y, x + size * (n + 1), y + size] for n in range(len(text))]
    characters = [[c, 0.99, box] for c, box in zip(text, boxes, strict=True)]
    box = [x, y, x + size * len(text), y + size]
    return {"text": text, "confidence": 0.98, "box": box, "characters": characters}


def _measure_screen(workstation: Any, actor: Any) -> None:
    from app.gui.application import make_application
    from app.gui.main_window import MainWindow

    application = make_application(["bench"], language=workstation.language)
    window = MainWindow(workstation)
    window.resize(1366, 768)
    window.desk.sign_in(actor)
    window.show()
    page: Any = window.pages["catalogue"]
    opened = _until(
        application,
        lambda: window.desk.open_case(window, CASE_NO, page="catalogue"),
        lambda: bool(page.model.rows) and page.strip.current_side is not None,
    )
    page.table.go_to(5)
    _until(application, lambda: None, lambda: False, seconds=1.0)
    before = len(page.model.rows)
    page.strip.go_to_position(page.current_item.first_position + 1)
    split = _until(application, page.commands.split, lambda: len(page.model.rows) == before + 1)
    _until(application, lambda: None, lambda: False, seconds=1.0)
    page.table.go_to(20)
    first = page.current_item.first_position
    later = _until(
        application,
        lambda: page.begin_beside(1),
        lambda: page.current_item is not None and page.current_item.first_position == first + 1,
    )
    down = _until(
        application,
        lambda: page.table.go_to(page.table.currentIndex().row() + 1),
        lambda: page.strip.current_side.position == page.current_item.first_position,
    )
    page.table.go_to(20)
    _until(application, lambda: None, lambda: False, seconds=1.0)
    undone = _until(
        application,
        window.undo,
        lambda: page.current_item is not None and page.current_item.first_position == first,
    )
    again = _until(
        application,
        window.redo,
        lambda: page.current_item is not None and page.current_item.first_position == first + 1,
    )
    for name, took in (
        ("opened", opened),
        ("split", split),
        ("start moved", later),
        ("next row", down),
        ("undone", undone),
        ("made again", again),
    ):
        print(f"  screen, {name}: {took.line()}")
    window.close()


@dataclass(kw_only=True)
class Took:
    """Seconds until something stood on the screen, and the longest time the event loop was away:
    by the clock, and of the processor (all threads; the thread of the window), which a busy machine
    hardly changes."""

    seconds: float = 0.0
    worked: float = 0.0
    pause: float = 0.0
    window: float = 0.0

    def line(self) -> str:
        """As printed."""
        return (
            f"{self.worked:.2f} s ({self.seconds:.2f} by the clock), longest pause "
            f"{1000 * self.window:.0f} ms ({1000 * self.pause:.0f} by the clock)"
        )


def _until(
    application: Any,
    act: Callable[[], object],
    reached: Callable[[], bool],
    *,
    seconds: float = 30.0,
) -> Took:
    """Let the window work in its own event loop until `reached`: a loop that asks without a rest
    would take the processor from the threads behind the window."""
    from PySide6.QtCore import QEventLoop, QTimer

    took = Took()
    loop, timer = QEventLoop(), QTimer(application)
    began, processor = time.perf_counter(), time.process_time()
    last = [began, time.thread_time()]

    def look() -> None:
        now = [time.perf_counter(), time.thread_time()]
        took.pause = max(took.pause, now[0] - last[0])
        took.window = max(took.window, now[1] - last[1])
        last[:] = now
        if reached() or now[0] - began > seconds:
            loop.quit()

    timer.timeout.connect(look)
    timer.start(TICK_MILLISECONDS)
    act()
    loop.exec()
    timer.stop()
    took.seconds, took.worked = time.perf_counter() - began, time.process_time() - processor
    return took


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
