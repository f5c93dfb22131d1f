#pragma once

#include "engine/clips/csv.h"
#include "engine/clips/lists.h"

namespace attelier::clips {

/// Where clips of a list may lie, and which split its entries have unless they say so.
struct ListContext {
  std::filesystem::path list;  ///< the list file
  std::filesystem::path root;  ///< folder of the clips; may be the list's own
  std::optional<Split> role;
};

/// CSV with the columns path and label, optional split and group; without a header path,label.
Result<ClipList> readPathCsv(const std::vector<CsvRow>& rows, const ListContext& context);
/// UCF-101 trainlist ("Class/v_Class_g08_c01.avi 1") or testlist (without the number).
Result<ClipList> readUcf101(const std::vector<std::string>& lines, const ListContext& context);
/// HMDB51 "<class>_test_split1.txt": "name.avi 0|1|2" (unused, train, test).
Result<ClipList> readHmdb51(const std::vector<std::string>& lines, const ListContext& context);
/// Kinetics: label,youtube_id,time_start,time_end,split with a header.
Result<ClipList> readKinetics(const std::vector<CsvRow>& rows, const ListContext& context);
/// Moments in Time: path,label,agree,disagree without a header.
Result<ClipList> readMoments(const std::vector<CsvRow>& rows, const ListContext& context);

}  // namespace attelier::clips
