#include "ui/window/about_dialog.h"

#include "ui/engine/engine_program.h"
#include "widgets/base/icon.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFile>
#include <QHeaderView>
#include <QIcon>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScreen>
#include <QShowEvent>
#include <QStyle>
#include <QSysInfo>
#include <QTimer>
#include <QTreeWidget>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kCopiedMs = 2000;

QString valueText(const nlohmann::json& value, bool isBytes) {
  if (value.is_null()) return AboutDialog::tr("not set");
  if (value.is_boolean()) return value.get<bool>() ? AboutDialog::tr("yes") : AboutDialog::tr("no");
  if (value.is_number_integer() && isBytes) {
    return QLocale().formattedDataSize(value.get<qint64>());
  }
  if (value.is_string()) {
    const QString text = QString::fromStdString(value.get<std::string>());
    return text.isEmpty() ? AboutDialog::tr("none") : text;
  }
  return QString::fromStdString(value.dump());
}

// Keys of `doctor --json` in a person's words; one that is new stands as it is.
QString keyText(const std::string& key) {
  if (key == "device") return AboutDialog::tr("Compute device");
  if (key == "machine") return AboutDialog::tr("Machine");
  if (key == "versions") return AboutDialog::tr("Engine");
  if (key == "environment") return AboutDialog::tr("Environment");
  if (key == "runs") return AboutDialog::tr("New runs");
  if (key == "accelerator") return AboutDialog::tr("GPU");
  if (key == "accelerator_library") return AboutDialog::tr("library for GPUs is there");
  if (key == "accelerators") return AboutDialog::tr("number of GPUs");
  if (key == "instruction_set") return AboutDialog::tr("instruction set");
  if (key == "reason") return AboutDialog::tr("why no GPU");
  if (key == "cores") return AboutDialog::tr("cores");
  if (key == "memory_bytes") return AboutDialog::tr("memory");
  if (key == "processor") return AboutDialog::tr("processor");
  if (key == "folder") return AboutDialog::tr("folder");
  if (key == "free_bytes") return AboutDialog::tr("free space");
  if (key == "network_file_system") return AboutDialog::tr("network file system");
  return QString::fromStdString(key);
}

bool isBytes(const std::string& key) { return key.size() > 6 && key.ends_with("_bytes"); }

}  // namespace

AboutDialog::AboutDialog(EngineProgram& engine, QWidget* parent)
    : QDialog(parent),
      engine_(engine),
      tree_(new QTreeWidget),
      advice_(new QLabel),
      copy_(new QPushButton(widgets::icon(u"copy"_s), tr("&Copy all"))) {
  setObjectName(u"about"_s);
  setWindowTitle(tr("About Attelier"));
  const int em = fontMetrics().horizontalAdvance(u'M');

  auto* sign = new QLabel;
  sign->setPixmap(QIcon(u":/attelier/icons/attelier.svg"_s).pixmap(4 * em, 4 * em));
  auto* title = new QLabel(tr("Attelier %1").arg(QCoreApplication::applicationVersion()));
  QFont large = title->font();
  large.setPointSizeF(large.pointSizeF() * 1.6);
  large.setBold(true);
  title->setFont(large);
  auto* about = new QLabel(
      tr("Searches spatiotemporal attention cells for video networks, after AttentionNAS (Wang et "
         "al., ECCV 2020). Everything is computed on this machine; nothing is sent anywhere."));
  about->setWordWrap(true);

  tree_->setColumnCount(2);
  tree_->setHeaderLabels({tr("What"), tr("Value")});
  tree_->setAccessibleName(tr("Diagnostics"));
  tree_->setRootIsDecorated(false);
  tree_->setUniformRowHeights(true);
  tree_->setAllColumnsShowFocus(true);
  advice_->setWordWrap(true);
  advice_->setTextFormat(Qt::PlainText);
  advice_->setTextInteractionFlags(Qt::TextSelectableByMouse);

  windowGroup_ = group(tr("Window"));
  addTo(windowGroup_, tr("Attelier"), QCoreApplication::applicationVersion());
  addTo(windowGroup_, tr("Qt"),
        tr("%1 (built with %2)")
            .arg(QString::fromLatin1(qVersion()), QStringLiteral(QT_VERSION_STR)));
  addTo(windowGroup_, tr("system"),
        tr("%1, kernel %2").arg(QSysInfo::prettyProductName(), QSysInfo::kernelVersion()));
  addTo(windowGroup_, tr("platform"),
        tr("%1, style %2").arg(QGuiApplication::platformName(), QApplication::style()->name()));
  for (const auto* screen : QGuiApplication::screens()) {
    addTo(windowGroup_, tr("screen"),
          tr("%1 × %2 at scale %3")
              .arg(screen->size().width())
              .arg(screen->size().height())
              .arg(QLocale().toString(screen->devicePixelRatio())));
  }
  addTo(windowGroup_, tr("language"), QLocale().name());
  engineGroup_ = group(tr("Engine program"));

  copy_->setToolTip(tr("All of this as text, for a report"));
  copy_->setAutoDefault(false);
  connect(copy_, &QPushButton::clicked, this, [this] {
    QGuiApplication::clipboard()->setText(diagnostics());
    copy_->setText(tr("Copied"));
    QTimer::singleShot(kCopiedMs, copy_, [this] { copy_->setText(tr("&Copy all")); });
  });
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
  buttons->button(QDialogButtonBox::Close)->setText(tr("Close"));
  buttons->addButton(copy_, QDialogButtonBox::ActionRole);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

  auto* words = new QVBoxLayout;
  words->addWidget(title);
  words->addWidget(about);
  auto* head = new QHBoxLayout;
  head->addWidget(sign, 0, Qt::AlignTop);
  head->addLayout(words, 1);
  auto* rows = new QVBoxLayout(this);
  rows->addLayout(head);
  rows->addWidget(tree_, 1);
  rows->addWidget(advice_);
  rows->addWidget(buttons);
  setTabOrder(tree_, copy_);
  setTabOrder(copy_, buttons->button(QDialogButtonBox::Close));
  resize(52 * em, 48 * em);
}

