"""Draws pages with private values at known places, for the measurement of masking on pictures.

Every character is drawn twice: as ink on the page, and as its number on a map of the same size, so
that it is known of every dark pixel whose it is. Two families differ in faces, in the words of
labels and sentences and in seeds; nothing is tuned on the family `check`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from accuracy_masking import SENTENCES, people_of, told
from scanner.paper import degrade, stamps
from scanner.paper.case import make_case
from scanner.paper.chance import choices, pixels
from scanner.paper.fonts import load_font, runs
from scanner.paper.people import NameBook
from scanner.paper.render import BASELINE, SEAL_RED, page_size, press
from scanner.paper.typography import scan_style_of

Pixels = NDArray[np.uint8]
Map = NDArray[np.int32]
Told = tuple[str, list[str]]
Box = tuple[int, int, int, int]

DEVELOPMENT, CHECK = "development", "check"
FAMILIES = (DEVELOPMENT, CHECK)
_POINT = 1 / 72
_FACES = {DEVELOPMENT: ("song", "serif", "hei"), CHECK: ("kai", "micro", "sans")}
_SENTENCES = {
    DEVELOPMENT: SENTENCES,
    CHECK: (
        *SENTENCES[2:4],
        "申请人{name}，{sex}，{nation}，户籍所在地{county}[address:{home}]，"
        "身份证号码[identity:{identity}]，手机：[phone:{mobile}]。",
        "上述款项转入{name}名下尾数不详的银行卡，卡号为[account:{card}]，开户行{bank}。",
        "本院依法向{county}[address:{home}]邮寄送达应诉材料，收件人{name}，电话[phone:{mobile}]。",
        "第三人{company}，统一社会信用代码91{area}M{code}，法定代表人{name}。",
        "{name}（身份证[identity:{identity}]）于{birth}向原告出具借条，借款金额{amount}元。",
        "退款账户：{bank}，户名{name}，账号[account:{spaced}]。",
        "肇事车辆号牌为[plate:{plate}]，登记车主{name}，现住{county}[address:{home}]。",
        "联系方式：[phone:{mobile}]；固定电话[phone:025-{landline}]；邮箱[mail:{mail}]。",
        "庭审中{name}称其于2021年6月18日转账{amount}元，微信聊天记录第{number}页可以证明。",
    ),
}
_FORM = {
    DEVELOPMENT: (
        ("姓名", "{name}"),
        ("性别", "{sex}"),
        ("公民身份号码", "[identity:{identity}]"),
        ("住址", "{county}[address:{home}]"),
        ("联系电话", "[phone:{mobile}]"),
        ("开户行", "{bank}"),
        ("账号", "[account:{spaced}]"),
        ("标的额", "{amount}元"),
        ("电子邮箱", "[mail:{mail}]"),
        ("车牌号", "[plate:{plate}]"),
        ("立案日期", "{birth}"),
    ),
    CHECK: (
        ("当事人", "{name}"),
        ("民族", "{nation}"),
        ("证件号码", "[identity:{identity}]"),
        ("送达地址", "{county}[address:{home}]"),
        ("手机号码", "[phone:{mobile}]"),
        ("银行卡号", "[account:{card}]"),
        ("开户银行", "{bank}"),
        ("诉讼费", "{amount}元"),
        ("邮箱", "[mail:{mail}]"),
        ("工作单位", "{company}"),
        ("出生日期", "{birth}"),
    ),
}
_LIST = {
    DEVELOPMENT: ("姓名", "身份证号码", "联系电话", "备注"),
    CHECK: ("当事人", "公民身份号码", "手机", "金额"),
}
_LIST_CELLS = ("{name}", "[identity:{identity}]", "[phone:{mobile}]", "{amount}元")
_LIST_SHARES = (0.0, 0.16, 0.58, 0.82, 1.0)
_CARD = (
    "姓名　{name}",
    "性别　{sex}　民族　{nation}",
    "出生　{birth}",
    "住址　{county}[address:{home}]",
    "公民身份号码　[identity:{identity}]",
)


@dataclass(kw_only=True)
class DrawnPage:
    """A page (RGB) with, of every pixel, the number of the character whose ink it is (0 for none);
    `signs` and `owners` tell of character n at n - 1 its sign and the secret it belongs to ("" for
    none)."""

    picture: Pixels
    places: Map
    signs: list[str] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)


def drawn_page(family: str, seed: int) -> tuple[DrawnPage, int]:
    """An A4 page as a scanner gives it, and its resolution: 200 dpi on odd seeds, 300 on even."""
    dpi = 200 if seed % 2 else 300
    chance = choices(seed, "masking", family)
    wide, high = page_size(dpi)
    desk = _Desk(family=family, chance=chance, dpi=dpi, size=(wide, high))
    book, place = people_of(seed, chance)
    for number, part in enumerate(desk.parts()):
        if not desk.has_room():
            break
        part(partial(_told_of, book, place, chance, f"{number}.{seed}"))
    page = desk.finished()
    _pressed(page, chance, pixels(seed, "seals"), dpi, seed)
    _scanned(page, family, seed, dpi)
    return page, dpi


def _told_of(book: NameBook, place: str, chance: random.Random, name: str, sentence: str) -> Told:
    return told(sentence, book, place, chance, name)


class _Desk:
    """A page while it is set, from top to bottom."""

    def __init__(
        self, *, family: str, chance: random.Random, dpi: int, size: tuple[int, int]
    ) -> None:
        self._family, self._chance, self._dpi = family, chance, dpi
        self._face = chance.choice(_FACES[family])
        self._em = round(chance.choice((10.5, 12, 14, 15)) * _POINT * dpi)
        self._image = Image.new("L", size, 255)
        self._draw = ImageDraw.Draw(self._image)
        self._places: Map = np.zeros(size[::-1], np.int32)
        self._signs: list[str] = []
        self._owners: list[str] = []
        self._left = round(chance.uniform(24, 34) / 25.4 * dpi)
        self._right = size[0] - round(chance.uniform(22, 30) / 25.4 * dpi)
        self._y = round(28 / 25.4 * dpi)
        self._pitch = round(self._em * chance.choice((1.5, 1.7, 1.9)))

    def parts(self) -> list[Callable[[Callable[[str], Told]], None]]:
        """What the page is made of, in a random order."""
        chosen = [self._letter, self._form, self._list, self._card]
        return self._chance.sample(chosen, 4)

    def has_room(self) -> bool:
        """Whether another part may begin; its values may still be cut by the end of the page."""
        return self._y < 0.72 * self._image.height

    def finished(self) -> DrawnPage:
        grey = np.asarray(self._image, np.uint8)
        picture = np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))
        return DrawnPage(
            picture=picture, places=self._places, signs=self._signs, owners=self._owners
        )

    def _letter(self, tell: Callable[[str], Told]) -> None:
        for index, sentence in enumerate(self._chance.sample(_SENTENCES[self._family], 5)):
            text, owners = tell(sentence)
            named = [f"{owner}{index}" if owner else "" for owner in owners]
            self._block(("　　" + text, ["", "", *named]), self._left, self._right)
        self._y += self._pitch // 2

    def _form(self, tell: Callable[[str], Told]) -> None:
        """A ruled form of two pairs of cells a row."""
        rows = self._chance.sample(_FORM[self._family], 6)
        half = (self._right - self._left) // 2
        label = self._em * 6
        for first in range(0, len(rows), 2):
            top, bottom = self._y, self._y
            edges = []
            for column, (name, value) in enumerate(rows[first : first + 2]):
                left = self._left + column * half
                edges += [left, left + label + self._em // 2]
                self._y = top + self._pitch // 3
                self._block((name, [""] * len(name)), left + self._em // 3, left + label)
                self._y = top + self._pitch // 3
                self._block(tell(value), left + label + self._em, left + half - self._em // 4)
                bottom = max(bottom, self._y)
            self._ruled(top, bottom, [*edges, self._right])
            self._y = bottom
        self._y += self._pitch

    def _list(self, tell: Callable[[str], Told]) -> None:
        """A ruled list of people below a row of headings."""
        wide = self._right - self._left
        columns = [self._left + round(share * wide) for share in _LIST_SHARES]
        kept, self._em = self._em, min(self._em, wide // 46)
        for row in range(4):
            top, bottom = self._y, self._y
            cells = _LIST[self._family] if row == 0 else _LIST_CELLS
            for index, cell in enumerate(cells):
                text, owners = tell(cell)
                named = [f"{owner}{row}" if owner else "" for owner in owners]
                self._y = top + self._pitch // 4
                left = columns[index] + self._em // 3
                self._block((text, named), left, columns[index + 1] - self._em // 5)
                bottom = max(bottom, self._y)
            self._ruled(top, bottom, columns)
            self._y = bottom
        self._em = kept
        self._y += self._pitch

    def _card(self, tell: Callable[[str], Told]) -> None:
        """A narrow block, as on a copy of an identity card; the number may be set wide."""
        left = self._left + self._em * 2
        for row in _CARD:
            spaced = 0.45 if "identity" in row and self._chance.random() < 0.5 else 0.0
            self._block(tell(row), left, left + self._em * 20, spaced)
        self._y += self._pitch // 2

    def _block(self, words: Told, left: int, right: int, spacing: float = 0.0) -> None:
        """Sets words from `left`, in as many lines as they need."""
        x = float(left)
        for sign, owner in zip(*words, strict=True):
            face = runs(self._face, sign)[0][0]
            length = load_font(face, self._em).getlength(sign) + spacing * self._em
            if x + length > right:
                x, self._y = float(left), self._y + self._pitch
            if self._y + self._pitch < self._image.height - self._pitch * 2:
                self._set(sign, owner, face, x)
            x += length
        self._y += self._pitch

    def _set(self, sign: str, owner: str, face: str, x: float) -> None:
        if sign.isspace():
            return
        font = load_font(face, self._em)
        baseline = self._y + BASELINE * self._em
        self._draw.text((x, baseline), sign, font=font, fill=30, anchor="ls")
        self._signs.append(sign)
        self._owners.append(owner)
        x0, y0, x1, y1 = (round(v) for v in font.getbbox(sign, anchor="ls"))
        box = (round(x) + x0 - 2, round(baseline) + y0 - 2, round(x) + x1 + 3, round(baseline) + y1)
        part = np.asarray(self._image.crop((*box[:3], box[3] + 3)), np.uint8)
        area = self._places[box[1] : box[3] + 3, box[0] : box[2]]
        area[(part < 120) & (area == 0)] = len(self._signs)

    def _ruled(self, top: int, bottom: int, columns: Sequence[int]) -> None:
        for y in (top, bottom):
            self._draw.line(
                (self._left, y, self._right, y), fill=70, width=max(1, self._dpi // 100)
            )
        for x in columns:
            self._draw.line((x, top, x, bottom), fill=70, width=max(1, self._dpi // 100))


def _pressed(
    page: DrawnPage, chance: random.Random, noise: np.random.Generator, dpi: int, seed: int
) -> None:
    """Seals over private values, and now and then a blot or a stroke that hides some figures."""
    secrets = [number for number, owner in enumerate(page.owners, 1) if owner]
    court = str(dict(make_case(seed).court_record)["name"])
    for _ in range(chance.choice((0, 1, 2))):
        x, y = _middle(page, chance.choice(secrets))
        mask = stamps.round_seal(court, "", round(chance.uniform(38, 44) / 25.4 * dpi))
        mask = stamps.turned(mask, chance.uniform(-20, 20))
        mask = stamps.uneven(mask, noise, chance.uniform(0.7, 1.0))
        press(page.picture, mask, x + chance.uniform(-60, 60), y, SEAL_RED)
    for _ in range(chance.choice((0, 0, 1, 2))):
        x, y = _middle(page, chance.choice(secrets))
        reach = round(chance.uniform(1.5, 5.0) / 25.4 * dpi)
        ink = chance.choice(((40, 44, 90), (25, 25, 25), (200, 40, 44)))
        if chance.random() < 0.5:
            cv2.ellipse(page.picture, (x, y), (reach, reach // 2), 0, 0, 360, ink, -1, cv2.LINE_AA)
        else:
            end = (x + 4 * reach, y + chance.randint(-reach, reach))
            cv2.line(page.picture, (x, y), end, ink, max(2, dpi // 60), cv2.LINE_AA)


def _middle(page: DrawnPage, number: int) -> tuple[int, int]:
    ys, xs = np.nonzero(page.places == number)
    return (int(xs.mean()), int(ys.mean())) if len(xs) else (0, 0)


def _scanned(page: DrawnPage, family: str, seed: int, dpi: int) -> None:
    """Paper, tilt, grain and packing, in place."""
    noise = pixels(seed, "scan", family)
    style = scan_style_of(family, choices(seed, "style", family))
    picture = degrade.on_paper(page.picture, None, style, dpi, noise, bleed=0.0, tint=style.tint)
    degrees = float(noise.uniform(-1, 1)) * (style.skew if seed % 5 else 2.6)
    picture, matrix = degrade.tilt(picture, degrees, style.edge)
    size = page.places.shape[::-1]
    page.places = np.asarray(
        cv2.warpAffine(page.places.astype(np.float32), matrix, size, flags=cv2.INTER_NEAREST),
        np.float32,
    ).astype(np.int32)
    grain = degrade.make_grain(
        style.noise * float(noise.choice([1, 1, 4])), picture.shape[1], picture.shape[0], noise
    )
    page.picture = degrade.add_grain(picture, grain, noise)
