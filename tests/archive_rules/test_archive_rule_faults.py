"""Every fault of the package has its texts, with placeholders that its parameters fill."""

from __future__ import annotations

import ast
import string
import tomllib
from pathlib import Path

import archive_rules

PACKAGE = Path(archive_rules.__file__).parent
FAULTS = PACKAGE.parent / "resources" / "faults"


def test_codes_and_parameters_meet_their_texts() -> None:
    files = {path.stem: path for path in FAULTS.glob("*.toml")}
    tables = {name: tomllib.loads(path.read_text(encoding="utf-8")) for name, path in files.items()}
    own = tables["archive_rules"]
    everywhere = {code: words for table in tables.values() for code, words in table.items()}
    raised: dict[str, set[str]] = {}
    for file in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "BadInput":
                code = ast.literal_eval(node.args[0])
                given = {keyword.arg for keyword in node.keywords if keyword.arg}
                raised[code] = raised.get(code, given) & given
    # Some rules share the file of the area they serve.
    assert set(own) <= set(raised) <= set(everywhere)
    texts = {code: everywhere[code] for code in raised}
    for code, languages in texts.items():
        assert set(languages) == {"zh_CN", "en"}
        for words in languages.values():
            for text in (words["message"], words["remedy"]):
                used = {name for _, name, _, _ in string.Formatter().parse(text) if name}
                assert used <= raised[code], code
