"""The four-property check on sound, damaged and hostile packages: it answers, never crashes."""

from __future__ import annotations

import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lxml import etree

from app.adapters.packaging.bag import payload_of
from app.adapters.packaging.check import CHECKS, CheckReport, check_package
from app.adapters.packaging.container import write_container
from app.adapters.packaging.manifest import listed_files, write_manifest
from app.adapters.packaging.package import build_package
from app.adapters.packaging.plan import PackagePlan
from app.kernel.digest import digest_file
from archive_rules.four_property import Stage, load_check_list
from tests.packaging.conftest import DOSSIER

MakePlan = Callable[..., PackagePlan]
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def package(make_plan: MakePlan, tmp_path: Path) -> Path:
    return build_package(make_plan(), tmp_path / "out").path


def failed(report: CheckReport) -> dict[str, str]:
    return {check.code: check.remark for check in report.checks if check.result == "fail"}


def reseal(package: Path, change: Change | None = None, *, take_all: bool = False) -> None:
    """Write the manifest again over what lies there, as a forger would."""
    content = json.loads((package / "manifest.json").read_bytes())
    files = listed_files(content)
    del content["files"]
    for path in files:
        if (package / path).is_file():
            files[path] = digest_file(package / path)
    if take_all:
        for path in package.rglob("*"):
            name = path.relative_to(package).as_posix()
            if path.is_file() and name.startswith("data/"):
                files[name] = digest_file(path)
    payload = payload_of(files)
    content["counts"]["files"] = len(payload)
    content["counts"]["bytes"] = sum(digest.size for digest in payload.values())
    if change is not None:
        change(content)
    write_manifest(package, content, files)


def test_a_sound_package_passes_and_waits_for_people(package: Path) -> None:
    report = check_package(package)
    assert failed(report) == {}
    assert report.passed
    assert report.package == "（2019）辽0882民初4866号_v1"
    results = {check.code: check.result for check in report.checks}
    manual = {*("GD-1-1-2", "GD-2-9", "GD-3-2", "GD-3-5", "GD-3-6", "GD-4-1", "GD-4-2", "GD-4-7")}
    assert {code for code in manual if results[code] == "manual"} == manual
    assert results["GD-1-1"] == results["GD-3-4"] == "pass"
    assert set(report.summary()) == {"真实性", "完整性", "可用性", "安全性"}
    assert {f"GD-{code}" for code in CHECKS} | manual == set(results)
    record = json.loads(json.dumps(report.as_record()))
    assert record["passed"] is True
    assert len(record["checks"]) == len(results)


@pytest.mark.parametrize(("stage", "prefix"), [("transfer", "YJ"), ("preservation", "BC")])
def test_every_stage_has_its_items(package: Path, stage: Stage, prefix: str) -> None:
    report = check_package(package, stage=stage)
    items = load_check_list().of_stage(stage)
    assert [check.code for check in report.checks] == [f"{prefix}-{item.code}" for item in items]
    assert report.passed
    by_machine = {check.code for check in report.checks if check.result == "pass"}
    automatic = {f"{prefix}-{item.code}" for item in items if item.automatic}
    # Items of recommended values may wait for a person; those of a person never pass.
    assert by_machine <= automatic
    assert len(automatic - by_machine) <= 2


def test_a_container_is_checked_as_its_folder(package: Path, tmp_path: Path) -> None:
    carrier = tmp_path / "x.zip"
    write_container(package, carrier)
    assert check_package(carrier) == check_package(package)
    data = carrier.read_bytes()
    carrier.write_bytes(data + b"more")
    report = check_package(carrier)
    assert "PKG-226" in failed(report)["GD-1-13"]
    assert report.sha256 == ""
    # A byte of a picture, and the checksum of the ZIP made right again by its writer.
    image = package / DOSSIER / "正卷/第01册/图像/00001.jpg"
    with zipfile.ZipFile(tmp_path / "forged.zip", "w") as archive:
        for path in sorted(path for path in package.rglob("*") if path.is_file()):
            changed = path.read_bytes()[:-1] + b"x" if path == image else path.read_bytes()
            archive.writestr(path.relative_to(package).as_posix(), changed)
    assert "00001.jpg" in failed(check_package(tmp_path / "forged.zip"))["GD-1-1"]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        (f"{DOSSIER}/正卷/第01册/图像/00001.jpg", {"GD-1-1", "GD-1-13", "GD-2-2", "GD-2-11"}),
        (
            f"{DOSSIER}/正卷/第01册/件/001_民事起诉状.pdf",
            {"GD-1-13", "GD-3-4", "GD-1-12", "GD-2-10"},
        ),
        ("data/目录文件.XML", {"GD-1-12", "GD-3-1", "GD-1-13"}),
        (f"{DOSSIER}/封装元数据.xml", {"GD-2-10", "GD-3-1"}),
        ("manifest-sm3.txt", {"GD-1-14", "GD-1-13"}),
        ("manifest.json", {"GD-1-1", "GD-1-14", "GD-2-1", "GD-4-3"}),
    ],
)
def test_a_missing_file_is_named(package: Path, name: str, codes: set[str]) -> None:
    (package / name).unlink()
    found = failed(check_package(package))
    assert codes - {"GD-1-1"} <= set(found)
    assert any(name in remark for remark in found.values())


