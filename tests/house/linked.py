"""What a program, or the programs below a folder, load, as ldd sees it.

    linked.py PLACE --never REGEX     no program loads a library whose name holds REGEX
    linked.py PLACE --only REGEX      every program loads only libraries whose name (of libNAME.so) is REGEX

A folder without any program is an error: the check would have looked at nothing.
"""

import re
import subprocess
import sys
from pathlib import Path


def programs_below(folder):
    for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
        if "CMakeFiles" in path.parts or not path.is_file() or not path.stat().st_mode & 0o111:
            continue
        with path.open("rb") as file:
            if file.read(4) == b"\x7fELF":
                yield path


def loaded_by(program):
    listed = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=True)
    return [Path(line.split()[0]).name for line in listed.stdout.splitlines() if line.strip()]


def main():
    folder, mode, pattern = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    breaches, count = [], 0
    for program in programs_below(folder):
        count += 1
        for library in loaded_by(program):
            name = re.sub(r"^lib|[.-]so.*|\.so.*", "", library)
            bad = re.search(pattern, library) if mode == "--never" else not re.fullmatch(pattern, name)
            if bad:
                breaches.append(f"{program.name} loads {library}")
    print("\n".join(breaches) or f"{count} programs looked at")
    sys.exit(1 if breaches or count == 0 else 0)


if __name__ == "__main__":
    main()
