#!/usr/bin/env python3
"""Repeats the study of the synthetic tasks with this engine and prints its tables.

Usage: tasks_study.py TASK_TRAININGS [--out LINES.jsonl] [--jobs 2]

Every training is one process on one thread. Lines that are in the file already are not run again.
"""

import argparse
import concurrent.futures
import itertools
import json
import os
import statistics
import subprocess

PLANTED = {"when": "mT", "where": "mS", "meet": "mS<mT", "match": "dST"}
# Mean accuracies that an independent implementation of the same tasks reached.
EXPECTED = {("when", "plain"): .42, ("where", "plain"): .53, ("meet", "plain"): .36,
            ("match", "plain"): .55, ("when", "mT"): 1.00, ("where", "mS"): .91,
            ("meet", "mS<mT"): 1.00, ("match", "dST"): .88}
SEEDS = (11, 12, 13)
SEARCHES = (21, 22, 23, 24)
RANDOM = range(1, 15)
TWO_SINKS_STEPS = 450


class Study:
    def __init__(self, program, path, jobs):
        self.program, self.path, self.jobs = program, path, jobs
        self.lines = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                for text in file:
                    line = json.loads(text)
                    self.lines[(line["task"], line["what"], line["steps"], line["seed"])] = line

    def train(self, keys):
        missing = [key for key in dict.fromkeys(keys) if key not in self.lines]
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            for line in pool.map(self.run, missing):
                self.lines[(line["task"], line["what"], line["steps"], line["seed"])] = line
                with open(self.path, "a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
        return [self.lines[key] for key in keys]

    def run(self, key):
        environment = dict(os.environ, OMP_WAIT_POLICY="passive")
        done = subprocess.run([self.program, *map(str, key)], capture_output=True, text=True,
                              check=True, env=environment)
        return json.loads(done.stdout)


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def planted(study):
    print("| task | cell | accuracy, mean (sd) of 3 seeds | expected | difference |\n|---|---|---|---|---|")
    extra = [("when", "dT"), ("where", "dS")]
    for task, cell in ([(t, "plain") for t in PLANTED] + list(PLANTED.items()) + extra):
        lines = study.train([(task, cell, 300, seed) for seed in SEEDS])
        scores = [line["report"] for line in lines]
        expected = EXPECTED.get((task, cell))
        shown = f"{expected:.2f} | {mean(scores) - expected:+.3f}" if expected else "– | –"
        print(f"| `{task}` | {cell} | {mean(scores):.3f} ({statistics.pstdev(scores):.3f}) | {shown} |")
    print("\nAttention of planted cells, means over 200 report clips and 3 seeds:")
    for task, cell in list(PLANTED.items()) + extra:
        lines = study.train([(task, cell, 300, seed) for seed in SEEDS])
        names = lines[0]["attention"].keys()
        print(f"- `{task}` {cell}: " + ", ".join(
            f"{name} {mean(line['attention'][name] for line in lines):.3f}" for name in names))


def permutation(found, random):
    """One-sided: share of all ways to pick so many cells that reach the mean of the found ones."""
    cells = found + random
    observed = mean(found) - 1e-12
    total = reached = 0
    for chosen in itertools.combinations(cells, len(found)):
        total += 1
        reached += mean(chosen) >= observed
    return reached / total


def searched(study, task):
    searches = study.train([(task, "search", 300, seed) for seed in SEARCHES])
    cells = [line["cell"] for line in searches]
    seeds = SEEDS[:2]
    found = [mean(line["report"] for line in study.train(
        [(task, cell, TWO_SINKS_STEPS, seed) for seed in seeds])) for cell in cells]
    random = [study.train([(task, f"random:{index}", TWO_SINKS_STEPS, seed) for seed in seeds])
              for index in RANDOM]
    report = [mean(line["report"] for line in lines) for lines in random]
    select = [mean(line["select"] for line in lines) for lines in random]
    best = mean(report[max(three, key=lambda i: select[i])]
                for three in itertools.combinations(range(len(report)), 3))
    once = mean(line["seconds"] for cell in cells for line in study.train(
        [(task, cell, 300, seed) for seed in seeds]))
    print(f"\n`{task}`: cells of {len(cells)} searches: "
          + ", ".join(f"{cell} {score:.3f}" for cell, score in zip(cells, found)))
    print(f"mean {mean(found):.3f}; {len(report)} random cells of the same alpha and beta "
          f"{mean(report):.3f} (sd {statistics.stdev(report):.3f}); best of 3 random {best:.3f}; "
          f"p = {permutation(found, report):.4f}; "
          f"price: a search {mean(line['seconds'] for line in searches):.1f} s, "
          f"a training of the cell {once:.1f} s, "
          f"{mean(line['seconds'] for line in searches) / once:.2f} trainings")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--out", default="tasks_study.jsonl")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    study = Study(arguments.program, arguments.out, arguments.jobs)
    planted(study)
    for task in ("meet", "match"):
        searched(study, task)


if __name__ == "__main__":
    main()
