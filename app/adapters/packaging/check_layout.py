"""The items about the tree of a package: the bag around it, its folders, what lies astray."""

from __future__ import annotations

from collections.abc import Callable

from app.adapters.packaging.bag import (
    DECLARATION,
    DECLARATION_TEXT,
    INFO,
    SHA256_LIST,
    SM3_LIST,
    TAG_LIST,
    oxum,
    parse_list,
    payload_of,
)
from app.adapters.packaging.bag_reading import judge_bag
from app.adapters.packaging.check_subject import Outcome, Subject, folded, path_fault
from app.adapters.packaging.manifest import MANIFEST, tag_list
from app.adapters.packaging.naming import CATALOGUE_PATH, OTHER, PAYLOAD, README_PATH, layout_of
from app.adapters.packaging.plan import canonical

_LIST_BYTES = 1 << 27
_INFO_BYTES = 1 << 20


def _tree(subject: Subject, outcome: Outcome) -> None:
    if subject.refused:
        outcome.fail(f"载体文件不能安全解开（{subject.refused}）"[:200])
    if subject.overflow:
        outcome.fail("文件数量超过上限")
    outcome.failures.extend(f"链接、设备或无法读取：{path}" for path in subject.odd)
    for path in (*subject.listed, *subject.stray):
        fault = path_fault(path)
        if fault:
            outcome.fail(f"路径不安全（{fault}）：{path}"[:200])
    clashes: dict[str, str] = {}
    for path in sorted({*subject.files, *subject.listed}):
        twin = clashes.setdefault(folded(path), path)
        if twin != path:
            outcome.fail(f"仅大小写或字符形式不同：{twin} 与 {path}")
    outcome.failures.extend(f"缺少文件：{path}"[:200] for path in subject.missing)
    _folders(subject, outcome)
    _bag(subject, outcome)


def _folders(subject: Subject, outcome: Outcome) -> None:
    """Every payload file has its place in the hand-over tree, under the folder of the 档号."""
    layout = layout_of(subject.case)
    places = (f"{layout.dossier}/", f"{PAYLOAD}/{OTHER}/")
    for path in payload_of(subject.listed):
        if path not in (README_PATH, CATALOGUE_PATH) and not path.startswith(places):
            outcome.fail(f"不在移交目录结构规定的位置：{path}"[:200])
    needed = (README_PATH, CATALOGUE_PATH, layout.encapsulation, DECLARATION, INFO)
    outcome.failures.extend(
        f"清单未列规定文件：{path}"
        for path in (*needed, SHA256_LIST, SM3_LIST)
        if path not in subject.listed
    )


def _bag(subject: Subject, outcome: Outcome) -> None:
    """The rules of BagIt, and the one form of its declaration that we write."""
    if subject.read(DECLARATION, _INFO_BYTES) != DECLARATION_TEXT:
        outcome.fail(f"{DECLARATION} 不是 BagIt 1.0 的声明")
    stated = f"Payload-Oxum: {oxum(subject.listed)}"
    if stated not in subject.read(INFO, _INFO_BYTES).decode().splitlines():
        outcome.fail(f"{INFO} 中的字节数和文件数与清单不符")

    def digest_of(path: str, algorithm: str) -> str:
        digest = subject.digest(path)
        return str(getattr(digest, algorithm, "")) if digest is not None else ""

    if not subject.overflow:
        faults = judge_bag(subject.root, digest_of).faults
        outcome.failures.extend(f"BagIt：{fault}" for fault in faults)


def _consistency(subject: Subject, outcome: Outcome) -> None:
    if subject.identity is None:
        outcome.fail(subject.fault)
        return
    if canonical(subject.content) != subject.read(MANIFEST, subject.limits["manifest_bytes"]):
        outcome.fail("清单不是规范形式")
    payload = payload_of(subject.listed)
    for name, kind in ((SHA256_LIST, "sha256"), (SM3_LIST, "sm3")):
        expected = {path: getattr(digest, kind) for path, digest in payload.items()}
        if parse_list(subject.read(name, _LIST_BYTES).decode()) != expected:
            outcome.fail(f"{name} 与清单不一致")
    if subject.read(TAG_LIST, _LIST_BYTES) != tag_list(subject.listed, subject.identity):
        outcome.fail(f"{TAG_LIST} 与清单不一致")


def _stray(subject: Subject, outcome: Outcome) -> None:
    if subject.fault:
        outcome.fail(subject.fault)
    outcome.failures.extend(f"多余文件：{path}"[:200] for path in subject.stray)


LAYOUT_CHECKS: dict[str, Callable[[Subject, Outcome], None]] = {
    "1-13": _tree,
    "1-14": _consistency,
    "4-3": _stray,
}
