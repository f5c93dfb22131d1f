"""Drives attelier-engine as a person does, and as a person who makes mistakes does.

Usage: command_line_test.py ENGINE [unittest arguments]
Clips come from ffmpeg, else from the folder in ATTELIER_CLIPS (one sub-folder a class).
"""

import atexit
import contextlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import uuid

from engine_process import (BUSY, CORRUPT, INVALID, MISSING, NON_FINITE, REFUSED, TINY, UNSUPPORTED,
                            change, checkpoint, contents, flip, rows, steps, tensors, until)

ENGINE = os.path.abspath(sys.argv.pop(1))
WORK = pathlib.Path(tempfile.mkdtemp(prefix="attelier-e2e-"))
atexit.register(shutil.rmtree, WORK, ignore_errors=True)
os.environ["XDG_CACHE_HOME"] = str(WORK / "cache")
os.environ["XDG_DATA_HOME"] = str(WORK / "data")

# As root, file permissions hold only without these capabilities.
ORDINARY = [] if os.geteuid() != 0 else [
    "setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner", "--inh-caps=-all"]


def engine(*arguments, prefix=()):
    return subprocess.run([*prefix, ENGINE, *map(str, arguments)], capture_output=True, text=True,
                          check=False, timeout=170)


def start(*arguments, **options):
    return subprocess.Popen([ENGINE, *map(str, arguments)], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, **options)


def ask(run, kind, arguments):
    """Issues a command as docs/run-folder.md describes and waits for the answer."""
    with contextlib.closing(sqlite3.connect(run / "commands.db", timeout=10)) as commands:
        name = str(uuid.uuid4())
        with commands:
            commands.execute(
                "INSERT INTO commands (id, viewer, slot, kind, arguments, state, issued, taken, "
                "ended) VALUES (?, ?, '', ?, ?, 'issued', ?, 0, 0)",
                (name, str(uuid.uuid4()), kind, json.dumps(arguments), time.time()))
        seen = []

        def answered():
            seen[:] = commands.execute("SELECT state, answer FROM commands WHERE id = ?",
                                       (name,)).fetchall()
            return seen[0][0] in ("done", "failed")

        until(answered)
        return seen[0][0], json.loads(seen[0][1])


def counted(stderr):
    """The lines of --progress: stage, done and of, rising in each stage to its end."""
    lines = [json.loads(line) for line in stderr.splitlines()]
    for earlier, later in zip(lines, lines[1:]):
        if earlier["stage"] == later["stage"]:
            assert earlier["done"] <= later["done"] <= later["of"] == earlier["of"], lines
    return {line["stage"]: (line["done"], line["of"]) for line in lines}


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = WORK / cls.__name__
        cls.folder.mkdir()

    def done(self, *arguments, prefix=()):
        finished = engine(*arguments, prefix=prefix)
        self.assertEqual(finished.returncode, 0, f"{arguments}: {finished.stderr}")
        return finished.stdout

    def refused(self, code, *arguments, says=(), prefix=()):
        """One line that says what is wrong, and the exit code for it."""
        finished = engine(*arguments, prefix=prefix)
        self.assertEqual(finished.returncode, code, f"{arguments}: {finished.stderr}")
        lines = [line for line in finished.stderr.splitlines()
                 if line.startswith("attelier-engine: ")]
        self.assertEqual(len(lines), 1, f"{arguments}: {finished.stderr}")
        self.assertEqual(finished.stderr.splitlines()[-1], lines[0], arguments)
        for trace in ("frame #", "c10::", "terminate called", "std::"):
            self.assertNotIn(trace, finished.stderr, arguments)
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, lines[0], arguments)
        return lines[0]

    def copy(self, run):
        to = self.folder / f"{self.id().rsplit('.', 1)[-1]}-{uuid.uuid4().hex[:6]}.attelier"
        shutil.copytree(run, to)
        return to


class FinishedRun(Case):
    """A search of six steps, made once; every test works on copies of it."""

    template = WORK / "template.attelier"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.template.exists():
            made = engine("search", *TINY, "--checkpoint-steps", "2", "--out", cls.template)
            assert made.returncode == 0, made.stderr

    def setUp(self):
        self.run_folder = self.copy(self.template)


def kept(run):
    """All that a run holds, but for the sign of life of the engine that looked at it last."""
    files = {name: digest for name, digest in contents(run).items() if not name.startswith("run.db")}
    tables = [name for (name,) in rows(run, "SELECT name FROM sqlite_master WHERE type = 'table' "
                                            "AND name NOT IN ('status', 'sqlite_sequence')")]
    found = {name: sorted(map(repr, rows(run, f"SELECT * FROM {name}"))) for name in tables}
    return files, found, rows(run, "SELECT phase, step, steps_planned, generation FROM status")