def test_every_flipped_byte_is_noticed(package: Path) -> None:
    chance = random.Random(5)
    for path in sorted(path for path in package.rglob("*") if path.is_file()):
        data = path.read_bytes()
        changed = bytearray(data)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        assert not check_package(package).passed, path
        path.write_bytes(data)
    assert check_package(package).passed


def test_every_cut_file_is_noticed(package: Path) -> None:
    for path in sorted(path for path in package.rglob("*") if path.is_file()):
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2])
        assert not check_package(package).passed, path
        path.write_bytes(data)


def test_stray_files_links_and_devices_are_named(package: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (package / "autorun.exe").write_bytes(b"MZ")
    (package / DOSSIER / "link.jpg").symlink_to(secret)
    (package / "loop").symlink_to(package, target_is_directory=True)
    os.mkfifo(package / "pipe")
    found = failed(check_package(package))
    assert "autorun.exe" in found["GD-4-3"]
    assert "autorun.exe" in found["GD-3-3"]
    for name in ("link.jpg", "loop", "pipe"):
        assert name in found["GD-1-13"]


def test_a_master_swapped_for_a_link_is_not_followed(package: Path, tmp_path: Path) -> None:
    image = package / f"{DOSSIER}/正卷/第01册/图像/00001.jpg"
    shutil.copy(image, tmp_path / "outside.jpg")
    image.unlink()
    image.symlink_to(tmp_path / "outside.jpg")
    assert {"GD-1-13", "GD-2-11"} <= set(failed(check_package(package)))


@pytest.mark.parametrize(
    "name",
    ["../outside.txt", "/etc/passwd", "C:\\windows\\x", "a//b", "正卷/./x", "a/../../b", "x ", ""],
)
def test_unsafe_names_in_the_manifest_are_refused(package: Path, name: str) -> None:
    content = json.loads((package / "manifest.json").read_bytes())
    row = {**content["files"][0], "path": name}
    content["files"].append(row)
    (package / "manifest.json").write_text(json.dumps(content))
    assert "路径不安全" in failed(check_package(package))["GD-1-13"]


def test_names_that_differ_in_case_only_are_refused(package: Path) -> None:
    (package / f"{DOSSIER}/正卷/第01册/图像/A.jpg").write_bytes(b"1")
    (package / f"{DOSSIER}/正卷/第01册/图像/a.JPG").write_bytes(b"1")
    assert "仅大小写" in failed(check_package(package))["GD-1-13"]


def _drop_side(content: dict[str, Any]) -> None:
    content["volumes"][0]["sides"].pop()


def _gap(content: dict[str, Any]) -> None:
    content["volumes"][0]["sides"][4]["page_number"] = 5


def _huge_gap(content: dict[str, Any]) -> None:
    content["volumes"][0]["sides"][4]["page_number"] = 10**15


def _no_title(content: dict[str, Any]) -> None:
    content["volumes"][0]["items"][0]["title"] = ""


def _bad_case_number(content: dict[str, Any]) -> None:
    content["case"]["case_no"] = "不是案号"


def _no_retention(content: dict[str, Any]) -> None:
    del content["case"]["retention"]


def _twice(content: dict[str, Any]) -> None:
    content["volumes"][0]["items"][1]["number"] = 1


def _beyond(content: dict[str, Any]) -> None:
    content["volumes"][0]["items"][1]["last"] = 99


def _other_master(content: dict[str, Any]) -> None:
    sides = content["volumes"][0]["sides"]
    sides[2]["file"], sides[3]["file"] = sides[3]["file"], sides[2]["file"]


def _long(content: dict[str, Any]) -> None:
    content["case"]["cause"] = "长" * 2000


def _control(content: dict[str, Any]) -> None:
    content["case"]["cause"] = "案由\x07"


def _other_mode(content: dict[str, Any]) -> None:
    content["mode"] = "triple"


def _closed_before_it_was_filed(content: dict[str, Any]) -> None:
    content["case"] |= {"filed_on": "2019-06-03", "closed_on": "2019-05-03"}


def _overlapping_items(content: dict[str, Any]) -> None:
    content["volumes"][0]["items"][1]["first"] = content["volumes"][0]["items"][0]["last"]


def _range_of_others(content: dict[str, Any]) -> None:
    content["volumes"][0]["items"][0]["first_page"] = 2


def _text_of_nothing(content: dict[str, Any]) -> None:
    content["volumes"][0]["sides"][0]["text"] = "data/没有.json"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_other_mode, "GD-1-4"),
        (_closed_before_it_was_filed, "GD-1-5"),
        (_overlapping_items, "GD-1-9"),
        (_range_of_others, "GD-1-9"),
        (_text_of_nothing, "GD-2-8"),
        (_drop_side, "GD-2-1"),
        (_drop_side, "GD-3-4"),
        (_gap, "GD-2-6"),
        (_huge_gap, "GD-2-6"),
        (_no_title, "GD-2-4"),
        (_bad_case_number, "GD-1-7"),
        (_no_retention, "GD-2-4"),
        (_twice, "GD-1-8"),
        (_beyond, "GD-2-7"),
        (_other_master, "GD-1-11"),
        (_long, "GD-1-2"),
        (_control, "GD-1-6"),
    ],
)
def test_a_resealed_lie_is_found_by_its_own_item(package: Path, change: Change, code: str) -> None:
    reseal(package, change)
    found = failed(check_package(package))
    assert code in found
    assert "GD-1-1" not in found
    assert "GD-1-14" not in found


