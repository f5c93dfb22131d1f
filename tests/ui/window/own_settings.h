#pragma once

#include <QSettings>
#include <QTemporaryDir>
#include <gtest/gtest.h>

namespace attelier::ui {

/// A test whose QSettings are empty and its own.
class WithSettings : public testing::Test {
 protected:
  WithSettings() {
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder_.path());
    QSettings().clear();
  }

  QTemporaryDir folder_;
};

}  // namespace attelier::ui