class Usage(Case):
    def test_every_command_explains_itself(self):
        overview = self.done("--help")
        commands = ["search", "resume", "serve", "derive", "evaluate", "inspect", "cells", "clips",
                    "film", "snapshot", "info", "doctor", "schema"]
        for command in commands:
            self.assertIn(command, overview)
            self.assertIn("Usage:", self.done(command, "--help"))
        self.assertRegex(self.done("--version"), r"attelier-engine \d+\.\d+")
        search = self.done("search", "--help")
        for part in ("(px; 8 to 2048; default 64)", "--steps", "--preset", "tasks|paper"):
            self.assertIn(part, search)

    def test_bad_words(self):
        self.refused(INVALID, says="--help")
        self.refused(INVALID, "serch", says="'search'")
        self.refused(INVALID, "search", "more", says="'more'")
        self.refused(INVALID, "--log-level", "loud", "doctor", says="loud")
        out = self.folder / "never.attelier"
        self.refused(INVALID, "search", "--out", out, "--steps", says="--steps")
        for arguments, says in {
                ("--stepz", "5"): "'--steps'",
                ("--steps", ""): "training.steps",
                ("--steps", "many"): ("training.steps", "whole number"),
                ("--steps", "1.5"): ("training.steps", "whole number"),
                ("--steps", "-3"): ("training.steps", "0 to"),
                ("--batch", "0"): ("training.batch", "1 to"),
                ("--learning-rate", "nan"): "training.learning_rate",
                ("--dropout", "2"): "network.dropout",
                ("--task", "wen"): ("synthetic.task", "'when'"),
                ("--backbone", "s3d_smal"): ("network.backbone", "'s3d_small'"),
                ("--kinds", "mS,xQ"): ("space.kinds", "xQ"),
                ("--kinds", "mS,mS"): ("space.kinds", "twice"),
                ("--places", "conv9"): "conv9",
                ("--forced", "L9.mS"): "L9.mS",
                ("--device", "gpux"): "gpux",
                ("--preset", "tusks"): "'tasks'",
        }.items():
            with self.subTest(arguments):
                self.refused(INVALID, "search", *TINY, *arguments, "--out", out, says=says)
                self.assertFalse(out.exists())

    def test_the_last_word_counts(self):
        configuration = json.loads(self.done("search", *TINY, "--steps", "9", "--print-config"))
        self.assertEqual(configuration["training"]["steps"], 9)

    def test_configuration_files(self):
        out = self.folder / "never.attelier"
        file = self.folder / "configuration.json"
        for text, code, says in (
                (None, MISSING, ()),
                ("", CORRUPT, ()),
                ("{\"training\": ", CORRUPT, ()),
                ("[1]", INVALID, "object"),
                ('{"training": 3}', INVALID, "training"),
                ('{"training": {"stepz": 3}}', INVALID, ("training", "'steps'")),
                ('{"trainin": {"steps": 3}}', INVALID, "'training'"),
                ('{"training": {"steps": "3"}}', INVALID, ("training.steps", "whole number")),
                ('{"training": {"steps": -1}}', INVALID, ("training.steps", "0 to")),
                ('{"space": {"kinds": ["mS", 4]}}', INVALID, "space.kinds")):
            with self.subTest(text):
                if text is not None:
                    file.write_text(text)
                self.refused(code, "search", "--config", file, "--out", out,
                             says=[str(file), *([says] if isinstance(says, str) else says)])
                self.assertFalse(out.exists())

    def test_printed_configuration_comes_back(self):
        printed = self.done("search", *TINY, "--dropout", "0.25", "--kinds", "mS,dT",
                            "--print-config")
        file = self.folder / "round.json"
        file.write_text(printed)
        self.assertEqual(self.done("search", "--config", file, "--print-config"), printed)
        properties = json.loads(self.done("schema", "run"))["properties"]
        self.assertEqual({group: set(fields) for group, fields in json.loads(printed).items()},
                         {group: set(schema["properties"]) for group, schema in properties.items()})
        self.assertEqual(json.loads(printed)["space"]["kinds"], ["mS", "dT"])

    def test_no_run_there(self):
        empty = self.folder / "empty"
        empty.mkdir()
        text = self.folder / "text.attelier"
        text.write_text("not a run")
        for command in ("info", "resume", "serve", "derive", "cells", "evaluate", "inspect",
                        "snapshot"):
            more = {"inspect": ["--node", "L1.mS", "--probe", "1"],
                    "snapshot": [self.folder / "never"]}.get(command, [])
            with self.subTest(command):
                if command != "evaluate":
                    self.refused(INVALID, command, says="run is required")
                self.refused(MISSING, command, self.folder / "nothing", *more, says="nothing")
                self.refused(MISSING, command, empty, *more, says="run.json")
                finished = engine(command, text, *more)
                self.assertIn(finished.returncode, (MISSING, CORRUPT), finished.stderr)
                self.assertIn(str(text), finished.stderr)
        self.assertEqual(list(empty.iterdir()), [])
        self.assertFalse((self.folder / "never").exists())

    def test_plan_writes_nothing_and_doctor_speaks(self):
        plan = json.loads(self.done("search", *TINY, "--plan", "--json"))
        self.assertEqual((plan["steps"], plan["train_clips"]), (6, 64))
        self.assertGreater(plan["total_seconds"], 0)
        self.assertIn("memory", self.done("search", *TINY, "--plan"))
        told = engine("search", *TINY, "--plan", "--json", "--progress")
        self.assertEqual(counted(told.stderr)["steps"], (12, 12))
        place = self.folder / "planned"
        place.mkdir()
        # A dialog starts it and ends it at any moment.
        for wait in (0.05, 0.3, 0.6, 0.9):
            asked = start("search", *TINY, "--plan", "--json", cwd=place,
                          env={**os.environ, "TMPDIR": str(place)})
            time.sleep(wait)
            asked.terminate()
            self.assertIn(asked.wait(20), (0, -signal.SIGTERM))
        self.assertEqual(list(place.iterdir()), [])
        self.assertFalse((WORK / "data" / "attelier").exists())
        self.assertIn("libtorch", json.dumps(json.loads(self.done("doctor", "--json"))))
        for name in ("run", "cell", "space", "weights"):
            json.loads(self.done("schema", name))
        self.refused(INVALID, "schema", "cel", says="'cell'")


