#include "engine/clips/sampling.h"

#include "engine/base/contracts.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace attelier::clips {
namespace {

// Lower-case words of a label: "TurnLeft_now" is turn, left, now.
std::vector<std::string> words(const std::string& label) {
  std::vector<std::string> found(1);
  bool lowerBefore = false;
  for (const char letter : label) {
    const auto code = static_cast<unsigned char>(letter);
    const bool isLetter = std::isalpha(code) != 0 || code >= 0x80;
    if (!isLetter || (std::isupper(code) != 0 && lowerBefore)) {
      found.emplace_back();
    }
    if (isLetter) {
      found.back() += static_cast<char>(std::tolower(code));
    }
    lowerBefore = std::islower(code) != 0;
  }
  return found;
}

int labelIndex(const std::vector<std::string>& labels, const std::string& name) {
  const auto found = std::find(labels.begin(), labels.end(), name);
  return found == labels.end() ? -1 : static_cast<int>(found - labels.begin());
}

}  // namespace

std::vector<std::int64_t> segmentFrames(std::int64_t frameCount, int frames, Random* random) {
  expects(frameCount > 0 && frames > 0, "a clip and a sample have frames");
  std::vector<std::int64_t> chosen;
  for (std::int64_t i = 0; i < frames; ++i) {
    if (random != nullptr) {
      const double at = (static_cast<double>(i) + random->uniform()) *
                        static_cast<double>(frameCount) / static_cast<double>(frames);
      chosen.push_back(std::min(static_cast<std::int64_t>(at), frameCount - 1));
    } else {
      chosen.push_back((2 * i + 1) * frameCount / (2 * static_cast<std::int64_t>(frames)));
    }
  }
  return chosen;
}

std::vector<std::int64_t> strideFrames(std::int64_t frameCount, int frames, int stride,
                                       Random* random) {
  expects(frameCount > 0 && frames > 0 && stride > 0, "a clip, a sample and a stride are positive");
  const std::int64_t span = static_cast<std::int64_t>(frames - 1) * stride + 1;
  const std::int64_t room = std::max<std::int64_t>(0, frameCount - span);
  const std::int64_t start = random != nullptr ? random->integer(0, room) : room / 2;
  std::vector<std::int64_t> chosen;
  for (std::int64_t i = 0; i < frames; ++i) {
    chosen.push_back((start + i * stride) % frameCount);
  }
  return chosen;
}

Result<FlipRule> flipRule(const std::vector<std::string>& labels,
                          const std::vector<std::string>& swaps) {
  FlipRule rule;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto parts = words(labels[i]);
    const bool sided = std::find(parts.begin(), parts.end(), "left") != parts.end() ||
                       std::find(parts.begin(), parts.end(), "right") != parts.end();
    rule.mirrored.push_back(sided ? -1 : static_cast<int>(i));
  }
  for (const std::string& swap : swaps) {
    bool understood = false;
    for (auto at = swap.find('='); at != std::string::npos; at = swap.find('=', at + 1)) {
      const int first = labelIndex(labels, swap.substr(0, at));
      const int second = labelIndex(labels, swap.substr(at + 1));
      if (first >= 0 && second >= 0) {
        rule.mirrored[static_cast<std::size_t>(first)] = second;
        rule.mirrored[static_cast<std::size_t>(second)] = first;
        understood = true;
        break;
      }
    }
    if (!understood) {
      return fail(ErrorCode::InvalidArgument,
                  "\"" + swap + "\" is not label=label with two labels of the data", "flip_swaps");
    }
  }
  return rule;
}

}  // namespace attelier::clips
