#include "app/engine/attention_report.h"

#include "app/engine/printing.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <vector>

namespace attelier::app {

namespace {

constexpr std::int64_t kWidest = 16;
constexpr size_t kStrongest = 10;

struct Map {
  std::array<std::int64_t, 3> grid{};
  std::vector<double> values;
  std::int64_t tokens() const { return grid[1] * grid[2]; }
};

std::string position(const Map& map, std::int64_t index, bool withFrame) {
  const std::int64_t token = index % map.tokens();
  const std::string place =
      std::to_string(token / map.grid[2]) + "," + std::to_string(token % map.grid[2]);
  return withFrame ? std::to_string(index / map.tokens()) + "," + place : place;
}

std::string valueTable(const Map& map, const char* format, double divisor) {
  std::vector<std::vector<std::string>> rows(1, {"frame \\ y,x"});
  for (std::int64_t token = 0; token < map.tokens(); ++token) {
    rows[0].push_back(position(map, token, /*withFrame=*/false));
  }
  for (std::int64_t frame = 0; frame < map.grid[0]; ++frame) {
    std::vector<std::string> row{std::to_string(frame)};
    for (std::int64_t token = 0; token < map.tokens(); ++token) {
      const auto index = static_cast<size_t>(frame * map.tokens() + token);
      row.push_back(numberText(format, map.values[index] / divisor));
    }
    rows.push_back(std::move(row));
  }
  return tableText(rows);
}

std::string strongestTable(const Map& map, double uniform) {
  std::vector<size_t> order(map.values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&map](size_t a, size_t b) { return map.values[a] > map.values[b]; });
  order.resize(std::min(order.size(), kStrongest));
  std::vector<std::vector<std::string>> rows{{"frame,y,x", "weight", "times uniform"}};
  for (const size_t index : order) {
    rows.push_back({position(map, static_cast<std::int64_t>(index), /*withFrame=*/true),
                    numberText("%.5f", map.values[index]),
                    numberText("%.2f", map.values[index] / uniform)});
  }
  return tableText(rows);
}

std::string mapText(const std::string& title, const nlohmann::json& json, double uniform) {
  Map map;
  map.grid = json.at("grid").get<std::array<std::int64_t, 3>>();
  map.values = json.at("values").get<std::vector<double>>();
  const std::string head = "\n\n" + title + ", grid " + std::to_string(map.grid[0]) + "x" +
                           std::to_string(map.grid[1]) + "x" + std::to_string(map.grid[2]);
  if (map.tokens() > kWidest) {
    return head + ", strongest positions\n" + strongestTable(map, uniform);
  }
  return head + ", weights\n" + valueTable(map, "%.4f", 1.0) + "\ntimes uniform\n" +
         valueTable(map, "%.2f", uniform);
}

}  // namespace

std::string attentionText(const nlohmann::json& answer) {
  const double uniform = answer.at("uniform").get<double>();
  std::string text = "node " + answer.at("node").get<std::string>() + " (" +
                     answer.at("kind").get<std::string>() + ") at place " +
                     answer.at("place").get<std::string>() + ", step " + answer.at("step").dump() +
                     (answer.at("source") == "stored" ? ", from what the run stored"
                                                      : ", by the model of that checkpoint") +
                     "\nuniform would be " + numberText("%.5f", uniform);
  if (answer.contains("contribution")) {
    text += "\nthe cell adds " + numberText("%.3f", answer["contribution"].get<double>()) +
            " of the norm of its input here";
  }
  if (answer.contains("prediction") && answer["prediction"].contains("labels")) {
    const auto& prediction = answer["prediction"];
    text += "\nthe network says " + prediction["labels"][0].get<std::string>() + " (" +
            numberText("%.3f", prediction["probability"][0].get<double>()) + ")";
  }
  text += mapText("map", answer.at("map"), uniform);
  if (answer.contains("attends_to")) {
    text += mapText("what the query attends to", answer["attends_to"], uniform);
    text += mapText("who attends to it", answer["attended_by"], uniform);
  }
  if (answer.contains("note")) {
    text += "\n\n" + answer["note"].get<std::string>();
  }
  return text;
}

}  // namespace attelier::app
