"""Kills a search at 30 seeded instants and resumes it: nothing may be lost, doubled or different.

Usage: kill_resume_test.py ENGINE [INSTANTS]
"""

import json
import os
import random
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import unittest

ENGINE = sys.argv.pop(1)
INSTANTS = int(sys.argv.pop(1)) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 30
STEPS = 60

ARGUMENTS = [
    "search", "--preset", "tasks", "--task", "when", "--steps", str(STEPS), "--batch", "8",
    "--train-clips", "512", "--select-clips", "32", "--report-clips", "32",
    "--checkpoint-steps", "7", "--checkpoint-seconds", "100000", "--threads", "2",
    "--device", "cpu",
]


def tensors(path):
    """Name to bytes of each tensor of a safetensors file, read without our code."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    body = data[8 + length:]
    return {name: body[slice(*entry["data_offsets"])] for name, entry in header.items()}


def final_tensors(run):
    return tensors(os.path.join(run, "checkpoints", f"step-{STEPS:08d}.safetensors"))


def rows(run, query):
    database = sqlite3.connect(f"file:{os.path.join(run, 'run.db')}?mode=ro", uri=True)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


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
            killed = 0
            for instant in range(INSTANTS):
                run = os.path.join(folder, f"killed-{instant}.attelier")
                process = subprocess.Popen([ENGINE, *ARGUMENTS, "--out", run],
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                # The search itself begins after its start-up; before run.db there is nothing to lose.
                while not os.path.exists(os.path.join(run, "commands.db")):
                    self.assertIsNone(process.poll())
                    time.sleep(0.002)
                try:
                    process.wait(random.uniform(0.0, 0.9) * duration)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                    killed += 1
                if process.returncode != 0:
                    resumed = engine("resume", run)
                    self.assertEqual(resumed.returncode, 0, resumed.stderr)
                self.assertEqual(final_tensors(run), expected, f"instant {instant}")
                steps = [row[0] for row in rows(run, "SELECT step FROM metrics ORDER BY step")]
                self.assertEqual(steps, list(range(1, STEPS + 1)), f"instant {instant}")
                self.assertEqual(rows(run, "PRAGMA integrity_check"), [("ok",)])
            self.assertGreater(killed, INSTANTS // 2, "too few were killed in time to say anything")

    def test_interrupted_by_signal(self):
        with tempfile.TemporaryDirectory() as folder:
            run = os.path.join(folder, "run.attelier")
            process = subprocess.Popen([ENGINE, *ARGUMENTS, "--steps", "100000", "--out", run],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            database = os.path.join(run, "run.db")
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline:
                try:
                    if rows(run, "SELECT count(*) FROM metrics")[0][0] > 3:
                        break
                except sqlite3.Error:
                    pass
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            process.wait(60)
            self.assertEqual(process.returncode, 130)
            self.assertEqual(rows(run, "SELECT phase FROM status"), [("interrupted",)])
            last = rows(run, "SELECT max(step) FROM metrics")[0][0]
            self.assertEqual(rows(run, "SELECT max(step) FROM checkpoints")[0][0], last)
            self.assertTrue(os.path.exists(database))

    def test_two_engines(self):
        with tempfile.TemporaryDirectory() as folder:
            run = os.path.join(folder, "run.attelier")
            first = subprocess.Popen([ENGINE, *ARGUMENTS, "--steps", "100000", "--out", run],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while not os.path.exists(os.path.join(run, "commands.db")):
                time.sleep(0.01)
            second = engine("resume", run)
            self.assertEqual(second.returncode, 6, second.stderr)
            self.assertIn(str(first.pid), second.stderr)
            first.kill()
            first.wait()


if __name__ == "__main__":
    unittest.main()
