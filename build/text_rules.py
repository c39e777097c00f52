"""Rules about texts that no linter knows: fault texts, translations, unfinished places, paths.

Runs in the environment (Babel reads the catalogue). Prints one line per problem and exits 1.
"""

from __future__ import annotations

import ast
import re
import string
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from paths import PRODUCT, ROOT

FAULT_KINDS = ("Refused", "BadInput", "Transient", "Broken", "Fault")
LANGUAGES = ("zh_CN", "en")
CODE = re.compile(r"(?!SHA-)[A-Z]{2,4}-\d{3}")  # SHA-256 is no fault
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|NotImplemented[E]rror)\b")
MACHINE_PATH = re.compile(r"(?<![\w./:})])(?:/(?:work|root|tmp|home/\w+)|[A-Z]:\\Users)(?=[/\\])")
TEXT_SUFFIXES = {".py", ".toml", ".md", ".spec", ".json", ".po", ".cfg", ".yml", ".yaml", ".sh", ""}
GENERATED_FOLDERS = {"var", "__pycache__"}
DRIFT_TEST = re.compile(r"compare_metadata|command\.check")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One broken rule at one place."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass
class Code:
    """How one fault code is used: each direct raise, and whether it is also named elsewhere."""

    path: Path
    line: int
    raises: list[tuple[Path, int, set[str] | None]] = field(default_factory=list)


def product_files(root: Path) -> list[Path]:
    """All Python files that ship."""
    files = [path for name in PRODUCT for path in sorted((root / name).rglob("*.py"))]
    return files + [path for path in (root / "main.py",) if path.exists()]


def text_files(root: Path) -> Iterator[Path]:
    """All text files of the checkout, without what is generated or installed."""
    for path in sorted(root.iterdir()):
        if path.is_dir():
            hidden = path.name.startswith(".") and path.name != ".ci"
            if not hidden and path.name not in GENERATED_FOLDERS:
                yield from text_files(path)
        elif path.suffix in TEXT_SUFFIXES:
            yield path


def unfinished_places(root: Path, files: Iterable[Path]) -> Iterator[Problem]:
    """Marks of unfinished work, and prints, in product code."""
    for path in files:
        source = path.read_text(encoding="utf-8")
        place = path.relative_to(root)
        for number, line in enumerate(source.splitlines(), 1):
            found = UNFINISHED.search(line)
            if found:
                yield Problem(path=place, line=number, text=f"unfinished: {found[0]}")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and _called(node) == "print":
                yield Problem(path=place, line=node.lineno, text="print in a package")


def machine_paths(root: Path) -> Iterator[Problem]:
    """Absolute paths of one machine in any text of the checkout."""
    for path in text_files(root):
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if MACHINE_PATH.search(line):
                place = path.relative_to(root)
                yield Problem(path=place, line=number, text=f"path of a machine: {line.strip()}")


def used_codes(root: Path, files: Iterable[Path]) -> dict[str, Code]:
    """Every fault code that stands as a text of its own in the product, and its raises."""
    codes: dict[str, Code] = {}
    for path in files:
        place = path.relative_to(root)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if CODE.fullmatch(node.value):
                    codes.setdefault(node.value, Code(path=place, line=node.lineno))
            elif isinstance(node, ast.Call) and _called(node) in FAULT_KINDS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    code = codes.setdefault(first.value, Code(path=place, line=node.lineno))
                    names = {keyword.arg for keyword in node.keywords}
                    given = None if None in names else {name for name in names if name}
                    code.raises.append((place, node.lineno, given))
    return codes


