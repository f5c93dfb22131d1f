#pragma once

#include <QList>
#include <QObject>
#include <QPointer>
#include <QRect>
#include <QStringList>
#include <QTimer>

class QWidget;

namespace attelier::ui {

class HintBubble;
class HintRing;

/// The hints of the first minute: small bubbles that point at a place in a widget. They take no
/// focus and stop nothing; each is shown once (QSettings) until `replay`.
///
/// One is shown at a time. A hint that comes later waits until the one before was read (or done, or
/// closed), and until its widget is visible.
class Hints : public QObject {
  Q_OBJECT
 public:
  explicit Hints(QObject* parent = nullptr);
  ~Hints() override;

  /// Offers a hint at `where` (in the widget's coordinates; empty: the whole widget). Offering it
  /// again moves it.
  void offer(const QString& id, QWidget* anchor, const QRect& where, const QString& text);

  /// The person did what this hint is about: it goes, or is never shown.
  void dismiss(const QString& id);
  void dismissAll();

  /// Shows all hints of this session again, in their order, and in later sessions too.
  void replay();

  /// No pulse.
  void setReducedMotion(bool reduced) { isMotionReduced_ = reduced; }

  /// Id of the hint that is visible; empty without one.
  QString shown() const;

 private:
  struct Offer {
    QString id;
    QPointer<QWidget> anchor;
    QRect where;
    QString text;
  };

  bool eventFilter(QObject* watched, QEvent* event) override;
  Offer* find(const QString& id);
  bool wasShown(const QString& id) const;
  void remember(const QString& id);
  void next();
  void show(const Offer& offer);
  void close();
  void place();

  QList<Offer> offers_;  // of this session
  QStringList waiting_;
  QString current_;
  QPointer<HintBubble> bubble_;
  QPointer<HintRing> ring_;
  QList<QPointer<QWidget>> watched_;
  QMetaObject::Connection anchorGone_;
  QTimer turn_;
  bool isMotionReduced_ = false;
};

}  // namespace attelier::ui
