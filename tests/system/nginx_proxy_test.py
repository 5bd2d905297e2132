"""Nodes whose links go through nginx, which ends TLS and passes a sub-path on, as operating.md sets it up."""

import os
import shutil
import subprocess
import unittest
from pathlib import Path

from federation import HOST, FederationTest, found, free_port, organisation, wait_agree, wait_until

PATH = "/integration/hansa/link"
PROXY_SOURCE = "127.0.0.3"  # nginx connects from here, so that its own address and the client's differ

CONFIGURATION = """
daemon off; master_process off; pid nginx.pid; error_log error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {{
    listen {host}:{port} ssl;
    ssl_certificate {folder}/server.pem;
    ssl_certificate_key {folder}/server.key;
    location = {path} {{
      proxy_pass http://{host}:{behind}{path};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_bind {source};
    }}
  }}
}}
"""


def openssl(*words, folder):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=60)


def certificates(folder):
    """ca.pem, and server.pem with server.key for the name localhost."""
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=Hansa test authority", "-keyout", "ca.key", "-out", "ca.pem", folder=folder)
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
            "-keyout", "server.key", "-out", "server.csr", folder=folder)
    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "server.pem", folder=folder)


class BehindNginx(FederationTest):
    def proxy(self, port, behind):
        folder = self.folder / "nginx"
        folder.mkdir()
        certificates(folder)
        (folder / "nginx.conf").write_text(CONFIGURATION.format(
            host=HOST, port=port, folder=folder, path=PATH, behind=behind, source=PROXY_SOURCE))
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin:" + os.environ.get("PATH", ""))
        self.assertTrue(program, "this test needs Debian's nginx")
        process = subprocess.Popen([program, "-p", f"{folder}/", "-c", "nginx.conf", "-e", "error.log"])
        self.addCleanup(process.wait, 30)
        self.addCleanup(process.terminate)
        return folder

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
        self.assertEqual(behind.peers()["FI"]["direction"], "accepted")
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
