#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QStringList>

class QMenu;

namespace attelier::ui {

/// The runs that were open lately, newest first, at most 20; kept in QSettings.
///
/// Whether they are still there is looked up in another thread: a disk that sleeps or a network
/// that is gone must not stop the window. Until it is known a run counts as there.
class RecentRuns : public QObject {
  Q_OBJECT
 public:
  struct Entry {
    QString path;
    QString name;  ///< of the folder; with its parent's where two are called the same
    bool isThere = true;
    bool operator==(const Entry&) const = default;
  };

  explicit RecentRuns(QObject* parent = nullptr);

  QList<Entry> entries() const;
  void add(const QString& path);
  void remove(const QString& path);
  void clear();

  /// Emits `chosen`; drops a run that is not there and emits `gone`.
  void choose(const QString& path);

  /// Keeps a menu filled with the runs and "Clear this list".
  void fill(QMenu* menu);

  /// Looks again which are there.
  void look();

 Q_SIGNALS:
  void changed();
  void chosen(const QString& path);
  void gone(const QString& path);

 private:
  QStringList paths() const;
  void store(const QStringList& paths);
  void refill(QMenu* menu);

  QHash<QString, bool> isThere_;
  int looks_ = 0;
};

}  // namespace attelier::ui
