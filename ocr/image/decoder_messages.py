"""What a decoder says while it works.

The libraries for JPEG and TIFF repair what is damaged inside a file without telling their caller:
a page comes out with gray, shifted or garbled parts. They say so on the error stream alone, so
that stream is read while they decode.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_ERROR_STREAM = 2
_DECODER = re.compile(
    r"Corrupt JPEG data|Premature end of JPEG|Invalid SOS|JPEGLib|JPEGSetup|LZWDecode|ZIPDecode"
    r"|Fax\dDecode|PackBitsDecode|code not yet in table|TIFF\w+:|OJPEG|tempfile\.tif"
)
_WARNING = re.compile(r"\bWarning\b")
# These are lost pixels even where the library only warns; lines of a fax may be lost on the way.
_NEVER_SOUND = ("Corrupt JPEG data", "Fax4Decode")
_EXTRANEOUS = re.compile(r"Corrupt JPEG data: (\d+) extraneous bytes before marker 0xd9")
_PADDING = frozenset(b"\0\xff")


@contextmanager
def decoder_messages() -> Iterator[list[str]]:
    """The lines that decoders write to the error stream within the block; complete after it.

    The stream is one of the process: a worker process decodes one file at a time. What others
    write meanwhile is passed on. Where the process has no error stream nothing is heard.
    """
    heard: list[str] = []
    try:
        kept = os.dup(_ERROR_STREAM)
    except OSError:
        yield heard
        return
    try:
        with tempfile.TemporaryFile() as stream:
            os.dup2(stream.fileno(), _ERROR_STREAM)
            try:
                yield heard
            finally:
                os.dup2(kept, _ERROR_STREAM)
                stream.seek(0)
                for line in stream.read().decode("utf-8", "replace").splitlines():
                    if _DECODER.search(line):
                        heard.append(line)
                    else:
                        os.write(_ERROR_STREAM, line.encode() + b"\n")
    finally:
        os.close(kept)


def tells_of_damage(messages: list[str], data: bytes) -> bool:
    """Whether messages about the file `data` mean that pixels are lost. Warnings are of odd tags
    and fax lines; some scanners fill a JPEG up with zeros in front of its end mark."""
    for message in messages:
        if "Directory" in message:
            # The list of pages breaks off behind this one.
            continue
        if _WARNING.search(message) and not any(word in message for word in _NEVER_SOUND):
            continue
        extraneous = _EXTRANEOUS.search(message)
        if extraneous is not None:
            count = int(extraneous.group(1))
            if set(data[-2 - count : -2]) <= _PADDING:
                continue
        return True
    return False
