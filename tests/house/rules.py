"""Rules of the tree that no compiler checks.

    rules.py format|includes|sources|schemas|links TREE

Prints each breach as FILE:LINE: sentence and leaves with 1; with 77 where the tool it needs is not there.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ENGINE = ["base", "space", "run", "clips", "nn", "search", "export"]

# Folder -> what its files may include of ours (design: dependencies point one way). The longest matching folder counts.
MAY_INCLUDE = {
    "engine/base": ["engine/base"],
    "engine/space": ["engine/base", "engine/space"],
    "engine/run": ["engine/base", "engine/space", "engine/run"],
    "engine/clips": ["engine/base", "engine/clips"],
    "engine/nn": ["engine/base", "engine/space", "engine/nn"],
    "engine/export": ["engine/base", "engine/space", "engine/export"],
    "engine/search": [f"engine/{name}" for name in ENGINE],
    "widgets": ["widgets"],
    "ui": ["engine/base", "engine/space", "engine/run", "engine/export", "widgets", "ui"],
    "app": ["engine", "widgets", "ui", "app"],
    "tests": ["engine", "widgets", "ui", "app", "tests"],
}
for name in ENGINE:
    MAY_INCLUDE[f"tests/engine/{name}"] = MAY_INCLUDE[f"engine/{name}"] + ["tests/support", f"tests/engine/{name}"]

# Library -> its headers, and where they may be included.
LIBRARIES = {
    "Qt": (r"<Q\w+|<Qt\w+/", ["widgets", "ui", "app/window", "tests/ui", "tests/widgets", "tests/support", "tests/e2e", "tests/bench", "installer"]),
    # Its header needs the keywords that Qt is used without here: one header of ours sees to that.
    "QCustomPlot": (r"<qcustomplot\.h>", ["widgets/plots"]),
    "Qt Charts": (r"<QtCharts/|<Q(Chart|ChartView|Bar\w+|Scatter\w+|Value\w+Axis)>", ["widgets/plots"]),
    "LibTorch": (r"<(torch|ATen|c10)/", ["engine/nn", "engine/search", "tests/engine/gpu", "tests/engine/nn", "tests/engine/search", "tests/bench", "tests/support"]),
    "OpenCV": (r"<opencv2/", ["engine/clips", "tests/engine/clips", "tests/e2e", "widgets", "tests/widgets"]),
    # LibTorch's include folder carries another fmt, which spdlog would take where both are on the path.
    "spdlog": (r"<(spdlog|fmt)/", ["engine/base", "tests/engine/base"]),
    "SQLite": (r"<(SQLiteCpp/|sqlite3\.h)", ["engine/run", "tests/engine/run", "tests/e2e", "tests/support"]),
}
# These stay behind a module's public headers: a header in which one shows is included by its own module only.
HIDDEN = ["OpenCV", "spdlog", "SQLite", "QCustomPlot", "Qt Charts"]
LONGEST = 600


def files_of(tree, *suffixes):
    """The tree's own files: those git knows or would add, else all outside build/ and hidden folders."""
    if (tree / ".git").exists():
        listed = subprocess.run(["git", "-C", str(tree), "ls-files"], capture_output=True, text=True, check=True)
        names = listed.stdout.splitlines()
    else:
        names = [str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file()]
        names = [name for name in names if not name.startswith("build/") and "/." not in f"/{name}"]
    return sorted(name for name in names if name.endswith(suffixes) and (tree / name).is_file())


def is_within(name, folders):
    return any(name.startswith(folder + "/") for folder in folders)


def includes_of(tree, name):
    """(line number, "path" or <path>) of each include."""
    for number, line in enumerate((tree / name).read_text(encoding="utf-8").splitlines(), 1):
        if match := re.match(r'\s*#\s*include\s*("[^"]+"|<[^>]+>)', line):
            yield number, match[1]


def shows(found, name, library, seen=()):
    """Whether a header includes a library, itself or by headers of ours."""
    return any(re.match(LIBRARIES[library][0], included)
               or included[0] == '"' and included.strip('"') not in seen and shows(found, included.strip('"'), library, (*seen, name))
               for _, included in found.get(name, []))


