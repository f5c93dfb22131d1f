#include "ui/dialogs/run_place.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

tl::unexpected<Error> refused(const QString& why, const QString& where) {
  return fail(ErrorCode::InvalidArgument, why.toStdString(), where.toStdString());
}

}  // namespace

QString defaultRunsFolder() {
  // The XDG specification has relative paths ignored.
  QString data = qEnvironmentVariable("XDG_DATA_HOME");
  if (!data.startsWith(u'/')) data = QDir::homePath() + u"/.local/share"_s;
  return QDir::cleanPath(data + u"/attelier/runs"_s);
}

QString newRunName(const QString& parent, const QString& source, const QDate& today) {
  const QString last = QFileInfo(QDir::cleanPath(source)).completeBaseName();
  QString name;
  for (const QChar c : last) name += c.isLetterOrNumber() || c == u'_' ? c : u'-';
  if (name.isEmpty()) name = u"clips"_s;
  const QString stem = u"%1-%2-"_s.arg(name, today.toString(u"yyyyMMdd"_s));
  for (int number = 1;; ++number) {
    const QString candidate = stem + QString::number(number);
    if (!QFileInfo::exists(runFolder(parent, candidate))) return candidate;
  }
}

QString runFolder(const QString& parent, const QString& name) {
  const QString file = name.endsWith(u".attelier"_s) ? name : name + u".attelier"_s;
  return QDir::cleanPath(QDir(parent).absoluteFilePath(file));
}

Status checkNewRun(const QString& parent, const QString& name) {
  if (name.isEmpty())
    return refused(QCoreApplication::translate("RunPlace", "the run needs a name; type one"),
                   u"name"_s);
  if (name.contains(u'/')) {
    return refused(QCoreApplication::translate(
                       "RunPlace", "a name has no slash; the folder is chosen beside it"),
                   u"name"_s);
  }
  if (parent.isEmpty())
    return refused(
        QCoreApplication::translate("RunPlace", "name the folder that the run goes into"),
        u"folder"_s);
  if (QFileInfo(parent).exists() && !QFileInfo(parent).isDir()) {
    return refused(QCoreApplication::translate("RunPlace", "this is a file; name a folder"),
                   u"folder"_s);
  }
  const QFileInfo folder(runFolder(parent, name));
  const bool isFree =
      !folder.exists() || (folder.isDir() && QDir(folder.filePath())
                                                 .isEmpty(QDir::AllEntries | QDir::Hidden |
                                                          QDir::System | QDir::NoDotAndDotDot));
  if (!isFree) {
    return refused(
        QCoreApplication::translate(
            "RunPlace", "exists already; choose another name, or resume it if it is a run"),
        u"name"_s);
  }
  return {};
}

}  // namespace attelier::ui
