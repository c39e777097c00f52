"""One connection to an MQTT broker, from its first word to its end."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from app.kernel.ids import new_id

KEEP_ALIVE_SECONDS = 10
PORT, SECURE_PORT = 1883, 8883
EXPIRY_SECONDS = 1  # the least that MQTT 5 knows


@dataclass(frozen=True, kw_only=True, slots=True)
class Broker:
    """Where the broker is and who we are there. `authority`: file of the certificate authority,
    for `mqtts` with a certificate that the machine does not know by itself."""

    host: str
    port: int
    secure: bool = False
    user: str = ""
    password: str = ""
    authority: str = ""

    @classmethod
    def at(cls, address: str, *, user: str, password: str, authority: str) -> Broker:
        """The broker of an address such as `mqtt://broker.court:1883` or `mqtts://broker.court`.
        Raises ValueError for anything else."""
        parts = urlsplit(str(address))
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
            raise ValueError(f"address={address}")
        secure = parts.scheme == "mqtts"
        return cls(
            host=parts.hostname,
            port=parts.port or (SECURE_PORT if secure else PORT),
            secure=secure,
            user=user,
            password=password,
            authority=authority,
        )


class LinkDown(Exception):
    """There is no connection; `refused` when the broker knows us and does not want us."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refused = refused


class _Tls(ssl.SSLContext):
    """Closes the connections whose handshake failed; the client leaves them open."""

    _last: ssl.SSLSocket | None = None

    def trust(self, authority: str) -> None:
        """Believe certificates of the authority in that file, else those the machine knows."""
        if authority:
            self.load_verify_locations(authority)
        else:
            self.load_default_certs()

    def wrap_socket(self, *arguments: Any, **options: Any) -> ssl.SSLSocket:
        """As always, and remember the socket."""
        self._last = super().wrap_socket(*arguments, **options)
        return self._last

    def forget(self) -> None:
        """Close the last one."""
        if self._last is not None:
            self._last.close()


class MqttLink:
    """Connected and subscribed when it was made; once `down`, it never comes up again.

    It does not reconnect by itself: a client that does sends what is left over from before, and a
    forgotten unlock is the last thing that may come late. `heard` gets (topic, payload) and `lost`
    is called once at the end, both in the thread of the network.
    """

    def __init__(
        self,
        broker: Broker,
        topics: Sequence[str],
        *,
        seconds: float,
        heard: Callable[[str, bytes], None],
        lost: Callable[[], None],
    ) -> None:
        self._topics = topics
        self._heard = heard
        self._lost = lost
        self._news = threading.Condition()
        self._ready = False
        self._refusal = ""
        self.down = False
        self._tls = _Tls(ssl.PROTOCOL_TLS_CLIENT) if broker.secure else None
        self._client = self._made(broker, seconds)
        try:
            self._client.connect(broker.host, broker.port, KEEP_ALIVE_SECONDS)
        except (OSError, ValueError) as error:
            if self._tls is not None:
                self._tls.forget()
            untrusted = isinstance(error, ssl.CertificateError)
            raise LinkDown(str(error), refused=untrusted) from error
        self._client.loop_start()
        with self._news:
            self._news.wait_for(lambda: self._ready or self._refusal or self.down, seconds)
        if not self._ready or self.down:
            self.cut()
            raise LinkDown(self._refusal or "no answer", refused=bool(self._refusal))

    def send(self, topic: str, payload: bytes) -> bool:
        """Hand a message to the network, at most once; False when there is none any more."""
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.MessageExpiryInterval = EXPIRY_SECONDS
        # Quality 0: with 1 or 2 the client repeats what was not confirmed, after any time.
        sent = self._client.publish(topic, payload, qos=0, properties=properties)
        return sent.rc == MQTTErrorCode.MQTT_ERR_SUCCESS and not self.down

    def close(self) -> None:
        """Say goodbye and end."""
        self._client.disconnect()
        self.cut()

    def cut(self) -> None:
        """End at once, whatever the network does. May be said twice."""
        connection = self._client.socket()
        if isinstance(connection, socket.socket):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._client.loop_stop()

    def _made(self, broker: Broker, seconds: float) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=new_id("cabinet"),
            protocol=mqtt.MQTTv5,
            reconnect_on_failure=False,
        )
        client.connect_timeout = seconds
        if broker.user:
            client.username_pw_set(broker.user, broker.password)
        if self._tls is not None:
            try:
                self._tls.trust(broker.authority)
            except (OSError, ValueError) as error:
                raise LinkDown(str(error), refused=True) from error
            client.tls_set_context(self._tls)
        # All of them before connect(): a callback set later misses what happened before.
        client.on_socket_open = self._on_socket_open
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        return client

    def _on_connect(
        self, client: mqtt.Client, data: Any, flags: Any, reason: ReasonCode, properties: Any
    ) -> None:
        if reason.is_failure:
            self._refused(str(reason))
        else:
            client.subscribe([(topic, 1) for topic in self._topics])

    def _on_subscribe(
        self, client: mqtt.Client, data: Any, number: int, reasons: list[ReasonCode], rest: Any
    ) -> None:
        failures = [str(reason) for reason in reasons if reason.is_failure]
        if failures:
            self._refused(failures[0])
            return
        with self._news:
            self._ready = True
            self._news.notify_all()

    def _on_message(self, client: mqtt.Client, data: Any, message: mqtt.MQTTMessage) -> None:
        self._heard(message.topic, bytes(message.payload))

    def _on_disconnect(
        self, client: mqtt.Client, data: Any, flags: Any, reason: ReasonCode, properties: Any
    ) -> None:
        with self._news:
            self.down = True
            self._news.notify_all()
        self._lost()

    def _on_socket_open(self, client: mqtt.Client, data: Any, connection: Any) -> None:
        # Small messages at once: waiting for more of them costs 40 ms each (INTEGRATION 1.3).
        with contextlib.suppress(OSError, AttributeError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _refused(self, reason: str) -> None:
        with self._news:
            self._refusal = reason
            self._news.notify_all()
