"""What a source tells about the image it has just transferred (DAT_EXTIMAGEINFO, state 7)."""

from __future__ import annotations

import ctypes
import logging
from dataclasses import dataclass

from scanner.drivers.twain_constants import (
    CameraSide,
    Data,
    ExtendedInfo,
    Group,
    Item,
    Message,
    Return,
)
from scanner.drivers.twain_containers import TEXT_ENCODING, item_size
from scanner.drivers.twain_manager import SourceManager
from scanner.drivers.twain_memory import locked, owned
from scanner.drivers.twain_structures import Info, ext_image_info

_ASKED = (ExtendedInfo.PAGESIDE, ExtendedInfo.PRINTERTEXT)
_FACES = {CameraSide.TOP: "front", CameraSide.BOTTOM: "back"}
_IN_PLACE = 4  # longer values come by handle (specification, TW_INFO)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class TransferFacts:
    """`face` is "front", "back" or empty; `printed` the text on the paper or empty."""

    face: str = ""
    printed: str = ""


def ask_facts(manager: SourceManager) -> TransferFacts:
    """The facts about the image of the present transfer, as far as the source has them."""
    kind = ext_image_info(len(_ASKED))
    question = kind()
    question.NumInfos = len(_ASKED)
    for index, number in enumerate(_ASKED):
        question.Info[index].InfoID = number
    code = manager.call_source(Group.IMAGE, Data.EXTIMAGEINFO, Message.GET, question)
    if code != Return.SUCCESS:
        _log.info("no facts about the image: %s", manager.error("EXTIMAGEINFO", code))
        return TransferFacts()
    face = printed = ""
    for info in question.Info:
        if info.ReturnCode != Return.SUCCESS or not info.NumItems:
            continue
        if info.InfoID == ExtendedInfo.PAGESIDE:
            face = _FACES.get(info.Item & 0xFFFF, "")
        elif info.InfoID == ExtendedInfo.PRINTERTEXT:
            printed = _text(manager, info)
    return TransferFacts(face=face, printed=printed)


def _text(manager: SourceManager, info: Info) -> str:
    """A text behind a handle, which is ours to free. A source that says HANDLE tells no length:
    the text ends at its zero byte."""
    if not info.Item:
        return ""
    with (
        owned(manager.handles, info.Item) as handle,
        locked(manager.handles, handle) as address,
    ):
        size = item_size(Item.STR255) if info.ItemType == Item.HANDLE else item_size(info.ItemType)
        raw = ctypes.string_at(address) if info.ItemType == Item.HANDLE else b""
        raw = raw[:size] or ctypes.string_at(address, size).split(b"\0")[0]
    return raw.decode(TEXT_ENCODING, "replace")
