"""Nodes in a line agree: what LV publishes reaches FI through LT alone."""

import unittest

from federation import FederationTest, found, organisation, wait_agree, wait_until


class Line(FederationTest):
    def test_the_ends_of_a_line_agree(self):
        # Only LT can be dialled, so LV and FI have no way to each other.
        lv = self.node("Latvija", "LV", dialled=False)
        lt = self.node("Lietuva", "LT")
        fi = self.node("Suomi", "FI", dialled=False)
        nodes = [lv, lt, fi]
        found("Line", nodes)
        for node in nodes:
            node.start()
        from_lv = [lv.publish(organisation(f"LV {number}"))["id"] for number in range(20)]
        from_fi = [fi.publish(organisation(f"FI {number}", "FI"))["id"] for number in range(20)]
        wait_agree(nodes)
        for record in from_lv:
            self.assertEqual(fi.shows(record)["provenance"]["signature"], "valid")
        for record in from_fi:
            self.assertEqual(lv.shows(record)["provenance"]["signature"], "valid")
        self.assertEqual(fi.about()["records"], 40)
        self.assertEqual(lv.peers()["LT"]["state"], "live")
        self.assertEqual(fi.peers()["LT"]["state"], "live")
        self.assertNotIn(lv.peers()["FI"]["state"], ("handshaking", "catching_up", "live"))
        self.assertNotIn(fi.peers()["LV"]["state"], ("handshaking", "catching_up", "live"))

        # The middle gone, the ends go on alone; with it back, they meet again.
        self.assertEqual(lt.stop()[0], 0)
        parted = lv.publish(organisation("While the middle was away"))["id"]
        lt.start()
        wait_until(lambda: fi.shows(parted), "what was published while the middle was away")
        wait_agree(nodes)


if __name__ == "__main__":
    unittest.main()
