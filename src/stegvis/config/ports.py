"""Whether a web address can be listened on, asked before anything slow is begun."""

import errno
import socket


class PortRefused(Exception):
    """The address cannot be listened on; the text says why and what to do."""


def check_free(host: str, port: int) -> None:
    """Raises `PortRefused` when another program listens on `port`, or this machine or user may not."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise PortRefused(f"{host} is no address of this computer. For example: --host 127.0.0.1") from None
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise PortRefused(_sentence(host, port, error)) from None


def _sentence(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Stop it, or choose another: --port {port + 1}"
    if error.errno == errno.EACCES:
        return f"Port {port} is kept for the system's administrator. Choose one above 1023: --port 8000"
    return f"{host} is no address of this computer. For example: --host 127.0.0.1"
