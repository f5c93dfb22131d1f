#pragma once

#include "ui/engine/engine_program.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QStringList>
#include <QTemporaryDir>
#include <QTest>

namespace attelier::tests {

using namespace Qt::Literals::StringLiterals;

/// A shell script in the place of attelier-engine: notes how it was called and answers as it is
/// told.
///
/// Answers are files beside it, by command: doctor.json, clips.json, plan.json, start.json. A
/// command whose file begins with "!" prints the rest and fails; "~" hangs; anything else is
/// printed as it is. A search that starts makes its folder with a run.db in it, as the real one
/// does.
class FakeEngine {
 public:
  FakeEngine() : program_((write(), script().toStdString())) {}

  ui::EngineProgram& program() { return program_; }
  QString folder() const { return folder_.path(); }
  QString script() const { return folder_.filePath(u"attelier-engine"_s); }

  void answer(const QString& command, const QByteArray& text) {
    QFile file(folder_.filePath(command + u".json"_s));
    if (file.open(QIODevice::WriteOnly)) file.write(text);
  }

  /// The calls so far that began with this word, without it, oldest first.
  QList<QStringList> calls(const QString& command) const {
    QFile file(folder_.filePath(u"calls"_s));
    if (!file.open(QIODevice::ReadOnly)) return {};
    QList<QStringList> found;
    for (const QString& call :
         QString::fromUtf8(file.readAll()).split(u"\x1e\n"_s, Qt::SkipEmptyParts)) {
      QStringList words = call.split(u'\x1f');
      words.removeLast();
      if (!words.isEmpty() && words.takeFirst() == command) found << words;
    }
    return found;
  }

  /// Waits until there are so many calls of a command.
  bool waitForCalls(const QString& command, int count, int milliseconds = 20'000) const {
    return QTest::qWaitFor([&] { return calls(command).size() >= count; }, milliseconds);
  }

 private:
  void write() {
    QFile file(script());
    if (file.open(QIODevice::WriteOnly)) {
      file.write(R"sh(#!/bin/sh
here=$(dirname "$0")
said=
out=
file="$here/$1.json"
previous=
separator=$(printf '\037')
for word in "$@"; do
  said="$said$word$separator"
  [ "$previous" = --out ] && out=$word
  [ "$1" = search ] && [ "$word" = --plan ] && file="$here/plan.json"
  previous=$word
done
printf '%s\036\n' "$said" >> "$here/calls"
case "$1 $file" in
  search*/plan.json) ;;
  search*|resume*|evaluate*) file="$here/start.json" ;;
esac
first=$(head -c 1 "$file" 2>/dev/null)
case "$first" in
  '~') exec sleep 600 ;;
  '!') tail -c +2 "$file"; exit 2 ;;
esac
if [ -n "$out" ] && [ "$file" = "$here/start.json" ]; then
  mkdir -p "$out" && : > "$out/run.db" && printf '{}' > "$out/run.json"
fi
cat "$file" 2>/dev/null
exit 0
)sh");
      file.close();
      file.setPermissions(file.permissions() | QFile::ExeOwner | QFile::ExeUser);
    }
    answer(u"doctor"_s, R"({"device": {"accelerators": 0, "reason": "no CUDA library"},
                           "machine": {"cores": 2, "memory_bytes": 8000000000}})");
    answer(u"plan"_s,
           R"({"steps": 400, "train_clips": 12800, "select_clips": 2000, "report_clips": 2000,
                         "start_seconds": 0.5, "step_seconds": 0.04, "validation_seconds": 0.5,
                         "total_seconds": 24.9, "host_bytes": 286000000, "device_bytes": 0,
                         "device": "cpu"})");
    answer(u"clips"_s, R"({"root": "/clips", "format": "folder", "warnings": [],
        "classes": [{"label": "fall", "clips": 3, "train": 1, "select": 1, "report": 1, "ok": 2, "short": 0,
                     "damaged": 0, "unreadable": 1}],
        "total": {"clips": 3, "train": 1, "select": 1, "report": 1, "ok": 2, "short": 0, "damaged": 0,
                  "unreadable": 1},
        "clips": [{"id": 0, "path": "fall/a.mp4", "label": "fall", "split": "train", "state": "ok",
                   "reason": "", "frames": 20, "fps": 25.0, "width": 64, "height": 48, "size": 1000},
                  {"id": 1, "path": "fall/b.mp4", "label": "fall", "split": "select", "state": "ok",
                   "reason": "", "frames": 20, "fps": 25.0, "width": 64, "height": 48, "size": 1000},
                  {"id": 2, "path": "fall/c.mp4", "label": "fall", "split": "report",
                   "state": "unreadable", "reason": "the file is empty", "frames": 0, "fps": 0.0,
                   "width": 0, "height": 0, "size": 0}]})");
    answer(u"start"_s, "{}");
  }

  QTemporaryDir folder_;
  ui::EngineProgram program_;
};

}  // namespace attelier::tests
