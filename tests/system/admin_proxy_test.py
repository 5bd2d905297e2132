"""The pages and the API behind nginx, which adds TLS under a host name of its own, as operating.md sets it up."""

import http.client
import json
import ssl
import unittest

from federation import HOST, FederationTest, found, free_port, organisation, wait_until
from nginx import start_nginx

NAME = "localhost"  # the certificate's; the port makes it another origin than the node's own

LOCATION = """
    location / {{
      proxy_pass http://{host}:{behind};
      proxy_http_version 1.1;
      proxy_set_header Host catalogue.example;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
"""


class AdminBehindNginx(FederationTest):
    def setUp(self):
        super().setUp()
        self.lv = self.node("Rīga", "LV")
        found("Behind a proxy", [self.lv])
        self.lv.set("hosts", '["catalogue.example"]')
        self.lv.set("behind_tls", "true")
        self.lv.set("trusted_proxies", f'["{HOST}"]')
        self.lv.start()
        self.port = free_port()
        self.folder_of_nginx = start_nginx(self, self.port, LOCATION.format(host=HOST, behind=self.lv.admin_port))
        wait_until(self.answers, "nginx answers", 15)

    def answers(self):
        try:
            return self.ask("GET", "/healthz")[0].status == 200
        except OSError:
            return False  # Not listening yet.

    def connect(self):
        trust = ssl.create_default_context(cafile=self.folder_of_nginx / "ca.pem")
        return http.client.HTTPSConnection(NAME, self.port, timeout=30, context=trust)

    def ask(self, method, path, body=None, headers=None):
        connection = self.connect()
        sent = {"Content-Type": "application/json", **(headers or {})}
        connection.request(method, path, None if body is None else json.dumps(body).encode(), sent)
        response = connection.getresponse()
        answer = response, response.read()
        connection.close()
        return answer

    def test_signing_in_publishing_and_events_through_tls(self):
        origin = {"Origin": "https://catalogue.example"}
        response, body = self.ask("POST", "/api/v1/session",
                                  {"user": "admin", "password": self.lv.made["password"]}, origin)
        self.assertEqual(response.status, 200, body)
        cookie = response.headers["Set-Cookie"]
        for attribute in ("Secure", "HttpOnly", "SameSite=Strict"):
            self.assertIn(attribute, cookie)
        session = {**origin, "Cookie": cookie.split(";")[0]}

        stream = self.connect()
        stream.request("GET", "/api/v1/events", headers=session)
        events = stream.getresponse()
        self.assertEqual(events.status, 200)
        refused, body = self.ask("POST", "/api/v1/records", organisation("Without the token"), session)
        self.assertEqual(refused.status, 403, body)
        csrf = json.loads(self.ask("GET", "/api/v1/session", headers=session)[1])["csrf"]
        made, body = self.ask("POST", "/api/v1/records", organisation("Through the proxy"),
                              {**session, "X-CSRF-Token": csrf})
        self.assertEqual(made.status, 201, body)
        record = json.loads(body)["id"]
        # Not held back by the proxy: the read ends in a time-out otherwise.
        for line in events:
            if line.startswith(b"data:") and record.encode() in line:
                break
        else:
            self.fail("the event stream ended")
        stream.close()

    def test_other_names_and_origins_are_refused(self):
        answer = self.lv.ask("GET", "/api/v1/node", headers={"Host": "evil.example"})
        self.assertEqual(answer.status, 421, answer)
        response, body = self.ask("POST", "/api/v1/session", {"user": "admin", "password": self.lv.made["password"]},
                                  {"Origin": "https://evil.example"})
        self.assertEqual(response.status, 403, body)


if __name__ == "__main__":
    unittest.main()
