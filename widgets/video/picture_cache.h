#pragma once

#include <QImage>

#include <cstddef>
#include <functional>
#include <map>
#include <utility>

namespace attelier::widgets {

/// Blended pictures of a clip, so that a clip that plays round costs a copy a frame.
///
/// Over the budget all are let go: a clip that plays round would never find an older one anyway.
class PictureCache {
 public:
  explicit PictureCache(std::size_t budgetBytes) : budget_(budgetBytes) {}

  /// The picture of a frame of an item, made where it is not there.
  const QImage& get(int item, int frame, const std::function<QImage()>& make) {
    const auto found = pictures_.find({item, frame});
    if (found != pictures_.end()) return found->second;
    QImage picture = make();
    const auto bytes = static_cast<std::size_t>(picture.sizeInBytes());
    if (bytes_ + bytes > budget_) clear();
    bytes_ += bytes;
    return pictures_[{item, frame}] = std::move(picture);
  }
  void clear() {
    pictures_.clear();
    bytes_ = 0;
  }
  /// Lets all go when they were made for another scale of the screen.
  void keepFor(double devicePixelRatio) {
    if (devicePixelRatio != ratio_) clear();
    ratio_ = devicePixelRatio;
  }

 private:
  std::map<std::pair<int, int>, QImage> pictures_;
  std::size_t bytes_ = 0;
  std::size_t budget_;
  double ratio_ = 1;
};

}  // namespace attelier::widgets
