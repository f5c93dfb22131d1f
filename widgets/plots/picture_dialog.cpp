#include "widgets/plots/picture_dialog.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QSpinBox>

#include <array>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

constexpr int kMostPixels = 16'000;
constexpr double kMostScale = 8;

struct Words {
  Q_DECLARE_TR_FUNCTIONS(attelier::widgets::PictureDialog)
};

void askForFile(const QString& title, const QString& suffix, const QSize& size, double scale,
                QWidget* parent, const WritePicture& write) {
  auto* files = new QFileDialog(parent, Words::tr("Save picture"));
  files->setAttribute(Qt::WA_DeleteOnClose);
  files->setAcceptMode(QFileDialog::AcceptSave);
  files->setDefaultSuffix(suffix);
  files->setNameFilter(u"%1 (*.%2)"_s.arg(suffix.toUpper(), suffix));
  files->selectFile(QString(title).replace(u'/', u'-') + u'.' + suffix);
  QObject::connect(files, &QFileDialog::fileSelected, parent, [=](const QString& path) {
    const QString problem = write(path, size, scale);
    if (problem.isEmpty()) return;
    QMessageBox::warning(
        parent, Words::tr("Not saved"),
        Words::tr("%1 could not be written: %2. Choose another place.").arg(path, problem));
  });
  files->open();
}

}  // namespace

void askForPicture(const QString& title, const QSize& size, QWidget* parent, WritePicture write) {
  auto* dialog = new QDialog(parent);
  dialog->setObjectName(u"plot.saveDialog"_s);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(Words::tr("Save picture"));
  auto* form = new QFormLayout(dialog);

  auto* format = new QComboBox;
  const std::array<std::pair<QString, QString>, 3> formats{
      std::pair{Words::tr("PNG (pixels)"), u"png"_s},
      std::pair{Words::tr("SVG (lines and text)"), u"svg"_s},
      std::pair{Words::tr("PDF (lines and text)"), u"pdf"_s}};
  for (const auto& [text, suffix] : formats) format->addItem(text, suffix);
  form->addRow(Words::tr("&Format"), format);

  const auto pixels = [](int value) {
    auto* box = new QSpinBox;
    box->setRange(16, kMostPixels);
    box->setValue(value);
    box->setSuffix(Words::tr(" px"));
    return box;
  };
  auto* width = pixels(size.width());
  auto* height = pixels(size.height());
  form->addRow(Words::tr("&Width"), width);
  form->addRow(Words::tr("&Height"), height);
  auto* scale = new QDoubleSpinBox;
  scale->setRange(0.5, kMostScale);
  scale->setSingleStep(0.5);
  scale->setValue(2);
  scale->setPrefix(u"× "_s);
  form->addRow(Words::tr("&Scale"), scale);

  auto* note = new QLabel;
  note->setWordWrap(true);
  form->addRow(note);
  const auto explain = [=] {
    const bool isVector = format->currentIndex() > 0;
    scale->setEnabled(!isVector);
    note->setText(isVector ? Words::tr("The file holds the picture at every size, not the data: "
                                       "save the table for the numbers.")
                           : Words::tr("The file has %1 × %2 pixels.")
                                 .arg(qRound(width->value() * scale->value()))
                                 .arg(qRound(height->value() * scale->value())));
  };
  QObject::connect(format, &QComboBox::currentIndexChanged, dialog, explain);
  QObject::connect(width, &QSpinBox::valueChanged, dialog, explain);
  QObject::connect(height, &QSpinBox::valueChanged, dialog, explain);
  QObject::connect(scale, &QDoubleSpinBox::valueChanged, dialog, explain);
  explain();

  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel);
  buttons->button(QDialogButtonBox::Save)->setText(Words::tr("&Choose file…"));
  form->addRow(buttons);
  QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
  QObject::connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
  QObject::connect(dialog, &QDialog::accepted, parent, [=, write = std::move(write)] {
    askForFile(title, format->currentData().toString(), {width->value(), height->value()},
               scale->value(), parent, write);
  });
  dialog->open();
}

}  // namespace attelier::widgets
