#pragma once

#include "engine/base/field_info.h"

#include <QString>

namespace attelier::ui {

/// Label of a field for a person, translated ("Top nodes (alpha)"), with an access key where it has
/// one. A field that this program has no label for is named after itself.
QString fieldLabel(const FieldInfo& info);

/// The label without its access key.
QString fieldName(const FieldInfo& info);

/// What the field is for, as its declaration says, translated where there is a translation.
QString fieldHelp(const FieldInfo& info);

/// Unit, translated; empty for a pure number.
QString fieldUnit(const FieldInfo& info);

/// Help, unit, range, default and option in a few sentences (rich text).
QString fieldDetails(const FieldInfo& info, const QString& defaultText, const QString& option);

/// Title of a group of fields ("Frames and crops"), translated.
QString groupTitle(const std::string& group, const std::string& declared);

/// A value as a person here writes it: numbers by the locale, lists with commas; "none", "on",
/// "off".
QString valueText(const nlohmann::json& value);

/// "Where: message" without the part of the path that the reader sees anyway.
QString errorText(const Error& error);

}  // namespace attelier::ui
