#pragma once

#include <QColor>
#include <QList>
#include <QString>

#include <span>

namespace attelier::widgets {

/// How values become colours. All but Turbo and Jet rise evenly in lightness and are safe for
/// colour-blind people; those two are offered as "not uniform".
enum class ColourMap { Cividis, Viridis, Magma, Inferno, Grey, Turbo, Jet };

inline constexpr int kColourSteps = 256;

/// The colours of a map, from the smallest value to the greatest. Shape: kColourSteps opaque QRgb.
std::span<const QRgb> colourTable(ColourMap map);

/// Colours of differences: blue (less), white or dark grey (none), orange (more). Shape:
/// kColourSteps.
std::span<const QRgb> differenceTable(bool dark);

/// Name for a person ("Cividis", "Jet (not uniform)"), translated.
QString colourMapName(ColourMap map);

/// All maps in the order of a menu; the uniform ones first.
QList<ColourMap> colourMaps();

}  // namespace attelier::widgets