class Search(FinishedRun):
    def test_in_the_background(self):
        run = self.folder / "background.attelier"
        environment = {name: value for name, value in os.environ.items()
                       if name != "OMP_WAIT_POLICY"}
        search = start("search", *TINY, "--steps", "100000", "--background", "--out", run,
                       env=environment, start_new_session=True)
        self.addCleanup(search.kill)
        until(lambda: steps(run) > 2, search)
        self.assertEqual(os.getpriority(os.PRIO_PROCESS, search.pid), 5)
        process = pathlib.Path(f"/proc/{search.pid}")
        self.assertIn(b"OMP_WAIT_POLICY=passive", (process / "environ").read_bytes())
        self.assertEqual((process / "comm").read_text().strip(), "attelier-engine")
        if (process / "autogroup").exists():
            self.assertIn("nice 5", (process / "autogroup").read_text())
        state, _ = ask(run, "finish", {})
        self.assertEqual((state, search.wait(60)), ("done", 0))

    def test_cost_of_being_watched(self):
        run = self.folder / "cost.attelier"
        self.done("search", *TINY, "--steps", "120", "--out", run)
        for step, store, answers in rows(run, "SELECT step, store_ms, answers_ms FROM resources"):
            self.assertGreater(store, 0, step)
            self.assertGreater(answers, 0, step)

    def test_equal_searches_give_equal_tensors(self):
        again = self.folder / "again.attelier"
        self.done("search", *TINY, "--checkpoint-steps", "2", "--out", again)
        expected = tensors(checkpoint(self.template, 6))
        self.assertGreater(len(expected), 10)
        self.assertEqual(tensors(checkpoint(again, 6)), expected)
        # Neither recording nor stopping on the way changes them.
        broken = self.folder / "broken.attelier"
        self.done("search", *TINY, "--steps", "100", "--checkpoint-steps", "3", "--probe-clips",
                  "0", "--out", broken)
        whole = self.folder / "whole.attelier"
        self.done("search", *TINY, "--steps", "100", "--out", whole)
        self.assertEqual(tensors(checkpoint(whole, 100)), tensors(checkpoint(broken, 100)))

    def test_json_of_every_command(self):
        run = self.run_folder
        extended = json.loads(self.done("resume", run, "--steps", "8", "--json"))
        self.assertEqual((extended["phase"], extended["step"]), ("finished", 8))
        self.assertEqual([step for (step,) in rows(run, "SELECT step FROM metrics ORDER BY step")],
                         list(range(1, 9)))
        self.assertEqual(json.loads(self.done("info", run, "--json"))["changed_fields"]
                         ["training.steps"], 8)
        derived = json.loads(self.done("derive", run, "--table", "--json"))
        self.assertEqual(derived["step"], 8)
        self.assertGreater(len(derived["cells"][0]["table"]), 20)
        added = json.loads(self.done("cells", run, "--add", "mS<mT", "--name", "planted",
                                     "--latency", "--json"))
        self.assertIn("planted", [cell["name"] for cell in added["cells"]])
        self.assertGreater(added["cells"][0]["latency"]["milliseconds"], 0)
        for clip in (["--probe", "1"], ["--clip", "5"]):
            map_ = json.loads(self.done("inspect", run, *clip, "--node", "L2.dST", "--query",
                                        "1,2,3", "--json"))
            self.assertAlmostEqual(sum(map_["attends_to"]["values"]), 1, delta=0.01)
        score = json.loads(self.done("evaluate", run, "--supergraph", "--json"))
        self.assertIn("report", json.dumps(score))
        judged = json.loads(self.done("evaluate", run, "--control", "1", "--json"))
        self.assertEqual(len(judged["cells"]), 3)
        info = json.loads(self.done("info", run, "--json"))
        (comparison,) = info["comparisons"]
        self.assertEqual(comparison["verdict"], judged["verdict"])
        self.assertEqual(comparison["waiting"], 0)
        self.assertEqual([member["name"] for member in comparison["members"]],
                         [cell["name"] for cell in judged["cells"]])
        self.assertEqual([member["report_top1"] for member in comparison["members"]],
                         [cell["report"]["top1"] for cell in judged["cells"]])
        self.assertEqual([member["role"] for member in comparison["members"]],
                         ["cell", "plain", "random"])
        self.assertEqual(info["report_looks"], 4)
        self.assertEqual(len(list((run / "evaluations").glob("*/run.json"))), 4)
        self.assertEqual(json.loads(self.done("serve", run, "--idle", "1", "--json"))["answered"], 0)

    def test_evaluates_without_a_run(self):
        out = self.folder / "alone"
        self.assertIn("mS<mT", self.done("evaluate", *TINY, "--cell", "mS<mT", "--out", out))
        self.assertEqual(len(list(out.glob("*/run.db"))), 1)
        self.refused(INVALID, "evaluate", says="--out")
        self.refused(INVALID, "evaluate", "--out", self.folder / "never", says="--cell")
        self.refused(INVALID, "evaluate", "--supergraph")

    def test_bad_questions_about_a_run(self):
        run = self.run_folder
        before = kept(run)
        for arguments, code, says in (
                (("derive", run, "--place", "conv4"), INVALID, "conv3"),
                (("derive", run, "--step", "-1"), INVALID, "--step"),
                (("derive", run, "--top-nodes", "0"), INVALID, "derivation.top_nodes"),
                (("derive", run, "--force", "L7.mS"), INVALID, "L7.mS"),
                (("derive", run, "--output", self.folder / "no" / "x.json"), MISSING, "x.json"),
                (("inspect", run, "--node", "L1.mS"), INVALID, "--probe"),
                (("inspect", run, "--node", "L9.mS", "--probe", "1"), INVALID, "L9.mS"),
                (("inspect", run, "--node", "L1.mS", "--probe", "99"), MISSING, "99"),
                (("inspect", run, "--node", "L1.mS", "--clip", "99999"), MISSING, "99999"),
                (("inspect", run, "--node", "L1.dS", "--probe", "1", "--query", "a"), INVALID,
                 "--query"),
                (("inspect", run, "--node", "L1.dS", "--probe", "1", "--query", "1,2,99"), INVALID,
                 "99"),
                (("inspect", run, "--node", "L1.mS", "--video", self.folder / "no.avi"), MISSING,
                 "no.avi"),
                (("cells", run, "--add", "mS<mQ"), INVALID, "mQ"),
                (("cells", run, "--add", "nothing.json"), MISSING, "nothing.json"),
                (("cells", run, "--name", "x"), INVALID, "--name"),
                (("cells", run, "--place", "x"), INVALID, "--place"),
                (("evaluate", run, "--cell", "nosuch"), INVALID, "nosuch"),
                (("evaluate", run, "--cell", "plain", "--control", "2"), INVALID, "--control"),
                (("resume", run), INVALID, "--steps"),
                (("resume", run, "--steps", "4"), INVALID, "--steps"),
                (("search", *TINY, "--out", run), INVALID, "exists"),
                (("snapshot", run, run / "run.json"), INVALID, "exists"),
                (("snapshot", run, self.folder / "no" / "x"), REFUSED, "x")):
            with self.subTest(arguments):
                self.refused(code, *arguments, says=says)
        self.assertEqual(kept(run), before)

    def test_cells_of_strangers(self):
        whole = json.loads(self.done("derive", self.run_folder, "--json"))["cells"][0]["cell"]
        file = self.folder / "cell.json"
        cell = lambda **changes: json.dumps({**whole, **changes})
        before = kept(self.run_folder)
        for text, code, says in (
                ("", None, ()), ("{", None, ()), ("[]", None, ()),
                (cell(schema=99), UNSUPPORTED, "99"), (cell(schema="1"), None, "schema"),
                (cell(nodez=[]), None, "nodez"), (cell(nodes=[]), None, "nodes"),
                (cell(nodes=7), None, "nodes"),
                (cell(outputs=[{"node": 99, "weight": 1.0}]), None, "99")):
            with self.subTest(text):
                file.write_text(text)
                for command in (["cells", self.run_folder, "--add", file],
                                ["evaluate", self.run_folder, "--cell", file]):
                    finished = engine(*command)
                    expected = (INVALID, CORRUPT) if code is None else (code,)
                    self.assertIn(finished.returncode, expected, finished.stderr)
                    self.refused(finished.returncode, *command,
                                 says=[str(file), *([says] if isinstance(says, str) else says)])
        self.assertEqual(kept(self.run_folder), before)

    def test_not_finite(self):
        run = self.folder / "infinite.attelier"
        said = self.refused(NON_FINITE, "search", *TINY, "--steps", "200", "--optimiser", "sgd",
                            "--learning-rate", "100", "--momentum", "0.99", "--gradient-clip", "0",
                            "--checkpoint-steps", "2", "--out", run, says="finite")
        ((phase, message),) = rows(run, "SELECT phase, message FROM status")
        self.assertEqual(phase, "failed")
        self.assertIn(message, said)
        (step,), *_ = rows(run, "SELECT step FROM checkpoints ORDER BY step DESC")
        values = b"".join(tensors(checkpoint(run, step)).values())
        self.assertGreater(len(values), 1000)
        self.done("derive", run)
        self.refused(NON_FINITE, "resume", run, says="finite")

    def test_waits_for_another_and_says_when_done(self):
        first = start("search", *TINY, "--steps", "100000", "--out", self.folder / "long.attelier")
        until(lambda: steps(self.folder / "long.attelier") > 2, first)
        told = self.folder / "told"
        second = start("search", *TINY, "--after", self.folder / "long.attelier", "--out",
                       self.folder / "next.attelier", "--on-done",
                       f'echo "$ATTELIER_RUN $ATTELIER_PHASE" > {told}')
        time.sleep(0.5)
        self.assertFalse((self.folder / "next.attelier").exists())
        self.refused(BUSY, "resume", self.folder / "long.attelier", says=str(first.pid))
        first.send_signal(signal.SIGTERM)
        self.assertEqual(first.wait(60), 130)
        self.assertEqual(second.wait(60), 0)
        self.assertEqual(told.read_text(), f"{self.folder / 'next.attelier'} finished\n")
        self.refused(MISSING, "search", *TINY, "--after", self.folder / "nothing")


