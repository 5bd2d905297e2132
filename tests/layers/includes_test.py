"""check_includes.py refuses what it should, and only that."""

import os
import tempfile
import unittest

import check_includes


def problems_in(path, text):
    with tempfile.TemporaryDirectory() as root:
        os.makedirs(os.path.join(root, os.path.dirname(path)))
        with open(os.path.join(root, path), "w", encoding="utf-8") as file:
            file.write(text)
        return check_includes.check(root)


class Includes(unittest.TestCase):
    def refused(self, path, line, says):
        found = problems_in(path, "#pragma once\n" + line + "\n")
        self.assertEqual(len(found), 1, (path, line, found))
        self.assertEqual(found[0][:2], (path, 2))
        self.assertIn(says, found[0][2])

    def accepted(self, path, line):
        self.assertEqual(problems_in(path, line + "\n"), [], (path, line))

    def test_rooms(self):
        self.refused("protocol/src/a.cpp", '#include "store/store.h"', "not store")
        self.refused("store/src/a.cpp", '#include "core/node.h"', "not core")
        self.refused("store/src/a.cpp", '#include "search/index.h"', "not search")
        self.refused("search/src/a.cpp", '#include "core/node.h"', "not core")
        self.refused("node/links/src/a.cpp", '#include "store/store.h"', "not store")
        self.refused("node/http/src/a.cpp", '#include "links/link.h"', "not links")
        self.refused("tests/core/a_test.cpp", '#include "http/server.h"', "not http")
        self.accepted("node/core/src/a.cpp", '#include "store/store.h"')
        self.accepted("node/main.cpp", '#include "links/link.h"')

    def test_libraries(self):
        self.refused("protocol/src/a.cpp", "#include <rocksdb/db.h>", "not RocksDB")
        self.refused("node/core/src/a.cpp", "#include <boost/json.hpp>", "not Boost.JSON")
        self.refused("node/core/src/a.cpp", "#include <boost/asio.hpp>", "not Boost")
        self.refused("node/json/src/a.cpp", "#include <boost/asio.hpp>", "not Boost")
        self.refused("store/src/a.cpp", "#include <sys/socket.h>", "not sockets")
        self.refused("node/http/src/a.cpp", "#include <rocksdb/db.h>", "not RocksDB")
        self.refused("node/http/src/a.cpp", "#include <xapian.h>", "not Xapian")
        self.refused("store/src/a.cpp", "#include <xapian.h>", "not Xapian")
        self.refused("node/core/src/a.cpp", "#include <gadget/gadget.h>", "unknown library")
        self.accepted("store/src/a.cpp", "#include <rocksdb/db.h>")
        self.accepted("node/http/src/a.cpp", "#include <boost/json.hpp>")
        self.accepted("protocol/src/a.cpp", "#include <vector>")

    def test_public_headers(self):
        self.refused("store/include/store/a.h", "#include <rocksdb/db.h>", "private")
        self.refused("protocol/include/protocol/a.h", "#include <sodium.h>", "private")
        self.refused("node/links/include/links/a.h", "#include <boost/beast/core.hpp>", "16 to 60 s")
        self.accepted("protocol/include/protocol/a.h", "#include <capnp/message.h>")

    def test_threads_files_clocks(self):
        self.refused("protocol/src/a.cpp", "#include <thread>", "no threads")
        self.refused("protocol/src/a.cpp", "#include <fstream>", "no files")
        self.refused("protocol/src/a.cpp", "auto f = std::fopen(name, mode);", "no file")
        self.refused("store/src/a.cpp", "auto now = std::chrono::system_clock::now();", "no clock")
        self.accepted("protocol/src/a.cpp", "// system_clock is not for us")
        self.accepted("node/links/src/a.cpp", "auto now = std::chrono::steady_clock::now();")

    def test_private_headers(self):
        self.refused("tests/store/a_test.cpp", '#include "../../store/src/log.h"', "..")
        self.accepted("node/commands/a.cpp", '#include "../config.h"')
        self.refused("tests/store/a_test.cpp", '#include "store/src/log.h"', "private")

    def test_nothing_found_is_a_failure(self):
        self.assertEqual(len(problems_in("docs/a.md", "words")), 1)


if __name__ == "__main__":
    unittest.main()
