#!/usr/bin/env python3
"""卷宗包与卷宗护照的独立核验程序 - proves a dossier package and its passport without the program
that made them.

    python3 verify.py [PACKAGE] [--passport FILE] [--code TEXT] [--trust FILE|FINGERPRINT] [--json]

PACKAGE is the folder of a package or its ZIP container; by default the folder that this script lies
in. --passport names a passport that does not lie in the package; --code is what the QR code of the
printed passport says; --trust the certificate (DER or PEM) of the court that signed, or its SHA-256
fingerprint, got from the court by another way.

Python 3.8 or later and its standard library are all it needs; nothing is written and no network is
used. It stays one file, so that whoever holds a package in fifty years can read all that judges it.
Exit status: 0 everything that was looked at holds; 1 something does not; 2 it could not be read.

Digests are SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016); signatures RSA (RFC 8017, PKCS #1 v1.5
with SHA-256), ECDSA over P-256 (FIPS 186-5), Ed25519 (RFC 8032) and SM2 with SM3 (GB/T 32918.2);
the folder is a bag of BagIt 1.0 (RFC 8493).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import stat
import sys
import unicodedata
import zipfile
from typing import Any, BinaryIO, Dict, Iterator, List, Optional, Tuple

MANIFEST, PASSPORT = "manifest.json", "passport.json"
FORMAT, PASSPORT_FORMAT = "juanzong-package", "juanzong-passport/1"
SM2_FILE, CMS_FILE = "manifest.sig", "manifest.p7s"
# What the QR code of a printed passport begins with.
CODE = "JZP1:"
BAG_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
# What may be laid beside a sealed package without changing what its manifest names.
LATER = (SM2_FILE, CMS_FILE, PASSPORT, "commit.json")
CHUNK = 1 << 20
MOST_FILES, MOST_MANIFEST = 400_000, 512 << 20
# A deflated member of a container may not grow by more than this.
MOST_GROWTH = 200


class Unreadable(Exception):
    """What was named is no package."""


# --- what a package lies in ---------------------------------------------------------------------


class Folder:
    """The files of a package folder; links and devices are told and never followed."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.sizes: Dict[str, int] = {}
        self.odd: List[str] = []
        for folder, names, files in os.walk(root, onerror=self._unreadable):
            for name in list(names) + files:
                path = os.path.join(folder, name)
                status = os.lstat(path)
                relative = os.path.relpath(path, root).replace(os.sep, "/")
                if stat.S_ISREG(status.st_mode):
                    self.sizes[relative] = status.st_size
                elif not stat.S_ISDIR(status.st_mode):
                    self.odd.append(relative)
            if len(self.sizes) > MOST_FILES:
                raise Unreadable("文件过多 too many files")

    def _unreadable(self, error: OSError) -> None:
        self.odd.append(str(error.filename))

    def open(self, path: str) -> BinaryIO:
        return open(os.path.join(self.root, *path.split("/")), "rb")


class Container:
    """The files of a package in a ZIP container; nothing is unpacked to disk."""

    def __init__(self, file: str) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except (OSError, zipfile.BadZipFile) as error:
            raise Unreadable(str(error)) from error
        self.sizes: Dict[str, int] = {}
        self.odd: List[str] = []
        self._members: Dict[str, zipfile.ZipInfo] = {}
        members = [one for one in self._zip.infolist() if not one.is_dir()]
        if len(members) > MOST_FILES:
            raise Unreadable("文件过多 too many files")
        names = [path_of(one) for one in members]
        # A container may hold the package itself or one folder with it.
        manifests = [name for name in names if name.rsplit("/", 1)[-1] == MANIFEST]
        shortest = min(manifests, key=lambda name: name.count("/"), default="")
        prefix = shortest[: -len(MANIFEST)]
        for member, name in zip(members, names):
            linked = stat.S_ISLNK(member.external_attr >> 16)
            twice = name in self.sizes or not name.startswith(prefix)
            grown = member.file_size > MOST_GROWTH * max(member.compress_size, 1) + CHUNK
            if linked or twice or grown or member.flag_bits & 1 or path_fault(name):
                self.odd.append(name)
                continue
            self.sizes[name[len(prefix) :]] = member.file_size
            self._members[name[len(prefix) :]] = member

    def open(self, path: str) -> BinaryIO:
        return self._zip.open(self._members[path])  # type: ignore[return-value]


