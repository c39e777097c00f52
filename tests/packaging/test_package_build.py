"""Building a package: layout, identity, idempotence, faults."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import bagit
import ofdkit
import pypdf
import pytest
from lxml import etree

from app.adapters.packaging import builder
from app.adapters.packaging.check import check_package
from app.adapters.packaging.manifest import listed_files
from app.adapters.packaging.naming import ImageNames
from app.adapters.packaging.package import build_package
from app.adapters.packaging.plan import PackagePlan, PagePlan
from app.kernel.errors import Broken, Refused, Transient
from app.kernel.file_names import safe_name
from app.kernel.progress import Cancelled, CancelToken, Progress
from tests.packaging.conftest import DOSSIER

MakePlan = Callable[..., PackagePlan]
VERIFIER = Path(__file__).parents[2] / "resources/verify/verify.py"


def names_in(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_the_layout_is_the_one_promised(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan()
    built = build_package(plan, tmp_path / "输出 文件夹")
    assert built.path.name == "（2019）辽0882民初4866号_v1"
    assert names_in(built.path) == {
        "bagit.txt",
        "bag-info.txt",
        "manifest.json",
        "manifest-sha256.txt",
        "manifest-sm3.txt",
        "tagmanifest-sha256.txt",
        *(["verify.py"] if VERIFIER.is_file() else []),
        "data/说明文件.TXT",
        "data/目录文件.XML",
        "data/其他/事件.json",
        f"{DOSSIER}/封装元数据.xml",
        f"{DOSSIER}/正卷/第01册/第01册.pdf",
        f"{DOSSIER}/正卷/第01册/第01册.ofd",
        f"{DOSSIER}/正卷/第01册/件/001_民事起诉状.pdf",
        f"{DOSSIER}/正卷/第01册/件/001_民事起诉状.ofd",
        f"{DOSSIER}/正卷/第01册/件/002_答辩状_副本_.pdf",
        f"{DOSSIER}/正卷/第01册/件/002_答辩状_副本_.ofd",
        f"{DOSSIER}/正卷/第01册/图像/0000-01.jpg",
        f"{DOSSIER}/正卷/第01册/图像/0000-02.tif",
        f"{DOSSIER}/正卷/第01册/图像/00001.jpg",
        f"{DOSSIER}/正卷/第01册/图像/00002.jpg",
        f"{DOSSIER}/正卷/第01册/图像/00003.png",
        f"{DOSSIER}/正卷/第01册/文本/00001.json",
        f"{DOSSIER}/正卷/第01册/文本/00002.json",
        f"{DOSSIER}/副卷/第01册/第01册.pdf",
        f"{DOSSIER}/副卷/第01册/第01册.ofd",
        f"{DOSSIER}/副卷/第01册/件/001_合议庭评议笔录.pdf",
        f"{DOSSIER}/副卷/第01册/件/001_合议庭评议笔录.ofd",
        f"{DOSSIER}/副卷/第01册/图像/00001.jpg",
    }
    assert built.counts["sides"] == 6
    assert built.counts["pages"] == 4
    assert (built.counts["items"], built.counts["volumes"]) == (3, 2)
    manifest = (built.path / "manifest.json").read_bytes()
    assert built.sha256 == hashlib.sha256(manifest).hexdigest()
    assert built.sm3 == hashlib.new("sm3", manifest).hexdigest()
    assert not list(built.path.parent.glob(".*"))


def test_masters_lie_in_it_byte_for_byte(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan()
    built = build_package(plan, tmp_path)
    content = json.loads((built.path / "manifest.json").read_bytes())
    masters = {page.position: page.master.read_bytes() for page in plan.pages}
    for volume in content["volumes"]:
        for side in volume["sides"]:
            assert (built.path / side["file"]).read_bytes() == masters[side["position"]]
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        check = subprocess.run(
            ["sha256sum", "--check", "--quiet", name],
            cwd=built.path,
            check=False,
            capture_output=True,
            text=True,
        )
        assert check.returncode == 0, check.stdout


def test_the_package_is_a_bag_for_an_independent_reader(
    make_plan: MakePlan, tmp_path: Path
) -> None:
    """A percent sign and a blank in a title, a 档号 with strokes: names stay readable for all."""
    plan = make_plan(archive_no="J380/ZY-0001", fonds_no="其他", court="某某法院\n第二行")
    volume = dataclasses.replace(
        plan.volumes[1],
        items=(dataclasses.replace(plan.volumes[1].items[0], title="30% 股权 转让协议"),),
    )
    built = build_package(dataclasses.replace(plan, volumes=(plan.volumes[0], volume)), tmp_path)
    bag = bagit.Bag(str(built.path))
    assert bag.is_valid()
    assert bag.has_oxum()
    assert bag.version_info == (1, 0)
    assert bag.info["External-Identifier"] == plan.package_id
    assert bag.info["Source-Organization"] == "某某法院 第二行"
    assert {name.split("/")[1] for name in bag.payload_entries()} == {
        "说明文件.TXT",
        "目录文件.XML",
        "其他",
        "_其他",
    }
    assert (built.path / "data/_其他/民初·2019/J380_ZY-0001/封装元数据.xml").is_file()
    assert check_package(built.path).passed
    (built.path / "data/说明文件.TXT").write_bytes(b"")
    assert not bagit.Bag(str(built.path)).is_valid()


def test_pdfs_carry_labels_bookmarks_and_text(
    make_plan: MakePlan,
    tmp_path: Path,
    verapdf: Callable[[Sequence[Path]], dict[str, str]],
) -> None:
    built = build_package(make_plan(), tmp_path)
    pdfs = sorted(path for path in built.path.rglob("*.pdf"))
    assert set(verapdf(pdfs).values()) == {""}
    volume = pypdf.PdfReader(built.path / f"{DOSSIER}/正卷/第01册/第01册.pdf")
    assert volume.page_labels == ["封面", "目录", "1", "2", "3"]
    assert [mark.title for mark in volume.outline] == ["民事起诉状", "答辩状/副本?"]
    item = pypdf.PdfReader(built.path / f"{DOSSIER}/正卷/第01册/件/001_民事起诉状.pdf")
    assert len(item.pages) == 2
    assert "诉讼请求" in item.pages[0].extract_text()


def test_every_document_and_volume_is_there_as_ofd_too(make_plan: MakePlan, tmp_path: Path) -> None:
    built = build_package(make_plan(), tmp_path)
    content = json.loads((built.path / "manifest.json").read_bytes())
    expected = {}
    for volume in content["volumes"]:
        expected[volume["ofd"]] = len(volume["sides"])
        expected |= {item["ofd"]: item["sides"] for item in volume["items"]}
    found = {}
    for path in built.path.rglob("*.ofd"):
        with ofdkit.open(path) as document:
            found[path.relative_to(built.path).as_posix()] = len(document.pages)
    assert found == expected
    assert set(expected) <= set(listed_files(content))
    with ofdkit.open(built.path / f"{DOSSIER}/正卷/第01册/件/001_民事起诉状.ofd") as document:
        assert document.info.title == "民事起诉状"
        assert [page.text().strip() for page in document.pages] == ["诉讼请求", "事实与理由"]


def test_metadata_says_what_is_known(make_plan: MakePlan, tmp_path: Path) -> None:
    built = build_package(make_plan(), tmp_path)
    space = "{http://www.saac.gov.cn/standards/ERM/encapsulation}"
    root = etree.parse(built.path / DOSSIER / "封装元数据.xml").getroot()
    assert root.tag == f"{space}电子文件封装包"
    actions = [element.text for element in root.iter(f"{space}业务行为")]
    assert actions == ["扫描", "质检"]
    assert [element.text for element in root.iter(f"{space}机构人员名称")] == ["李四", "王五"]
    catalogue = etree.parse(built.path / "data/目录文件.XML").getroot()
    assert [row.findtext("题名") for row in catalogue.iter("件")] == [
        "民事起诉状",
        "答辩状/副本?",
        "合议庭评议笔录",
    ]
    assert [row.findtext("页次") for row in catalogue.iter("件")] == ["1-2", "3", "1"]
    assert "（2019）辽0882民初4866号" in (built.path / "data/说明文件.TXT").read_text("utf-8-sig")


def test_metadata_are_valid_and_name_every_file_truly(make_plan: MakePlan, tmp_path: Path) -> None:
    """Against the schemas; each file by its size and digests."""
    package = build_package(make_plan(archive_no="J380-1"), tmp_path).path
    folder = package / "data/未定全宗/民初·2019/J380-1"
    schemas = Path(__file__).parents[2] / "resources/schemas"
    for name, file in (
        ("eep", folder / "封装元数据.xml"),
        ("catalogue", package / "data/目录文件.XML"),
    ):
        schema = etree.XMLSchema(etree.parse(schemas / f"{name}.xsd"))
        schema.assertValid(etree.parse(file))
    root = etree.parse(folder / "封装元数据.xml").getroot()
    space = "{http://www.saac.gov.cn/standards/ERM/encapsulation}"
    named = set()
    for coding in root.iter(f"{space}编码"):
        attributes = coding.find(f"{space}电子属性")
        if attributes is None:
            continue
        name = attributes.findtext(f"{space}计算机文件名") or ""
        data = (folder / name).read_bytes()
        assert attributes.findtext(f"{space}计算机文件大小") == str(len(data))
        described = coding.findtext(f"{space}编码描述") or ""
        assert hashlib.sha256(data).hexdigest() in described
        assert hashlib.new("sm3", data).hexdigest() in described
        named.add(name)
    # Cover and catalogue belong to no document; texts are told by the manifest.
    assert {name.rsplit("/", 1)[1] for name in named} == {
        "第01册.pdf",
        "第01册.ofd",
        "001_民事起诉状.pdf",
        "001_民事起诉状.ofd",
        "002_答辩状_副本_.pdf",
        "002_答辩状_副本_.ofd",
        "001_合议庭评议笔录.pdf",
        "001_合议庭评议笔录.ofd",
        "00001.jpg",
        "00002.jpg",
        "00003.png",
    }
    assert {element.text for element in root.iter(f"{space}图像压缩方案")} == {"JPEG", "Deflate"}
    assert {element.text for element in root.iter(f"{space}扫描色彩模式")} == {"彩色"}
    assert [element.text for element in root.iter(f"{space}页号")] == ["1-2", "3", "1"]
    people = {
        person.findtext(f"{space}机构人员标识符"): person.findtext(f"{space}机构人员名称")
        for person in root.iter(f"{space}机构人员实体")
    }
    doers = [
        people[event.findtext(f"{space}机构人员标识符")] for event in root.iter(f"{space}业务实体")
    ]
    assert doers == ["李四", "王五"]
    events = json.loads((package / "data/其他/事件.json").read_bytes())
    assert [event["actor"] for event in events] == doers


def test_building_again_gives_the_same_package(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan()
    first = build_package(plan, tmp_path / "a")
    again = build_package(plan, tmp_path / "a")
    elsewhere = build_package(plan, tmp_path / "b")
    assert again == dataclasses.replace(first, reused=True)
    assert elsewhere.sha256 == first.sha256
    assert not elsewhere.reused
    for name in names_in(first.path):
        assert (first.path / name).read_bytes() == (elsewhere.path / name).read_bytes()


def test_a_damaged_package_is_built_anew(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan()
    first = build_package(plan, tmp_path)
    (first.path / f"{DOSSIER}/正卷/第01册/图像/00001.jpg").write_bytes(b"damaged")
    (first.path / "stray.txt").write_bytes(b"stray")
    second = build_package(plan, tmp_path)
    assert second == first
    assert check_package(second.path).passed
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_another_package_of_that_name_is_left_alone(make_plan: MakePlan, tmp_path: Path) -> None:
    first = build_package(make_plan(), tmp_path)
    before = (first.path / "manifest.json").read_bytes()
    with pytest.raises(Refused) as caught:
        build_package(make_plan(cause="另一案由"), tmp_path)
    assert caught.value.code == "PKG-201"
    assert (first.path / "manifest.json").read_bytes() == before
    assert build_package(make_plan(cause="另一案由", version=2), tmp_path).path.name.endswith("_v2")


def test_a_changed_master_stops_the_package(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan()
    page = plan.volumes[0].pages[2]
    page.master.write_bytes(page.master.read_bytes()[:-1] + b"x")
    with pytest.raises(Broken) as caught:
        build_package(plan, tmp_path / "out")
    assert caught.value.code == "PKG-301"
    assert caught.value.parameters["position"] == page.position
    assert list((tmp_path / "out").iterdir()) == []
    page.master.unlink()
    with pytest.raises(Broken) as caught:
        build_package(plan, tmp_path / "out")
    assert caught.value.code == "PKG-302"


def test_unreadable_masters_are_packed_and_marked(make_plan: MakePlan, tmp_path: Path) -> None:
    damaged = b"\xff\xd8 not a picture at all"
    plan = make_plan(second=damaged)
    built = build_package(plan, tmp_path)
    assert built.unreadable == (4,)
    content = json.loads((built.path / "manifest.json").read_bytes())
    marks = [side["unreadable"] for side in content["volumes"][0]["sides"]]
    assert marks == [False, False, False, True, False]
    assert len(pypdf.PdfReader(built.path / f"{DOSSIER}/正卷/第01册/第01册.pdf").pages) == 5
    report = check_package(built.path)
    assert report.passed
    opened = next(check for check in report.checks if check.code == "GD-3-4")
    assert opened.result == "manual"
    assert build_package(plan, tmp_path).unreadable == (4,)


def test_a_container_is_stored_once(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan(container=True)
    built = build_package(plan, tmp_path)
    sides = json.loads((built.path / "manifest.json").read_bytes())["volumes"][0]["sides"]
    assert [side["file"].rsplit("/", 1)[1] for side in sides] == ["00001.tif"] * 3
    assert [side["frame"] for side in sides] == [0, 1, 2]
    assert check_package(built.path).passed
    shared = dataclasses.replace(
        plan, volumes=(*plan.volumes, dataclasses.replace(plan.volumes[0], part="restricted"))
    )
    with pytest.raises(Refused) as caught:
        build_package(shared, tmp_path)
    assert caught.value.code == "PKG-203"


def test_plans_that_cannot_be_are_refused(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan()
    volume = plan.volumes[0]
    outside = dataclasses.replace(volume.items[0], last=99)
    twice = dataclasses.replace(volume.items[0], number=2)
    for volumes in (
        (),
        (dataclasses.replace(volume, items=(outside,)),),
        (dataclasses.replace(volume, items=(twice, volume.items[1])),),
    ):
        with pytest.raises(Refused) as caught:
            build_package(dataclasses.replace(plan, volumes=volumes), tmp_path)
        assert caught.value.code == "PKG-202"


@pytest.mark.parametrize("moment", ["before", "while"])
def test_a_full_disk_leaves_nothing(
    moment: str, make_plan: MakePlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, out = make_plan(), tmp_path / "out"
    if moment == "before":
        monkeypatch.setattr("app.adapters.packaging.package._needed_bytes", lambda _: 1 << 60)
    else:

        def full(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(builder, "write_pdf", full)
    with pytest.raises(Broken) as caught:
        build_package(plan, out)
    assert caught.value.code == "PKG-401"
    assert caught.value.parameters["needed"] > 0
    assert list(out.iterdir()) == []


def test_cancelling_leaves_nothing_and_progress_ends_full(
    make_plan: MakePlan, tmp_path: Path
) -> None:
    token, seen = CancelToken(), list[Progress]()

    def report(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 4:
            token.cancel()

    with pytest.raises(Cancelled):
        build_package(make_plan(), tmp_path / "out", report, token)
    assert list((tmp_path / "out").iterdir()) == []
    seen.clear()
    build_package(make_plan(), tmp_path / "out", seen.append)
    assert seen[-1].done <= seen[-1].total


def test_a_kill_in_the_middle_is_mended_by_the_next_run(
    make_plan: MakePlan, tmp_path: Path
) -> None:
    plan, out = make_plan(), tmp_path / "out"
    (tmp_path / "plan").write_bytes(pickle.dumps(plan))
    program = (
        "import sys, os, pickle, pathlib\n"
        "from app.adapters.packaging.package import build_package\n"
        "plan = pickle.loads(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "build_package(plan, pathlib.Path(sys.argv[2]),"
        " lambda p: os._exit(9) if p.done == 9 else None)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path / "plan", out], check=False)
    assert done.returncode == 9
    assert [path.name for path in out.iterdir()] == [".（2019）辽0882民初4866号_v1.partial"]
    built = build_package(plan, out)
    assert [path.name for path in out.iterdir()] == [built.path.name]
    assert check_package(built.path).passed


def test_two_builders_do_not_meet(make_plan: MakePlan, tmp_path: Path) -> None:
    faults = []

    def report(progress: Progress) -> None:
        if progress.done == 2:
            with pytest.raises(Transient) as caught:
                build_package(make_plan(), tmp_path)
            faults.append(caught.value.code)

    build_package(make_plan(), tmp_path, report)
    assert faults == ["PKG-303"]


def test_names_fit_every_file_system() -> None:
    assert safe_name('a/b\\c:d*e?f"g<h>i|j') == "a_b_c_d_e_f_g_h_i_j"
    assert safe_name(" ..x.. ") == "x"
    assert safe_name("con.txt") == "_con.txt"
    assert safe_name("\u202e\x00") == "__"
    assert safe_name("...") == "未命名"
    assert len(safe_name("长" * 500).encode()) <= 180
    names = ImageNames()
    given = [names.next(number, "image/jpeg") for number in (None, 1, 1, None, 200)]
    assert given == ["0000-01.jpg", "00001.jpg", "00001-02.jpg", "0000-02.jpg", "00200.jpg"]


def test_the_plan_travels_to_another_process(make_plan: MakePlan) -> None:
    plan = make_plan()
    assert pickle.loads(pickle.dumps(plan)) == plan
    assert isinstance(plan.pages[0], PagePlan)
    assert plan.created == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
