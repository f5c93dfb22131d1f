#include "engine/clips/splits.h"

#include "engine/base/random.h"

#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace attelier::clips {
namespace {

constexpr std::uint64_t kCarveStream = 0x6361727665;  // "carve"

// Train clips of each class within one group.
struct Group {
  std::vector<std::size_t> clips;
  std::map<int, int> perClass;
  bool moved = false;
};

std::string groupKey(const ClipRecord& clip) {
  return clip.group.empty() ? "file " + clip.path : "group " + clip.group;
}

}  // namespace

void carveSplit(std::vector<ClipRecord>& clips, Split target, double share, std::uint64_t seed) {
  std::map<std::string, Group> groups;
  std::map<int, std::vector<std::string>> groupsOfClass;  // in the order of the clips
  std::map<int, int> left;
  for (std::size_t i = 0; i < clips.size(); ++i) {
    if (clips[i].split != Split::Train) {
      continue;
    }
    const std::string key = groupKey(clips[i]);
    Group& group = groups[key];
    group.clips.push_back(i);
    if (++group.perClass[clips[i].label] == 1) {
      groupsOfClass[clips[i].label].push_back(key);
    }
    ++left[clips[i].label];
  }
  const std::map<int, int> before = left;
  for (auto& [label, keys] : groupsOfClass) {
    Random(seed, kCarveStream, static_cast<std::uint64_t>(target), label + 1).shuffle(keys);
    const double wanted = share * before.at(label);
    for (const auto& key : keys) {
      Group& group = groups.at(key);
      if (group.moved) {
        continue;
      }
      const double taken = before.at(label) - left.at(label);
      const double closer =
          std::abs(taken - wanted) - std::abs(taken + group.perClass.at(label) - wanted);
      bool lastOfAClass = false;
      for (const auto& [other, count] : group.perClass) {
        lastOfAClass = lastOfAClass || left.at(other) == count;
      }
      if (closer <= 0 || lastOfAClass) {
        continue;
      }
      group.moved = true;
      for (const auto& [other, count] : group.perClass) {
        left.at(other) -= count;
      }
      for (const std::size_t i : group.clips) {
        clips[i].split = target;
      }
    }
  }
}

std::vector<std::string> findLeaks(const std::vector<ClipRecord>& clips) {
  constexpr std::size_t kNamed = 10;
  std::map<std::string, std::set<Split>> seen;
  for (const ClipRecord& clip : clips) {
    seen[groupKey(clip)].insert(clip.split);
    seen["file " + clip.path].insert(clip.split);
  }
  std::vector<std::string> leaks;
  std::size_t count = 0;
  for (const auto& [key, splits] : seen) {
    if (splits.size() < 2 || ++count > kNamed) {
      continue;
    }
    std::string names;
    for (const Split split : splits) {
      names += names.empty() ? splitName(split) : std::string(" and ") + splitName(split);
    }
    leaks.push_back(key + " is in " + names + "; accuracy on the later one is too good");
  }
  if (count > kNamed) {
    leaks.push_back("and " + std::to_string(count - kNamed) + " more are in two splits");
  }
  return leaks;
}

}  // namespace attelier::clips