def fault_texts(root: Path, files: list[Path]) -> Iterator[Problem]:
    """Codes without texts, texts without codes, and texts with parameters nobody gives."""
    codes = used_codes(root, files)
    texts: dict[str, tuple[Path, dict[str, dict[str, str]]]] = {}
    for path in sorted((root / "resources" / "faults").glob("*.toml")):
        place = path.relative_to(root)
        for code, languages in tomllib.loads(path.read_text(encoding="utf-8")).items():
            line = _line_of(path, code)
            if code in texts:
                yield Problem(path=place, line=line, text=f"{code} is in {texts[code][0]} too")
            if code not in codes:
                yield Problem(path=place, line=line, text=f"{code} is raised nowhere")
            texts[code] = (place, languages)
            yield from _incomplete_texts(place, line, code, languages)
    for code, use in sorted(codes.items()):
        if code not in texts:
            yield Problem(path=use.path, line=use.line, text=f"{code} has no texts")
            continue
        needed = {name for text in _all_texts(texts[code][1]) for name in placeholders(text)}
        for path, line, given in use.raises:
            missing = sorted(needed - given) if given is not None else []
            if missing:
                reason = f"the texts of {code} need {', '.join(missing)}, not given here"
                yield Problem(path=path, line=line, text=reason)


def placeholders(text: str) -> set[str]:
    """The names of the parameters that a text shows."""
    return {
        name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name
    }


def untranslated(root: Path) -> Iterator[Problem]:
    """Texts of `app` without a Chinese translation, or whose translation has other parameters.

    The rule holds from the day the catalogue exists.
    """
    from babel.messages.extract import extract_from_file
    from babel.messages.pofile import read_po

    # The language may be spread over several files: zh_CN.po, zh_CN.kiosk.po.
    catalogues = []
    for path in sorted((root / "resources" / "locale").glob("zh_CN*.po")):
        with path.open("rb") as stream:
            catalogues.append(read_po(stream, locale="zh_CN"))
    if not catalogues:
        return
    for path in sorted((root / "app").rglob("*.py")):
        place = path.relative_to(root)
        for line, message, _, context in extract_from_file("python", path):
            singular = message if isinstance(message, str) else message[0]
            entries = [catalogue.get(singular, context) for catalogue in catalogues]
            known = [entry.string for entry in entries if entry and not entry.fuzzy]
            answers = _strings(known[0]) if known else []
            if not answers or not all(answers):
                yield Problem(path=place, line=line, text=f"no zh_CN translation: {singular!r}")
            elif any(placeholders(answer) - placeholders(singular) for answer in answers):
                yield Problem(path=place, line=line, text=f"zh_CN shows others: {singular!r}")


def missing_drift_test(root: Path) -> Iterator[Problem]:
    """A database schema without the test that its migrations lead to its models."""
    migrations = root / "app" / "adapters" / "db" / "migrations"
    tests = (root / "tests").rglob("*.py")
    if migrations.exists() and not any(
        DRIFT_TEST.search(path.read_text(encoding="utf-8")) for path in tests
    ):
        place = migrations.relative_to(root)
        yield Problem(path=place, line=1, text="no test compares the migrations with the models")


def all_problems(root: Path) -> list[Problem]:
    """Every broken rule of the checkout at `root`."""
    files = product_files(root)
    return [
        *unfinished_places(root, files),
        *machine_paths(root),
        *fault_texts(root, files),
        *untranslated(root),
        *missing_drift_test(root),
    ]


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return "" if node.func.attr == "print" else node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _incomplete_texts(
    place: Path, line: int, code: str, languages: dict[str, dict[str, str]]
) -> Iterator[Problem]:
    for language in LANGUAGES:
        for part in ("message", "remedy"):
            text = languages.get(language, {}).get(part, "")
            if not text.strip():
                yield Problem(path=place, line=line, text=f"{code} has no {part} in {language}")


def _all_texts(languages: dict[str, dict[str, str]]) -> list[str]:
    return [text for parts in languages.values() for text in parts.values()]


def _line_of(path: Path, code: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if code in line), 1)


def _strings(value: str | Iterable[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def main() -> int:
    """Print every problem; 1 when there is one."""
    problems = all_problems(ROOT)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
