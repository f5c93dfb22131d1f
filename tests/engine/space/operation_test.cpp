#include "engine/space/operation.h"

#include "engine/space/attention_extent.h"

#include <gmock/gmock.h>

namespace attelier::space {
namespace {

TEST(Operation, KindsHaveTheirCanonicalOrderAndNames) {
  const std::vector<std::string> names{"mS", "mT", "mST", "dS", "dT", "dST"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(shortName(kOperationKinds[i]), names[i]);
    EXPECT_EQ(kindFromShortName(names[i]).value(), kOperationKinds[i]);
    EXPECT_EQ(kindIndex(kOperationKinds[i]), static_cast<int>(i));
  }
  EXPECT_THAT(kindFromShortName("dSt").error().message, testing::HasSubstr("did you mean"));
}

TEST(Operation, OnlyUnusualActivationsAreNamed) {
  const OperationKind dot{OperationType::DotProduct, Dimension::Temporal};
  EXPECT_EQ(shortName(Operation{dot, Activation::Softmax}), "dT");
  EXPECT_EQ(shortName(Operation{dot, Activation::Relu}), "dT:relu");
}

TEST(OperationSettings, ReducedChannelsHaveAFloor) {
  const OperationSettings settings;
  EXPECT_EQ(settings.keyChannels(32), 8);
  EXPECT_EQ(settings.valueChannels(32), 16);
  EXPECT_EQ(settings.keyChannels(192), 24);
  EXPECT_EQ(settings.valueChannels(8), 8);
}

TEST(AttentionExtent, JointAndBatchedAsTheTableOfTheSource) {
  const Place place{"p", 32, 8, 4, 6};
  OperationSettings joint;
  OperationSettings batched;
  batched.grouping = Grouping::Batched;
  const auto extent = [&](Dimension dimension, const OperationSettings& settings) {
    return attentionExtent({OperationType::DotProduct, dimension}, settings, place);
  };
  EXPECT_EQ(extent(Dimension::Temporal, joint), (AttentionExtent{1, 8, 8, 24}));
  EXPECT_EQ(extent(Dimension::Spatial, joint), (AttentionExtent{1, 24, 24, 8}));
  EXPECT_EQ(extent(Dimension::Spatiotemporal, joint), (AttentionExtent{1, 192, 192, 1}));
  EXPECT_EQ(extent(Dimension::Temporal, batched), (AttentionExtent{24, 8, 8, 1}));
  EXPECT_EQ(extent(Dimension::Spatial, batched), (AttentionExtent{8, 24, 24, 1}));
  EXPECT_EQ(extent(Dimension::Spatiotemporal, batched), (AttentionExtent{1, 192, 192, 1}));
}

TEST(AttentionExtent, PooledKeysRoundUpAndLeaveTimeAlone) {
  const Place place{"p", 32, 8, 5, 6};
  OperationSettings settings;
  settings.kvPool = 2;
  const auto keys = [&](OperationType type, Dimension dimension) {
    return attentionExtent({type, dimension}, settings, place).keyPositions;
  };
  EXPECT_EQ(keys(OperationType::DotProduct, Dimension::Spatial), 9);
  EXPECT_EQ(keys(OperationType::DotProduct, Dimension::Spatiotemporal), 72);
  EXPECT_EQ(keys(OperationType::DotProduct, Dimension::Temporal), 8);
  EXPECT_EQ(keys(OperationType::MapBased, Dimension::Spatial), 30);
}

}  // namespace
}  // namespace attelier::space
