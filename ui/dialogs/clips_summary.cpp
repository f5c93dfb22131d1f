#include "ui/dialogs/clips_summary.h"

#include "ui/dialogs/field_texts.h"
#include "ui/dialogs/message_bar.h"
#include "ui/dialogs/section.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

/// Above this a list of awkward clips helps nobody; the engine's own report has them all.
constexpr std::size_t kMostAwkward = 1000;

QTreeWidget* tableOf(const QStringList& columns, const QString& name, QWidget* parent) {
  auto* table = new QTreeWidget(parent);
  table->setAccessibleName(name);
  table->setHeaderLabels(columns);
  table->setRootIsDecorated(false);
  table->setUniformRowHeights(true);
  table->setAlternatingRowColors(true);
  table->setTabKeyNavigation(false);
  table->header()->setStretchLastSection(false);
  table->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
  return table;
}

/// As many lines as there are, up to seven.
void fitHeight(QTreeWidget* table) {
  const int rows = std::min(7, table->topLevelItemCount());
  const int row = table->topLevelItemCount() > 0 ? table->sizeHintForRow(0) : 0;
  table->setFixedHeight(table->header()->sizeHint().height() + rows * row +
                        2 * table->frameWidth());
}

QString number(std::int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); }

}  // namespace

ClipsSummary::ClipsSummary(QWidget* parent) : QWidget(parent) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* top = new QHBoxLayout;
  headline_ = new MessageBar(MessageBar::Look::Line, this);
  headline_->setObjectName(u"clipsHeadline"_s);
  busy_ = new QProgressBar(this);
  busy_->setRange(0, 0);
  busy_->setTextVisible(false);
  busy_->setAccessibleName(tr("Looking at the clips"));
  busy_->setMaximumWidth(fontMetrics().averageCharWidth() * 16);
  stop_ = new QPushButton(tr("Stop"), this);
  again_ = new QPushButton(tr("Look a&gain"), this);
  for (QPushButton* button : {stop_, again_}) button->setAutoDefault(false);
  top->addWidget(headline_, 1);
  top->addWidget(busy_);
  top->addWidget(stop_);
  top->addWidget(again_);
  layout->addLayout(top);
  warnings_ = new MessageBar(MessageBar::Look::Line, this);
  layout->addWidget(warnings_);
  classes_ =
      tableOf({tr("Class"), tr("Clips"), tr("Train"), tr("Select"), tr("Report"), tr("Not usable")},
              tr("Classes of the clips"), this);
  classes_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
  layout->addWidget(classes_);
  awkwardSection_ = new Section(tr("Clips that are not as they should be"), true, this);
  auto* inside = new QVBoxLayout(awkwardSection_->content());
  inside->setContentsMargins(0, 0, 0, 0);
  awkward_ = tableOf({tr("State"), tr("File"), tr("Reason")},
                     tr("Clips that are not as they should be"), awkwardSection_->content());
  awkward_->header()->setSectionResizeMode(2, QHeaderView::Stretch);
  inside->addWidget(awkward_);
  layout->addWidget(awkwardSection_);
  connect(stop_, &QPushButton::clicked, this, &ClipsSummary::stopped);
  connect(again_, &QPushButton::clicked, this, &ClipsSummary::again);
  showNothing();
}

void ClipsSummary::showNothing() {
  hide();
  busy_->hide();
}

void ClipsSummary::showScanning(const QString& clips) {
  headline_->say(Severity::Quiet, tr("Looking at %1").arg(clips));
  busy_->setRange(0, 0);
  busy_->show();
  stop_->show();
  again_->hide();
  classes_->hide();
  warnings_->clear();
  awkwardSection_->hide();
  show();
}

void ClipsSummary::showProgress(const QString&, qint64 done, qint64 of) {
  // A progress bar counts in int.
  busy_->setRange(0, of > 0 ? 1000 : 0);
  if (of > 0) busy_->setValue(static_cast<int>(1000 * done / of));
  headline_->say(Severity::Quiet, tr("Looking at clip %1 of %2").arg(number(done), number(of)));
}

void ClipsSummary::showFailure(const Error& error) {
  showScanning({});
  busy_->hide();
  stop_->hide();
  again_->show();
  headline_->say(Severity::Bad, errorText(error));
}

void ClipsSummary::showReport(const std::shared_ptr<const ClipsReport>& report) {
  busy_->hide();
  stop_->hide();
  again_->show();
  const ClipCounts& total = report->total;
  const std::int64_t unusable = total.unreadable;
  QString text = tr("Clips: %1. Classes: %2. Train %3, select %4, report %5.")
                     .arg(number(total.clips), number(std::ssize(report->classes)),
                          number(total.train), number(total.select), number(total.report));
  text += u' ' +
          (unusable > 0 ? tr("Can't be read: %1.").arg(number(unusable)) : tr("All can be read."));
  headline_->say(unusable > 0 ? Severity::Warning : Severity::Good, text);
  warnings_->say(Severity::Warning, report->warnings.join(u'\n'));
  classes_->clear();
  QList<QTreeWidgetItem*> rows;
  for (const ClipCounts& counts : report->classes) {
    auto* row =
        new QTreeWidgetItem({counts.label.isEmpty() ? tr("(no label)") : counts.label,
                             number(counts.clips), number(counts.train), number(counts.select),
                             number(counts.report), number(counts.unreadable)});
    for (int column = 1; column < 6; ++column) row->setTextAlignment(column, Qt::AlignRight);
    rows << row;
  }
  classes_->addTopLevelItems(rows);
  fitHeight(classes_);
  classes_->show();
  awkward_->clear();
  rows.clear();
  for (const ScannedClip* clip : report->awkward()) {
    if (static_cast<std::size_t>(rows.size()) == kMostAwkward) break;
    rows << new QTreeWidgetItem({clip->state, clip->path, clip->reason});
    rows.back()->setToolTip(2, clip->reason);
  }
  awkward_->addTopLevelItems(rows);
  fitHeight(awkward_);
  awkwardSection_->setRemark(number(std::ssize(report->awkward())));
  awkwardSection_->setVisible(!rows.isEmpty());
  show();
}

}  // namespace attelier::ui
