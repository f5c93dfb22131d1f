#pragma once

#include "ui/dialogs/clips_report.h"

#include <QWidget>

#include <memory>

class QLabel;
class QProgressBar;
class QPushButton;
class QTreeWidget;

namespace attelier::ui {

class MessageBar;
class Section;

/// What a scan of clips gave, in short: classes with their clips and splits, and the clips that
/// can't be used, each with its reason. Empty and hidden until a scan begins.
class ClipsSummary : public QWidget {
  Q_OBJECT
 public:
  explicit ClipsSummary(QWidget* parent = nullptr);

  void showNothing();
  void showScanning(const QString& clips);
  void showProgress(const QString& stage, qint64 done, qint64 of);
  void showReport(const std::shared_ptr<const ClipsReport>& report);
  void showFailure(const Error& error);

 Q_SIGNALS:
  void stopped();  ///< a person ended the scan
  void again();    ///< a person wants another look

 private:
  MessageBar* headline_ = nullptr;
  QProgressBar* busy_ = nullptr;
  QPushButton *stop_ = nullptr, *again_ = nullptr;
  QTreeWidget *classes_ = nullptr, *awkward_ = nullptr;
  Section* awkwardSection_ = nullptr;
  MessageBar* warnings_ = nullptr;
};

}  // namespace attelier::ui
