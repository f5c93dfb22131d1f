#include "ui/attention/save_maps_dialog.h"

#include "widgets/base/icon.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QStandardPaths>
#include <QToolButton>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

const QString kFolderKey = u"attention/saveFolder"_s;
const QString kKindKey = u"attention/saveKind"_s;

QString plainName(QString name) {
  for (QChar& c : name) {
    if (!c.isLetterOrNumber() && c != u'.' && c != u'-') c = u'-';
  }
  while (name.contains(u"--"_s)) name.replace(u"--"_s, u"-"_s);
  return name;
}

}  // namespace

SaveMapsDialog::SaveMapsDialog(OverlayFilm film, bool hasEngine, QWidget* parent)
    : QDialog(parent),
      film_(std::move(film)),
      hasEngine_(hasEngine),
      kind_(new QComboBox),
      first_(new QSpinBox),
      last_(new QSpinBox),
      width_(new QComboBox),
      legend_(new QCheckBox(tr("With &legend: whose map, time, colours with numbers"))),
      fps_(new QDoubleSpinBox),
      path_(new QLineEdit),
      note_(new QLabel),
      buttons_(new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel)) {
  setWindowTitle(tr("Save maps"));
  setAttribute(Qt::WA_DeleteOnClose);
  kind_->addItem(tr("This frame (PNG)"), static_cast<int>(OverlayFilm::Kind::Picture));
  kind_->addItem(tr("All frames (PNG files in a folder)"),
                 static_cast<int>(OverlayFilm::Kind::Pictures));
  kind_->addItem(tr("Film (MP4)"), static_cast<int>(OverlayFilm::Kind::Film));
  kind_->setCurrentIndex(std::max(0, kind_->findData(QSettings().value(kKindKey, 0).toInt())));
  const int count = film_.sides.isEmpty() ? 1 : film_.sides.first()->frameCount();
  for (auto* box : {first_, last_}) box->setRange(1, std::max(1, count));
  first_->setValue(1);
  last_->setValue(count);
  first_->setAccessibleName(tr("First frame"));
  last_->setAccessibleName(tr("Last frame"));
  const QLocale locale;
  for (const int width : {640, 960, 1280, 1920})
    width_->addItem(tr("%1 px wide").arg(locale.toString(width)), width);
  width_->setCurrentIndex(1);
  legend_->setChecked(film_.hasLegend);
  fps_->setRange(0.1, 240);
  fps_->setDecimals(2);
  fps_->setValue(film_.fps);
  //: pictures a second
  fps_->setSuffix(tr(" /s"));
  note_->setWordWrap(true);

  auto* range = new QWidget;
  auto* rangeRow = new QHBoxLayout(range);
  rangeRow->setContentsMargins(0, 0, 0, 0);
  rangeRow->addWidget(first_);
  rangeRow->addWidget(new QLabel(tr("to")));
  rangeRow->addWidget(last_);
  rangeRow->addStretch(1);
  auto* place = new QWidget;
  auto* placeRow = new QHBoxLayout(place);
  placeRow->setContentsMargins(0, 0, 0, 0);
  auto* browse = new QToolButton;
  browse->setIcon(widgets::icon(u"folder"_s));
  browse->setText(tr("Choose…"));
  browse->setToolTip(tr("Choose where"));
  browse->setAccessibleName(tr("Choose where"));
  placeRow->addWidget(path_, 1);
  placeRow->addWidget(browse);
  path_->setMinimumWidth(fontMetrics().horizontalAdvance(u'0') * 44);
  path_->setAccessibleName(tr("Save as"));

  auto* form = new QFormLayout(this);
  form->addRow(tr("&What"), kind_);
  form->addRow(tr("&Frames"), range);
  form->addRow(tr("Si&ze"), width_);
  form->addRow(tr("&Pictures a second"), fps_);
  form->addRow(QString(), legend_);
  form->addRow(tr("Save &as"), place);
  form->addRow(note_);
  form->addRow(buttons_);
  static_cast<QLabel*>(form->labelForField(range))->setBuddy(first_);
  static_cast<QLabel*>(form->labelForField(place))->setBuddy(path_);

  connect(kind_, &QComboBox::currentIndexChanged, this, [this] {
    proposePath();
    present();
  });
  connect(first_, &QSpinBox::valueChanged, last_, &QSpinBox::setMinimum);
  connect(path_, &QLineEdit::textChanged, this, &SaveMapsDialog::present);
  connect(browse, &QToolButton::clicked, this, &SaveMapsDialog::browse);
  connect(buttons_, &QDialogButtonBox::accepted, this, [this] {
    QSettings settings;
    settings.setValue(kKindKey, static_cast<int>(kind()));
    settings.setValue(kFolderKey, QFileInfo(path_->text()).absolutePath());
    accept();
  });
  connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
  proposePath();
  present();
}

