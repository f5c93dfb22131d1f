"""Kills a search at 30 seeded instants and resumes it: nothing may be lost, doubled or different.

Usage: kill_resume_test.py ENGINE [INSTANTS]
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from engine_process import checkpoint, rows, steps, tensors, until

ENGINE = sys.argv.pop(1)
INSTANTS = int(sys.argv.pop(1)) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 30
STEPS = 60

ARGUMENTS = [
    "search", "--preset", "tasks", "--task", "when", "--steps", str(STEPS), "--batch", "8",
    "--train-clips", "512", "--select-clips", "32", "--report-clips", "32",
    "--checkpoint-steps", "7", "--checkpoint-seconds", "100000", "--threads", "2",
    "--device", "cpu",
]


def final_tensors(run):
    return tensors(checkpoint(run, STEPS))


def engine(*arguments):
    return subprocess.run([ENGINE, *arguments], capture_output=True, text=True, check=False)


class KillResume(unittest.TestCase):
    def test_killed_at_any_instant(self):
        random.seed(20261121)
        with tempfile.TemporaryDirectory() as folder:
            whole = os.path.join(folder, "whole.attelier")
            start = time.monotonic()
            done = engine(*ARGUMENTS, "--out", whole)
            duration = time.monotonic() - start
            self.assertEqual(done.returncode, 0, done.stderr)
            expected = final_tensors(whole)
            # A run that ends before its instant has come shows nothing and is drawn again, so the
            # test means the same on a machine whose speed changes under it.
            killed = attempts = 0
            while killed < INSTANTS and attempts < 4 * INSTANTS:
                attempts += 1
                run = os.path.join(folder, f"killed-{attempts}.attelier")
                process = subprocess.Popen([ENGINE, *ARGUMENTS, "--out", run],
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                # The search itself begins after its start-up; before run.db there is nothing to lose.
                until(lambda: os.path.exists(os.path.join(run, "commands.db")), process)
                try:
                    process.wait(random.uniform(0.0, 0.9) * duration)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                if rows(run, "SELECT phase FROM status") != [("finished",)]:
                    killed += 1
                    resumed = engine("resume", run)
                    self.assertEqual(resumed.returncode, 0, resumed.stderr)
                self.assertEqual(final_tensors(run), expected, f"attempt {attempts}")
                recorded = [row[0] for row in rows(run, "SELECT step FROM metrics ORDER BY step")]
                self.assertEqual(recorded, list(range(1, STEPS + 1)), f"attempt {attempts}")
                self.assertEqual(rows(run, "PRAGMA integrity_check"), [("ok",)])
                shutil.rmtree(run)
            self.assertEqual(killed, INSTANTS, "too few were killed in time")

    def test_interrupted_by_signal(self):
        with tempfile.TemporaryDirectory() as folder:
            run = os.path.join(folder, "run.attelier")
            process = subprocess.Popen([ENGINE, *ARGUMENTS, "--steps", "100000", "--out", run],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            until(lambda: steps(run) > 3, process)
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=60)[1]
            self.assertEqual(process.returncode, 130, said)
            self.assertEqual(rows(run, "SELECT phase FROM status"), [("interrupted",)])
            last = rows(run, "SELECT max(step) FROM metrics")[0][0]
            self.assertEqual(rows(run, "SELECT max(step) FROM checkpoints")[0][0], last)

    def test_two_engines(self):
        with tempfile.TemporaryDirectory() as folder:
            run = os.path.join(folder, "run.attelier")
            first = subprocess.Popen([ENGINE, *ARGUMENTS, "--steps", "100000", "--out", run],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            until(lambda: os.path.exists(os.path.join(run, "commands.db")), first)
            second = engine("resume", run)
            self.assertEqual(second.returncode, 6, second.stderr)
            self.assertIn(str(first.pid), second.stderr)
            first.kill()
            first.wait()


if __name__ == "__main__":
    unittest.main()
