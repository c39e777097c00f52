"""The natural order of file names."""

from __future__ import annotations

import random
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.drivers.file_order import natural_key, numeral_value

TEMPLATES = ["{}.jpg", "第{}页.jpg", "扫描 ({}).JPG", "IMG_{:04}.tif", "卷1/{}/a.png", "a-{}.2.jpg"]
PARTS = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1)


def ordered(names: list[str]) -> list[str]:
    paths = [PurePosixPath(name) for name in names]
    return [str(path) for path in sorted(paths, key=natural_key)]


@given(
    numbers=st.lists(st.integers(0, 99_999), unique=True, max_size=30),
    template=st.sampled_from(TEMPLATES),
)
def test_numbers_count_as_numbers(numbers: list[int], template: str) -> None:
    names = [template.format(number) for number in numbers]
    assert ordered(names) == [template.format(number) for number in sorted(numbers)]


@given(
    paths=st.lists(st.lists(PARTS, min_size=1, max_size=3), max_size=12),
    seed=st.integers(0, 1000),
)
def test_the_order_does_not_depend_on_how_the_disk_lists_files(
    paths: list[list[str]], seed: int
) -> None:
    names = sorted({str(PurePosixPath(*parts)) for parts in paths})
    shuffled = list(names)
    random.Random(seed).shuffle(shuffled)
    assert ordered(shuffled) == ordered(names)


@pytest.mark.parametrize(
    "names",
    [
        ["1.jpg", "2.jpg", "10.jpg"],
        ["第1页.jpg", "第3页.jpg", "第12页.jpg"],
        ["第一页.jpg", "第二页.jpg", "第九页.jpg", "第十页.jpg", "第二十一页.jpg"],
        ["卷一/1.jpg", "卷二/1.jpg", "卷十/1.jpg", "卷十一/1.jpg"],
        ["上册.pdf", "中册.pdf", "下册.pdf"],
        ["一、起诉状.pdf", "二、答辩状.pdf", "十、判决书.pdf"],
        ["材料（二）.jpg", "材料（十）.jpg"],
        ["１.jpg", "２.jpg", "１０.jpg"],
        ["img_1.JPG", "IMG_2.jpg", "img_10.jpg"],
        ["1/2.jpg", "1/10.jpg", "2/1.jpg", "10/1.jpg"],
        ["2019-1-2.jpg", "2019-1-10.jpg", "2019-10-1.jpg"],
        ["1.jpg", "1-1.jpg", "1-2.jpg", "2.jpg"],
        ["封面.jpg", "目录1.jpg", "目录2.jpg", "001.jpg", "证据.jpg", "备考表.jpg", "封底.jpg"],
        ["正卷/卷宗封面.png", "正卷/1.png", "副卷/1.png"],
        ["1正.jpg", "1反.jpg", "2正.jpg", "2反.jpg", "10正.jpg"],
        ["001_正面.jpg", "001_背面.jpg", "002_正面.jpg"],
        ["2/9.jpg", "2.jpg", "10/1.jpg", "10.jpg"],
        ["三方协议 1.jpg", "三方协议 2.jpg"],
    ],
)
def test_names_as_they_come(names: list[str]) -> None:
    assert ordered(list(reversed(names))) == names


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("零", 0),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零五", 105),
        ("两百三十", 230),
        ("一〇二", 102),
        ("一千二百三十四", 1234),
        ("二〇一九", 2019),
    ],
)
def test_numerals(numeral: str, value: int) -> None:
    assert numeral_value(numeral) == value