def includes(tree):
    found = {name: list(includes_of(tree, name)) for name in files_of(tree, ".h", ".cpp")}
    for name, included_here in found.items():
        home = max((folder for folder in MAY_INCLUDE if is_within(name, [folder])), key=len, default="")
        seen = set()
        for number, included in included_here:
            if included.endswith('.moc"'):
                continue  # written by moc beside the object file
            if included.startswith('"'):
                path = included.strip('"')
                if not (tree / path).is_file() and not (tree / f"{path}.in").is_file():
                    yield f"{name}:{number}: {included} is no file of the tree; includes are written from its top"
                elif home and not is_within(path, MAY_INCLUDE[home]):
                    yield f"{name}:{number}: {home} may not include {included}"
                elif home and not is_within(path, [home.removeprefix("tests/"), home]):
                    yield from (f"{name}:{number}: {library} shows in {path}, which is therefore no public header"
                                for library in HIDDEN if shows(found, path, library))
            elif included == "<torch/torch.h>":
                yield f"{name}:{number}: <torch/torch.h> drags in everything; include what is used"
            for library, (pattern, homes) in LIBRARIES.items():
                if re.match(pattern, included):
                    seen.add(library)
                    if not is_within(name, homes):
                        yield f"{name}:{number}: {library} may not be included here"
        if {"Qt", "LibTorch"} <= seen:
            yield f"{name}:1: no file includes both Qt and LibTorch"
        if name.endswith(".h") and "#pragma once" not in (tree / name).read_text(encoding="utf-8"):
            yield f"{name}:1: a header begins with #pragma once"


def sources(tree):
    for name in files_of(tree, ".h", ".cpp"):
        lines = (tree / name).read_text(encoding="utf-8").count("\n")
        if lines > LONGEST:
            yield f"{name}:{lines}: longer than {LONGEST} lines; look for the second idea in it"
    for name in files_of(tree, ".cpp"):
        folder = Path(name).parent
        while not (tree / folder / "CMakeLists.txt").is_file() and folder != Path("."):
            folder = folder.parent
        listed = tree / folder / "CMakeLists.txt"
        relative = Path(name).relative_to(folder).as_posix()
        text = re.sub(r"#.*", "", listed.read_text(encoding="utf-8")) if listed.is_file() else ""
        if relative not in re.split(r'[\s()"]+', text):
            yield f"{name}:1: listed in no CMakeLists.txt, so it is never built"


def schemas(tree):
    for name in files_of(tree, ".json"):
        try:
            content = json.loads((tree / name).read_text(encoding="utf-8"))
        except ValueError as error:
            yield f"{name}:1: no valid JSON: {error}"
            continue
        if name.startswith("resources/schemas/") and not {"$schema", "title"} <= content.keys():
            yield f"{name}:1: a schema names its $schema and its title"


def links(tree):
    for name in files_of(tree, ".md"):
        text = (tree / name).read_text(encoding="utf-8")
        plain = re.sub(r"```.*?```", lambda block: "\n" * block[0].count("\n"), text, flags=re.S)
        for number, line in enumerate(plain.splitlines(), 1):
            for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", line)):
                path = target.split("#")[0]
                if path and "://" not in path and not (tree / name).parent.joinpath(path).exists():
                    yield f"{name}:{number}: links to {path}, which is not there"


def format(tree):
    tool = shutil.which("clang-format")
    version = re.search(r"version (\d+)", subprocess.run([tool, "--version"], capture_output=True, text=True).stdout) if tool else None
    if not version or version[1] != "14":
        print("needs clang-format 14: others break lines elsewhere")
        sys.exit(77)
    names = files_of(tree, ".h", ".cpp")
    for start in range(0, len(names), 50):
        done = subprocess.run([tool, "--dry-run", "-Werror", *names[start:start + 50]], cwd=tree, capture_output=True, text=True)
        yield from sorted({line.split(": error:")[0] + ": not as clang-format writes it" for line in done.stderr.splitlines() if ": error:" in line})


def main():
    rule, tree = sys.argv[1], Path(sys.argv[2]).resolve()
    breaches = list({"format": format, "includes": includes, "sources": sources, "schemas": schemas, "links": links}[rule](tree))
    print("\n".join(breaches) if breaches else f"{rule}: nothing found")
    sys.exit(1 if breaches else 0)


if __name__ == "__main__":
    main()
