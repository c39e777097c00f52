"""Every fault of the package has its texts, with placeholders that its parameters fill."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import archive_rules

PACKAGE = Path(archive_rules.__file__).parent
TEXTS = PACKAGE.parent / "resources" / "faults" / "archive_rules.toml"
RAISED = re.compile(r'BadInput\(\s*"(ARC-\d+)"((?:[^()]|\([^()]*\))*)\)')


def test_codes_and_parameters_meet_their_texts() -> None:
    texts = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    raised: dict[str, set[str]] = {}
    for file in PACKAGE.glob("*.py"):
        for code, call in RAISED.findall(file.read_text(encoding="utf-8")):
            raised.setdefault(code, set()).update(re.findall(r"(\w+)=", call))
    assert set(raised) == set(texts)
    for code, languages in texts.items():
        assert set(languages) == {"zh_CN", "en"}
        for words in languages.values():
            for text in (words["message"], words["remedy"]):
                used = {name for _, name, _, _ in string.Formatter().parse(text) if name}
                assert used <= raised[code], code
