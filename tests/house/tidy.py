"""clang-tidy on some files, as many at once as there are cores, within a budget of seconds.

    tidy.py --build FOLDER --jobs N --seconds S FILE...

Files are taken in the order given; what the budget leaves out is named, not hidden.
"""

import argparse
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


# GCC's warning names, and what its own headers do with C++17.
ARGUMENTS = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-deprecated-declarations"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    built = {entry["file"] for entry in json.loads((options.build / "compile_commands.json").read_text())}
    end = time.monotonic() + options.seconds

    def check(name):
        if str(Path(name).resolve()) not in built or time.monotonic() > end:
            return name, None, ""
        done = subprocess.run(["clang-tidy-19", "-p", str(options.build), "--quiet", *ARGUMENTS, name],
                              capture_output=True, text=True)
        return name, done.returncode, done.stdout

    bad, left = 0, []
    with ThreadPoolExecutor(options.jobs) as pool:
        for name, code, output in pool.map(check, options.files):
            if code is None:
                left.append(name)
            elif code != 0:
                bad += 1
                print(output, flush=True)
    print(f"clang-tidy: {len(options.files) - len(left)} files read, {bad} with findings"
          + (f"; not read (budget, or not built): {' '.join(left)}" if left else ""), flush=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
