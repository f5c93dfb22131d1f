#include "widgets/plots/plot.h"

#include "widgets/base/icon.h"
#include "widgets/plots/picture_dialog.h"

#include <QApplication>
#include <QClipboard>
#include <QFileInfo>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

constexpr int kRingWidth = 2;
constexpr double kDotsPerInch = 96;
constexpr double kMillimetresPerInch = 25.4;

}  // namespace

Plot::Plot(QWidget* parent) : QWidget(parent) {
  setContextMenuPolicy(Qt::ActionsContextMenu);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(kRingWidth, kRingWidth, kRingWidth, kRingWidth);
  layout->setSpacing(0);
  const auto add = [this](const QString& name, const QString& text, void (Plot::*triggered)()) {
    auto* action = new QAction(icon(name), text, this);
    action->setObjectName(u"plot."_s + name);
    connect(action, &QAction::triggered, this, triggered);
    addAction(action);
    return action;
  };
  firstCommon_ = add(u"table"_s, tr("Show as &table"), &Plot::showTable);
  add(u"copy"_s, tr("&Copy picture"), &Plot::copyPicture);
  add(u"save"_s, tr("&Save picture…"), &Plot::askToSavePicture);
}

void Plot::setCanvas(QWidget* canvas) {
  canvas_ = canvas;
  canvas_->setFocusPolicy(Qt::StrongFocus);
  canvas_->installEventFilter(this);
  canvas_->setMouseTracking(true);
  canvas_->setAccessibleName(accessibleName());
  static_cast<QVBoxLayout*>(layout())->addWidget(canvas_, 1);
  setFocusProxy(canvas_);
}

QAction* Plot::addPlotAction(const QString& text, const std::function<void()>& triggered) {
  auto* action = new QAction(text, this);
  connect(action, &QAction::triggered, this, triggered);
  insertAction(firstCommon_, action);
  return action;
}

void Plot::setTitle(const QString& title) {
  setAccessibleName(title);
  if (canvas_ != nullptr) canvas_->setAccessibleName(title);
}

std::function<void()> Plot::keyAction(const QKeyEvent& event) {
  if (event.matches(QKeySequence::Copy)) return [this] { copyPicture(); };
  return {};
}

void Plot::inLight(const std::function<void()>& draw) {
  applyTheme(Theme::light());
  draw();
  applyTheme(Theme::of(palette()));
}

QImage Plot::picture(const QSize& size, double scale) {
  QImage image(QSizeF(size * scale).toSize(), QImage::Format_RGB32);
  image.fill(Theme::light().surface);
  inLight([&] { drawPicture(image, size, scale, false); });
  return image;
}

QString Plot::savePicture(const QString& path, const QSize& size, double scale) {
  const QString suffix = QFileInfo(path).suffix().toLower();
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly)) return file.errorString();
  if (suffix == u"svg"_s) {
    QSvgGenerator generator;
    generator.setOutputDevice(&file);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(), size));
    generator.setResolution(static_cast<int>(kDotsPerInch));
    generator.setTitle(title());
    inLight([&] { drawPicture(generator, size, 1, true); });
  } else if (suffix == u"pdf"_s) {
    QPdfWriter writer(&file);
    writer.setResolution(static_cast<int>(kDotsPerInch));
    writer.setPageSize(QPageSize(QSizeF(size) * kMillimetresPerInch / kDotsPerInch,
                                 QPageSize::Millimeter, {}, QPageSize::ExactMatch));
    writer.setPageMargins({});
    writer.setTitle(title());
    inLight([&] { drawPicture(writer, size, 1, true); });
  } else {
    QImage image = picture(size, scale);
    image.setDotsPerMeterX(qRound(kDotsPerInch * scale * 1000 / kMillimetresPerInch));
    image.setDotsPerMeterY(image.dotsPerMeterX());
    if (!image.save(&file, "PNG")) return tr("the picture could not be encoded");
  }
  return file.commit() ? QString() : file.errorString();
}

void Plot::copyPicture() {
  QApplication::clipboard()->setImage(picture(canvas_->size(), std::max(2., devicePixelRatioF())));
}

void Plot::askToSavePicture() {
  askForPicture(title(), canvas_->size(), this,
                [this](const QString& path, const QSize& size, double scale) {
                  return savePicture(path, size, scale);
                });
}

void Plot::showTable() { showDataTable(dataTable(), this); }

void Plot::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  const bool concerns =
      event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange;
  if (concerns && isThemed_) applyTheme(Theme::of(palette()));
}

void Plot::showEvent(QShowEvent* event) {
  // Virtual functions can't be called while the plot is being made.
  if (!isThemed_) {
    isThemed_ = true;
    applyTheme(Theme::of(palette()));
  }
  QWidget::showEvent(event);
}

void Plot::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme& theme = Theme::of(palette());
  painter.fillRect(rect(), theme.surface);
  if (!canvas_->hasFocus()) return;
  painter.setPen(QPen(theme.accent, kRingWidth));
  const double inset = 0.5 * kRingWidth;
  painter.drawRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset));
}

bool Plot::eventFilter(QObject* watched, QEvent* event) {
  if (watched != canvas_) return QWidget::eventFilter(watched, event);
  switch (event->type()) {
    case QEvent::FocusIn:
    case QEvent::FocusOut:
      update();
      focusChanged();
      break;
    case QEvent::Leave:
      pointerLeft();
      break;
    case QEvent::ShortcutOverride:
      if (keyAction(*static_cast<QKeyEvent*>(event))) {
        event->accept();
        return true;
      }
      break;
    case QEvent::KeyPress:
      if (const auto action = keyAction(*static_cast<QKeyEvent*>(event))) {
        action();
        return true;
      }
      break;
    default:
      break;
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace attelier::widgets
