"""A court with keys, an authority it trusts, and a time-stamping service on a real wire."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PIL import Image
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.adapters.packaging.manifest import write_manifest
from app.adapters.packaging.pdf import PdfPage, write_pdf
from app.adapters.secret_store import StationSecrets
from app.kernel.digest import digest_bytes
from tests.signing.authority import PASSPHRASE, Authority, Holder, Sm2Authority


class TimeService:
    """An HTTP server that answers requests of RFC 3161 by pyHanko's own stamper; `answer` may be
    replaced to misbehave."""

    def __init__(self, holder: Holder) -> None:
        self.asked = 0
        self.moment: datetime | None = None
        self.login = ""
        self._holder = holder
        self.answer: Callable[[bytes], tuple[int, str, bytes]] = self.stamped
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.asked += 1
                service.login = self.headers.get("Authorization", "")
                status, kind, answer = service.answer(body)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/tsa"

    def stamped(self, body: bytes) -> tuple[int, str, bytes]:
        stamper = DummyTimeStamper(
            x509.Certificate.load(self._holder.certificate.public_bytes(Encoding.DER)),
            keys.PrivateKeyInfo.load(
                self._holder.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
            ),
            certs_to_embed=SimpleCertificateStore(),
            fixed_dt=self.moment or datetime.now(UTC),
        )
        answer = stamper.request_tsa_response(tsp.TimeStampReq.load(body))
        return 200, "application/timestamp-reply", answer.dump()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="session")
def sm2_authority(tmp_path_factory: pytest.TempPathFactory) -> Sm2Authority:
    made = Sm2Authority(tmp_path_factory.mktemp("sm2") / "ca")
    made.issue()
    return made


@pytest.fixture
def time_service(authority: Authority) -> Iterator[TimeService]:
    service = TimeService(authority.issue("时间戳服务", for_time_stamps=True))
    yield service
    service.close()


class Court:
    """A data folder with keys, trust and settings."""

    def __init__(self, data: Path) -> None:
        self.data = data
        for name in ("keys", "trust"):
            (data / name).mkdir(parents=True)
        self.secrets = StationSecrets(data)
        self.secrets.keep("court-key", PASSPHRASE)

    def trusts(self, authority: Authority, crl: bytes | None = None) -> None:
        (self.data / "trust" / "root.pem").write_bytes(authority.pem())
        if crl is not None:
            (self.data / "trust" / "root.crl").write_bytes(crl)

    def trusts_sm2(self, authority: Sm2Authority) -> None:
        content = (authority.folder / "ca.crt").read_bytes()
        (self.data / "trust" / "sm2.crt").write_bytes(content)

    def holds(self, holder: Holder) -> None:
        (self.data / "keys" / "court.p12").write_bytes(holder.as_pkcs12())

    def holds_sm2(self, authority: Sm2Authority) -> None:
        for name in ("signer.p8", "signer.crt"):
            (self.data / "keys" / name).write_bytes((authority.folder / name).read_bytes())

    def set(
        self, *, url: str = "", level: str = "", documents: bool = True, sm2: bool = False
    ) -> None:
        lines = ["[signing]"]
        lines += ['documents = "court"'] if documents else []
        lines += ['manifest = "guomi"'] if sm2 else []
        lines += [f'time_stamp = "{url}"'] if url else []
        lines += [f'level = "{level}"'] if level else []
        lines += ["[signing.keys.court]", 'kind = "pkcs12"', 'file = "keys/court.p12"']
        lines += ['secret = "court-key"', "[signing.keys.guomi]", 'kind = "sm2"']
        lines += ['file = "keys/signer.p8"', 'certificate = "keys/signer.crt"']
        lines += ['secret = "court-key"', "[trust]", 'certificates = "trust"']
        (self.data / "settings.toml").write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture
def court(tmp_path: Path, authority: Authority) -> Court:
    """A court that signs with a PKCS#12 file and trusts the authority that issued it; the list of
    today revokes nobody."""
    made = Court(tmp_path / "数据")
    made.holds(authority.issue())
    made.trusts(authority, authority.revocations())
    made.set()
    return made


@pytest.fixture(scope="session")
def plain_pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A PDF/A of two pages by the writer of this program."""
    folder = tmp_path_factory.mktemp("pdf")
    pages = []
    for number in (1, 2):
        stream = io.BytesIO()
        Image.new("RGB", (300, 420), (250, 250, 240 + number)).save(stream, "JPEG")
        path = folder / f"{number}.jpg"
        path.write_bytes(stream.getvalue())
        pages.append(PdfPage(path=path, media_type="image/jpeg", dpi=100, label=str(number)))
    out = folder / "out.pdf"
    write_pdf(
        out,
        pages,
        title="第01册",
        author="某某人民法院",
        subject="",
        bookmarks=(),
        created=datetime(2026, 3, 2, tzinfo=UTC),
    )
    return out.read_bytes()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The smallest folder with a manifest."""
    root = tmp_path / "包"
    (root / "data").mkdir(parents=True)
    (root / "data" / "说明.txt").write_bytes(b"text")
    content = {"package_id": "x", "created": "2026-03-02T00:00:00+00:00", "case": {"case_no": "x"}}
    write_manifest(root, content, {"data/说明.txt": digest_bytes(b"text")})
    return root
