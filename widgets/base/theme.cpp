#include "widgets/base/theme.h"

#include <algorithm>
#include <cmath>

namespace attelier::widgets {

namespace {

double luminance(const QColor& color) {
  const auto linear = [](double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
         0.0722 * linear(color.blueF());
}

Theme makeLight() {
  Theme theme;
  theme.window = QColor(0xf1f2f4);
  theme.surface = QColor(0xffffff);
  theme.raised = QColor(0xf8f9fa);
  theme.text = QColor(0x1b1f24);
  theme.mutedText = QColor(0x57606a);
  theme.border = QColor(0x878f98);
  theme.grid = QColor(0xdde1e6);
  theme.accent = QColor(0x0b63c5);
  theme.accentText = QColor(0xffffff);
  theme.good = QColor(0x18794e);
  theme.warning = QColor(0x9a5b00);
  theme.bad = QColor(0xc0272d);
  theme.mapBased = QColor(0xa04a00);
  theme.dotProduct = QColor(0x005f9e);
  theme.added = QColor(0x18794e);
  theme.removed = QColor(0xa3328f);
  theme.series = {QColor(0x0072b2), QColor(0xc14b00), QColor(0x00805f), QColor(0xa3487f),
                  QColor(0x8a6d00), QColor(0x2b7fb8), QColor(0x5b5fc7), QColor(0x4d4d4d)};
  return theme;
}

Theme makeDark() {
  Theme theme;
  theme.dark = true;
  theme.window = QColor(0x1b1e22);
  theme.surface = QColor(0x14171a);
  theme.raised = QColor(0x24282d);
  theme.text = QColor(0xe6e9ed);
  theme.mutedText = QColor(0xa3acb6);
  theme.border = QColor(0x6b747e);
  theme.grid = QColor(0x30363c);
  theme.accent = QColor(0x5aa9ff);
  theme.accentText = QColor(0x0c1116);
  theme.good = QColor(0x4fc38a);
  theme.warning = QColor(0xf0b040);
  theme.bad = QColor(0xff7b72);
  theme.mapBased = QColor(0xf0a050);
  theme.dotProduct = QColor(0x62b6f0);
  theme.added = QColor(0x4fc38a);
  theme.removed = QColor(0xe58ad6);
  theme.series = {QColor(0x56b4e9), QColor(0xe69f00), QColor(0x2fc59b), QColor(0xe08fbc),
                  QColor(0xf0e442), QColor(0xff8a50), QColor(0xa5a8ff), QColor(0xd0d0d0)};
  return theme;
}

}  // namespace

const Theme& Theme::light() {
  static const Theme theme = makeLight();
  return theme;
}

const Theme& Theme::darkTheme() {
  static const Theme theme = makeDark();
  return theme;
}

const Theme& Theme::of(const QPalette& palette) {
  const bool dark =
      luminance(palette.color(QPalette::Window)) < luminance(palette.color(QPalette::WindowText));
  return dark ? darkTheme() : light();
}

QPalette paletteOf(const Theme& theme) {
  QPalette palette;
  palette.setColor(QPalette::Window, theme.window);
  palette.setColor(QPalette::WindowText, theme.text);
  palette.setColor(QPalette::Base, theme.surface);
  palette.setColor(QPalette::AlternateBase, theme.raised);
  palette.setColor(QPalette::Text, theme.text);
  palette.setColor(QPalette::PlaceholderText, theme.mutedText);
  palette.setColor(QPalette::Button, theme.raised);
  palette.setColor(QPalette::ButtonText, theme.text);
  palette.setColor(QPalette::BrightText, theme.bad);
  palette.setColor(QPalette::ToolTipBase, theme.raised);
  palette.setColor(QPalette::ToolTipText, theme.text);
  palette.setColor(QPalette::Highlight, theme.accent);
  palette.setColor(QPalette::HighlightedText, theme.accentText);
  palette.setColor(QPalette::Link, theme.accent);
  palette.setColor(QPalette::LinkVisited, theme.accent);
  palette.setColor(QPalette::Light, theme.dark ? theme.raised.lighter(130) : QColor(0xffffff));
  palette.setColor(QPalette::Midlight, theme.grid);
  palette.setColor(QPalette::Mid, theme.border);
  palette.setColor(QPalette::Dark, theme.dark ? QColor(0x0c0e10) : theme.border);
  palette.setColor(QPalette::Shadow, QColor(0, 0, 0));
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    palette.setColor(QPalette::Disabled, role, theme.dark ? QColor(0x7b848d) : QColor(0x8a929b));
  }
  palette.setColor(QPalette::Disabled, QPalette::Highlight, theme.grid);
  palette.setColor(QPalette::Disabled, QPalette::HighlightedText, theme.mutedText);
  return palette;
}

double contrast(const QColor& a, const QColor& b) {
  const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
  return (lighter + 0.05) / (darker + 0.05);
}

}  // namespace attelier::widgets
