"""Signs the PDF files of volumes while a package is built, before their digests are taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.adapters.packaging.builder import Finish
from app.adapters.signing.made import MadeSignature
from app.adapters.signing.station import SigningStation

REASON = "归档"


@contextmanager
def signing_volumes(order: dict[str, Any]) -> Iterator[tuple[Finish | None, list[MadeSignature]]]:
    """What the builder calls with the PDF file of each volume, and the list of the signatures
    made.

    `order` is the "signing" of a plan: {"data": the data folder, whose settings name the key}. The
    key is open inside the block. Raises as `SigningStation.pdf_signing`.
    """
    made: list[MadeSignature] = []
    with SigningStation.open(Path(order["data"])).pdf_signing() as signing:

        def finish(path: Path, name: str) -> None:
            made.append(signing.sign(path, reason=REASON, name=name))

        yield finish, made
