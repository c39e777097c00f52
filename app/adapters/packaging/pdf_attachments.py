"""Files carried inside a PDF/A-3 (ISO 19005-3, 6.8), each with its part in the document."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from app.adapters.packaging.pdf_objects import PdfFile, reference, references, text_string
from app.adapters.packaging.pdf_page import Attachment, clean

# ISO 19005-3, 6.8: a type that is not known is this one.
_UNKNOWN_TYPE = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+_-]+/[A-Za-z0-9.+_-]+")


def write_attachments(file: PdfFile, attachments: Sequence[Attachment], created: datetime) -> bytes:
    """Write the files; gives the entries of the catalogue that name them, empty when there is none.

    Raises ValueError when two have one name.
    """
    if not attachments:
        return b""
    # The name tree is sorted by the bytes of its keys (ISO 32000-1, 7.9.6).
    named = sorted(((_key(item), item) for item in attachments), key=lambda pair: pair[0])
    if len({key for key, _ in named}) != len(named):
        raise ValueError("two attachments of one name")
    specifications = [_write(file, key, item, created) for key, item in named]
    tree = b" ".join(
        b"%s %s" % (key, reference(specification))
        for (key, _), specification in zip(named, specifications, strict=True)
    )
    return b" /AF %s /Names <</EmbeddedFiles <</Names [%s]>>>>" % (references(specifications), tree)


def _key(attachment: Attachment) -> bytes:
    return text_string(clean(attachment.name))


def _write(file: PdfFile, key: bytes, attachment: Attachment, created: datetime) -> int:
    moment = created.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ").encode()
    checksum = hashlib.md5(attachment.data, usedforsecurity=False).hexdigest().upper().encode()
    stream = file.write_deflated(
        b"/Type /EmbeddedFile /Subtype %s /Params <</Size %d /ModDate (%s) /CheckSum <%s>>>"
        % (_name(attachment.mime), len(attachment.data), moment, checksum),
        attachment.data,
    )
    described = text_string(clean(attachment.description))
    return file.write(
        b"<</Type /Filespec /F %s /UF %s /Desc %s /AFRelationship /%s /EF <</F %s /UF %s>>>>"
        % (
            key,
            key,
            described,
            attachment.relationship.encode(),
            reference(stream),
            reference(stream),
        )
    )


def _name(mime: str) -> bytes:
    """A media type as a PDF name, where the stroke must be escaped (ISO 32000-1, 7.3.5)."""
    known = mime if _MEDIA_TYPE.fullmatch(mime) else _UNKNOWN_TYPE
    return b"/" + known.replace("/", "#2F").encode()