def path_of(member: zipfile.ZipInfo) -> str:
    """The name as it stands in the container: `zipfile` itself hides backslashes and zeros."""
    return member.orig_filename


def path_fault(path: str) -> str:
    """Why a path must not be followed; empty when it is safe."""
    parts = path.split("/")
    if not path or path.startswith("/") or "\\" in path or path[1:2] == ":":
        return "不是包内的相对路径 not a path inside the package"
    if any(part in ("", ".", "..") for part in parts):
        return "含有“..”或空的目录名 holds '..' or an empty name"
    if any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in path):
        return "含有控制字符 holds control characters"
    return ""


# --- SM3 ----------------------------------------------------------------------------------------

SM3_START = (
    0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
)  # fmt: skip
WORD = 0xFFFFFFFF


def rotated(word: int, by: int) -> int:
    by %= 32
    return ((word << by) | (word >> (32 - by))) & WORD


def sm3_block(state: Tuple[int, ...], block: bytes) -> Tuple[int, ...]:
    """One step of SM3 (GB/T 32905-2016, 5.3)."""
    words = [int.from_bytes(block[at : at + 4], "big") for at in range(0, 64, 4)]
    for j in range(16, 68):
        mixed = words[j - 16] ^ words[j - 9] ^ rotated(words[j - 3], 15)
        mixed ^= rotated(mixed, 15) ^ rotated(mixed, 23)
        words.append(mixed ^ rotated(words[j - 13], 7) ^ words[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        constant = 0x79CC4519 if j < 16 else 0x7A879D8A
        first = rotated((rotated(a, 12) + e + rotated(constant, j)) & WORD, 7)
        second = first ^ rotated(a, 12)
        if j < 16:
            chosen, mixed = a ^ b ^ c, e ^ f ^ g
        else:
            chosen, mixed = (a & b) | (a & c) | (b & c), (e & f) | (~e & WORD & g)
        upper = (chosen + d + second + (words[j] ^ words[j + 4])) & WORD
        lower = (mixed + h + first + words[j]) & WORD
        a, b, c, d = upper, a, rotated(b, 9), c
        e, f, g, h = lower ^ rotated(lower, 9) ^ rotated(lower, 17), e, rotated(f, 19), g
    return tuple(x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h)))


class PlainSm3:
    """SM3 in Python, for a Python whose OpenSSL has none; slow, and the same digest."""

    def __init__(self) -> None:
        self._state: Tuple[int, ...] = SM3_START
        self._rest = b""
        self._size = 0

    def update(self, data: bytes) -> None:
        self._size += len(data)
        data = self._rest + data
        whole = len(data) - len(data) % 64
        for at in range(0, whole, 64):
            self._state = sm3_block(self._state, data[at : at + 64])
        self._rest = data[whole:]

    def hexdigest(self) -> str:
        padding = b"\x80" + bytes((55 - self._size) % 64) + (8 * self._size).to_bytes(8, "big")
        state, rest = self._state, self._rest + padding
        for at in range(0, len(rest), 64):
            state = sm3_block(state, rest[at : at + 64])
        return "".join("%08x" % word for word in state)


def new_sm3() -> Any:
    """SM3 of OpenSSL where there is one, which is a hundred times faster."""
    try:
        return hashlib.new("sm3")
    except ValueError:
        return PlainSm3()


def sm3(data: bytes) -> bytes:
    digest = new_sm3()
    digest.update(data)
    return bytes.fromhex(digest.hexdigest())


# --- signatures ---------------------------------------------------------------------------------

# y² = x³ + ax + b over the prime p, the point G of order n.
P256 = {
    "p": 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    "a": -3,
    "b": 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    "n": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "x": 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    "y": 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
}
SM2 = {
    "p": 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF,
    "a": -3,
    "b": 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    "n": 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
    "x": 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    "y": 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
}
# Who signs when nothing else was agreed on (GB/T 35276).
SM2_IDENTITY = b"1234567812345678"
OID_RSA = "2a864886f70d010101"
OID_EC = "2a8648ce3d0201"
OID_P256 = "2a8648ce3d030107"
OID_SM2 = "2a811ccf5501822d"
OID_ED25519 = "2b6570"
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")

Point = Optional[Tuple[int, int]]


