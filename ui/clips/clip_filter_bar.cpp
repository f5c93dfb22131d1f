#include "ui/clips/clip_filter_bar.h"

#include "widgets/base/icon.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kTypingMs = 150;

}  // namespace

ClipFilterBar::ClipFilterBar(ClipModel& model, const QList<QAction*>& actions, QWidget* parent)
    : QWidget(parent),
      model_(model),
      text_(new QLineEdit),
      class_(addChoice(tr("Class"))),
      split_(addChoice(tr("Split"))),
      only_(addChoice(tr("Which clips"))),
      confusion_(new QToolButton),
      summary_(new QLabel) {
  text_->setPlaceholderText(tr("Find by name or class"));
  text_->setAccessibleName(tr("Find a clip"));
  text_->setClearButtonEnabled(true);
  text_->addAction(widgets::icon(u"search"_s), QLineEdit::LeadingPosition);
  auto* first = new QHBoxLayout;
  first->addWidget(text_, 1);
  for (QAction* action : actions) {
    auto* button = new QToolButton;
    button->setDefaultAction(action);
    button->setAccessibleName(action->iconText());
    button->setFocusPolicy(Qt::TabFocus);
    first->addWidget(button);
  }

  class_->addItem(tr("All classes"));
  split_->addItem(tr("All splits"), QString());
  for (const QString& split : {u"train"_s, u"select"_s, u"report"_s}) split_->addItem(split, split);
  using Only = ClipFilter::Only;
  for (const auto& [text, only] :
       {std::pair{tr("All clips"), Only::All}, std::pair{tr("Probe clips"), Only::Probes},
        std::pair{tr("Wrongly classified"), Only::Wrong},
        std::pair{tr("Short or damaged"), Only::Marked},
        std::pair{tr("Only unreadable"), Only::Unreadable}}) {
    only_->addItem(text, static_cast<int>(only));
  }
  auto* second = new QHBoxLayout;
  second->addWidget(class_, 2);
  second->addWidget(split_, 1);
  second->addWidget(only_, 2);

  confusion_->setIcon(widgets::icon(u"close"_s));
  confusion_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  confusion_->setToolTip(tr("Show all clips again"));
  confusion_->setFocusPolicy(Qt::TabFocus);
  confusion_->hide();
  summary_->setWordWrap(true);
  summary_->setAccessibleName(tr("Summary of the clips"));
  summary_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->addLayout(first);
  rows->addLayout(second);
  rows->addWidget(confusion_);
  rows->addWidget(summary_);

  typing_.setSingleShot(true);
  typing_.setInterval(kTypingMs);
  connect(&typing_, &QTimer::timeout, this, &ClipFilterBar::changed);
  connect(text_, &QLineEdit::textChanged, this, [this] { typing_.start(); });
  connect(text_, &QLineEdit::returnPressed, this, [this] {
    typing_.stop();
    Q_EMIT changed();
    Q_EMIT entered();
  });
  connect(class_, &QComboBox::activated, this, [this] {
    predicted_.reset();
    confusion_->hide();
    Q_EMIT changed();
  });
  connect(split_, &QComboBox::activated, this, &ClipFilterBar::changed);
  connect(only_, &QComboBox::activated, this, &ClipFilterBar::changed);
  connect(confusion_, &QToolButton::clicked, this, &ClipFilterBar::leaveConfusion);
}

QComboBox* ClipFilterBar::addChoice(const QString& name) {
  auto* made = new QComboBox;
  made->setAccessibleName(name);
  made->setToolTip(name);
  made->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  made->setMinimumContentsLength(8);
  return made;
}

ClipFilter ClipFilterBar::filter() const {
  const QVariant label = class_->currentData();
  return {.label = label.isValid() ? std::optional<std::int64_t>(label.toLongLong()) : std::nullopt,
          .predicted = predicted_,
          .split = split_->currentData().toString(),
          .text = text_->text(),
          .only = static_cast<ClipFilter::Only>(only_->currentData().toInt())};
}

void ClipFilterBar::showConfusion(std::int64_t label, std::int64_t predicted) {
  text_->clear();
  split_->setCurrentIndex(0);
  only_->setCurrentIndex(0);
  class_->setCurrentIndex(
      std::max(0, class_->findData(QVariant::fromValue(static_cast<qlonglong>(label)))));
  predicted_ = predicted;
  confusion_->setText(tr("%1 taken for %2", "class, class")
                          .arg(model_.labelName(label), model_.labelName(predicted)));
  confusion_->setAccessibleName(confusion_->text());
  confusion_->setAccessibleDescription(confusion_->toolTip());
  confusion_->show();
  typing_.stop();
  Q_EMIT changed();
}

void ClipFilterBar::leaveConfusion() {
  predicted_.reset();
  confusion_->hide();
  class_->setCurrentIndex(0);
  Q_EMIT changed();
}

void ClipFilterBar::fillClasses() {
  const QLocale locale;
  QStringList classes;
  for (const auto& [label, counts] : model_.countsByClass()) {
    classes << tr("%1 (%2)", "class, clips")
                   .arg(model_.labelName(label), locale.toString(counts.clips));
  }
  if (classes == classes_) return;
  classes_ = classes;
  const QVariant chosen = class_->currentData();
  class_->clear();
  class_->addItem(tr("All classes"));
  for (qsizetype i = 0; i < classes.size(); ++i) {
    const std::int64_t label = model_.countsByClass()[static_cast<std::size_t>(i)].first;
    class_->addItem(classes[i], QVariant::fromValue(static_cast<qlonglong>(label)));
  }
  class_->setCurrentIndex(std::max(0, chosen.isValid() ? class_->findData(chosen) : 0));
}

void ClipFilterBar::updateCounts(int waiting) {
  fillClasses();
  const ClipTotals& all = model_.counts();
  const QLocale locale;
  QStringList sentences;
  if (all.clips > 0) {
    sentences << tr("%1 clips of %2 classes: %3 train, %4 select, %5 report.")
                     .arg(locale.toString(all.clips),
                          locale.toString(static_cast<qlonglong>(model_.countsByClass().size())),
                          locale.toString(all.train), locale.toString(all.select),
                          locale.toString(all.report));
    if (all.unreadable > 0) sentences << tr("%n unreadable.", nullptr, all.unreadable);
    if (all.damaged > 0) sentences << tr("%n damaged.", nullptr, all.damaged);
    if (all.shortOnes > 0) sentences << tr("%n short.", nullptr, all.shortOnes);
    if (model_.rowCount() != model_.total())
      sentences << tr("%n shown.", nullptr, model_.rowCount());
    if (waiting > 0) sentences << tr("Making pictures of %n clip(s)…", nullptr, waiting);
  }
  summary_->setText(sentences.join(u' '));
  summary_->setVisible(!sentences.isEmpty());
}

}  // namespace attelier::ui
