"""What makes a PDF a PDF/A besides its pages: XMP, information dictionary, output intent."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from PIL import ImageCms

from app.adapters.packaging.pdf_objects import PdfFile, reference, text_string

PRODUCER = "Juanzong Workstation"
LANGUAGE = "zh-CN"


def write_information(
    file: PdfFile, *, title: str, author: str, subject: str, created: datetime
) -> int:
    """The information dictionary; it says the same as the XMP (ISO 19005-2, 6.6.3)."""
    moment = created.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ").encode()
    entries = b" ".join(
        b"/%s %s" % (key, text_string(value))
        for key, value in (
            (b"Title", title),
            (b"Author", author),
            (b"Subject", subject),
            (b"Producer", PRODUCER),
        )
        if value
    )
    return file.write(b"<<%s /CreationDate (%s) /ModDate (%s)>>" % (entries, moment, moment))


def write_xmp(
    file: PdfFile, *, part: int, title: str, author: str, subject: str, created: datetime
) -> int:
    """The XMP packet that claims level U of the `part` 2 or 3 of PDF/A (ISO 19005-2, 6.6.4)."""
    moment = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    parts = [
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li>'
        "</rdf:Alt></dc:title>"
        if title
        else "",
        f"<dc:creator><rdf:Seq><rdf:li>{escape(author)}</rdf:li></rdf:Seq></dc:creator>"
        if author
        else "",
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(subject)}</rdf:li>'
        "</rdf:Alt></dc:description>"
        if subject
        else "",
        f"<dc:language><rdf:Bag><rdf:li>{LANGUAGE}</rdf:li></rdf:Bag></dc:language>",
        f"<pdf:Producer>{PRODUCER}</pdf:Producer>",
        f"<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>",
        f"<xmp:MetadataDate>{moment}</xmp:MetadataDate>",
        f"<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>",
    ]
    packet = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
        + "".join(parts)
        + "</rdf:Description></rdf:RDF></x:xmpmeta>\n"
        '<?xpacket end="w"?>'
    )
    return file.write_stream(b"/Type /Metadata /Subtype /XML", packet.encode())


def write_output_intent(file: PdfFile) -> int:
    """The sRGB output intent that gives meaning to device colours (ISO 19005-2, 6.2.3)."""
    profile = file.write_deflated(b"/N 3", _srgb_profile())
    return file.write(
        b"<</Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1)"
        b" /Info (sRGB IEC61966-2.1) /RegistryName (http://www.color.org) /DestOutputProfile %s>>"
        % reference(profile)
    )


@functools.cache
def _srgb_profile() -> bytes:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # Bytes 24 to 35 hold the moment of making (ICC.1, 7.2.8): fixed, or no two files would agree.
    profile[24:36] = bytes.fromhex("07D0 0001 0001 0000 0000 0000")
    return bytes(profile)
