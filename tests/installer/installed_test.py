"""What `cmake --install` puts on a machine: whole, consistent, and running from wherever it lies.

    installed_test.py BUILD CMAKE PROGRAMS   with PROGRAMS "attelier-engine;attelier" as far as they are built here
"""

import configparser
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

PROGRAMS = sys.argv.pop().split(";")
CMAKE = sys.argv.pop()
BUILD = Path(sys.argv.pop())
ID = "org.attelier.Attelier"


def tool(name):
    return unittest.skipUnless(shutil.which(name), f"{name} is not there")


def program(name):
    return unittest.skipUnless(name in PROGRAMS, f"{name} is not built here")


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.prefix = Path(cls.folder.name) / "somewhere"
        subprocess.run([CMAKE, "--install", BUILD, "--prefix", cls.prefix], check=True, stdout=subprocess.DEVNULL)
        cls.share = cls.prefix / "share"

    def desktop(self):
        parser = configparser.ConfigParser(interpolation=None, delimiters="=")
        parser.optionxform = str
        parser.read(self.share / "applications" / f"{ID}.desktop", encoding="utf-8")
        return parser

    @program("attelier-engine")
    def test_engine_runs_with_the_libtorch_beside_it(self):
        engine = self.prefix / "bin" / "attelier-engine"
        environment = {"PATH": os.environ["PATH"], "HOME": self.folder.name}
        done = subprocess.run([engine, "--version"], env=environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        loaded = subprocess.run(["ldd", engine], env=environment, capture_output=True, text=True, check=True).stdout
        self.assertNotIn("not found", loaded)
        for name in ("libtorch_cpu.so", "libc10.so"):
            self.assertIn(str(self.prefix), re.search(rf"{name} => (\S+)", loaded)[1])

    @program("attelier")
    def test_window_runs(self):
        window = self.prefix / "bin" / "attelier"
        environment = {"PATH": os.environ["PATH"], "HOME": self.folder.name, "QT_QPA_PLATFORM": "offscreen"}
        done = subprocess.run([window, "--version"], env=environment, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"\d+\.\d+\.\d+")

    @program("attelier")
    def test_desktop_entry_starts_what_is_there(self):
        entry = self.desktop()
        main = entry["Desktop Entry"]
        self.assertEqual(main["Exec"].split(), ["attelier", "%F"])
        self.assertEqual(main["Icon"], ID)
        for action in main["Actions"].strip(";").split(";"):
            self.assertEqual(entry[f"Desktop Action {action}"]["Exec"].split()[0], "attelier")

    @program("attelier")
    def test_icons_have_their_sizes(self):
        icons = self.share / "icons" / "hicolor"
        ElementTree.parse(icons / "scalable" / "apps" / f"{ID}.svg")
        sizes = sorted(icons.glob(f"*x*/apps/{ID}.png"))
        self.assertEqual(len(sizes), 8)
        for picture in sizes:
            width, height = struct.unpack(">II", picture.read_bytes()[16:24])
            self.assertEqual(f"{width}x{height}", picture.parent.parent.name)

    @program("attelier")
    def test_metainfo_names_this_version_and_entry(self):
        root = ElementTree.parse(self.share / "metainfo" / f"{ID}.metainfo.xml").getroot()
        self.assertEqual(root.findtext("id"), ID)
        self.assertEqual(root.findtext("launchable"), f"{ID}.desktop")
        self.assertEqual(root.findtext("provides/mediatype") + ";", self.desktop()["Desktop Entry"]["MimeType"])
        self.assertRegex(root.find("releases/release").get("version"), r"^\d+\.\d+\.\d+$")

    @program("attelier")
    @tool("appstreamcli")
    def test_appstream_accepts_it(self):
        done = subprocess.run(["appstreamcli", "validate-tree", "--no-net", "--no-color", self.prefix], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)

    @program("attelier")
    @tool("desktop-file-validate")
    def test_desktop_entry_is_valid(self):
        done = subprocess.run(["desktop-file-validate", self.share / "applications" / f"{ID}.desktop"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    @program("attelier")
    @tool("update-mime-database")
    def test_mime_type_is_told_by_content_and_name(self):
        folder = Path(self.folder.name) / "mime"
        shutil.copytree(self.share / "mime", folder)
        environment = {**os.environ, "XDG_DATA_HOME": self.folder.name}
        done = subprocess.run(["update-mime-database", folder], env=environment, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("50:application/x-attelier-run:*.attelier", (folder / "globs2").read_text())
        self.assertIn(b"AtLr", (folder / "magic").read_bytes())

    def test_pages_of_the_manual_name_the_version(self):
        pages = sorted((self.share / "man" / "man1").glob("*.1"))
        self.assertTrue(pages)
        for page in pages:
            self.assertRegex(page.read_text(), r'"Attelier \d+\.\d+\.\d+"')


if __name__ == "__main__":
    unittest.main()
