"""How many pages an OFD file has, for whoever checks a package (GB/T 33190, 7.4 to 7.7)."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from lxml import etree

from app.adapters.packaging.foreign_xml import foreign_xml
from app.adapters.packaging.ofd_document import NAMESPACE, ROOT

OFD_FAULTS = (
    OSError,
    ValueError,
    KeyError,
    EOFError,
    # Encrypted, or packed in a way that nobody here unpacks.
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
)


def ofd_pages(path: Path, most_bytes: int) -> int:
    """The number of pages of the OFD at `path` whose content is in the file.

    Raises one of `OFD_FAULTS` when it cannot be read, when a part it needs is missing, or when its
    list of pages has more than `most_bytes`.
    """
    with zipfile.ZipFile(path) as container:
        names = set(container.namelist())
        if "OFD.xml" not in names:
            raise KeyError("OFD.xml")
        with container.open(f"{ROOT}/Document.xml") as stream:
            data = stream.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ValueError("Document.xml is too long")
    pages = [
        f"{ROOT}/{page.get('BaseLoc')}"
        for page in foreign_xml(data).iterfind(f"{{{NAMESPACE}}}Pages/{{{NAMESPACE}}}Page")
    ]
    missing = set(pages) - names
    if missing:
        raise KeyError(min(missing))
    return len(pages)
