"""Nodes whose links go through nginx, which ends TLS and passes a sub-path on, as operating.md sets it up."""

import unittest
from pathlib import Path

from federation import HOST, FederationTest, found, free_port, organisation, wait_agree, wait_until
from nginx import start_nginx

PATH = "/integration/hansa/link"
PROXY_SOURCE = "127.0.0.3"  # nginx connects from here, so that its own address and the client's differ

LOCATION = """
    location = {path} {{
      proxy_pass http://{host}:{behind}{path};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_bind {source};
    }}
"""


class BehindNginx(FederationTest):
    def proxy(self, port, behind):
        return start_nginx(self, port, LOCATION.format(host=HOST, path=PATH, behind=behind, source=PROXY_SOURCE))

    def test_a_record_travels_through_tls_on_a_sub_path(self):
        port = free_port()
        address = f"wss://localhost:{port}{PATH}"
        behind = self.node("Rīga", "LV", dialled=False, extra=("--link-address", address))
        behind.set("path", f'"{PATH}"')
        behind.set("trusted_proxies", f'["{PROXY_SOURCE}"]')
        outside = self.node("Turku", "FI", dialled=False)
        folder = self.proxy(port, behind.link_port)
        outside.set("ca_file", f'"{Path(folder) / "ca.pem"}"')
        found("Behind a proxy", [behind, outside])
        behind.start()
        outside.start()

        there = behind.publish(organisation("Published behind the proxy"))
        wait_until(lambda: outside.shows(there["id"]), "what was published behind the proxy")
        back = outside.publish(organisation("Published outside", "FI"))
        wait_until(lambda: behind.shows(back["id"]), "what was published outside")
        wait_agree([behind, outside])

        dialled = outside.peers()["LV"]
        self.assertEqual(dialled["address"], address)
        self.assertEqual(dialled["direction"], "dialled")
        accepted = behind.peers()["FI"]
        self.assertEqual((accepted["direction"], accepted["address"]), ("accepted", HOST))
        log = behind.log_file.read_text()
        self.assertIn(f"address={HOST}", log)  # The client's address, as the trusted proxy tells it,
        self.assertNotIn(f"address={PROXY_SOURCE}", log)  # not the proxy's.
        for node in (outside, behind):
            self.assertEqual(node.stop()[0], 0)

    def test_a_certificate_of_an_unknown_authority_is_named(self):
        port = free_port()
        behind = self.node("Rīga", "LV", dialled=False,
                           extra=("--link-address", f"wss://localhost:{port}{PATH}"))
        behind.set("path", f'"{PATH}"')
        outside = self.node("Turku", "FI", dialled=False)
        self.proxy(port, behind.link_port)
        found("Behind a proxy", [behind, outside])
        behind.start()
        outside.start()

        def refused():
            error = outside.peers()["LV"]["lastError"]
            return error and error["code"] == "tls_failed"
        wait_until(refused, "the refusal by its name")
        self.assertNotIn(outside.peers()["LV"]["state"], ("live", "catching_up"))


if __name__ == "__main__":
    unittest.main()
