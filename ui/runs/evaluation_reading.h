#pragma once

#include "engine/run/evaluations.h"

#include <QMetaType>
#include <QString>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace attelier::ui {

/// An accuracy of several trainings.
struct Spread {
  double mean = 0;
  double deviation = 0;  ///< of the sample; 0 for one
  int count = 0;
};
std::optional<Spread> spreadOf(const std::vector<double>& values);

/// One cell that was evaluated, with what stands beside it.
struct EvaluationGroup {
  QString name;
  std::vector<run::EvaluationRecord> members;  ///< the cell first
  QString split;                               ///< that they are compared on; empty without a score
  std::optional<double> cell, plain;           ///< accuracies on it
  std::vector<double> random;
  std::optional<Spread> spread;  ///< of the random cells
  int waiting = 0;               ///< trainings to come
  std::optional<run::Verdict> verdict;
  std::optional<double> price;  ///< time of the search over that of training the cell once

  bool isComparison() const { return members.size() > 1 || waiting > 0; }
};

/// The evaluations of a search by cell.
struct EvaluationsReading {
  std::filesystem::path run;
  std::vector<EvaluationGroup> groups;
  int reportLooks = 0;
  QString problem;  ///< why they can't be read
};
using EvaluationsPointer = std::shared_ptr<const EvaluationsReading>;

/// Waits for the disk: some ms an evaluation.
EvaluationsReading readEvaluations(const std::filesystem::path& run);

/// Seconds that a run spent in training steps, from the times it recorded; 0 where there are none.
double trainingSeconds(run::RunReader& reader);

}  // namespace attelier::ui

Q_DECLARE_METATYPE(attelier::ui::EvaluationsPointer)
