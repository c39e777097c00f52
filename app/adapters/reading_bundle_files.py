"""The data folder inside a reading bundle, made in a worker process; and the log from it."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen
from PIL import Image, ImageDraw

from app.adapters.blobs.disk import DiskBlobStore
from app.adapters.db.audit import GENESIS, chain_digest
from app.adapters.db.engine import make_engine, sqlite_url
from app.adapters.db.schema import upgrade
from app.adapters.db.uow import SqlStorage
from app.adapters.reading_bundle import (
    LOG,
    MARK,
    Terminal,
    head_of,
    read_whole,
    sealed,
    signed_bundle,
    unsealed,
    write_private,
    zipped,
)
from app.adapters.settings import FILE_NAME
from app.domain.dossier import Master, Side
from app.kernel.clock import SystemClock
from app.kernel.digest import digest_bytes
from app.kernel.errors import BadInput
from app.services.carried_identity import CARD_FILE
from app.services.reading_bundle_segments import LOG_BEGUN
from app.services.reading_keys import KEYS_FILE

DATABASE = "dossiers.db"
# The folder below that of a terminal with its logs, and how they end.
LOGS, LOG_SUFFIX = "logs", ".jzl"
# Rows of a terminal that go back, by the names of their tables in a transaction.
CARRIED = ("reading_visits", "page_issues", "reader_marks", "print_jobs", "reading_slips")
_BLOBS = ("pdf_sha256", "signature_sha256")
_SIDE_SUFFIXES = ("-wal", "-shm", ".lock")


@frozen(kw_only=True)
class LogBegins:
    """With which a log begins. `after` is the `LogEnd` of the one before it at this installation,
    as a mapping, {} for none."""

    installation: str
    segment: str
    after: Mapping[str, str | int]


@frozen(kw_only=True)
class LogEnd:
    """How far a log has come: its segment, its rows, and the digest of the last."""

    segment: str
    rows: int
    head: str


def make(order: dict[str, Any]) -> str:
    """Write a bundle; gives the SHA-256 of the file.

    `order`: "data" (the station's folder), "work", "out", "secret" (hexadecimal), "head" (readable
    facts with "bundle", "terminal", "valid_until"), "records" (records by table), "covers" (boxes
    by id of side), "key" (of the grant, hexadecimal), "card" (by which the card of the reader is
    known, {} for no card), "case_no", "actor". Raises Broken SYS-401.
    """
    head: dict[str, Any] = order["head"]
    station = DiskBlobStore(Path(order["data"]))
    with tempfile.TemporaryDirectory(dir=order["work"]) as name:
        folder = Path(name)
        grant = order["records"]["grants"][0].id
        (folder / KEYS_FILE).write_text(json.dumps({grant: order["key"]}), encoding="utf-8")
        if order["card"]:
            (folder / CARD_FILE).write_text(json.dumps(order["card"]), encoding="utf-8")
        settings = f"station = {json.dumps(head['terminal'], ensure_ascii=False)}\n"
        (folder / FILE_NAME).write_text(settings, encoding="utf-8")
        (folder / MARK).write_text(json.dumps(head, ensure_ascii=False), encoding="utf-8")
        records = dict(order["records"])
        records["sides"], records["masters"] = _pictures(station, folder, order)
        _fill(folder, head, records, order)
        content = zipped(folder, filter_out=lambda path: path.name.endswith(_SIDE_SUFFIXES))
    made = signed_bundle(Path(order["data"]), head, bytes.fromhex(order["secret"]), content)
    out = Path(order["out"])
    write_private(out, made)
    return digest_bytes(made).sha256


def pack_log(folder: Path, out: Path, terminal: Terminal) -> None:
    """Write the log of an opened bundle as a file for the station. Raises Broken SYS-401."""
    head = json.loads((folder / MARK).read_text(encoding="utf-8"))
    storage = _storage(folder, terminal.name)
    blobs = DiskBlobStore(folder)
    try:
        with storage.read() as tx:
            rows = {
                name: [attrs.asdict(row) for row in getattr(tx, name).find()] for name in CARRIED
            }
            audit = [attrs.asdict(row) for row in tx.audit.rows()]
    finally:
        storage.close()
    files = {
        digest: blobs.path_of(digest).read_bytes().hex()
        for slip in rows["reading_slips"]
        for digest in (str(slip[key]) for key in _BLOBS)
        if digest and blobs.exists(digest)
    }
    content = json.dumps({"rows": rows, "audit": audit, "files": files}, ensure_ascii=False)
    facts = {"bundle": head["bundle"], "terminal": terminal.name}
    write_private(out, sealed(LOG, facts, terminal.secret, content.encode()))


def grant_in(folder: Path, terminal: Terminal) -> tuple[str, str]:
    """(id, number) of the grant that an opened bundle is of."""
    storage = _storage(folder, terminal.name)
    try:
        with storage.read() as tx:
            grant = tx.grants.find()[0]
    finally:
        storage.close()
    return grant.id, grant.number


def begin_log(folder: Path, terminal: Terminal, begins: LogBegins) -> None:
    """Begin the log of an opened bundle, unless it has begun."""
    head = json.loads((folder / MARK).read_text(encoding="utf-8"))
    storage = _storage(folder, terminal.name)
    try:
        with storage.write() as tx:
            if sum(1 for _row in tx.audit.rows()) == 1:
                details = attrs.asdict(begins)
                tx.audit.record(
                    "terminal", LOG_BEGUN, terminal.name, bundle=head["bundle"], **details
                )
                tx.commit()
    finally:
        storage.close()


def log_end(folder: Path, terminal: Terminal) -> LogEnd:
    """How the log of an opened bundle stands."""
    storage = _storage(folder, terminal.name)
    try:
        with storage.read() as tx:
            rows = list(tx.audit.rows())
    finally:
        storage.close()
    begun = rows[1] if len(rows) > 1 and rows[1].action == LOG_BEGUN else None
    segment = str(begun.details["segment"]) if begun is not None else ""
    return LogEnd(segment=segment, rows=len(rows), head=rows[-1].digest)


def find_logs(folder: str) -> list[str]:
    """The files of logs in a folder, and in `logs` below it: the folder of a terminal, a copy of
    it, or of its logs alone. Raises BadInput SYS-201."""
    root = Path(folder)
    try:
        found = [path for path in root.iterdir() if path.suffix == LOG_SUFFIX]
        below = root / LOGS
        if below.is_dir():
            found += [path for path in below.iterdir() if path.suffix == LOG_SUFFIX]
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInput("SYS-201", path=folder, reason=reason) from error
    return sorted(str(path) for path in found)


def log_facts(path: str) -> dict[str, Any]:
    """What stands readable in front of a log: "bundle" and "terminal". Raises BadInput RDR-140,
    SYS-201."""
    return head_of(LOG, read_whole(Path(path)))[0]


def read_log(path: str, secret: str) -> dict[str, Any]:
    """The log of a terminal: "rows" by table, "audit" rows whose chain holds, "files" by digest
    (bytes). Raises BadInput RDR-140, RDR-145 (the chain does not hold), Refused RDR-144.
    """
    content = unsealed(LOG, bytes.fromhex(secret), read_whole(Path(path)))
    try:
        log = json.loads(content)
        _require_form(log)
        _require_chain(log["audit"])
        files = {digest: bytes.fromhex(data) for digest, data in log["files"].items()}
        return {"rows": log["rows"], "audit": log["audit"], "files": files}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("RDR-140") from error


def _require_form(log: Mapping[str, Any]) -> None:
    """Raises ValueError unless rows are rows: the secret alone makes nobody a terminal."""
    tables = [log["audit"], *log["rows"].values()]
    rows = [row for table in tables if isinstance(table, list) for row in table]
    whole = all(isinstance(table, list) for table in tables)
    whole = whole and all(isinstance(row, dict) for row in rows)
    if not whole or not all(isinstance(row["details"], dict) for row in log["audit"]):
        raise ValueError("no rows")


def _require_chain(rows: Sequence[Mapping[str, Any]]) -> None:
    """Raises BadInput RDR-145 unless every row follows the one before."""
    previous = GENESIS
    for number, row in enumerate(rows, start=1):
        values = {
            key: row[key] for key in ("number", "at", "station", "actor", "action", "subject")
        }
        values["details"] = json.dumps(row["details"], ensure_ascii=False, sort_keys=True)
        fits = row["number"] == number and row["previous"] == previous
        if not fits or chain_digest(previous, values) != row["digest"]:
            raise BadInput("RDR-145", row=number)
        previous = row["digest"]


def _pictures(
    station: DiskBlobStore, folder: Path, order: Mapping[str, Any]
) -> tuple[list[Side], list[Master]]:
    """The sides with their pictures, put into the folder; what is covered is gone from them."""
    blobs = DiskBlobStore(folder)
    sides: list[Side] = []
    masters: dict[str, Master] = {}
    for side in order["records"]["sides"]:
        picture = station.path_of(side.picture).read_bytes()
        boxes = order["covers"].get(side.id, ())
        blob = blobs.put_bytes(covered(picture, boxes) if boxes else picture)
        sides.append(attrs.evolve(side, picture=blob.sha256, master=blob.sha256))
        masters[blob.sha256] = Master(
            sha256=blob.sha256,
            sm3=blob.sm3,
            size=blob.size,
            media_type="image/jpeg",
            stored_at="",
        )
    return sides, list(masters.values())


def covered(picture: bytes, boxes: Iterable[Sequence[float]]) -> bytes:
    """The picture with black boxes (fractions of it), as a new JPEG without any metadata."""
    with Image.open(io.BytesIO(picture)) as opened:
        image = opened.convert("RGB")
    draw = ImageDraw.Draw(image)
    wide, high = image.size
    for x0, y0, x1, y1 in boxes:
        draw.rectangle((x0 * wide, y0 * high, x1 * wide, y1 * high), fill="black")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def _fill(
    folder: Path,
    head: Mapping[str, Any],
    records: Mapping[str, Sequence[Any]],
    order: Mapping[str, Any],
) -> None:
    engine = make_engine(sqlite_url(folder / DATABASE))
    upgrade(engine)
    storage = SqlStorage(engine, SystemClock(), str(head["terminal"]))
    try:
        with storage.write() as tx:
            for name in (
                "dossiers",
                "batches",
                "masters",
                "sides",
                "items",
                "recognised",
                "grants",
                "preferences",
                "people",
            ):
                for record in records[name]:
                    getattr(tx, name).add(record)
            tx.audit.record(
                order["actor"], "reading_bundle_made", order["case_no"], bundle=head["bundle"]
            )
            tx.commit()
    finally:
        storage.close()


def _storage(folder: Path, station: str) -> SqlStorage:
    return SqlStorage(make_engine(sqlite_url(folder / DATABASE)), SystemClock(), station)
