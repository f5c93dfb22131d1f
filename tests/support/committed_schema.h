#pragma once

#include "engine/base/atomic_file.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace attelier::testing {

/// The committed schema is what the declarations give. ATTELIER_WRITE_SCHEMAS=1 writes it anew.
inline void expectCommittedSchema(const std::string& name, const nlohmann::ordered_json& schema) {
  const auto path = std::filesystem::path(ATTELIER_SCHEMA_FOLDER) / (name + ".schema.json");
  const std::string text = schema.dump(2) + "\n";
  if (std::getenv("ATTELIER_WRITE_SCHEMAS") != nullptr) {
    ASSERT_TRUE(writeFileAtomically(path, text));
  }
  const auto committed = readTextFile(path, std::size_t{1} << 20);
  ASSERT_TRUE(committed) << describe(committed.error());
  EXPECT_EQ(*committed, text) << "run this test with ATTELIER_WRITE_SCHEMAS=1";
}

}  // namespace attelier::testing
