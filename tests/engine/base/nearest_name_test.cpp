#include "engine/base/nearest_name.h"

#include <gtest/gtest.h>

#include <vector>

namespace attelier {
namespace {

const std::vector<std::string> kKnown{"top_nodes", "top_predecessors", "steps", "lr"};

TEST(NearestName, FindsWhatWasMeant) {
  EXPECT_EQ(nearestName("top_node", kKnown), "top_nodes");
  EXPECT_EQ(nearestName("TOP-NODES", kKnown), "top_nodes");
  EXPECT_EQ(nearestName("setps", kKnown), "steps");
  EXPECT_EQ(nearestName("top_predecesors", kKnown), "top_predecessors");
}

TEST(NearestName, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(nearestName("momentum", kKnown), std::nullopt);
  EXPECT_EQ(nearestName("", kKnown), std::nullopt);
  EXPECT_EQ(nearestName(std::string(100'000, 'x'), kKnown), std::nullopt);
  EXPECT_EQ(nearestName("steps", {}), std::nullopt);
}

TEST(NearestName, AMessageListsTheKnownWhereNothingIsNear) {
  EXPECT_EQ(unknownNameMessage("field", "momentum", kKnown),
            "unknown field 'momentum'; known: top_nodes, top_predecessors, steps, lr");
}

}  // namespace
}  // namespace attelier
