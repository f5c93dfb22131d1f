"""cmake/get-libtorch.sh finds, refuses and waits as it says; nothing is loaded here."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CMAKE = Path(sys.argv.pop())


class GetLibTorch(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.cache = Path(self.folder.name)
        # Whatever pip is asked for here, it finds no network and no Python that has pip.
        self.environment = {"PATH": f"{self.cache}/bin:{os.environ['PATH']}", "XDG_CACHE_HOME": str(self.cache)}
        (self.cache / "bin").mkdir()
        python = self.cache / "bin" / "python3"
        python.write_text("#!/bin/sh\nexit 1\n")
        python.chmod(0o755)

    def run_it(self, *arguments, **environment):
        return subprocess.run([str(CMAKE / "get-libtorch.sh"), *arguments], env={**self.environment, **environment},
                              capture_output=True, text=True)

    def pins(self, *names):
        lines = [line for name in names for line in (CMAKE / name).read_text().splitlines()]
        return [line for line in lines if not line.startswith("#")]

    def version(self):
        return re.match(r"torch==([\d.]+) ", self.pins("libtorch-cpu.txt")[0])[1]

    def test_every_wheel_is_exact_and_hashed(self):
        for line in self.pins("libtorch-cpu.txt", "libtorch-gpu.txt"):
            self.assertRegex(line, r"^[a-z0-9-]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}$")

    def test_prefix_is_in_the_cache(self):
        for kind in ("cpu", "gpu"):
            done = self.run_it("--set", kind, "--print-prefix")
            self.assertEqual(done.stdout.strip(), f"{self.cache}/attelier/libtorch-{self.version()}-{kind}/torch")

    def test_what_is_complete_is_not_loaded_again(self):
        folder = self.cache / "attelier" / f"libtorch-{self.version()}-cpu"
        folder.mkdir(parents=True)
        (folder / "wheels.txt").write_text("\n".join(self.pins("libtorch-cpu.txt")) + "\n")
        done = self.run_it("--set", "cpu")
        self.assertEqual((done.returncode, done.stdout.strip()), (0, f"{folder}/torch"), done.stderr)

    def test_other_wheels_count_as_missing(self):
        folder = self.cache / "attelier" / f"libtorch-{self.version()}-cpu"
        folder.mkdir(parents=True)
        (folder / "wheels.txt").write_text("torch==1.0\n")
        done = self.run_it("--set", "cpu")
        self.assertEqual(done.returncode, 1)
        self.assertIn("python3-pip", done.stderr)

    def test_own_prefix(self):
        own = self.cache / "own"
        (own / "include" / "torch").mkdir(parents=True)
        (own / "lib").mkdir()
        done = self.run_it(LIBTORCH_PREFIX=str(own))
        self.assertEqual(done.returncode, 1)
        self.assertIn("holds no LibTorch", done.stderr)
        (own / "lib" / "libtorch_cpu.so").touch()
        self.assertEqual(self.run_it(LIBTORCH_PREFIX=str(own)).stdout.strip(), str(own))

    def test_failed_loading_leaves_nothing_half(self):
        # This pip is there, unpacks half and breaks off.
        (self.cache / "bin" / "python3").write_text(
            '#!/bin/sh\nfor a in "$@"; do case "$last" in --target) mkdir -p "$a/torch/lib";; esac; last="$a"; done\n'
            '[ "$3" = --version ]\n')
        done = self.run_it("--set", "cpu")
        self.assertEqual(done.returncode, 1)
        self.assertIn("could not load the wheels", done.stderr)
        self.assertEqual([path.name for path in (self.cache / "attelier").iterdir()], ["libtorch.lock"])

    def test_unknown_set(self):
        done = self.run_it("--set", "tpu")
        self.assertEqual(done.returncode, 1)
        self.assertIn("cpu or gpu", done.stderr)


if __name__ == "__main__":
    unittest.main()
