#include "widgets/base/colour_map.h"

#include <QCoreApplication>
#include <opencv2/imgproc.hpp>

#include <array>

namespace attelier::widgets {

namespace {

using Table = std::array<QRgb, kColourSteps>;

Table tableOfOpenCv(int map) {
  cv::Mat ramp(1, kColourSteps, CV_8UC1);
  for (int i = 0; i < kColourSteps; ++i)
    ramp.at<unsigned char>(0, i) = static_cast<unsigned char>(i);
  cv::Mat colours;
  cv::applyColorMap(ramp, colours, map);
  Table table;
  for (int i = 0; i < kColourSteps; ++i) {
    const auto bgr = colours.at<cv::Vec3b>(0, i);
    table[static_cast<std::size_t>(i)] = qRgb(bgr[2], bgr[1], bgr[0]);
  }
  return table;
}

Table greyTable() {
  Table table;
  for (int i = 0; i < kColourSteps; ++i) table[static_cast<std::size_t>(i)] = qRgb(i, i, i);
  return table;
}

Table blend(const QColor& low, const QColor& middle, const QColor& high) {
  Table table;
  for (int i = 0; i < kColourSteps; ++i) {
    const double position = 2.0 * i / (kColourSteps - 1) - 1;
    const QColor& end = position < 0 ? low : high;
    const double share = std::abs(position);
    const auto mix = [&](int a, int b) { return static_cast<int>(a + share * (b - a) + 0.5); };
    table[static_cast<std::size_t>(i)] =
        qRgb(mix(middle.red(), end.red()), mix(middle.green(), end.green()),
             mix(middle.blue(), end.blue()));
  }
  return table;
}

}  // namespace

std::span<const QRgb> colourTable(ColourMap map) {
  static const std::array<Table, 7> tables{tableOfOpenCv(cv::COLORMAP_CIVIDIS),
                                           tableOfOpenCv(cv::COLORMAP_VIRIDIS),
                                           tableOfOpenCv(cv::COLORMAP_MAGMA),
                                           tableOfOpenCv(cv::COLORMAP_INFERNO),
                                           greyTable(),
                                           tableOfOpenCv(cv::COLORMAP_TURBO),
                                           tableOfOpenCv(cv::COLORMAP_JET)};
  return tables[static_cast<std::size_t>(map)];
}

std::span<const QRgb> differenceTable(bool dark) {
  static const Table onLight = blend(QColor(0x0b4f9e), QColor(0xf7f7f7), QColor(0xc05a00));
  static const Table onDark = blend(QColor(0x6fb7ff), QColor(0x22262a), QColor(0xffa64d));
  return dark ? onDark : onLight;
}

QString colourMapName(ColourMap map) {
  const auto name = [](const char* text) {
    return QCoreApplication::translate("attelier::widgets::ColourMap", text);
  };
  switch (map) {
    case ColourMap::Cividis:
      return name(QT_TRANSLATE_NOOP("attelier::widgets::ColourMap", "Cividis"));
    case ColourMap::Viridis:
      return name(QT_TRANSLATE_NOOP("attelier::widgets::ColourMap", "Viridis"));
    case ColourMap::Magma:
      return name(QT_TRANSLATE_NOOP("attelier::widgets::ColourMap", "Magma"));
    case ColourMap::Inferno:
      return name(QT_TRANSLATE_NOOP("attelier::widgets::ColourMap", "Inferno"));
    case ColourMap::Grey:
      return name(QT_TRANSLATE_NOOP("attelier::widgets::ColourMap", "Grey"));
    case ColourMap::Turbo:
      return name(QT_TRANSLATE_NOOP("attelier::widgets::ColourMap", "Turbo (not uniform)"));
    case ColourMap::Jet:
      return name(QT_TRANSLATE_NOOP("attelier::widgets::ColourMap", "Jet (not uniform)"));
  }
  return {};
}

QList<ColourMap> colourMaps() {
  return {ColourMap::Cividis, ColourMap::Viridis, ColourMap::Magma, ColourMap::Inferno,
          ColourMap::Grey,    ColourMap::Turbo,   ColourMap::Jet};
}

}  // namespace attelier::widgets
