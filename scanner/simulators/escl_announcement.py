"""Announces the simulated eSCL scanner by multicast DNS, as a real one does."""

from __future__ import annotations

import ipaddress
import socket
from types import TracebackType

from zeroconf import IPVersion, ServiceInfo, Zeroconf

from scanner.simulators.escl_documents import MAKER, MODEL, VERSION
from scanner.simulators.escl_server import ROOT, EsclSimulator


class Announcement:
    """Announces `simulator` on the interfaces of these addresses while the `with` block runs.

    `address` is the one that clients are told; it must be one of this machine.
    """

    def __init__(self, simulator: EsclSimulator, *, address: str, interfaces: list[str]) -> None:
        version = ipaddress.ip_address(address).version
        self._zeroconf = Zeroconf(
            interfaces=list(interfaces),
            ip_version=IPVersion.V4Only if version == 4 else IPVersion.V6Only,
        )
        service_type = f"_uscan{'s' if simulator.secure else ''}._tcp.local."
        uuid = simulator.device.uuid
        mishaps = simulator.device.mishaps
        self._service = ServiceInfo(
            service_type,
            f"{MAKER} {MODEL} {uuid[:8]}.{service_type}",
            port=simulator.port,
            parsed_addresses=[address],
            server=f"{MAKER.lower()}-{uuid[:8]}.local.",
            properties={
                "txtvers": "1",
                "Vers": VERSION,
                "rs": ROOT.strip("/"),
                "ty": f"{MAKER} {MODEL}",
                "note": socket.gethostname(),
                "UUID": uuid,
                "adminurl": simulator.url.removesuffix(ROOT),
                "pdl": "application/pdf,image/jpeg,image/tiff",
                "cs": "binary,grayscale,color",
                "is": "platen" if mishaps.platen_only else "adf,platen",
                "duplex": "F" if mishaps.simplex_only or mishaps.platen_only else "T",
            },
        )

    def __enter__(self) -> Announcement:
        # The name holds a UUID, so nobody has to be asked whether it is free.
        self._zeroconf.register_service(self._service, cooperating_responders=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zeroconf.unregister_service(self._service)
        self._zeroconf.close()