class Damage(FinishedRun):
    READ = [("info",), ("derive",), ("cells",), ("evaluate", "--supergraph"),
            ("inspect", "--probe", "1", "--node", "L1.mS")]
    WRITE = [("resume", "--steps", "9"), ("serve", "--idle", "1"), ("cells", "--add", "mS")]

    def refuse_all(self, code, commands, says):
        before = contents(self.run_folder)
        for command, *more in commands:
            with self.subTest(command):
                self.refused(code, command, self.run_folder, *more, says=says)
        self.assertEqual(contents(self.run_folder), before)

    def test_run_json(self):
        file = self.run_folder / "run.json"
        whole = json.loads(file.read_text())
        for text, code in (("", CORRUPT), ("nonsense", CORRUPT), ("[1]", CORRUPT),
                           ('{"a":' * 100 + "1" + "}" * 100, CORRUPT),
                           (json.dumps({**whole, "kind": "dance"}), CORRUPT),
                           (json.dumps({**whole, "schema": 9, "min_reader": 9}), UNSUPPORTED)):
            file.write_text(text)
            self.refuse_all(code, self.READ + self.WRITE, "run.json")
        # A field that nobody knows, in what the engine itself would have written.
        whole["configuration"]["training"]["stepz"] = 4
        file.write_text(json.dumps(whole))
        self.refused(INVALID, "resume", self.run_folder, "--steps", "9", says="'steps'")

    def test_database_that_is_none(self):
        database = self.run_folder / "run.db"
        whole = database.read_bytes()
        for data in (b"", b"nonsense" * 4096, whole[:5000], b"\0" * 100 + whole[100:]):
            database.write_bytes(data)
            self.refuse_all(CORRUPT, self.READ + self.WRITE, "run.db")
        database.unlink()
        self.refuse_all(MISSING, self.READ, "run.db")

    def test_damaged_pages(self):
        database = self.run_folder / "run.db"
        for offset in range(4096 + 8, database.stat().st_size, 4096):
            flip(database, offset)
        before = contents(self.run_folder)
        for command, *more in self.READ + self.WRITE:
            with self.subTest(command):
                self.refused(CORRUPT, command, self.run_folder, *more, says="run.db")
        self.assertEqual(contents(self.run_folder), before)

    def test_schemas(self):
        database = self.run_folder / "run.db"
        change(database, "PRAGMA user_version = 7")  # newer, but this reader may read it
        for command, *more in self.READ:
            self.done(command, self.run_folder, *more)
        self.refuse_all(UNSUPPORTED, self.WRITE, ("run.db", "schema 7"))
        change(database, "UPDATE meta SET value = 7 WHERE key = 'min_reader'")
        self.refuse_all(UNSUPPORTED, self.READ + self.WRITE, ("run.db", "schema 7"))
        change(database, "PRAGMA user_version = 0")  # older than the first
        self.refuse_all(CORRUPT, self.READ + self.WRITE, ("run.db", "schema 0"))

    def test_checkpoints(self):
        expected = tensors(checkpoint(self.run_folder, 6))
        change(self.run_folder / "run.db", "UPDATE status SET phase = 'interrupted'")
        flip(checkpoint(self.run_folder, 6), -100)
        self.done("resume", self.run_folder)  # from the one before
        self.assertEqual(tensors(checkpoint(self.run_folder, 6)), expected)
        self.assertIn(("step-00000006",), rows(
            self.run_folder, "SELECT substr(text, instr(text, 'step-'), 13) FROM events "
            "WHERE kind = 'resume' AND level = 'warning'"))
        change(self.run_folder / "run.db", "UPDATE status SET phase = 'interrupted'")
        for (step,) in rows(self.run_folder, "SELECT step FROM checkpoints"):
            with open(checkpoint(self.run_folder, step), "r+b") as file:
                file.write(struct.pack("<Q", 2**63))
        kept = rows(self.run_folder, "SELECT * FROM metrics"), sorted(
            os.listdir(self.run_folder / "checkpoints"))
        for command, *more in (("resume",), ("serve",), ("evaluate", "--supergraph")):
            with self.subTest(command):
                self.refused(CORRUPT, command, self.run_folder, *more, says="step-0000000")
        self.assertEqual(kept, (rows(self.run_folder, "SELECT * FROM metrics"), sorted(
            os.listdir(self.run_folder / "checkpoints"))))
        self.done("info", self.run_folder)
        self.done("derive", self.run_folder)


