#pragma once

#include "engine/run/rows.h"

#include <memory>
#include <string>
#include <vector>

namespace attelier::ui::testing {

/// Rows of a data set of so many classes with so many clips each; a twentieth is unreadable, short
/// or damaged.
inline std::vector<run::ClipRow> clipRows(int classes, int each) {
  std::vector<run::ClipRow> rows;
  for (int label = 0; label < classes; ++label) {
    for (int i = 0; i < each; ++i) {
      run::ClipRow row;
      row.id = static_cast<std::int64_t>(rows.size());
      row.path = "class" + std::to_string(label) + "/clip-" + std::to_string(i) + ".mp4";
      row.split = i % 5 < 3 ? "train" : i % 5 == 3 ? "select" : "report";
      row.label = label;
      row.frames = 100 + i;
      row.fps = 25;
      row.width = 320;
      row.height = 240;
      row.bytes = 10'000 + i;
      row.state = "ok";
      if (i % 20 == 17) row.state = "short", row.reason = "it has 4 frames";
      if (i % 20 == 18) row.state = "damaged", row.reason = "frames are missing from 3 s on";
      if (i % 20 == 19) row.state = "unreadable", row.reason = "it is no video";
      rows.push_back(row);
    }
  }
  return rows;
}

inline std::vector<run::LabelRow> labelRows(int classes) {
  std::vector<run::LabelRow> rows;
  for (int label = 0; label < classes; ++label) {
    rows.push_back({.id = label, .name = "class " + std::to_string(label)});
  }
  return rows;
}

template <typename T>
std::shared_ptr<const T> shared(T value) {
  return std::make_shared<const T>(std::move(value));
}

inline run::PredictionRow prediction(std::int64_t clip, std::int64_t label, int taken, float loss) {
  run::PredictionRow row;
  row.step = 480;
  row.source = "select";
  row.clip = clip;
  row.label = label;
  row.top[0] = taken;
  row.probability[0] = 0.75F;
  row.loss = loss;
  return row;
}

}  // namespace attelier::ui::testing