OverlayFilm::Kind SaveMapsDialog::kind() const {
  return static_cast<OverlayFilm::Kind>(kind_->currentData().toInt());
}

OverlayFilm SaveMapsDialog::film() const {
  OverlayFilm film = film_;
  film.kind = kind();
  film.path = path_->text();
  film.hasLegend = legend_->isChecked();
  film.width = width_->currentData().toInt();
  film.fps = fps_->value();
  if (film.kind != OverlayFilm::Kind::Picture) {
    film.first = first_->value() - 1;
    film.last = last_->value() - 1;
  }
  return film;
}

void SaveMapsDialog::proposePath() {
  if (!proposed_.isEmpty() && path_->text() != proposed_) {
    // A name that a person typed keeps its place and gets the other ending.
    const QFileInfo typed(path_->text());
    const QString base = typed.dir().filePath(typed.completeBaseName());
    path_->setText(kind() == OverlayFilm::Kind::Picture ? base + u".png"_s
                   : kind() == OverlayFilm::Kind::Film  ? base + u".mp4"_s
                                                        : base);
    return;
  }
  const QString folder =
      QSettings()
          .value(kFolderKey, QStandardPaths::writableLocation(QStandardPaths::PicturesLocation))
          .toString();
  QString name = plainName(film_.sides.isEmpty() ? QString() : film_.sides.first()->name);
  if (!film_.sides.isEmpty() && film_.sides.first()->step >= 0)
    name += u"-step-%1"_s.arg(film_.sides.first()->step);
  if (kind() == OverlayFilm::Kind::Picture) name += u"-frame-%1.png"_s.arg(film_.first + 1);
  if (kind() == OverlayFilm::Kind::Film) name += u".mp4"_s;
  proposed_ = QDir(folder).filePath(name);
  path_->setText(proposed_);
}

void SaveMapsDialog::present() {
  const bool isPicture = kind() == OverlayFilm::Kind::Picture;
  const bool isFilm = kind() == OverlayFilm::Kind::Film;
  first_->setEnabled(!isPicture);
  last_->setEnabled(!isPicture);
  fps_->setEnabled(isFilm);
  const QFileInfo target(path_->text());
  QString problem;
  if (isFilm && !hasEngine_)
    problem = tr("Films are made by attelier-engine, which was not found. Save pictures instead.");
  else if (path_->text().isEmpty() || target.isRelative())
    problem = tr("Give the whole path of the file.");
  else if (isFilm && target.suffix().toLower() != u"mp4"_s)
    problem = tr("The name of a film ends with .mp4.");
  else if (!isPicture && !isFilm && target.isFile())
    problem = tr("This is a file; the pictures need a folder.");
  const bool replaces = problem.isEmpty() && target.isFile();
  note_->setText(replaces ? tr("A file of this name is there and will be replaced.") : problem);
  buttons_->button(QDialogButtonBox::Save)->setEnabled(problem.isEmpty());
}

void SaveMapsDialog::browse() {
  auto* dialog = new QFileDialog(this, tr("Save maps"), QFileInfo(path_->text()).absolutePath());
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  if (kind() == OverlayFilm::Kind::Pictures) {
    dialog->setFileMode(QFileDialog::Directory);
  } else {
    const bool isFilm = kind() == OverlayFilm::Kind::Film;
    dialog->setDefaultSuffix(isFilm ? u"mp4"_s : u"png"_s);
    dialog->setNameFilter(isFilm ? tr("Films (*.mp4)") : tr("Pictures (*.png)"));
    dialog->selectFile(QFileInfo(path_->text()).fileName());
  }
  connect(dialog, &QFileDialog::fileSelected, path_, &QLineEdit::setText);
  dialog->open();
}

}  // namespace attelier::ui