class Viewing(FinishedRun):
    def test_snapshot_read_by_another_program(self):
        for options, frames in (([], True), (["--no-frames", "--no-paths"], False)):
            file = self.folder / f"snapshot-{frames}"
            self.done("snapshot", self.run_folder, file, *options)
            self.assertEqual(rows(file, "PRAGMA integrity_check", immutable=True), [("ok",)])
            self.assertEqual(rows(file, "SELECT count(*) FROM metrics", immutable=True), [(6,)])
            self.assertEqual(rows(file, "SELECT count(*) > 0 FROM probe_frames", immutable=True),
                             [(int(frames),)])
            ((text,),) = rows(file, "SELECT text FROM documents WHERE name = 'run.json'",
                              immutable=True)
            self.assertEqual(json.loads(text)["id"],
                             json.loads((self.run_folder / "run.json").read_text())["id"])
            self.assertIn("finished", self.done("info", file))
            self.assertEqual(self.done("derive", file).splitlines()[1:],
                             self.done("derive", self.run_folder).splitlines()[1:])
            before = file.read_bytes()
            self.refused(UNSUPPORTED, "evaluate", file, says="--out")
            self.refused(MISSING, "resume", file)
            self.assertEqual(file.read_bytes(), before)

    def read_only(self, run):
        for path in [run, *run.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        self.addCleanup(lambda: [path.chmod(0o755) for path in [run, *run.rglob("*")]])
        before = contents(run)
        for command in (("info", run), ("derive", run), ("cells", run),
                        ("inspect", run, "--probe", "1", "--node", "L1.dS"),
                        ("snapshot", run, self.folder / f"{run.name}.snapshot")):
            self.done(*command, prefix=ORDINARY)
        for command in (("resume", run, "--steps", "100001"), ("serve", run),
                        ("cells", run, "--add", "mT"), ("evaluate", run)):
            self.refused(REFUSED, *command, says="Permission denied", prefix=ORDINARY)
        self.assertEqual(contents(run), before)
        self.refused(REFUSED, "search", *TINY, "--out", run / "new", says="Permission denied",
                     prefix=ORDINARY)

    def test_read_only_medium(self):
        self.assertFalse((self.run_folder / "run.db-wal").exists())
        self.read_only(self.run_folder)

    def test_read_only_medium_with_a_journal(self):
        run = self.folder / "killed.attelier"
        killed = start("search", *TINY, "--steps", "100000", "--checkpoint-steps", "3", "--out",
                       run)
        until(lambda: steps(run) > 8, killed)
        killed.kill()
        killed.wait()
        self.assertGreater((run / "run.db-wal").stat().st_size, 0)
        alone = self.copy(run)
        (alone / "run.db-shm").unlink()
        self.read_only(alone)
        self.read_only(run)
        self.assertFalse(list((WORK / "cache").rglob("run.db")))

    def test_serving_gives_way_to_resume(self):
        run = self.run_folder
        old = (run / "commands.db").stat().st_ino
        (run / "commands.db").rename(run / "old-commands.db")
        server = start("serve", run)
        self.addCleanup(server.kill)
        until((run / "commands.db").exists, server)
        self.assertNotEqual((run / "commands.db").stat().st_ino, old)
        self.assertEqual((run / "commands.db").stat().st_mode & 0o777, 0o600)
        until(lambda: sqlite_table(run / "commands.db"), server)
        stored = {clip for (clip,) in rows(run, "SELECT clip FROM probes")}
        other = next(clip for (clip,) in rows(run, "SELECT id FROM dataset") if clip not in stored)
        ((place,),) = rows(run, "SELECT id FROM places")
        state, answer = ask(run, "inspect", {"place": place, "node": 11, "clip": other,
                                                  "query": [1, 2, 3]})
        self.assertEqual(state, "done", answer)
        self.assertAlmostEqual(sum(answer["attends_to"]["values"]), 1, delta=1e-3)
        asked = json.loads(self.done("inspect", run, "--clip", other, "--node", "L2.dST", "--query",
                                     "1,2,3", "--json"))
        for mine, theirs in zip(asked["map"]["values"], answer["map"]["values"]):
            self.assertAlmostEqual(mine, theirs, delta=1e-6)
        for kind, arguments in (("inspect", {"node": "L9.mS", "clip": other}),
                                ("inspect", {"node": 1, "clip": 10**9}),
                                ("inspect", {"node": 1, "clip": "x"}), ("dance", {}),
                                ("pause", {}), ("resize", {"steps_planned": "x"}),
                                ("cell", {"action": "add", "name": "x", "design": {}})):
            state, answer = ask(run, kind, arguments)
            self.assertEqual(state, "failed", (kind, answer))
            self.assertNotIn("frame #", answer["message"])
        self.done("cells", run, "--add", "mT", "--name", "through the server")
        self.assertIn(("through the server",), rows(run, "SELECT name FROM cells"))
        self.assertEqual(rows(run, "SELECT phase FROM status"), [("finished",)])
        self.done("resume", run, "--steps", "9")
        self.assertEqual(server.wait(20), 0)
        self.assertEqual(rows(run, "SELECT phase, step FROM status"), [("finished", 9)])

    def test_a_second_viewer_during_all_of_it(self):
        run = self.folder / "watched.attelier"
        seen, failures, stop = [], [], threading.Event()

        def watch():
            while not stop.is_set():
                try:
                    seen.append(rows(run, "SELECT generation, (SELECT max(step) FROM metrics), "
                                          "step, phase FROM status")[0])
                except sqlite3.OperationalError as error:
                    if seen and "locked" not in str(error):
                        failures.append(error)
                time.sleep(0.005)

        viewer = threading.Thread(target=watch)
        viewer.start()
        try:
            search = start("search", *TINY, "--steps", "100000", "--checkpoint-steps", "5", "--out",
                           run)
            until(lambda: seen and (seen[-1][1] or 0) > 12, search)
            self.done("snapshot", run, self.folder / "while-running")
            self.done("info", run)
            search.kill()
            search.wait()
            self.done("derive", run)
            last = rows(run, "SELECT max(step) FROM checkpoints")[0][0]
            self.done("resume", run, "--steps", last + 30)
        finally:
            stop.set()
            viewer.join()
        self.assertEqual(failures, [])
        self.assertGreater(len(seen), 20)
        self.assertGreater(seen[-1][0], seen[0][0], "a resume raises the generation")
        for earlier, later in zip(seen, seen[1:]):
            if earlier[0] == later[0]:
                self.assertLessEqual(earlier[1] or 0, later[1] or 0)


def sqlite_table(file):
    """Whether the engine has made its table of commands."""
    try:
        with contextlib.closing(sqlite3.connect(file)) as database:
            return database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] > 0
    except sqlite3.Error:
        return False


