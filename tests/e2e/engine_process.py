"""What the end-to-end tests share: starting the engine and reading its files without its code."""

import contextlib
import hashlib
import json
import os
import pathlib
import sqlite3
import struct
import subprocess
import time

# A search that takes a fraction of a second. Whatever follows on a command line replaces it.
TINY = [
    "--preset", "tasks", "--task", "when", "--steps", "6", "--batch", "8", "--train-clips", "64",
    "--select-clips", "16", "--report-clips", "16", "--threads", "1", "--device", "cpu",
    "--checkpoint-seconds", "100000",
]

INVALID, MISSING, CORRUPT, UNSUPPORTED, BUSY, REFUSED, NON_FINITE = 2, 3, 4, 5, 6, 7, 9


def tensors(path):
    """Name to bytes of each tensor of a safetensors file."""
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    body = data[8 + length:]
    return {name: body[slice(*entry["data_offsets"])] for name, entry in header.items()}


def checkpoint(run, step):
    return os.path.join(run, "checkpoints", f"step-{step:08d}.safetensors")


def rows(file, query, *values, immutable=False):
    """Rows of a run folder or database file, read as docs/run-folder.md says."""
    file = os.path.join(file, "run.db") if os.path.isdir(file) else file
    uri = f"{pathlib.Path(file).absolute().as_uri()}?mode=ro{'&immutable=1' if immutable else ''}"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as database:
        return database.execute(query, values).fetchall()


def change(file, statement):
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute(statement)


def flip(path, offset):
    """Flips a byte; offsets below zero count from the end."""
    with open(path, "r+b") as file:
        file.seek(offset, os.SEEK_END if offset < 0 else os.SEEK_SET)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 0xFF]))


def contents(folder):
    """Path to digest of every file, but for the lock, the commands and the log of an engine."""
    found = {}
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.is_file() and path.name not in ("engine.lock", "commands.db", "engine.log"):
            found[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def until(condition, process=None, seconds=60):
    """Waits for something that another process does."""
    deadline = time.monotonic() + seconds
    while not condition():
        if process is not None and process.poll() is not None:
            raise AssertionError(f"the engine left with {process.returncode}")
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain")
        time.sleep(0.005)


def steps(run):
    """Steps stored so far; 0 while there is no database to read."""
    try:
        return rows(run, "SELECT count(*) FROM metrics")[0][0]
    except sqlite3.Error:
        return 0