def test_an_accepted_gap_waits_for_a_person(package: Path) -> None:
    def accept(content: dict[str, Any]) -> None:
        _gap(content)
        content["accepted"] = [{"kind": "missing_page", "page_numbers": [3, 4]}]

    reseal(package, accept)
    results = {check.code: check.result for check in check_package(package).checks}
    assert results["GD-2-6"] == "manual"


def test_resealed_contents_are_opened(package: Path) -> None:
    (package / f"{DOSSIER}/正卷/第01册/图像/00001.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    (package / f"{DOSSIER}/正卷/第01册/图像/00002.jpg").write_bytes(b"GIF89a")
    item = package / f"{DOSSIER}/正卷/第01册/件/001_民事起诉状.pdf"
    with pikepdf.open(item, allow_overwriting_input=True) as document:
        document.save(item, encryption=pikepdf.Encryption(user="x", owner="y"))
    (package / f"{DOSSIER}/副卷/第01册/第01册.pdf").write_bytes(b"%PDF-1.7 nothing")
    reseal(package)
    found = failed(check_package(package))
    assert "00001.jpg" in found["GD-3-4"]
    assert "00002.jpg" in found["GD-3-3"]
    assert "001_民事起诉状.pdf" in found["GD-3-8"]
    assert f"{DOSSIER}/副卷/第01册/第01册.pdf" in found["GD-3-4"]


def _without_last_page(ofd: Path) -> None:
    with zipfile.ZipFile(ofd) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    root = etree.fromstring(parts["Doc_0/Document.xml"])
    (pages,) = root.iter("{*}Pages")
    pages.remove(pages[-1])
    parts["Doc_0/Document.xml"] = etree.tostring(root)
    with zipfile.ZipFile(ofd, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_resealed_ofd_files_are_opened_and_counted(package: Path) -> None:
    folder = package / f"{DOSSIER}/正卷/第01册"
    _without_last_page(folder / "件/001_民事起诉状.ofd")
    (folder / "件/002_答辩状_副本_.ofd").write_bytes(b"PK\x03\x04 nothing")
    (package / f"{DOSSIER}/副卷/第01册/第01册.ofd").unlink()
    reseal(package)
    found = failed(check_package(package))["GD-3-4"]
    assert "001_民事起诉状.ofd（登记 2，实际 1）" in found
    assert "OFD 无法打开（BadZipFile）" in found
    assert f"缺少文件：{DOSSIER}/副卷/第01册/第01册.ofd" in found


def test_a_package_from_before_documents_were_ofd_too_still_passes(package: Path) -> None:
    """Sealed packages stand for decades: what later programs add cannot be asked of them."""
    metadata = package / f"{DOSSIER}/封装元数据.xml"
    root = etree.fromstring(metadata.read_bytes())
    for name in list(root.iter("{*}计算机文件名")):
        if "/件/" in (name.text or "") and (name.text or "").endswith(".ofd"):
            data = next(name.iterancestors("{*}文档数据"))
            document = data.getparent()
            assert document is not None
            document.remove(data)
    metadata.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
    for path in package.rglob("件/*.ofd"):
        path.unlink()

    content = json.loads((package / "manifest.json").read_bytes())
    for volume in content["volumes"]:
        for item in volume["items"]:
            del item["ofd"]
    files = {path: row for path, row in listed_files(content).items() if (package / path).exists()}
    del content["files"]
    content["counts"]["files"] = len(payload_of(files))
    write_manifest(package, content, files)
    reseal(package)
    assert failed(check_package(package)) == {}


def test_entities_and_archives_are_refused(package: Path) -> None:
    (package / "data/目录文件.XML").write_text(
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><目录文件>&e;</目录文件>'
    )
    (package / f"{DOSSIER}/正卷/bomb.zip").write_bytes(b"PK\x03\x04")
    reseal(package, take_all=True)
    found = failed(check_package(package))
    assert "文档类型声明" in found["GD-3-1"]
    assert "bomb.zip" in found["GD-3-8"]
    assert "bomb.zip" in found["GD-1-11"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (f"{DOSSIER}/封装元数据.xml", "<业务行为>质检</业务行为>", ""),
        (f"{DOSSIER}/封装元数据.xml", "<聚合层次>案卷<", "<聚合层次>别的<"),
        (f"{DOSSIER}/封装元数据.xml", "2026-03-01T09:00:00Z", "昨天"),
        (f"{DOSSIER}/封装元数据.xml", "<机构人员标识符>RY001<", "<机构人员标识符>RY009<"),
        (f"{DOSSIER}/封装元数据.xml", "-YW00002<", "-YW00001<"),
        (f"{DOSSIER}/封装元数据.xml", "<计算机文件名>正卷/", "<计算机文件名>../"),
        (f"{DOSSIER}/封装元数据.xml", "<题名>民事起诉状<", "<题名> <"),
        ("data/目录文件.XML", "<卷别>副卷<", "<卷别>别卷<"),
        ("data/目录文件.XML", "<页次>1-2<", "<页次>一至二<"),
        ("data/目录文件.XML", "<文件夹>未定全宗/", "<文件夹>另一全宗/"),
        ("data/目录文件.XML", "<标准>", "<多余/><标准>"),
    ],
)
def test_metadata_against_their_schema_are_refused(
    package: Path, file: str, old: str, new: str
) -> None:
    text = (package / file).read_text(encoding="utf-8")
    assert old in text
    (package / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    reseal(package)
    code = "GD-1-12" if file.endswith("XML") else "GD-2-10"
    assert code in failed(check_package(package))


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"files": [1, 2]}',
        b'{"files": [{"path": 3}], "volumes": 5, "case": [], "counts": "x"}',
        b'{"volumes": [{"items": [1], "sides": {}}], "accepted": [{"page_numbers": 3}]}',
        b'{"volumes": [{"items": [], "sides": [{"page_number": "x"}, {"page_number": []}]}]}',
    ],
)
def test_a_manifest_of_any_kind_gets_an_answer(package: Path, manifest: bytes) -> None:
    (package / "manifest.json").write_bytes(manifest)
    report = check_package(package)
    assert not report.passed
    assert len(report.checks) == len(load_check_list().of_stage("archiving"))


def test_random_manifests_get_an_answer(package: Path) -> None:
    chance = random.Random(17)
    original = (package / "manifest.json").read_bytes()
    odd: list[Any] = [None, -1, 1.5, "x", [], {}, True, 10**30, "\ud800"]
    for _ in range(40):
        content = json.loads(original)
        for _ in range(chance.randint(1, 3)):
            place: Any = content
            while True:
                keys = list(place) if isinstance(place, dict) else list(range(len(place)))
                key = chance.choice(keys)
                if isinstance(place[key], (dict, list)) and place[key] and chance.random() < 0.8:
                    place = place[key]
                    continue
                place[key] = chance.choice(odd)
                break
        (package / "manifest.json").write_text(json.dumps(content))
        assert not check_package(package).passed


def test_folders_that_are_no_packages_get_an_answer(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing", Path(__file__)):
        report = check_package(path)
        assert not report.passed
        assert report.sha256 == ""
