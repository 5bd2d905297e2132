"""Strangers at the link listener: refused for a counted reason, while the honest links stay up."""

import base64
import os
import socket
import struct
import unittest

from federation import HOST, FederationTest, found, organisation, wait_agree, wait_until

CUT_SECONDS = 15  # A stranger has 10 s for everything.
GROWTH_BYTES_MAX = 64 << 20
STORM = 200


def connect(node):
    return socket.create_connection((HOST, node.link_port), timeout=CUT_SECONDS)


def upgrade(extra="", path="/", protocol="Sec-WebSocket-Protocol: hansa.link.1\r\n"):
    key = base64.b64encode(os.urandom(16)).decode()
    return (f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{protocol}{extra}\r\n").encode()


def binary_message(size, sent=None):
    """A WebSocket message of a client that claims `size` bytes and carries `sent` of them."""
    if size < 126:
        length = bytes([0x80 | size])
    else:
        length = b"\xfe" + struct.pack(">H", size) if size < 1 << 16 else b"\xff" + struct.pack(">Q", size)
    return b"\x82" + length + b"\0\0\0\0" + os.urandom(size if sent is None else sent)


def wait_closed(connection):
    """All that the other end says until it closes, which it must within the socket's timeout."""
    said = b""
    try:
        while data := connection.recv(65536):
            said += data
    except ConnectionResetError:
        pass  # Closed with something of ours unread.
    connection.close()
    return said


class Hostile(FederationTest):
    def setUp(self):
        super().setUp()
        self.lv = self.node("Latvija", "LV")
        self.lt = self.node("Lietuva", "LT")
        found("Honest", [self.lv, self.lt])
        self.lv.start()
        self.lt.start()
        wait_until(lambda: self.lt.peers()["LV"]["state"] == "live", "the honest link")
        self.ends = {}

    def counted(self, reason):
        return self.lv.metric(f'hansa_link_ends_total{{reason="{reason}"}}')

    def all_counted(self):
        lines = self.lv.ask("GET", "/metrics").body.decode().splitlines()
        return [line for line in lines if line.startswith("hansa_link_ends_total") and not line.endswith(" 0")]

    def wait_counted(self, reason, times=1):
        self.ends[reason] = self.ends.get(reason, 0) + times
        wait_until(lambda: self.counted(reason) >= self.ends[reason],
                   lambda: f"{reason} counted {self.ends[reason]} times, not {self.all_counted()}", CUT_SECONDS)

    def honest_goes_on(self):
        made = self.lv.publish(organisation("Published under fire"))
        wait_until(lambda: self.lt.shows(made["id"]), "an honest record")
        self.assertEqual(self.lt.peers()["LV"]["state"], "live")
        # Both dial, so that one of two links may have been given up in favour of the other; nothing else.
        key = self.lt.about()["nodeKey"]
        ends = [line for line in self.lv.log_file.read_text().splitlines()
                if "event=link_down" in line and key in line and "reason=duplicate" not in line]
        self.assertEqual(ends, [], "the honest link went down")

    def says(self, bytes_sent):
        connection = connect(self.lv)
        connection.sendall(bytes_sent)
        return wait_closed(connection).split(b"\r\n")[0]

    def test_requests_that_are_no_link(self):
        self.assertIn(b" 400 ", self.says(b"\x16\x03\x01 this is no HTTP\r\n\r\n"))
        self.assertIn(b" 400 ", self.says(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        self.wait_counted("bad_upgrade", 2)
        self.assertIn(b" 403 ", self.says(upgrade(extra="Origin: https://example.org\r\n")))
        self.wait_counted("origin_present")
        self.assertIn(b" 400 ", self.says(upgrade(protocol="")))
        self.assertIn(b" 400 ", self.says(upgrade(protocol="Sec-WebSocket-Protocol: chat\r\n")))
        self.wait_counted("no_subprotocol", 2)
        self.assertIn(b" 404 ", self.says(upgrade(path="/elsewhere")))
        self.wait_counted("wrong_path")
        self.says(b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 20000)
        self.wait_counted("bad_upgrade")
        self.honest_goes_on()

    def test_first_messages_that_are_no_handshake(self):
        self.says(upgrade() + binary_message(5000))
        self.says(upgrade() + binary_message(1 << 40, sent=1000))
        self.wait_counted("bad_upgrade", 2)  # bytes before the answer
        for size, sent, reason in ((5000, None, "bad_frame"), (1 << 40, 1000, "bad_frame"), (64, None, None)):
            connection = connect(self.lv)
            connection.sendall(upgrade())
            self.assertIn(b" 101 ", connection.recv(4096))
            connection.sendall(binary_message(size, sent))
            wait_closed(connection)
            if reason:
                self.wait_counted(reason)
        refused = ("malformed", "bad_seal", "unsupported_version", "wrong_federation")
        wait_until(lambda: sum(self.counted(reason) for reason in refused) >= 1,
                   lambda: f"64 random bytes counted: {self.all_counted()}", CUT_SECONDS)
        self.honest_goes_on()

    def test_stalled_connections_are_cut(self):
        silent = connect(self.lv)
        half = connect(self.lv)
        half.sendall(b"GET / HTTP/1.1\r\nHost: lo")
        upgraded = connect(self.lv)
        upgraded.sendall(upgrade())
        for connection in (silent, half, upgraded):
            wait_closed(connection)
        self.wait_counted("handshake_timeout", 3)
        self.honest_goes_on()

    def test_nodes_that_the_charter_does_not_name(self):
        # A node of another federation, dialled by ours and dialling ours: who hears the other's name first ends it.
        foreign = self.node("Sverige", "SE")
        foreign.set("peers", f'["ws://{HOST}:{self.lv.link_port}/"]')
        found("Other", [foreign])
        foreign.start()
        wait_until(lambda: foreign.metric('hansa_link_ends_total{reason="wrong_federation"}') >= 1,
                   "the foreign node notices")
        self.wait_counted("declined")
        self.assertEqual(self.lv.stop()[0], 0)
        self.lv.set("peers", f'["ws://{HOST}:{foreign.link_port}/"]')
        self.lv.start()
        self.wait_counted("wrong_federation")
        # A member's directory with a key that the charter does not list.
        self.assertEqual(self.lt.stop()[0], 0)
        impostor = self.node("Eesti", "EE")
        held = (impostor.directory / "node.key").read_bytes()
        honest_key = (self.lt.directory / "node.key").read_bytes()
        (self.lt.directory / "node.key").write_bytes(held)
        self.lt.start()
        self.wait_counted("unknown_key")
        self.assertEqual(self.lt.stop()[0], 0)
        (self.lt.directory / "node.key").write_bytes(honest_key)
        self.lt.start()
        self.lv.publish(organisation("Afterwards"))
        wait_agree([self.lv, self.lt])
        self.assertEqual(foreign.about()["records"], 0)

    def test_a_storm_of_strangers_costs_bounded_memory(self):
        before = self.lv.resident_bytes()
        storm = []
        for _ in range(STORM):
            connection = connect(self.lv)
            try:
                connection.sendall(upgrade())
                if b" 101 " in connection.recv(4096):
                    connection.sendall(binary_message(4000, sent=3999))
            except OSError:
                pass  # Cut at once: the address has as many connections as it may have.
            storm.append(connection)
        wait_until(lambda: self.counted("too_many_from_address") > 0,
                   lambda: f"a limit on connections from one address: {self.all_counted()}", CUT_SECONDS)
        self.assertLess(self.lv.resident_bytes() - before, GROWTH_BYTES_MAX)
        self.honest_goes_on()
        for connection in storm:
            connection.close()
        self.assertLess(self.lv.resident_bytes() - before, GROWTH_BYTES_MAX)


if __name__ == "__main__":
    unittest.main()