void AboutDialog::showEvent(QShowEvent* event) {
  if (!event->spontaneous()) ask();
  QDialog::showEvent(event);
}

void AboutDialog::summon() {
  show();
  raise();
  activateWindow();
  tree_->setFocus();
}

QTreeWidgetItem* AboutDialog::group(const QString& title) {
  auto* item = new QTreeWidgetItem(tree_, {title});
  QFont font = tree_->font();
  font.setBold(true);
  item->setFont(0, font);
  item->setExpanded(true);
  item->setFirstColumnSpanned(true);
  return item;
}

void AboutDialog::addTo(QTreeWidgetItem* group, const QString& name, const QString& value) {
  auto* item = new QTreeWidgetItem(group, {name, value});
  item->setToolTip(1, value);
}

void AboutDialog::addLine(const QString& name, const QString& value) {
  for (int i = 0; i < windowGroup_->childCount(); ++i) {
    if (windowGroup_->child(i)->text(0) != name) continue;
    windowGroup_->child(i)->setText(1, value);
    return;
  }
  addTo(windowGroup_, name, value);
}

void AboutDialog::ask() {
  if (isAsking_) return;
  qDeleteAll(engineGroup_->takeChildren());
  qDeleteAll(reportGroups_);
  reportGroups_.clear();
  advice_->clear();
  if (!engine_.isFound()) {
    addTo(engineGroup_, tr("program"), tr("not found: neither beside this program nor in PATH"));
  } else {
    addTo(engineGroup_, tr("program"), engine_.program());
    addTo(engineGroup_, tr("machine"), tr("asking the engine…"));
    isAsking_ = true;
    engine_.ask({u"doctor"_s}, this, [this](const Result<nlohmann::json>& report) {
      isAsking_ = false;
      delete engineGroup_->takeChild(1);
      if (report) {
        showReport(*report);
      } else {
        addTo(engineGroup_, tr("problem"), QString::fromStdString(describe(report.error())));
      }
    });
  }
  tree_->resizeColumnToContents(0);
}

void AboutDialog::showReport(const nlohmann::json& report) {
  QStringList advice;
  for (const auto& [key, part] : report.items()) {
    if (key == "advice" && part.is_array()) {
      for (const auto& line : part) advice << u"• "_s + valueText(line, false);
    } else if (part.is_object()) {
      QTreeWidgetItem* parent = group(keyText(key));
      reportGroups_ << parent;
      for (const auto& [name, value] : part.items()) {
        addTo(parent, keyText(name), valueText(value, isBytes(name)));
      }
    }
  }
  advice_->setText(advice.join(u'\n'));
  tree_->resizeColumnToContents(0);
}

QString AboutDialog::diagnostics() const {
  QString text;
  for (int i = 0; i < tree_->topLevelItemCount(); ++i) {
    const QTreeWidgetItem* group = tree_->topLevelItem(i);
    text += group->text(0) + u'\n';
    for (int row = 0; row < group->childCount(); ++row) {
      text += u"  "_s + group->child(row)->text(0) + u": "_s + group->child(row)->text(1) + u'\n';
    }
  }
  return advice_->text().isEmpty() ? text : text + advice_->text() + u'\n';
}

}  // namespace attelier::ui
