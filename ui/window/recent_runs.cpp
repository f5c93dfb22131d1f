#include "ui/window/recent_runs.h"

#include "ui/window/window_actions.h"

#include <QDir>
#include <QFileInfo>
#include <QFuture>
#include <QMenu>
#include <QPromise>
#include <QSettings>
#include <QThreadPool>

#include <memory>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr qsizetype kKept = 20;
const QString kKey = u"recent/runs"_s;

QString stem(const QString& path) { return QFileInfo(path).completeBaseName(); }

}  // namespace

RecentRuns::RecentRuns(QObject* parent) : QObject(parent) { look(); }

QStringList RecentRuns::paths() const { return QSettings().value(kKey).toStringList(); }

void RecentRuns::store(const QStringList& paths) {
  QSettings().setValue(kKey, paths);
  Q_EMIT changed();
}

QList<RecentRuns::Entry> RecentRuns::entries() const {
  QHash<QString, int> count;
  const QStringList all = paths();
  for (const auto& path : all) ++count[stem(path)];
  QList<Entry> entries;
  for (const auto& path : all) {
    QString name = stem(path);
    if (count[name] > 1) {
      name = tr("%1 in %2").arg(name, QFileInfo(QFileInfo(path).path()).fileName());
    }
    entries << Entry{path, name, isThere_.value(path, true)};
  }
  return entries;
}

void RecentRuns::add(const QString& path) {
  const QString absolute = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
  QStringList all = paths();
  all.removeAll(absolute);
  all.prepend(absolute);
  isThere_[absolute] = true;
  store(all.mid(0, kKept));
}

void RecentRuns::remove(const QString& path) {
  QStringList all = paths();
  if (all.removeAll(path) > 0) store(all);
}

void RecentRuns::clear() { store({}); }

void RecentRuns::choose(const QString& path) {
  if (isThere_.value(path, true)) {
    Q_EMIT chosen(path);
    return;
  }
  remove(path);
  Q_EMIT gone(path);
}

void RecentRuns::look() {
  using Found = QHash<QString, bool>;
  const auto promise = std::make_shared<QPromise<Found>>();
  promise->future().then(this, [this, number = ++looks_](const Found& found) {
    if (number != looks_) return;
    // What was added meanwhile stays as it is.
    Found now = isThere_;
    now.insert(found);
    if (now == isThere_) return;
    isThere_ = now;
    Q_EMIT changed();
  });
  promise->start();
  QThreadPool::globalInstance()->start([promise, all = paths()] {
    Found found;
    for (const auto& path : all) found[path] = QFileInfo::exists(path);
    promise->addResult(found);
    promise->finish();
  });
}

void RecentRuns::fill(QMenu* menu) {
  leaveOut(menu);
  menu->setToolTipsVisible(true);
  // Later: a chosen action must not be deleted while it is being triggered.
  connect(
      this, &RecentRuns::changed, menu, [this, menu] { refill(menu); }, Qt::QueuedConnection);
  connect(menu, &QMenu::aboutToShow, this, &RecentRuns::look);
  refill(menu);
}

void RecentRuns::refill(QMenu* menu) {
  menu->clear();
  int number = 0;
  for (const auto& [path, name, isThere] : entries()) {
    const QString shown = QString(name).replace(u'&', u"&&"_s);
    // Digits are the access keys of the first nine.
    QString text = ++number < 10 ? tr("&%1  %2").arg(number).arg(shown) : shown;
    if (!isThere) text = tr("%1 (not there)").arg(text);
    QAction* action = menu->addAction(text, this, [this, path = path] { choose(path); });
    action->setToolTip(isThere ? path : tr("%1\nChoose it to take it off this list").arg(path));
    if (!isThere) {
      QFont font = action->font();
      font.setItalic(true);
      action->setFont(font);
    }
  }
  menu->setEnabled(number > 0);
  menu->menuAction()->setEnabled(number > 0);
  if (number == 0) return;
  menu->addSeparator();
  menu->addAction(tr("&Clear this list"), this, &RecentRuns::clear);
}

}  // namespace attelier::ui
