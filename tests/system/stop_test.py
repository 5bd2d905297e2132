"""SIGTERM: a node with open links, open event streams and publishers at work ends well, within 5 s."""

import http.client
import signal
import socket
import threading
import time
import unittest

from federation import HOST, STOP_SECONDS, EventStream, FederationTest, organisation, wait_agree, wait_until


class Stop(FederationTest):
    def stops_well(self, node):
        status, seconds = node.stop()
        self.assertEqual(status, 0, node.log_tail())
        self.assertLess(seconds, STOP_SECONDS)
        self.assertFalse((node.directory / "serving").exists())

    def test_with_links_streams_and_silent_connections(self):
        lv, lt, fi = self.three()
        wait_until(lambda: all(lv.peers()[country]["state"] == "live" for country in ("LT", "FI")), "links are up")
        streams = [EventStream(lv) for _ in range(3)]
        silent = [socket.create_connection((HOST, port)) for port in (lv.admin_port, lv.link_port) for _ in range(3)]
        half = socket.create_connection((HOST, lv.admin_port))
        half.sendall(b"POST /api/v1/records HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf of it")
        self.stops_well(lv)
        for stream in streams:
            stream.wait_end(STOP_SECONDS)
        for connection in (*silent, half):
            connection.close()
        wait_until(lambda: lt.peers()["LV"]["state"] not in ("live", "catching_up"), "LT sees that LV is gone")
        self.stops_well(fi)
        self.stops_well(lt)

    def test_signals_that_come_while_it_stops_do_not_cut_the_stop_short(self):
        node = self.node("Rīga", "LV")
        node.start()
        process = node.process
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: "event=stopping" in node.log_file.read_text(), "the node says that it stops")
        deadline = time.monotonic() + STOP_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            process.send_signal(signal.SIGTERM)
        self.assertEqual(process.poll(), 0)
        self.assertFalse((node.directory / "serving").exists())

    def test_while_publishing_what_was_answered_is_kept(self):
        lv, lt, fi = self.three()
        acknowledged = []
        started = threading.Event()

        def publish(label):
            api = lv.api()
            number = 0
            try:
                while True:
                    answer = api.ask("POST", "/api/v1/records", organisation(f"{label} {number}"))
                    number += 1
                    if answer.status == 201:
                        acknowledged.append(answer.json["id"])
                    started.set()
            except (OSError, http.client.HTTPException):
                pass  # The node has stopped.

        threads = [threading.Thread(target=publish, args=(f"Publisher {number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        started.wait(10)
        self.stops_well(lv)
        for thread in threads:
            thread.join(30)
        self.assertTrue(acknowledged)
        lv.start()
        wait_agree([lv, lt, fi])
        for record in acknowledged:
            self.assertTrue(lv.shows(record))
            self.assertTrue(fi.shows(record))

    def test_before_there_is_a_charter(self):
        lv = self.node("Latvija", "LV")
        lv.start()
        self.stops_well(lv)


if __name__ == "__main__":
    unittest.main()