class FullDisk(Case):
    def test_stops_cleanly_and_goes_on(self):
        mount = self.folder / "small"
        mount.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1536k", "none", mount],
                                 capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("no file system can be mounted here to fill")
        self.addCleanup(subprocess.run, ["umount", mount], check=False)
        run = mount / "run.attelier"
        self.refused(REFUSED, "search", *TINY, "--steps", "100", "--checkpoint-steps", "5", "--out",
                     run, says=str(run))
        saved = [step for (step,) in rows(run, "SELECT step FROM checkpoints")]
        self.assertTrue(saved)
        # Where not even the word "failed" fits, the run reads as interrupted.
        self.assertRegex(self.done("info", run), "failed|interrupted")
        self.refused(REFUSED, "resume", run)
        subprocess.run(["mount", "-o", "remount,size=64m", mount], check=True)
        self.done("resume", run)
        self.assertEqual(rows(run, "SELECT count(*), min(step), max(step) FROM metrics"),
                         [(100, 1, 100)])
        self.assertEqual(rows(run, "PRAGMA integrity_check"), [("ok",)])
        whole = self.folder / "whole.attelier"
        self.done("search", *TINY, "--steps", "100", "--out", whole)
        self.assertEqual(tensors(checkpoint(run, 100)), tensors(checkpoint(whole, 100)))


