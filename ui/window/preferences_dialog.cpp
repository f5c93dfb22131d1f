#include "ui/window/preferences_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QEvent>
#include <QGridLayout>
#include <QGroupBox>
#include <QImage>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QSettings>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kWidthEms = 38;
constexpr int kFontSizes[] = {8, 9, 10, 11, 12, 14, 16, 18, 20, 24, 28, 32};

QIcon swatch(widgets::ColourMap map, const QSize& size) {
  const auto table = widgets::colourTable(map);
  QImage image(widgets::kColourSteps, 1, QImage::Format_RGB32);
  for (int i = 0; i < widgets::kColourSteps; ++i) {
    image.setPixel(i, 0, table[static_cast<std::size_t>(i)]);
  }
  return QIcon(QPixmap::fromImage(image.scaled(size * 2)));
}

// What a combo box holds is kept as a number.
template <typename Value>
void add(QComboBox* box, const QString& text, Value value) {
  box->addItem(text, static_cast<int>(value));
}

template <typename Value>
void choose(QComboBox* box, Value value) {
  box->setCurrentIndex(box->findData(static_cast<int>(value)));
}

template <typename Value>
Value chosen(const QComboBox* box) {
  return static_cast<Value>(box->currentData().toInt());
}

}  // namespace

PreferencesDialog::PreferencesDialog(QWidget* parent)
    : QDialog(parent),
      content_(new QWidget),
      theme_(new QComboBox),
      fontSize_(new QComboBox),
      language_(new QComboBox),
      reducedMotion_(new QCheckBox(tr("Less &motion"))),
      colourMap_(new QComboBox),
      readings_(new QSpinBox),
      notify_(new QCheckBox(tr("&Notify when a run ends"))) {
  setObjectName(u"preferences"_s);
  setWindowTitle(tr("Preferences"));

  add(theme_, tr("As the desktop"), ThemeChoice::System);
  add(theme_, tr("Light"), ThemeChoice::Light);
  add(theme_, tr("Dark"), ThemeChoice::Dark);
  add(language_, tr("As the desktop"), Language::System);
  add(language_, u"English"_s, Language::English);
  add(language_, u"Deutsch"_s, Language::German);
  add(fontSize_, tr("As the desktop"), 0);
  for (const int size : kFontSizes) add(fontSize_, tr("%1 pt").arg(locale().toString(size)), size);
  const int height = fontMetrics().height();
  colourMap_->setIconSize({4 * height, height});
  for (const auto map : widgets::colourMaps()) {
    colourMap_->addItem(swatch(map, colourMap_->iconSize()), widgets::colourMapName(map),
                        static_cast<int>(map));
  }
  readings_->setRange(Preferences::kLeastReadings, Preferences::kMostReadings);
  readings_->setSuffix(tr(" per second"));

  auto* appearance = new QGroupBox(tr("Appearance"));
  auto* grid = new QGridLayout(appearance);
  addRow(grid, tr("&Theme:"), theme_,
         tr("Plots and drawings follow; exported pictures stay light."));
  addRow(grid, tr("&Size of text:"), fontSize_, tr("The whole window scales with it."));
  addRow(
      grid, tr("&Language:"), language_,
      tr("Of texts and numbers, from the next start of the window on. Files are written alike in "
         "every language."));
  addRow(grid, reducedMotion_,
         tr("Nothing pulses or slides. Clips still play when you play them. Also in effect where "
            "the desktop asks for it."));
  auto* watching = new QGroupBox(tr("Watching a run"));
  grid = new QGridLayout(watching);
  addRow(grid, tr("&Colours of attention:"), colourMap_,
         tr("Of runs that you open from now on. The first ones rise evenly in lightness and can be "
            "told apart by everybody."));
  addRow(grid, tr("&Readings:"), readings_,
         tr("How often the run folder is looked at, at most. Fewer spare the machine; the search "
            "itself never waits for the window."));
  addRow(grid, notify_, tr("By a note of the desktop, when a run finishes or fails."));

  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close | QDialogButtonBox::RestoreDefaults);
  QPushButton* restore = buttons->button(QDialogButtonBox::RestoreDefaults);
  restore->setText(tr("Restore &defaults"));
  restore->setAutoDefault(false);
  buttons->button(QDialogButtonBox::Close)->setText(tr("Close"));
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(restore, &QPushButton::clicked, this, [this] {
    display({});
    take();
  });

  // Large text does not fit on every screen.
  auto* scroll = new QScrollArea;
  scroll->setWidget(content_);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* groups = new QVBoxLayout(content_);
  groups->setContentsMargins({});
  groups->addWidget(appearance);
  groups->addWidget(watching);
  groups->addStretch();
  auto* rows = new QVBoxLayout(this);
  rows->addWidget(scroll, 1);
  rows->addWidget(buttons);
  // The box leaves it out where it got its buttons before its window.
  setTabOrder(restore, buttons->button(QDialogButtonBox::Close));

  preferences_ = Preferences::load(QSettings());
  display(preferences_);
  for (auto* box : {theme_, fontSize_, language_, colourMap_}) {
    connect(box, &QComboBox::currentIndexChanged, this, &PreferencesDialog::take);
  }
  for (auto* box : {reducedMotion_, notify_}) {
    connect(box, &QCheckBox::toggled, this, &PreferencesDialog::take);
  }
  connect(readings_, &QSpinBox::valueChanged, this, &PreferencesDialog::take);
  fit();
}

