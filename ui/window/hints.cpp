#include "ui/window/hints.h"

#include "ui/window/hint_bubble.h"

#include <QAccessible>
#include <QEvent>
#include <QSettings>
#include <QWidget>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kReadingMs = 8000;
const QString kKey = u"hints/shown"_s;

}  // namespace

Hints::Hints(QObject* parent) : QObject(parent) {
  turn_.setSingleShot(true);
  connect(&turn_, &QTimer::timeout, this, &Hints::next);
}

Hints::~Hints() { close(); }

QString Hints::shown() const {
  return bubble_ != nullptr && bubble_->isVisible() ? current_ : QString();
}

Hints::Offer* Hints::find(const QString& id) {
  const auto found =
      std::find_if(offers_.begin(), offers_.end(), [&](const Offer& o) { return o.id == id; });
  return found == offers_.end() ? nullptr : &*found;
}

bool Hints::wasShown(const QString& id) const {
  return QSettings().value(kKey).toStringList().contains(id);
}

void Hints::remember(const QString& id) {
  QStringList all = QSettings().value(kKey).toStringList();
  if (!all.contains(id)) QSettings().setValue(kKey, QStringList(all << id));
}

void Hints::offer(const QString& id, QWidget* anchor, const QRect& where, const QString& text) {
  const Offer offered{id, anchor, where, text};
  if (Offer* known = find(id)) {
    *known = offered;
  } else {
    offers_ << offered;
  }
  if (current_ == id && bubble_ != nullptr) {
    bubble_->setText(text);
    place();
    return;
  }
  if (wasShown(id) || waiting_.contains(id)) return;
  waiting_ << id;
  if (!turn_.isActive()) next();
}

void Hints::dismiss(const QString& id) {
  remember(id);
  waiting_.removeAll(id);
  if (current_ != id) return;
  close();
  next();
}

void Hints::dismissAll() {
  for (const auto& id : std::as_const(waiting_)) remember(id);
  waiting_.clear();
  close();
}

void Hints::replay() {
  QSettings().remove(kKey);
  close();
  waiting_.clear();
  for (const auto& offer : std::as_const(offers_)) waiting_ << offer.id;
  next();
}

void Hints::next() {
  for (const auto& id : std::as_const(waiting_)) {
    const Offer* offer = find(id);
    if (offer == nullptr || offer->anchor == nullptr || !offer->anchor->isVisible()) continue;
    show(*offer);
    break;
  }
  // They tell when they appear.
  for (const auto& id : std::as_const(waiting_)) {
    const Offer* offer = find(id);
    if (offer != nullptr && offer->anchor != nullptr) offer->anchor->installEventFilter(this);
  }
}

void Hints::show(const Offer& offer) {
  close();
  current_ = offer.id;
  waiting_.removeAll(offer.id);
  remember(offer.id);
  QWidget* window = offer.anchor->window();
  ring_ = new HintRing(window, isMotionReduced_);
  bubble_ = new HintBubble(offer.text, window);
  connect(bubble_, &HintBubble::closed, this, [this, id = offer.id] { dismiss(id); });
  anchorGone_ = connect(offer.anchor, &QObject::destroyed, this, [this] {
    close();
    QMetaObject::invokeMethod(this, &Hints::next, Qt::QueuedConnection);
  });
  for (QWidget* widget = offer.anchor; widget != nullptr; widget = widget->parentWidget()) {
    widget->installEventFilter(this);
    watched_ << widget;
    if (widget->isWindow()) break;
  }
  place();
  QWidget::setTabOrder(offer.anchor, bubble_->button());
  QAccessibleEvent alert(bubble_, QAccessible::Alert);
  QAccessible::updateAccessibility(&alert);
  turn_.start(kReadingMs);
}

void Hints::close() {
  turn_.stop();
  disconnect(anchorGone_);
  for (const auto& widget : std::as_const(watched_)) {
    if (widget != nullptr) widget->removeEventFilter(this);
  }
  watched_.clear();
  current_.clear();
  // Later: its own button may be what closes it.
  if (bubble_ != nullptr) {
    bubble_->hide();
    bubble_->deleteLater();
  }
  if (ring_ != nullptr) {
    ring_->hide();
    ring_->deleteLater();
  }
  bubble_.clear();
  ring_.clear();
}

void Hints::place() {
  const Offer* offer = find(current_);
  if (bubble_ == nullptr || offer == nullptr) return;
  QWidget* anchor = offer->anchor;
  const bool isVisible = anchor != nullptr && anchor->isVisible();
  if (isVisible) {
    const QRect all = anchor->rect();
    const QRect where = offer->where.isEmpty() ? all : offer->where.intersected(all);
    const QRect target(anchor->mapTo(anchor->window(), where.topLeft()), where.size());
    ring_->surround(target);
    bubble_->pointAt(target);
    ring_->raise();
    bubble_->raise();
  }
  ring_->setVisible(isVisible);
  bubble_->setVisible(isVisible);
}

bool Hints::eventFilter(QObject* watched, QEvent* event) {
  switch (event->type()) {
    case QEvent::Move:
    case QEvent::Resize:
    case QEvent::Hide:
    case QEvent::Show:
      // Once all of the layout has been done.
      QMetaObject::invokeMethod(this, &Hints::place, Qt::QueuedConnection);
      if (event->type() == QEvent::Show && !turn_.isActive() && !waiting_.isEmpty()) {
        QMetaObject::invokeMethod(this, &Hints::next, Qt::QueuedConnection);
      }
      break;
    default:
      break;
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace attelier::ui
