#pragma once

#include <QString>

namespace attelier::tests {

/// A warning of Qt that contains this text does not fail the running test.
void announceWarning(const QString& part);

}  // namespace attelier::tests
