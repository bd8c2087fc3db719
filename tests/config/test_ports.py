"""A port is asked for before anything slow is begun."""

import socket

import pytest

from stegvis.config.ports import PortRefused, check_free
from tests.conftest import free_port


def test_a_taken_port_is_refused_with_another_to_try():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortRefused, match=rf"Port {port} is taken .* --port {port + 1}"):
            check_free("127.0.0.1", port)

    check_free("127.0.0.1", free_port())


def test_an_address_of_another_computer_is_refused():
    with pytest.raises(PortRefused, match=r"192\.0\.2\.1 is no address of this computer"):
        check_free("192.0.2.1", free_port())


def test_serve_refuses_a_taken_port_in_a_sentence(stegvis, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        refused = stegvis("serve", "--port", port, STEGVIS_VAR=str(tmp_path))

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"Port {port} is taken")
