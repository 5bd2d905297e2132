"""A node that was away catches up from one peer alone, says how far it is, and goes on after kill -9.

The total that it announces is compared with what it really lacks: an entry that is missing counts twice, for its header
and its payload, and an entry that is here without its payload once.

HANSA_ENTRIES says how many entries it missed (10 000 if unset).
"""

import os
import socket
import threading
import time
import unittest

from federation import HOST, FederationTest, found, free_port, organisation, wait_agree, wait_until

ENTRIES = int(os.environ.get("HANSA_ENTRIES", "10000"))
CONNECTIONS = 16
LINE_BYTES_PER_SECOND = 1 << 19
CHUNK_BYTES = 1 << 14
TEXT = "An invented organisation that helps newcomers with housing, language and their first job. " * 8


class SlowLine:
    """A TCP relay that lets through only so many bytes a second, so that a catch-up has a middle."""

    def __init__(self, to_port):
        self.to_port = to_port
        self.port = free_port()
        self.slow = True
        self.listener = socket.create_server((HOST, self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        try:
            while True:
                near, _ = self.listener.accept()
                try:
                    far = socket.create_connection((HOST, self.to_port))
                except ConnectionRefusedError:
                    near.close()  # Nobody is there just now.
                    continue
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()
        except OSError:
            pass  # Closed at the end of the test.

    def _carry(self, source, sink):
        try:
            while data := source.recv(CHUNK_BYTES):
                sink.sendall(data)
                self.wait_as_a_slow_line_does(len(data))
        except OSError:
            pass  # One end is gone; so is the other below.
        for end in (source, sink):
            end.close()

    def wait_as_a_slow_line_does(self, sent):
        if self.slow:
            time.sleep(sent / LINE_BYTES_PER_SECOND)


def publish_many(node, count):
    def publish(numbers):
        api = node.api()
        for number in numbers:
            answer = api.ask("POST", "/api/v1/records", organisation(f"Organisation {number}", description=TEXT[:640]))
            if answer.status != 201:
                refused.append(answer)
        api.close()

    refused = []
    threads = [threading.Thread(target=publish, args=(range(first, count, CONNECTIONS),))
               for first in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not refused, refused[0]


class CatchUp(FederationTest):
    def test_from_one_peer_alone_with_honest_progress_and_an_interruption(self):
        lv = self.node("Latvija", "LV")
        lt = self.node("Lietuva", "LT")
        fi = self.node("Suomi", "FI", dialled=False)
        found("Catch up", [lv, lt, fi])
        line = SlowLine(lt.link_port)
        self.addCleanup(line.listener.close)
        lv.start()
        lt.start()
        begin = time.monotonic()
        publish_many(lv, ENTRIES)
        published = time.monotonic()
        wait_agree([lv, lt], 120)
        whole = lt.about()
        self.assertGreaterEqual(whole["entries"], ENTRIES)
        self.assertEqual(lv.stop()[0], 0)
        self.move_links(lt, line, fi)

        lt.start()
        fi.start()
        before = self.watch(fi, lacks=2 * whole["entries"], until=lambda done: done >= ENTRIES // 3)
        fi.kill()
        lt.stop()  # so that one can look at what FI holds before it goes on
        fi.start()
        held = fi.about()
        kept = held["entries"]
        self.assertGreaterEqual(kept, before, "it started over")
        self.assertLess(kept, whole["entries"], "nothing was left to resume")
        lt.start()
        own = 1  # the declaration of FI's log
        lacks = 2 * (whole["entries"] + own - kept) + held["missingPayloads"]
        self.watch(fi, lacks, until=lambda done: done >= (kept + whole["entries"]) // 2)
        line.slow = False
        wait_until(lambda: fi.about()["entries"] > whole["entries"], "caught up", 180)
        wait_agree([lt, fi], 120)
        self.assertEqual(fi.about()["records"], ENTRIES)
        # A node that starts announces its address: one more entry may be on its way just now.
        wait_until(lambda: all(fi.peers()["LT"]["outstanding"][of] == 0 for of in ("entries", "payloads")),
                   "nothing outstanding", 60)
        progress = fi.peers()["LT"]["outstanding"]
        self.assertEqual(progress["done"], progress["total"])
        print(f"{ENTRIES} published in {published - begin:.1f} s; interrupted at {before}, resumed at {kept}")

        lv.start()
        wait_agree([lv, lt, fi], 120)
        self.assertEqual(fi.stop()[0], 0)
        self.verify_clean(fi)

    def move_links(self, lt, line, fi):
        """LT moves to a port that FI does not know: only the slow line leads there."""
        self.assertEqual(lt.stop()[0], 0)
        lt.link_port = free_port()
        lt.set("listen", f'"{HOST}:{lt.link_port}"', section="link")
        line.to_port = lt.link_port
        fi.set("peers", f'["ws://{HOST}:{line.port}/"]')

    def watch(self, fi, lacks, until):
        """Follows the entries that FI holds and what it says of LT, until enough are held; how many are."""
        seen = []

        def look():
            peer = fi.peers()["LT"]
            held = fi.about()["entries"]
            if peer["outstanding"]["total"]:
                seen.append((peer["outstanding"]["done"], peer["outstanding"]["total"]))
            return held if until(held) else None

        held = wait_until(look, lambda: f"caught up; progress {seen[-1:]}", 180, every=0.02)
        self.assertTrue(seen, "no progress was shown")
        for earlier, later in zip(seen, seen[1:]):
            self.assertLessEqual(earlier[0], later[0], "progress went back")
        for done, total in seen:
            self.assertLessEqual(done, total)
        # LT tells of its own log first, and of the others a message later: the total may grow once, early.
        self.assertEqual(seen[-1][1], lacks, "the total that was announced is not what was missing")
        early = [total for done, total in seen if total != lacks]
        self.assertLessEqual(len(early), 1, f"the total was {early} for long, not {lacks}")
        return held


if __name__ == "__main__":
    unittest.main()
