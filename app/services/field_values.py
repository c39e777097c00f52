"""What people type or select on a page, as the value of a field of the catalogue."""

from __future__ import annotations

import re
import unicodedata

from app.kernel.errors import BadInput
from archive_rules.dates import find_dates
from archive_rules.text import plain

_PUNCTUATION = " \t\n，。；：、,.;:-—_*·"
# What stands before a name where a paper is signed.
_SIGNED_BY = re.compile(
    r"^(?:具状人|起诉人|上诉人|答辩人|申请人|被申请人|委托人|代理人|委托诉讼代理人|原告|被告|第三人|"
    r"申请执行人|被执行人|审判长|审判员|书记员|法官助理|签名|单位|机关)[（(]?(?:签名|盖章|签章)?[）)]?[:：\s]*"
)
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


def iso_day(text: str) -> str:
    """A day as courts write it (2019-3-5, 2019.3.5, 2019年3月5日, 二〇一九年三月五日) in ISO form.

    Raises BadInput CAT-109 when the text names no single day.
    """
    found = find_dates(plain(text))
    if len(found) != 1:
        raise BadInput("CAT-109", text=text.strip()[:40])
    return found[0][0].isoformat()


def value_for(field: str, text: str) -> str:
    """The value of `field` in text selected on a page: a title in one line without the blanks of
    letter-spacing, a date as an ISO day, a name without what stands before it.

    Raises BadInput CAT-109 when there is no date in what was selected as one, CAT-111 when the
    text is empty.
    """
    joined = _SPACED.sub("", " ".join(text.split()))
    joined = unicodedata.normalize("NFC", joined).strip(_PUNCTUATION)
    if not joined:
        raise BadInput("CAT-111")
    if field == "date":
        return iso_day(joined)
    if field == "author":
        return _SIGNED_BY.sub("", joined).strip(_PUNCTUATION) or joined
    return joined
