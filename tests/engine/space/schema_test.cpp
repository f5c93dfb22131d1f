#include "engine/space/cell_design.h"
#include "engine/space/connection_weights.h"
#include "tests/support/committed_schema.h"

#include <gtest/gtest.h>

namespace attelier::space {
namespace {

TEST(Schemas, CommittedEqualGenerated) {
  testing::expectCommittedSchema("cell", cellSchema());
  testing::expectCommittedSchema("weights", connectionWeightsSchema());
}

}  // namespace
}  // namespace attelier::space
