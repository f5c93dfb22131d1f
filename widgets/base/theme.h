#pragma once

#include <QColor>
#include <QPalette>

#include <array>

namespace attelier::widgets {

/// Colours by what they mean, for one look (light or dark).
///
/// Text on `window`, `surface` and `raised` has a contrast of at least 4.5:1, `border`, `accent`,
/// `good`, `warning`, `bad` and the series at least 3:1 on `surface` (tests/widgets/theme_test.cpp
/// measures it). Nothing is told by colour alone: pair it with a letter, a dash or a shape.
struct Theme {
  bool dark = false;
  QColor window;   ///< behind the panes
  QColor surface;  ///< what plots and drawings lie on
  QColor raised;   ///< headers, cards, tool tips
  QColor text;
  QColor mutedText;  ///< units, captions, axis labels
  QColor border;     ///< of a control
  QColor grid;       ///< lines that only guide the eye
  QColor accent;     ///< selection, focus, what a person set
  QColor accentText;
  QColor good;
  QColor warning;  ///< also: scrubbed back
  QColor bad;
  QColor mapBased;    ///< nodes mS, mT, mST
  QColor dotProduct;  ///< nodes dS, dT, dST
  QColor added;       ///< differences: always with a plus sign
  QColor removed;     ///< and a minus sign
  /// Categorical colours for curves (after Okabe and Ito 2008, darkened or lightened for contrast);
  /// beyond eight vary the dash.
  std::array<QColor, 8> series;

  /// The colours that go with a palette: dark when its window is darker than its text. A widget
  /// asks for it in each paint, or when it gets QEvent::PaletteChange.
  static const Theme& of(const QPalette& palette);
  static const Theme& light();
  static const Theme& darkTheme();
};

/// The palette to give QApplication (Fusion style) for a theme.
QPalette paletteOf(const Theme& theme);

/// Relative contrast of two opaque colours, 1 to 21 (WCAG 2).
double contrast(const QColor& a, const QColor& b);

}  // namespace attelier::widgets