void PreferencesDialog::fit() {
  const int scrollBar = style()->pixelMetric(QStyle::PM_ScrollBarExtent);
  const int width = std::max(kWidthEms * fontMetrics().horizontalAdvance(u'M'),
                             content_->minimumSizeHint().width());
  const QMargins edges = layout()->contentsMargins();
  const int below = layout()->spacing() + findChild<QDialogButtonBox*>()->sizeHint().height();
  const QSize wanted(width + scrollBar + edges.left() + edges.right(),
                     content_->heightForWidth(width) + below + edges.top() + edges.bottom());
  resize(wanted.boundedTo(screen()->availableSize() * 9 / 10));
}

void PreferencesDialog::changeEvent(QEvent* event) {
  QDialog::changeEvent(event);
  // The size of text is one of the preferences: once the fields have theirs.
  if (event->type() == QEvent::FontChange) {
    QMetaObject::invokeMethod(this, &PreferencesDialog::fit, Qt::QueuedConnection);
  }
}

void PreferencesDialog::addRow(QGridLayout* grid, const QString& label, QWidget* field,
                               const QString& explanation) {
  auto* name = new QLabel(label);
  name->setBuddy(field);
  field->setAccessibleName(QString(label).remove(u'&').remove(u':'));
  const int row = grid->rowCount();
  grid->addWidget(name, row, 0);
  grid->addWidget(field, row, 1);
  auto* line = new QLabel(explanation);
  line->setWordWrap(true);
  line->setForegroundRole(QPalette::PlaceholderText);
  grid->addWidget(line, row + 1, 0, 1, 2);
  grid->setRowMinimumHeight(row + 2, fontMetrics().height() / 2);
  grid->setColumnStretch(1, 1);
  field->setAccessibleDescription(explanation);
}

void PreferencesDialog::addRow(QGridLayout* grid, QCheckBox* field, const QString& explanation) {
  const int row = grid->rowCount();
  grid->addWidget(field, row, 0, 1, 2);
  auto* line = new QLabel(explanation);
  line->setWordWrap(true);
  line->setForegroundRole(QPalette::PlaceholderText);
  grid->addWidget(line, row + 1, 0, 1, 2);
  grid->setRowMinimumHeight(row + 2, fontMetrics().height() / 2);
  field->setAccessibleDescription(explanation);
}

void PreferencesDialog::setPreferences(const Preferences& preferences) {
  preferences_ = preferences;
  display(preferences);
}

void PreferencesDialog::display(const Preferences& preferences) {
  isShowing_ = true;
  choose(theme_, preferences.theme);
  if (fontSize_->findData(preferences.fontSize) < 0) {
    add(fontSize_, tr("%1 pt").arg(locale().toString(preferences.fontSize)), preferences.fontSize);
  }
  choose(fontSize_, preferences.fontSize);
  choose(language_, preferences.language);
  choose(colourMap_, preferences.colourMap);
  reducedMotion_->setChecked(preferences.reducedMotion);
  readings_->setValue(preferences.readingsPerSecond);
  notify_->setChecked(preferences.notifyWhenDone);
  isShowing_ = false;
}

void PreferencesDialog::take() {
  if (isShowing_) return;
  const Preferences now{.theme = chosen<ThemeChoice>(theme_),
                        .colourMap = chosen<widgets::ColourMap>(colourMap_),
                        .readingsPerSecond = readings_->value(),
                        .fontSize = chosen<int>(fontSize_),
                        .language = chosen<Language>(language_),
                        .reducedMotion = reducedMotion_->isChecked(),
                        .notifyWhenDone = notify_->isChecked()};
  if (now == preferences_) return;
  preferences_ = now;
  QSettings settings;
  preferences_.save(settings);
  Q_EMIT changed(preferences_);
}

}  // namespace attelier::ui