class Film(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not shutil.which("ffmpeg"):
            raise unittest.SkipTest("ffmpeg is not there to compare with")
        cls.pictures = cls.folder / "pictures"
        cls.pictures.mkdir()
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=161x91:rate=10",
                        "-frames:v", "40", cls.pictures / "frame-%04d.png"], check=True)

    @staticmethod
    def pixels(*source):
        return subprocess.run(["ffmpeg", "-v", "error", *source, "-f", "rawvideo", "-pix_fmt",
                               "rgb24", "-"], check=True, capture_output=True).stdout

    def test_what_ffmpeg_reads_back(self):
        film = self.folder / "film.mp4"
        made = engine("film", self.pictures, film, "--fps", "12.5", "--json", "--progress")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertEqual(counted(made.stderr), {"pictures": (40, 40)})
        said = json.loads(made.stdout)
        self.assertEqual((said["frames"], said["width"], said["height"]), (40, 162, 92))
        self.assertEqual(said["bytes"], film.stat().st_size)
        found = json.loads(subprocess.run(
            ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", film],
            check=True, capture_output=True).stdout)["streams"][0]
        self.assertEqual((found["codec_name"], found["width"], found["height"], found["pix_fmt"],
                          found["nb_read_frames"], found["r_frame_rate"]),
                         (said["codec"], 162, 92, "yuv420p", "40", "25/2"))
        before = self.pixels("-i", self.pictures / "frame-%04d.png")
        after = self.pixels("-i", film, "-vf", "crop=161:91:0:0:exact=1")
        self.assertEqual(len(after), len(before))
        gaps = [abs(a - b) for a, b in zip(before[::97], after[::97])]
        self.assertLess(sum(gaps) / len(gaps), 12, "mean difference in grey levels")  # colours have half the pixels
        self.refused(INVALID, "film", self.pictures, film, says=(str(film), "--overwrite"))
        self.assertIn("40 frames", self.done("film", self.pictures, film, "--overwrite"))
        self.refused(INVALID, "film", self.pictures, film, "--overwrite", "--fps", "0", says="fps")
        self.refused(MISSING, "film", self.folder / "nothing", self.folder / "x.mp4",
                     says="nothing")

    def test_stopped_or_full_it_leaves_nothing(self):
        place = self.folder / "stopped"
        place.mkdir()
        many = self.folder / "many"
        many.mkdir()
        for index in range(3000):
            (many / f"{index:05}.png").symlink_to(self.pictures / "frame-0001.png")
        film = start("film", many, place / "film.mp4")
        until(lambda: any(place.iterdir()), film)
        film.terminate()
        self.assertEqual(film.wait(30), 130)
        self.assertEqual(list(place.iterdir()), [])
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "none", place],
                                 capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("no file system can be mounted here to fill")
        self.addCleanup(subprocess.run, ["umount", place], check=False)
        self.refused(REFUSED, "film", self.pictures, place / "film.mp4", says="disk is full")
        self.assertEqual(list(place.iterdir()), [])


