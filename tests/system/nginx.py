"""nginx in front of a node, with a certificate of a test authority, as operating.md sets it up."""

import os
import shutil
import subprocess

from federation import HOST

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
    {location}
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


def start_nginx(test, port, location):
    """Listens with TLS on `port` until the test ends; `location` is nginx configuration. Returns the folder that holds
    ca.pem."""
    folder = test.folder / "nginx"
    folder.mkdir()
    certificates(folder)
    (folder / "nginx.conf").write_text(CONFIGURATION.format(host=HOST, port=port, folder=folder, location=location))
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:" + os.environ.get("PATH", ""))
    test.assertTrue(program, "this test needs Debian's nginx")
    process = subprocess.Popen([program, "-p", f"{folder}/", "-c", "nginx.conf", "-e", "error.log"])
    test.addCleanup(process.wait, 30)
    test.addCleanup(process.terminate)
    return folder
