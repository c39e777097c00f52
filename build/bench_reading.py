"""How long a reader waits at the review terminal.

usage: bench_reading.py [PAGES]

Opens a drawn dossier of PAGES numbered pages (300) in a data folder of its own and prints the
seconds from the right code to the first page, of each further page made ahead and put on record, of
thumbnails and of searches. What a page costs is held against plainly decoding and encoding the same
picture in this process, with nothing burned in and nothing on record.
"""

from __future__ import annotations

import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PIL import Image, ImageDraw

from app.bootstrap import open_reading_room
from app.domain.dossier import MAIN, Batch, Dossier, Master, Recognised, Side
from app.domain.reading import ReadingGrant
from app.kernel.clock import timestamp
from app.services.context import Context
from app.services.reading_room import ReaderDesk, ReadingRoom
from app.services.secrets import hash_secret

Result = TypeVar("Result")

PAGES = 300
SIZE = (1556, 2200)
PICTURES = 5
TURNS = 30
LINES = 30
CODE = "1001-246813"
CASE_NO = "（2023）辽0899民初100号"


def main(arguments: list[str]) -> int:
    """Measure the service and the peer in one run."""
    pages = int(arguments[0]) if arguments else PAGES
    with tempfile.TemporaryDirectory(prefix="bench-reading-") as name:
        room, owner = open_reading_room(Path(name) / "data")
        try:
            fill(room._context, pages)
            room.prepare()
            print_figures(room, pages)
        finally:
            owner.close()
    return 0


def print_figures(room: ReadingRoom, pages: int) -> None:
    """One line for each thing that a reader waits for."""
    seconds, (desk, grant) = timed(lambda: first_page(room))
    write(f"{pages} pages: code to first page {seconds:.3f} s")
    turns = [timed(partial(shown_page, desk, grant, 2 + turn))[0] for turn in range(TURNS)]
    peer = [plain_seconds(room._context, turn) for turn in range(PICTURES)]
    page, plain = statistics.median(turns), statistics.median(peer)
    write(f"  a page made and on record {page:.3f} s (slowest {max(turns):.3f} s)")
    write(f"  plain decode and encode {plain:.3f} s, ratio {page / plain:.2f}")
    issue = desk.page(grant, 1).issue
    marks = [timed(lambda: desk.shown(issue))[0] for _ in range(TURNS)]
    write(f"  a page made ahead comes into sight {1000 * statistics.median(marks):.1f} ms")
    small = [timed(partial(desk.thumbnail, grant, 2 + turn))[0] for turn in range(TURNS)]
    write(f"  a thumbnail {statistics.median(small):.3f} s")
    for words in ("合同条款", f"第{pages}页", "第9行", "没有的词"):
        seconds, hits = timed(partial(desk.search, grant, words))
        write(f"  a search with {len(hits)} hits {seconds:.3f} s")


def first_page(room: ReadingRoom) -> tuple[ReaderDesk, str]:
    """Sign in, open the case and have its first page shown."""
    visit = room.sign_in("code", CODE)
    desk, grant = room.session_desk(visit.id), visit.cases[0].grant
    shown_page(desk, grant, desk.open_case(grant).pages[0])
    return desk, grant


def shown_page(desk: ReaderDesk, grant: str, page: int) -> None:
    """A page as the reader gets it, made and put on record."""
    desk.shown(desk.page(grant, page).issue)


def plain_seconds(context: Context, turn: int) -> float:
    """Seconds to decode and encode a stored page in this process and nothing else."""
    with context.storage.read() as tx:
        path = context.blobs.path_of(tx.sides.get(f"side_{1 + turn}").picture)

    def copy() -> None:
        with Image.open(path) as opened:
            opened.convert("RGB").save(io.BytesIO(), "JPEG", quality=86)

    return timed(copy)[0]


def timed(call: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds by the clock, and what the call gave."""
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def write(line: str) -> None:
    """One line of the output."""
    sys.stdout.write(line + "\n")


def fill(context: Context, pages: int) -> None:
    """A sealed dossier with drawn pages and their text, and one grant of all of it."""
    blobs = [context.blobs.put_bytes(drawn(number)) for number in range(PICTURES)]
    code_hash, salt = hash_secret(CODE.partition("-")[2])
    now = context.clock.now()
    with context.storage.write() as tx:
        tx.dossiers.add(Dossier(id="dossier_1", case_no=CASE_NO, state="sealed"))
        tx.batches.add(Batch(id="batch_1", dossier_id="dossier_1", source="folder:x"))
        for blob in blobs:
            tx.masters.add(
                Master(
                    sha256=blob.sha256,
                    sm3=blob.sm3,
                    size=blob.size,
                    media_type="image/jpeg",
                    stored_at="",
                )
            )
        for number in range(1, pages + 1):
            tx.sides.add(side(number, blobs[number % PICTURES].sha256))
            tx.recognised.add(text(number))
        tx.grants.add(
            ReadingGrant(
                id="grant_1",
                dossier_id="dossier_1",
                reader="欧阳若溪",
                certificate="3408021X",
                code_hash=code_hash,
                code_salt=salt,
                number=CODE.partition("-")[0],
                valid_from=timestamp(now),
                valid_until=timestamp(now + timedelta(days=1)),
            )
        )
        tx.audit.record("bench", "fill", CASE_NO)
        tx.commit()


def side(number: int, picture: str) -> Side:
    """One numbered page of the main part."""
    return Side(
        id=f"side_{number}",
        dossier_id="dossier_1",
        batch_id="batch_1",
        master=picture,
        frame=0,
        position=number,
        sheet=number,
        face="front",
        part=MAIN,
        role="page",
        page_number=number,
        picture=picture,
        recognised="done",
    )


def text(number: int) -> Recognised:
    """Thirty lines of one page, with a box for every character."""
    lines = []
    for line in range(LINES):
        words = f"第{number}页第{line}行，双方应当按照合同条款全面履行自己的义务。"
        left, top, high = 150, 180 + 60 * line, 40
        signs = [
            [sign, 0.99, [left + high * place, top, left + high * (place + 1), top + high]]
            for place, sign in enumerate(words)
        ]
        box = [left, top, left + high * len(words), top + high]
        lines.append({"text": words, "box": box, "kind": "print", "characters": signs})
    tree = {"width": SIZE[0], "height": SIZE[1], "orientation": 0, "lines": lines}
    return Recognised(
        id=f"text_{number}",
        dossier_id="dossier_1",
        side_id=f"side_{number}",
        engine="rapidocr",
        text="\n".join(str(line["text"]) for line in lines),
        tree=tree,
    )


def drawn(number: int) -> bytes:
    """A page of strokes like printed lines, as JPEG of 200 dpi."""
    page = Image.new("RGB", SIZE, (250, 249, 244))
    draw = ImageDraw.Draw(page)
    for line in range(LINES):
        for sign in range(34):
            left, top = 150 + 37 * sign, 180 + 60 * line
            draw.line((left, top, left + 28, top + (number + line + sign) % 30), (40, 40, 40), 4)
            draw.rectangle((left + 4, top + 8, left + 24, top + 34), outline=(50, 50, 50), width=3)
    out = io.BytesIO()
    page.save(out, "JPEG", quality=88)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