class Clips(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clips = cls.folder / "clips"
        if shutil.which("ffmpeg"):
            for label, source in (("bars", "testsrc"), ("plasma", "mandelbrot")):
                (cls.clips / label).mkdir(parents=True)
                for index in range(8):
                    subprocess.run(
                        ["ffmpeg", "-v", "error", "-ss", str(index), "-f", "lavfi", "-i",
                         f"{source}=size=64x48:rate=8", "-t", "1", "-c:v", "mjpeg", "-threads", "1",
                         cls.clips / label / f"{index}.avi"], check=True)
        elif os.environ.get("ATTELIER_CLIPS"):
            shutil.copytree(os.environ["ATTELIER_CLIPS"], cls.clips)
        else:
            raise unittest.SkipTest("neither ffmpeg nor ATTELIER_CLIPS is there")
        cls.template = cls.folder / "template.attelier"
        cls.search = ["--clips", cls.clips, "--frames", "4", "--height", "32", "--width", "32",
                      "--steps", "3", "--batch", "4", "--threads", "1", "--device", "cpu"]
        made = engine("search", *cls.search, "--out", cls.template)
        assert made.returncode == 0, made.stderr

    def test_looking_at_clips(self):
        report = json.loads(self.done("clips", self.clips, "--previews", self.folder / "strips",
                                      "--json"))
        self.assertEqual(report["clip_count"], len(report["clips"]))
        self.assertEqual(len(report["previews"]), report["clip_count"])
        for strip in report["previews"]:
            self.assertEqual((self.folder / "strips" / strip["preview"]).read_bytes()[:2],
                             b"\xff\xd8")
        self.refused(INVALID, "clips", says="clips")
        self.refused(MISSING, "clips", self.folder / "nothing", says="nothing")
        empty = self.folder / "empty"
        empty.mkdir()
        finished = engine("clips", empty)
        self.assertIn(finished.returncode, (INVALID, MISSING), finished.stderr)
        self.assertIn(str(empty), finished.stderr)
        never = self.folder / "never.attelier"
        for clips in (empty, self.folder / "nothing", next(self.clips.iterdir())):
            finished = engine("search", *self.search, "--clips", clips, "--out", never)
            self.assertIn(finished.returncode, (INVALID, MISSING), finished.stderr)
            self.assertFalse(never.exists())

    def one_clip(self):
        return next(file for file in self.clips.rglob("*") if file.is_file())

    def test_how_far_a_look_is(self):
        strips = self.folder / "told strips"
        told = engine("clips", self.clips, "--previews", strips, "--json", "--progress")
        count = json.loads(told.stdout)["clip_count"]
        self.assertEqual(counted(told.stderr), {"clips": (count, count), "previews": (count, count)})
        self.assertEqual(engine("clips", self.clips, "--json").stderr, "")
        looked = engine("search", *self.search, "--plan", "--json", "--progress")
        self.assertEqual(counted(looked.stderr)["clips"], (count, count))

    def test_a_dropped_video_becomes_a_probe(self):
        search = [*self.search, "--steps", "120", "--checkpoint-steps", "10",
                  "--checkpoint-seconds", "100000"]
        whole = self.folder / "whole.attelier"
        self.done("search", *search, "--out", whole)
        run = self.folder / "dropped.attelier"
        training = start("search", *search, "--out", run)
        self.addCleanup(training.kill)
        until(lambda: steps(run) > 3, training)
        self.assertEqual(ask(run, "pause", {})[0], "done")
        last = steps(run)
        video = self.folder / "dropped one"
        shutil.copy(self.one_clip(), video)
        still, text, pipe = (self.folder / name for name in ("still.avi", "text.mp4", "pipe.mp4"))
        text.write_text("no video")
        os.mkfifo(pipe)
        if shutil.which("ffmpeg"):
            subprocess.run(["ffmpeg", "-v", "error", "-i", video, "-frames:v", "3", "-c", "copy",
                            still], check=True)
        for file, says in ((self.folder / "no.mp4", "not found"), (self.folder, "no file"),
                           (text, "not a video"), (pipe, "no file"), ("no.mp4", "absolute"),
                           *([(still, "too short: it has 3 frames")] if still.exists() else [])):
            state, answer = ask(run, "probe", {"action": "add", "file": str(file)})
            self.assertEqual(state, "failed", (file, answer))
            self.assertIn(says, answer["message"])
        state, answer = ask(run, "probe", {"action": "add", "file": str(video)})
        self.assertEqual((state, answer.get("step")), ("done", last), answer)
        probe = answer["probe"]
        until(lambda: rows(run, "SELECT 1 FROM attention WHERE probe = ?", probe))
        self.assertEqual(rows(run, "SELECT clip, name, label, removed_step FROM probes WHERE id = ?",
                              probe), [(-1, "dropped one", -1, -1)])
        self.assertEqual(rows(run, "SELECT min(frame), max(frame), count(*) FROM probe_frames WHERE "
                                   "probe = ?", probe), [(-4, 3, 8)])
        # What the network attends to in it is there at once, and is what its model says of the file.
        stored = json.loads(self.done("inspect", run, "--probe", probe, "--node", "L1.mST",
                                      "--json"))
        self.assertEqual((stored["source"], stored["step"]), ("stored", last))
        asked = json.loads(self.done("inspect", run, "--video", video, "--node", "L1.mST",
                                     "--json"))
        self.assertEqual(asked["step"], last)
        self.assertGreater(max(asked["map"]["values"]), 0)
        for mine, theirs in zip(stored["map"]["values"], asked["map"]["values"]):
            self.assertAlmostEqual(mine, theirs, delta=2e-3)
        video.unlink()
        ask(run, "resume", {})
        until(lambda: steps(run) > last + 15, training)
        training.kill()
        training.wait()
        self.done("resume", run)
        # One sentence, not the difference of two networks.
        self.assertTrue(tensors(checkpoint(run, 120)) == tensors(checkpoint(whole, 120)))
        recorded = "SELECT max(step) FROM attention WHERE probe = ?"
        self.assertEqual(rows(run, recorded, probe), [(120,)])
        self.assertEqual(rows(run, "SELECT count(*) FROM events WHERE kind = 'probe'"), [(0,)])
        # Of a damaged store it gets no new records, and the run says so.
        change(run / "run.db", f"DELETE FROM probe_frames WHERE probe = {probe} AND frame = -2")
        self.done("resume", run, "--steps", "122")
        self.assertEqual(rows(run, recorded, probe), [(120,)])
        ((said,),) = rows(run, "SELECT text FROM events WHERE kind = 'probe'")
        self.assertIn(f"probe {probe} gets no new records", said)

    def test_a_finished_run_takes_a_video_through_a_server(self):
        run = self.copy(self.template)
        (run / "commands.db").unlink()
        server = start("serve", run)
        self.addCleanup(server.kill)
        until((run / "commands.db").exists, server)
        until(lambda: sqlite_table(run / "commands.db"), server)
        video = self.one_clip()
        state, answer = ask(run, "probe", {"action": "add", "file": str(video), "step": 3})
        self.assertEqual((state, answer.get("step")), ("done", 3), answer)
        until(lambda: rows(run, "SELECT 1 FROM attention WHERE probe = ?", answer["probe"]))
        state, map_ = ask(run, "inspect", {"probe": answer["probe"], "node": "L1.dT"})
        self.assertEqual(state, "done", map_)
        self.assertEqual(rows(run, "SELECT phase, step FROM status"), [("finished", 3)])
        self.assertEqual(ask(run, "probe", {"action": "remove", "probe": answer["probe"]})[0],
                         "done")
        ask(run, "leave", {})
        self.assertEqual(server.wait(20), 0)

    def test_moved_clips(self):
        run = self.copy(self.template)
        moved = self.folder / "moved"
        self.clips.rename(moved)
        try:
            self.done("info", run)
            self.done("inspect", run, "--probe", "1", "--node", "L1.dS")
            for command in (("evaluate", run, "--supergraph"), ("resume", run, "--steps", "5"),
                            ("evaluate", run), ("serve", run)):
                self.refused(MISSING, *command, says=("--clips-root", str(self.clips)))
            self.assertEqual(rows(run, "SELECT phase, step FROM status"), [("finished", 3)])
            self.done("evaluate", run, "--supergraph", "--clips-root", moved)
            self.done("inspect", run, "--clip", "2", "--node", "L1.dS", "--clips-root", moved)
            self.done("resume", run, "--steps", "5", "--clips-root", moved)
        finally:
            moved.rename(self.clips)
        self.assertEqual(rows(run, "SELECT phase, step FROM status"), [("finished", 5)])

    def test_changed_clips(self):
        run = self.copy(self.template)
        ((name,),) = rows(run, "SELECT path FROM dataset WHERE split = 'train' LIMIT 1")
        clip = self.clips / name
        whole, times = clip.read_bytes(), clip.stat()
        clip.write_bytes(whole + b"\0" * 16)
        try:
            before = rows(run, "SELECT * FROM metrics"), os.listdir(run / "checkpoints")
            self.refused(INVALID, "resume", run, "--steps", "5",
                         says=(name, "--allow-changed-data"))
            self.assertEqual((rows(run, "SELECT * FROM metrics"),
                              os.listdir(run / "checkpoints")), before)
            self.done("resume", run, "--steps", "5", "--allow-changed-data")
        finally:
            clip.write_bytes(whole)
            os.utime(clip, ns=(times.st_atime_ns, times.st_mtime_ns))
        self.assertEqual(rows(run, "SELECT count(*) FROM events WHERE kind = 'data' AND "
                                   "instr(text, ?) > 0", name), [(1,)])


if __name__ == "__main__":
    unittest.main()
