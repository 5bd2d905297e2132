"""A federation of three countries with a signer each, of whom two must sign."""

import json

from federation import FederationTest, run_well, wait_until


class ThreeSigners(FederationTest):
    def setUp(self):
        super().setUp()
        self.passphrases = {}

    def signer(self, node, name):
        """Makes the node's signer key; its line."""
        made = json.loads(run_well("charter", "new-signer", "--json", "--name", name, directory=node.directory).stdout)
        self.keep_passphrase(node, made["passphrase"])
        return made["line"]

    def keep_passphrase(self, node, passphrase):
        file = self.folder / f"{node.country}.passphrase"
        file.write_text(passphrase + "\n")
        self.passphrases[node.country] = file

    def federation(self):
        """LV, LT and FI, serving, under a charter with a signer each: version 2."""
        nodes = [self.node("Latvija", "LV"), self.node("Lietuva", "LT"), self.node("Suomi", "FI")]
        lines = [self.signer(nodes[1], "Ona"), self.signer(nodes[2], "Aino")]
        cards = [word for node in nodes[1:] for word in ("--partner", node.made["card"])]
        signers = [word for line in lines for word in ("--signer", line)]
        founded = run_well("federation", "found", "--name", "Test", *cards, *signers, directory=nodes[0].directory)
        self.keep_passphrase(nodes[0], founded.stdout.strip())
        for node in nodes[1:]:
            run_well("charter", "accept", nodes[0].directory / "charter.txt", directory=node.directory)
        for node in nodes:
            node.start()
        proposal = self.wait_proposal(nodes[1])
        self.assertEqual({change["code"] for change in proposal["changes"]}, {"signer_added"})
        self.assertEqual(proposal["needed"], {"current": 1, "own": 2})
        self.approve(nodes[1], proposal["hash"])
        self.wait_version(nodes, 2)
        return nodes

    def proposals(self, node, state="open"):
        return [item for item in node.get("/api/v1/charter/proposals")["items"] if item["state"] == state]

    def wait_proposal(self, node):
        return wait_until(lambda: self.proposals(node), f"a proposal on {node.name}")[0]

    def propose(self, node, *changes, approve=True):
        signing = ["--passphrase-file", self.passphrases[node.country]] if approve else []
        done = run_well("charter", "propose", "--json", *changes, *signing, directory=node.directory)
        return json.loads(done.stdout)

    def approve(self, node, proposal):
        run_well("charter", "approve", proposal[:12], "--passphrase-file", self.passphrases[node.country],
                 directory=node.directory)

    def wait_version(self, nodes, version):
        def version_of(node):
            return node.get("/api/v1/charter")["version"]
        wait_until(lambda: all(version_of(node) == version for node in nodes),
                   lambda: f"version {version} everywhere: {[version_of(node) for node in nodes]}")
        hashes = {node.get("/api/v1/charter")["hash"] for node in nodes}
        self.assertEqual(len(hashes), 1)

    def decide(self, nodes, *changes, among=None):
        """Proposed and approved in Latvia, approved in Finland: in force everywhere, or `among` these."""
        proposal = self.propose(nodes[0], *changes)
        self.assertEqual(proposal["state"], "open", proposal)
        there = wait_until(lambda: [item for item in self.proposals(nodes[2])
                                    if item["hash"] == proposal["hash"] and item["approvals"]], "it came to Finland")
        self.assertEqual([one["name"] for one in there[0]["approvals"]], ["Latvija"])
        self.approve(nodes[2], proposal["hash"])
        self.wait_version(among or nodes, proposal["version"])
        return there[0]

    def node_in_charter(self, seen_by, node):
        key = node.about()["nodeKey"]
        for partner in seen_by.get("/api/v1/charter")["partners"]:
            for one in partner["nodes"]:
                if one["key"] == key:
                    return one
        raise AssertionError("not listed")