def add(curve: Dict[str, int], one: Point, other: Point) -> Point:
    p = curve["p"]
    if one is None or other is None:
        return other if one is None else one
    if one[0] == other[0]:
        if (one[1] + other[1]) % p == 0:
            return None
        slope = (3 * one[0] * one[0] + curve["a"]) * pow(2 * one[1], -1, p) % p
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, p) % p
    x = (slope * slope - one[0] - other[0]) % p
    return x, (slope * (one[0] - x) - one[1]) % p


def times(curve: Dict[str, int], factor: int, point: Point) -> Point:
    found: Point = None
    while factor:
        if factor & 1:
            found = add(curve, found, point)
        point, factor = add(curve, point, point), factor >> 1
    return found


def lies_on(curve: Dict[str, int], point: Tuple[int, int]) -> bool:
    p, (x, y) = curve["p"], point
    inside = 0 <= x < p and 0 <= y < p
    return inside and (y * y - (x * x * x + curve["a"] * x + curve["b"])) % p == 0


def curve_holds(
    curve: Dict[str, int], point: Tuple[int, int], signature: bytes, data: bytes
) -> bool:
    """Whether an ECDSA (P-256) or SM2 signature is of `data`."""
    r, s = (int.from_bytes(part, "big", signed=True) for part in sequence(signature))
    n, base = curve["n"], (curve["x"], curve["y"])
    if not (0 < r < n and 0 < s < n and lies_on(curve, point)):
        return False
    if curve is SM2:
        parts = [curve["a"] % curve["p"], curve["b"], *base, *point]
        identity = (8 * len(SM2_IDENTITY)).to_bytes(2, "big") + SM2_IDENTITY
        about = sm3(identity + b"".join(part.to_bytes(32, "big") for part in parts))
        digest = int.from_bytes(sm3(about + data), "big")
        t = (r + s) % n
        found = add(curve, times(curve, s, base), times(curve, t, point)) if t else None
        return found is not None and (digest + found[0]) % n == r
    digest = int.from_bytes(hashlib.sha256(data).digest(), "big")
    inverse = pow(s, -1, n)
    found = add(
        curve, times(curve, digest * inverse % n, base), times(curve, r * inverse % n, point)
    )
    return found is not None and found[0] % n == r


def rsa_holds(modulus: int, exponent: int, signature: bytes, data: bytes) -> bool:
    """Whether a PKCS #1 v1.5 signature with SHA-256 is of `data` (RFC 8017, 8.2.2)."""
    size = (modulus.bit_length() + 7) // 8
    wanted = SHA256_INFO + hashlib.sha256(data).digest()
    filled = b"\x00\x01" + b"\xff" * (size - len(wanted) - 3) + b"\x00" + wanted
    if len(signature) != size or modulus.bit_length() < 2048:
        return False
    return pow(int.from_bytes(signature, "big"), exponent, modulus).to_bytes(size, "big") == filled


ED_P = 2**255 - 19
ED_ORDER = 2**252 + 27742317777372353535851937790883648493
ED_D = -121665 * pow(121666, -1, ED_P) % ED_P


