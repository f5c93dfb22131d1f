"""Each rule of rules.py finds the breach it is for, in a small tree that has just that one."""

import tempfile
import unittest
from pathlib import Path

import rules


def tree_of(files):
    folder = tempfile.TemporaryDirectory()
    for name, text in files.items():
        path = Path(folder.name) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


GOOD = {
    "engine/base/result.h": "#pragma once\n#include <string>\n",
    "engine/space/cell.h": '#pragma once\n#include "engine/base/result.h"\n',
    "engine/space/cell.cpp": '#include "engine/space/cell.h"\n',
    "engine/space/CMakeLists.txt": "attelier_library(space SOURCES cell.cpp)\n",
    "resources/schemas/cell.json": '{"$schema": "x", "title": "Cell"}\n',
    "README.md": "[cells](engine/space/cell.h), `[no](link)`, [out](https://example.org)\n",
}


class Rules(unittest.TestCase):
    def found(self, rule, changed):
        with tree_of({**GOOD, **changed}) as folder:
            return list(rule(Path(folder)))

    def test_good_tree(self):
        for rule in (rules.includes, rules.sources, rules.schemas, rules.links):
            self.assertEqual(self.found(rule, {}), [])

    def check(self, rule, name, text, expected):
        found = self.found(rule, {name: text})
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(name + ":"), found)
        self.assertIn(expected, found[0])

    def test_includes(self):
        for name, text, expected in [
            ("engine/base/a.h", '#pragma once\n#include "engine/space/cell.h"\n', "may not include"),
            ("engine/nn/a.cpp", '#include "engine/run/a.h"\n', "no file of the tree"),
            ("engine/space/a.cpp", '#include "cell.h"\n', "no file of the tree"),
            ("tests/engine/base/a_test.cpp", '#include "engine/space/cell.h"\n', "may not include"),
            ("engine/nn/a.cpp", "#include <torch/torch.h>\n", "drags in"),
            ("engine/run/a.cpp", "#include <ATen/core/Tensor.h>\n", "LibTorch"),
            ("engine/base/a.cpp", "#include <QString>\n", "Qt"),
            ("engine/search/a.cpp", "#include <sqlite3.h>\n", "SQLite"),
            ("engine/search/a.cpp", "#include <spdlog/spdlog.h>\n", "spdlog"),
            ("tests/support/a.cpp", "#include <QTest>\n#include <torch/types.h>\n", "both"),
            ("engine/base/a.h", "#include <string>\n", "#pragma once"),
        ]:
            with self.subTest(name=name, text=text):
                self.check(rules.includes, name, text, expected)

    def test_hidden_library_shows_in_a_public_header(self):
        hidden = {"engine/run/private.h": "#pragma once\n#include <SQLiteCpp/Database.h>\n",
                  "engine/run/open.h": '#pragma once\n#include "engine/run/private.h"\n',
                  "tests/engine/run/open_test.cpp": '#include "engine/run/open.h"\n'}
        self.assertEqual(self.found(rules.includes, hidden), [])
        found = self.found(rules.includes, {**hidden, "engine/search/a.cpp": '#include "engine/run/open.h"\n'})
        self.assertEqual(found, ["engine/search/a.cpp:1: SQLite shows in engine/run/open.h, which is therefore no public header"])

    def test_sources(self):
        self.check(rules.sources, "engine/space/forgotten.cpp", "\n", "never built")
        self.check(rules.sources, "engine/space/cell.h", "\n" * 601, "longer")

    def test_commented_source_is_not_listed(self):
        found = self.found(rules.sources, {"engine/space/CMakeLists.txt": "# cell.cpp\n"})
        self.assertEqual(len(found), 1, found)

    def test_schemas(self):
        self.check(rules.schemas, "resources/schemas/cell.json", "{", "no valid JSON")
        self.check(rules.schemas, "resources/schemas/cell.json", "{}", "names its $schema")

    def test_links(self):
        self.check(rules.links, "README.md", "see [there](docs/none.md#part)\n", "docs/none.md")


if __name__ == "__main__":
    unittest.main()
