#include "ui/runs/share_dialog.h"

#include "ui/engine/engine_program.h"
#include "widgets/base/icon.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QToolButton>

#include <filesystem>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {
const QString kFolderKey = u"runs/shareFolder"_s;
}  // namespace

ShareDialog::ShareDialog(EngineProgram& engine, RunEntryPointer run, QWidget* parent)
    : QDialog(parent),
      engine_(engine),
      run_(std::move(run)),
      file_(new QLineEdit),
      pictures_(new QCheckBox(tr("&Pictures of the probe clips"))),
      paths_(new QCheckBox(tr("File &names, host and command line"))),
      message_(new QLabel),
      busy_(new QProgressBar) {
  setAttribute(Qt::WA_DeleteOnClose);
  setObjectName(u"shareDialog"_s);
  setWindowTitle(tr("Share “%1” as One File").arg(run_->name()));
  auto* form = new QFormLayout(this);
  auto* browse = new QToolButton;
  browse->setIcon(widgets::icon(u"folder"_s));
  browse->setToolTip(tr("Choose another place"));
  browse->setAccessibleName(tr("Choose another place"));
  auto* place = new QHBoxLayout;
  place->addWidget(file_, 1);
  place->addWidget(browse);
  form->addRow(tr("&File"), place);
  form->addRow(tr("With"), pictures_);
  form->addRow(QString(), paths_);
  form->addRow(message_);
  form->addRow(busy_);
  auto* buttons = new QDialogButtonBox;
  write_ = buttons->addButton(tr("&Write"), QDialogButtonBox::AcceptRole);
  auto* copy = buttons->addButton(tr("Copy Command &Line"), QDialogButtonBox::ActionRole);
  buttons->addButton(QDialogButtonBox::Close);
  form->addRow(buttons);

  file_->setAccessibleName(tr("File to write"));
  file_->setMinimumWidth(fontMetrics().averageCharWidth() * 48);
  pictures_->setChecked(true);
  pictures_->setToolTip(tr("Without them attention is shown on grey frames."));
  paths_->setChecked(true);
  paths_->setToolTip(tr("Without them clips are called clip-000001 and so on."));
  message_->setWordWrap(true);
  message_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  message_->setAccessibleName(tr("Result"));
  busy_->setRange(0, 0);
  busy_->setAccessibleName(tr("Writing"));
  busy_->hide();

  const QString folder =
      QSettings()
          .value(kFolderKey, QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation))
          .toString();
  const QString stem = QString::fromStdString(run_->path.stem().string());
  file_->setText(QDir(folder).filePath(stem + u".attelier"_s));

  connect(browse, &QToolButton::clicked, this, &ShareDialog::chooseFile);
  connect(file_, &QLineEdit::textChanged, this, &ShareDialog::check);
  connect(write_, &QPushButton::clicked, this, &ShareDialog::write);
  connect(copy, &QPushButton::clicked, this, [this] {
    QApplication::clipboard()->setText(
        EngineProgram::commandLine(u"attelier-engine"_s, arguments(file_->text())));
  });
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  check();
}

ShareDialog::~ShareDialog() {
  if (question_ != nullptr) {
    question_->cancel();
    QFile::remove(part_);
  }
}

QStringList ShareDialog::arguments(const QString& file) const {
  QStringList arguments{u"snapshot"_s, QString::fromStdString(run_->path.string()), file};
  if (!pictures_->isChecked()) arguments << u"--no-frames"_s;
  if (!paths_->isChecked()) arguments << u"--no-paths"_s;
  return arguments;
}

void ShareDialog::chooseFile() {
  auto* dialog = new QFileDialog(this, windowTitle(), file_->text());
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  // What is there is said in the dialog itself, for typed names as well.
  dialog->setOption(QFileDialog::DontConfirmOverwrite);
  connect(dialog, &QFileDialog::fileSelected, file_, &QLineEdit::setText);
  dialog->open();
}

void ShareDialog::check() {
  const QFileInfo file(file_->text());
  const bool isWriting = question_ != nullptr;
  QString why;
  if (!engine_.isFound()) {
    why = tr("attelier-engine was not found beside this program, nor in PATH.");
  } else if (file_->text().trimmed().isEmpty()) {
    why = tr("Name a file.");
  } else if (file.isDir()) {
    why = tr("This is a folder; name a file.");
  } else if (!file.dir().exists()) {
    why = tr("There is no folder %1.").arg(file.path());
  }
  write_->setEnabled(why.isEmpty() && !isWriting);
  write_->setText(file.exists() && why.isEmpty() ? tr("&Replace") : tr("&Write"));
  busy_->setVisible(isWriting);
  if (isWriting) {
    message_->setText(tr("Writing. A run that is running is copied as it stands."));
  } else {
    message_->setText(!why.isEmpty()  ? why
                      : file.exists() ? tr("There is such a file already; it will be replaced.")
                                      : tr("Everything but checkpoints and evaluations is in it."));
  }
}

void ShareDialog::write() {
  const QString file = file_->text();
  QSettings().setValue(kFolderKey, QFileInfo(file).absolutePath());
  // The old file goes only when the new one is whole.
  part_ = file + u".part"_s;
  QFile::remove(part_);
  question_ =
      engine_.ask(arguments(part_), this, [this, file](const Result<nlohmann::json>& answer) {
        question_.clear();
        if (!answer) {
          finish(QString::fromStdString(describe(answer.error())), file);
          return;
        }
        std::error_code error;
        std::filesystem::rename(part_.toStdString(), file.toStdString(), error);
        finish(error ? QString::fromStdString(error.message()) : QString(), file);
      });
  check();
}

void ShareDialog::finish(const QString& problem, const QString& file) {
  if (problem.isEmpty()) {
    Q_EMIT shared(file);
    close();
    return;
  }
  QFile::remove(part_);
  check();
  message_->setText(tr("It could not be written: %1").arg(problem));
}

}  // namespace attelier::ui
