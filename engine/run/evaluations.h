#pragma once

#include "engine/run/run_reader.h"
#include "engine/run/verdict.h"
#include "engine/space/cell_design.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace attelier::run {

/// What an evaluation is of. A supergraph is only looked at, the others are trained.
enum class EvaluationRole { Cell, Plain, Random, Supergraph };
const char* evaluationRoleName(EvaluationRole role);  ///< "cell", "plain", …

/// One training of an evaluation, as its folder tells.
struct EvaluationRecord {
  std::filesystem::path folder;
  std::string id;
  EvaluationRole role = EvaluationRole::Cell;
  std::string name;                         ///< of the cell in the parent, "plain", "random 3"
  std::optional<space::CellDesign> design;  ///< of cells and random cells, where it is sound
  Phase phase = Phase::Finished;
  std::int64_t step = 0, stepsPlanned = 0;
  std::string message;
  double created = 0;                    ///< seconds since 1970
  std::optional<double> select, report;  ///< last top-1 on each split
  int reportLooks = 0;                   ///< scores on the report split
};

/// The evaluations of a run by folder; those that do not open are left out. Empty for a snapshot.
/// Costs some ms a folder.
std::vector<EvaluationRecord> evaluationRecords(const RunReader& reader);

/// How often the report split of a run was looked at.
int reportLooks(const std::vector<EvaluationRecord>& records);

/// What `evaluate --control` trains side by side: `comparison.json` in the folder of the cell.
struct ComparisonPlan {
  struct Training {
    std::string name;    ///< in this comparison: the cell's, "plain", "random 1", …
    std::string folder;  ///< name of the folder beside the cell's
  };
  std::int64_t steps = 0;           ///< that each training takes
  int controls = 0;                 ///< random cells asked for
  std::vector<Training> trainings;  ///< those begun so far, the cell first
};

/// Replaces the file. Errors: Io.
Status writeComparisonPlan(const std::filesystem::path& cellFolder, const ComparisonPlan& plan);
/// Nothing where the cell was evaluated without controls. Errors: Corrupt, Io.
Result<std::optional<ComparisonPlan>> readComparisonPlan(const std::filesystem::path& cellFolder);

/// A cell among its controls as far as they are trained.
struct Comparison {
  struct Member {
    std::string name;
    std::size_t record = 0;  ///< of the records it was made from
  };
  std::vector<Member> members;  ///< the cell first; those whose folder is there
  int waiting = 0;              ///< trainings that are not over yet or not begun
  std::optional<Verdict>
      verdict;  ///< of those that took all their steps; with the cell and one more
};

/// The comparisons of the cells among the records; a damaged plan is left out.
std::vector<Comparison> compareEvaluations(const std::vector<EvaluationRecord>& records);

}  // namespace attelier::run