def ed_point(data: bytes) -> Tuple[int, int]:
    """The point of 32 bytes (RFC 8032, 5.1.3). Raises ValueError when there is none."""
    y = int.from_bytes(data, "little")
    odd, y = y >> 255, y & ((1 << 255) - 1)
    square = (y * y - 1) * pow(ED_D * y * y + 1, -1, ED_P) % ED_P
    x = pow(square, (ED_P + 3) // 8, ED_P)
    if (x * x - square) % ED_P:
        x = x * pow(2, (ED_P - 1) // 4, ED_P) % ED_P
    if y >= ED_P or (x * x - square) % ED_P or (x == 0 and odd):
        raise ValueError("no point")
    return (ED_P - x if x & 1 != odd else x), y


def ed_add(one: Tuple[int, int], other: Tuple[int, int]) -> Tuple[int, int]:
    (x1, y1), (x2, y2) = one, other
    mixed = ED_D * x1 * x2 * y1 * y2 % ED_P
    x = (x1 * y2 + x2 * y1) * pow(1 + mixed, -1, ED_P) % ED_P
    return x, (y1 * y2 + x1 * x2) * pow(1 - mixed, -1, ED_P) % ED_P


def ed_times(factor: int, point: Tuple[int, int]) -> Tuple[int, int]:
    found = (0, 1)
    while factor:
        if factor & 1:
            found = ed_add(found, point)
        point, factor = ed_add(point, point), factor >> 1
    return found


def ed_holds(key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether an Ed25519 signature is of `data` (RFC 8032, 5.1.7)."""
    if len(key) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    base_y = 4 * pow(5, -1, ED_P) % ED_P
    try:
        base = ed_point(base_y.to_bytes(32, "little"))
        public, commitment = ed_point(key), ed_point(signature[:32])
    except ValueError:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + data).digest(), "little")
    right = ed_add(commitment, ed_times(challenge % ED_ORDER, public))
    return s < ED_ORDER and ed_times(s, base) == right


# --- DER (X.690), as far as certificates need it -------------------------------------------------


def element(data: bytes, at: int = 0) -> Tuple[int, int, int]:
    """Tag, beginning and end of the value at `at`. Raises ValueError."""
    if at + 2 > len(data):
        raise ValueError("DER ends too early")
    tag, size, begin = data[at], data[at + 1], at + 2
    if size & 0x80:
        count = size & 0x7F
        if not 1 <= count <= 4:
            raise ValueError("DER length")
        size = int.from_bytes(data[begin : begin + count], "big")
        begin += count
    if begin + size > len(data):
        raise ValueError("DER ends too early")
    return tag, begin, begin + size


def elements(data: bytes) -> Iterator[Tuple[int, bytes, bytes]]:
    """Tag, value and whole of each element in a row."""
    at = 0
    while at < len(data):
        tag, begin, end = element(data, at)
        yield tag, data[begin:end], data[at:end]
        at = end


def sequence(data: bytes) -> List[bytes]:
    """The values of a SEQUENCE."""
    tag, begin, end = element(data)
    if tag != 0x30 or end != len(data):
        raise ValueError("no SEQUENCE")
    return [value for _tag, value, _whole in elements(data[begin:end])]


def key_information(data: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a certificate, or `data` itself when it is one."""
    _tag, begin, end = element(data)
    inner = list(elements(data[begin:end]))
    if len(inner) == 2 and inner[1][0] == 0x03:
        return data
    parts = list(elements(inner[0][1]))
    # The version is there or not; the key is the sixth field behind it (RFC 5280, 4.1).
    return parts[6 if parts[0][0] == 0xA0 else 5][2]


def names_of(data: bytes) -> str:
    """The last names (CN, or what is last) of the subject of a certificate, for people."""
    try:
        _tag, begin, end = element(data)
        parts = list(elements(next(elements(data[begin:end]))[1]))
        subject = parts[5 if parts[0][0] == 0xA0 else 4][1]
        last = list(elements(subject))[-1][1]
        tag, value, _whole = list(elements(sequence_of(last)))[1]
        return value.decode("utf-16-be" if tag == 0x1E else "utf-8", "replace")
    except (ValueError, IndexError):
        return ""


def sequence_of(data: bytes) -> bytes:
    _tag, begin, end = element(data)
    return data[begin:end]


def signature_holds(certificate: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature` is of `data` by the key of a certificate (or of a bare public key, both
    DER). Raises ValueError when the key is of no known kind."""
    algorithm, bits = sequence(key_information(certificate))
    kinds = [value.hex() for _tag, value, _whole in elements(algorithm)]
    key = bits[1:]
    if kinds[0] == OID_RSA:
        modulus, exponent = (int.from_bytes(part, "big") for part in sequence(key))
        return rsa_holds(modulus, exponent, signature, data)
    if kinds[0] == OID_ED25519:
        return ed_holds(key, signature, data)
    curves = {OID_P256: P256, OID_SM2: SM2}
    if kinds[0] == OID_EC and kinds[1] in curves and len(key) == 65 and key[0] == 4:
        point = (int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big"))
        try:
            return curve_holds(curves[kinds[1]], point, signature, data)
        except ValueError:
            return False
    raise ValueError("unknown kind of key")


# --- the judgement ------------------------------------------------------------------------------


class Report:
    """What was looked at: "pass", "fail", or "manual" for what this script cannot judge."""

    def __init__(self) -> None:
        self.rows: List[Dict[str, str]] = []
        self.facts: Dict[str, Any] = {}

    def tell(self, code: str, name: str, faults: List[str], manual: str = "") -> None:
        result = "fail" if faults else "manual" if manual else "pass"
        remark = "；".join(faults[:5]) or manual
        if len(faults) > 5:
            remark += "；共 %d 处 in all" % len(faults)
        self.rows.append({"code": code, "name": name, "result": result, "remark": remark})

    @property
    def holds(self) -> bool:
        return all(row["result"] != "fail" for row in self.rows)


def canonical(value: Any) -> bytes:
    """JSON in the one form that is digested and signed."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"


def read(tree: Any, path: str, limit: int = MOST_MANIFEST) -> bytes:
    """The bytes of a file that has to be there. Raises Unreadable."""
    if path not in tree.sizes:
        raise Unreadable("缺少文件 missing file: " + path)
    if tree.sizes[path] > limit:
        raise Unreadable("文件过大 too large: " + path)
    try:
        with tree.open(path) as stream:
            return bytes(stream.read())
    except (OSError, zipfile.BadZipFile) as error:
        raise Unreadable("%s: %s" % (path, error)) from error


def load(data: bytes, name: str) -> Dict[str, Any]:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable("%s: %s" % (name, error)) from error
    if not isinstance(content, dict):
        raise Unreadable("%s 不是对象 is no object" % name)
    return content


def digests(tree: Any, path: str) -> Tuple[str, str, int]:
    sha256, second, size = hashlib.sha256(), new_sm3(), 0
    with tree.open(path) as stream:
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            sha256.update(chunk)
            second.update(chunk)
            size += len(chunk)
    return sha256.hexdigest(), second.hexdigest(), size


def check_package(tree: Any, trust: List[str], report: Report) -> Dict[str, Any]:
    """Every file against the manifest, and the manifest against the bag; gives the manifest."""
    data = read(tree, MANIFEST)
    manifest = load(data, MANIFEST)
    if not str(manifest.get("format", "")).startswith(FORMAT):
        raise Unreadable("不是卷宗包 is no dossier package")
    identity = hashlib.sha256(data).hexdigest()
    report.facts.update(
        package=str(manifest.get("package_id", "")),
        version=manifest.get("version"),
        sha256=identity,
        sm3=sm3(data).hex(),
        counts=manifest.get("counts", {}),
    )
    rows = manifest.get("files")
    rows = rows if isinstance(rows, list) else []
    listed = {str(row.get("path")): row for row in rows if isinstance(row, dict)}
    unsafe = ["%s：%s" % (path, path_fault(path)) for path in listed if path_fault(path)]
    unsafe += tree.odd
    unsafe += clashes(list(tree.sizes))
    if len(listed) != len(rows):
        unsafe.append("清单中有重复或不完整的行 rows named twice or malformed")
    report.tell("V-1", "路径安全 paths are safe", unsafe)
    seals = ("manifest-sha256.txt", "manifest-sm3.txt", "tagmanifest-sha256.txt", MANIFEST)
    missing = sorted(set(listed) - set(tree.sizes))
    stray = sorted(set(tree.sizes) - set(listed) - set(seals) - set(LATER))
    report.tell("V-2", "文件齐全 no file is missing", missing)
    report.tell("V-3", "没有多余文件 no file too many", stray)
    changed = []
    found: Dict[str, Tuple[str, str, int]] = {}
    for path, row in sorted(listed.items()):
        if path in tree.sizes and not path_fault(path):
            try:
                found[path] = digests(tree, path)
            except (OSError, zipfile.BadZipFile) as error:
                changed.append("%s (%s)" % (path, error))
                continue
            if found[path] != (row.get("sha256"), row.get("sm3"), row.get("size")):
                changed.append(path)
    report.tell("V-4", "每个文件未被改动（SHA-256、SM3、长度） no file was changed", changed)
    check_bag(tree, report, found)
    check_sides(manifest, listed, report)
    check_manifest_signatures(tree, data, trust, report)
    return manifest


def check_manifest_signatures(tree: Any, manifest: bytes, trust: List[str], report: Report) -> None:
    """The signatures beside the manifest, where there are any."""
    if SM2_FILE in tree.sizes:
        record = load(read(tree, SM2_FILE), SM2_FILE)
        name = "清单的 SM2 签名有效 the SM2 signature of the manifest holds"
        judge_signature("V-7", name, record, manifest, trust, report)
    if CMS_FILE in tree.sizes:
        told = "用 OpenSSL 核验 by: openssl cms -verify -binary -inform DER -in %s -content %s"
        name = "清单的 CMS 签名 the CMS signature of the manifest"
        report.tell("V-8", name, [], told % (CMS_FILE, MANIFEST))


def judge_signature(
    code: str, name: str, signature: Any, data: bytes, trust: List[str], report: Report
) -> None:
    """Whether {"certificate", "value"} signs `data`, and whether that signer is trusted."""
    try:
        certificate = base64.b64decode(signature["certificate"], validate=True)
        value = base64.b64decode(signature["value"], validate=True)
        holds = signature_holds(certificate, value, data)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        report.tell(code, name, ["没有可用的签名 no signature that can be read (%s)" % error])
        return
    fingerprint = hashlib.sha256(certificate).hexdigest()
    signer = names_of(certificate)
    report.facts.setdefault("signers", []).append({"name": signer, "sha256": fingerprint})
    if not holds:
        report.tell(code, name, ["内容与签名不符 the content is not what was signed"])
    elif not trust:
        told = "请向法院核对签名人 %s 的证书指纹 ask the court for the fingerprint: %s"
        report.tell(code, name, [], told % (signer, fingerprint))
    elif fingerprint not in trust:
        report.tell(code, name, ["签名人不是所信任的 signed by somebody else: " + fingerprint])
    else:
        report.tell(code, name, [])


def clashes(paths: List[str]) -> List[str]:
    """Names that some file systems take for one."""
    seen: Dict[str, str] = {}
    twice = []
    for path in paths:
        folded = unicodedata.normalize("NFC", path).casefold()
        if folded in seen:
            twice.append("%s / %s" % (seen[folded], path))
        seen[folded] = path
    return twice


def check_bag(tree: Any, report: Report, found: Dict[str, Tuple[str, str, int]]) -> None:
    """The folder as a bag (RFC 8493): declaration, payload and tag manifests, Payload-Oxum."""
    faults = []
    try:
        if read(tree, "bagit.txt", 1000) != BAG_DECLARATION:
            faults.append("bagit.txt")
        payload = {path for path in tree.sizes if path.startswith("data/")}
        listed = digest_list(read(tree, "manifest-sha256.txt"))
        if set(listed) != payload:
            faults.append("manifest-sha256.txt 与 data/ 不符 differs from data/")
        for path, digest in listed.items():
            known = found.get(path)
            if known is not None and known[0] != digest:
                faults.append(path)
        for path, digest in digest_list(read(tree, "tagmanifest-sha256.txt")).items():
            if path not in tree.sizes or digests(tree, path)[0] != digest:
                faults.append(path)
        oxum = "%d.%d" % (sum(tree.sizes[path] for path in payload), len(payload))
        if ("Payload-Oxum: " + oxum) not in read(tree, "bag-info.txt").decode("utf-8", "replace"):
            faults.append("bag-info.txt: Payload-Oxum %s" % oxum)
    except Unreadable as error:
        faults.append(str(error))
    report.tell("V-5", "BagIt 1.0", faults)


def digest_list(data: bytes) -> Dict[str, str]:
    listed: Dict[str, str] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        digest, _blank, path = line.partition(" ")
        listed[path.strip().replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")] = digest
    return listed


def sides_of(manifest: Dict[str, Any]) -> List[Dict[str, Any]]:
    """The sides of all volumes in scanning order. Raises Unreadable."""
    try:
        sides = [side for volume in manifest["volumes"] for side in volume["sides"]]
        return sorted(sides, key=lambda side: int(side["position"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable("清单中册的信息不完整 volumes of the manifest are malformed") from error


def check_sides(manifest: Dict[str, Any], listed: Dict[str, Any], report: Report) -> None:
    """Every side has the picture that was scanned, and the counts are those of the manifest."""
    sides = sides_of(manifest)
    faults = [
        "第 %s 面" % side["position"]
        for side in sides
        if listed.get(str(side.get("file")), {}).get("sha256") != side.get("sha256")
    ]
    positions = [side["position"] for side in sides]
    if len(set(positions)) != len(positions):
        faults.append("面的顺序号重复 positions named twice")
    counts = manifest.get("counts", {})
    numbered = sum(side.get("page_number") is not None for side in sides)
    for name, count in (("sides", len(sides)), ("pages", numbered)):
        if counts.get(name) != count:
            faults.append("%s: %s ≠ %s" % (name, counts.get(name), count))
    report.tell(
        "V-6", "每一面都有原始图像，页数相符 every side has its picture, counts agree", faults
    )


def page_leaf(row: List[Any]) -> bytes:
    return hashlib.sha256(b"\x00" + canonical(row)).digest()


def page_root(rows: List[List[Any]]) -> str:
    """The root over all pages: pairs are digested together until one is left; the odd one rises."""
    level = [page_leaf(row) for row in rows]
    while len(level) > 1:
        paired = [
            hashlib.sha256(b"\x01" + level[at] + level[at + 1]).digest()
            for at in range(0, len(level) - 1, 2)
        ]
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0].hex() if level else ""


def chain_digest(digest: str, row: Dict[str, Any]) -> str:
    """The digest of an event that follows the one with `digest`."""
    plain = {key: value for key, value in row.items() if key != "digest"}
    return hashlib.sha256(digest.encode() + canonical(plain)).hexdigest()


def chain_head(rows: List[Dict[str, Any]]) -> Tuple[str, List[str]]:
    """The last digest of a chain of events, and which of them do not fit."""
    digest, faults = "", []
    for number, row in enumerate(rows, start=1):
        digest = chain_digest(digest, row)
        if row.get("digest") != digest:
            faults.append("第 %d 条 row %d" % (number, number))
            digest = str(row.get("digest"))
    return digest, faults


def check_passport(
    data: bytes, manifest: Optional[Dict[str, Any]], trust: List[str], report: Report
) -> None:
    """The passport: its signature, the package it is of, pages, custody, verdicts, tracks."""
    passport = load(data, PASSPORT)
    if passport.get("format") != PASSPORT_FORMAT:
        raise Unreadable("不是卷宗护照 is no dossier passport")
    report.facts["passport"] = passport.get("number")
    check_signature(passport, trust, report)
    pages = passport.get("pages", {})
    rows = pages.get("rows", []) if isinstance(pages, dict) else []
    faults = [] if rows and page_root(rows) == pages.get("root") else ["页根 root of the pages"]
    if manifest is not None:
        named = passport.get("package", {})
        if named.get("sha256") != report.facts["sha256"] or named.get("sm3") != report.facts["sm3"]:
            faults.append("护照属于另一个包 the passport is of another package")
        actual = [
            [side["position"], side.get("page_number"), side.get("sha256")]
            for side in sides_of(manifest)
        ]
        wrong = [row for row in actual if row not in rows] + [
            row for row in rows if row not in actual
        ]
        faults += ["第 %s 面 side %s" % (row[0], row[0]) for row in wrong]
    report.tell(
        "P-2", "护照所载各页与包一致 the pages of the passport are those of the package", faults
    )
    custody = passport.get("custody", {})
    head, faults = chain_head(custody.get("rows", []))
    if head != custody.get("head"):
        faults.append("链尾 head of the chain")
    report.tell("P-3", "纸质卷宗流转记录完整 custody of the paper is unbroken", faults)
    check_verdicts(passport, report)
    check_tracks(passport, report)


def check_signature(passport: Dict[str, Any], trust: List[str], report: Report) -> None:
    plain = {key: value for key, value in passport.items() if key != "signature"}
    name = "护照签名有效 the signature of the passport holds"
    judge_signature("P-1", name, passport.get("signature"), canonical(plain), trust, report)


def check_code(text: str, passport: Dict[str, Any], certificate: bytes, report: Report) -> None:
    """The QR code of the printed passport: what it says is what the package and the passport say,
    and it is signed by whoever signed the passport, or by the certificate that was given."""
    name = "打印的护照与包一致 the printed passport is that of the package"
    text = "".join(text.split())
    try:
        if not text.startswith(CODE):
            raise ValueError(CODE)
        body, value = text[len(CODE) :].split(".")
        said = load(unpadded(body), "QR")
        signature = unpadded(value)
    except (Unreadable, ValueError) as error:
        report.tell("Q-1", name, ["不是护照的二维码 not the code of a passport (%s)" % error])
        return
    known = {"p": report.facts.get("sha256"), "m": report.facts.get("sm3")}
    if passport:
        known["n"] = passport.get("number")
        known["r"] = passport.get("pages", {}).get("root")
        known["h"] = passport.get("custody", {}).get("head")
    faults = [key for key, value in known.items() if said.get(key) != value]
    key = certificate or base64.b64decode(passport.get("signature", {}).get("certificate", ""))
    try:
        if key and not signature_holds(key, signature, text.rsplit(".", 1)[0].encode()):
            faults.append("签名 signature")
    except (ValueError, IndexError) as error:
        faults.append(str(error))
    told = "" if key else "给出证书以核验签名 give the certificate with --trust"
    report.tell("Q-1", name, faults, told)


def unpadded(text: str) -> bytes:
    """The bytes of base64url without its padding. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def check_verdicts(passport: Dict[str, Any], report: Report) -> None:
    """No difference between the electronic and the paper dossier stands without a verdict."""
    rows = passport.get("verdicts", [])
    open_ones = [str(row.get("kind")) for row in rows if not row.get("verdict_by")]
    report.tell("P-4", "一致性审查的差异均有结论 every difference has a verdict", open_ones)


def check_tracks(passport: Dict[str, Any], report: Report) -> None:
    """The receipts of both tracks are of this package, and their counts agree."""
    tracks, named = passport.get("tracks", {}), passport.get("package", {})
    electronic, paper = tracks.get("electronic") or {}, tracks.get("paper") or {}
    faults = []
    if electronic and electronic.get("sha256") != named.get("sha256"):
        faults.append("电子回执属于另一个包 the electronic receipt is of another package")
    if electronic and not electronic.get("accepted"):
        faults.append("电子回执未接收 the archive did not accept it")
    for name in ("pages", "volumes"):
        if electronic and paper and electronic.get(name) != paper.get(name):
            faults.append("%s: %s ≠ %s" % (name, electronic.get(name), paper.get(name)))
    dual = tracks.get("mode") == "dual"
    waiting = [] if electronic else ["电子 electronic"]
    waiting += [] if paper or not dual else ["纸质 paper"]
    manual = ("尚无回执 no receipt yet: " + "、".join(waiting)) if waiting else ""
    report.tell("P-5", "双轨回执一致 the receipts of both tracks agree", faults, manual)


def trusted(text: str) -> Tuple[str, bytes]:
    """The SHA-256 fingerprint that `--trust` names, of a file or written out, and the certificate
    when it is a file."""
    plain = text.replace(":", "").replace(" ", "").lower()
    if len(plain) == 64 and all(sign in "0123456789abcdef" for sign in plain):
        return plain, b""
    with open(text, "rb") as stream:
        data = stream.read(CHUNK)
    if b"-----BEGIN" in data:
        body = data.split(b"-----BEGIN", 1)[1].split(b"-----", 2)[1]
        data = base64.b64decode(body)
    return hashlib.sha256(data).hexdigest(), data


def opened(path: str) -> Any:
    if os.path.isdir(path):
        return Folder(path)
    if os.path.isfile(path):
        return Container(path)
    raise Unreadable("没有这个文件夹或文件 there is no such folder or file: " + path)


def judge(
    package: str, passport: str, trust: List[str], code: str = "", certificate: bytes = b""
) -> Report:
    """Look at everything; `trust` are fingerprints, `certificate` one that may have signed `code`.
    Raises Unreadable when there is nothing to look at."""
    report = Report()
    tree = opened(package)
    manifest = check_package(tree, trust, report)
    data = b""
    if passport:
        with open(passport, "rb") as stream:
            data = stream.read(MOST_MANIFEST)
    elif PASSPORT in tree.sizes:
        data = read(tree, PASSPORT)
    if data:
        check_passport(data, manifest, trust, report)
    if code:
        check_code(code, load(data, PASSPORT) if data else {}, certificate, report)
    return report


def main(arguments: Optional[List[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("package", nargs="?", default=here)
    parser.add_argument("--passport", default="")
    parser.add_argument("--code", default="")
    parser.add_argument("--trust", action="append", default=[])
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    # A window of commands may not know Chinese; what is told must not stop for that.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        trust = [trusted(text) for text in chosen.trust]
        certificate = next((data for _fingerprint, data in trust if data), b"")
        fingerprints = [fingerprint for fingerprint, _data in trust]
        report = judge(chosen.package, chosen.passport, fingerprints, chosen.code, certificate)
    except (Unreadable, OSError, ValueError) as error:
        sys.stderr.write("无法核验 cannot be verified: %s\n" % error)
        return 2
    if chosen.json:
        record = {"holds": report.holds, **report.facts, "checks": report.rows}
        sys.stdout.write(json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    else:
        for key, value in report.facts.items():
            sys.stdout.write("%s: %s\n" % (key, value))
        marks = {"pass": "✓", "fail": "✗", "manual": "?"}
        for row in report.rows:
            line = "%s %s %s" % (marks[row["result"]], row["code"], row["name"])
            sys.stdout.write(line + (" — " + row["remark"] if row["remark"] else "") + "\n")
        verdict = (
            "核验通过 everything holds" if report.holds else "核验不通过 something does not hold"
        )
        sys.stdout.write(verdict + "\n")
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
