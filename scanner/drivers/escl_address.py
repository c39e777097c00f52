"""Where an eSCL scanner is: the part of a source behind `escl:`, and paths on that device."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urljoin, urlsplit

from app.kernel.errors import BadInput

DEFAULT_ROOT = "/eSCL"
_PORTS = {False: 80, True: 443}


@dataclass(frozen=True, kw_only=True, slots=True)
class EsclAddress:
    """Host (an IPv6 address without brackets), port, and the root of the resources ("/eSCL")."""

    secure: bool
    host: str
    port: int
    root: str = DEFAULT_ROOT

    @property
    def authority(self) -> str:
        """Host and port as the `Host` header wants them; the port only where it is unusual."""
        # RFC 6874: the zone of a link-local address concerns this machine alone.
        host = self.host.partition("%")[0]
        bracketed = f"[{host}]" if ":" in host else host
        return bracketed if self.port == _PORTS[self.secure] else f"{bracketed}:{self.port}"

    @property
    def url(self) -> str:
        """The address as it stands in a source."""
        scheme = "https" if self.secure else "http"
        host = f"[{quote(self.host, safe=':')}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}{self.root}"

    def path(self, resource: str) -> str:
        """The path of a resource such as "ScannerStatus"."""
        return f"{self.root}/{resource}"

    def path_of(self, location: str, base: str) -> str:
        """The path that a `Location` header means, absolute or relative to `base`; "" for none.

        Only the path counts: devices name themselves by hosts that nobody else can resolve.
        """
        try:
            parts = urlsplit(urljoin(f"http://device{base}", location))
        except ValueError:
            return ""
        return parts.path + (f"?{parts.query}" if parts.query else "")


def parse_address(name: str) -> EsclAddress:
    """The address that a person wrote: a URL, with or without scheme and root path.

    Raises BadInput SCN-240 when it is none, or holds a password, which would end up in logs.
    """
    written = name.strip()
    try:
        parts = urlsplit(written if "://" in written else f"http://{written}")
        scheme, host, port = parts.scheme.lower(), unquote(parts.hostname or ""), parts.port
    except ValueError as error:
        raise BadInput("SCN-240", address=written) from error
    secure = scheme == "https"
    doubtful = not host or any(sign.isspace() for sign in host) or parts.username is not None
    if scheme not in ("http", "https") or doubtful or parts.query or parts.fragment or port == 0:
        raise BadInput("SCN-240", address=written)
    root = "/" + parts.path.strip("/") if parts.path.strip("/") else DEFAULT_ROOT
    return EsclAddress(secure=secure, host=host, port=port or _PORTS[secure], root=root)


def redirected(address: EsclAddress, location: str, resource: str) -> EsclAddress | None:
    """Where a device that answers a request for `resource` by a redirection wants to be asked.

    None when the new place is no address of such a resource.
    """
    try:
        target = urljoin(address.url.removesuffix(address.root) + address.path(resource), location)
        if not target.endswith(f"/{resource}"):
            return None
        return parse_address(target.removesuffix(f"/{resource}"))
    except (BadInput, ValueError):
        return None


def with_default_root(address: EsclAddress) -> EsclAddress:
    """The same device with the usual root below the path that was written."""
    return replace(address, root=address.root + DEFAULT_ROOT)
