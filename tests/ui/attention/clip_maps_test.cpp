#include "ui/attention/clip_maps.h"

#include "tests/support/search_run.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

std::shared_ptr<const ProbeClip> clipOf(int pictures) {
  ProbeClip clip;
  clip.row.width = 32;
  clip.row.height = 24;
  for (int i = 0; i < pictures; ++i) {
    clip.row.times.push_back(0.1 * i);
    QImage picture(32, 24, QImage::Format_RGB32);
    picture.fill(Qt::black);
    clip.frames.push_back(i == 1 ? QImage() : picture);
  }
  return std::make_shared<const ProbeClip>(std::move(clip));
}

/// Random q and k on these grids; keys may be pooled.
std::shared_ptr<const NodeAttention> queryKeyRecord(space::AttentionGrid groups,
                                                    space::AttentionGrid queries,
                                                    space::AttentionGrid keys) {
  NodeAttention attention;
  attention.step = 40;
  attention.node = 5;
  attention.probe = 1;
  space::AttentionRecord& record = attention.record;
  record.kind = {space::OperationType::DotProduct, space::Dimension::Spatiotemporal};
  record.payload = space::AttentionPayload::QueryKey;
  record.groupGrid = groups;
  record.queryGrid = queries;
  record.keyGrid = keys;
  record.features = 3;
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  for (std::int64_t i = 0; i < record.groups() * record.queryPositions() * 3; ++i)
    record.queries.push_back(normal(random));
  for (std::int64_t i = 0; i < record.groups() * record.keyPositions() * 3; ++i)
    record.keys.push_back(normal(random));
  for (std::int64_t g = 0; g < record.groups(); ++g) {
    for (std::int64_t q = 0; q < record.queryPositions(); ++q) {
      double sum = 0;
      for (std::int64_t k = 0; k < record.keyPositions(); ++k) {
        double logit = 0;
        for (int d = 0; d < 3; ++d) {
          logit +=
              double{record.queries[static_cast<std::size_t>((g * record.queryPositions() + q) * 3 +
                                                             d)]} *
              double{
                  record.keys[static_cast<std::size_t>((g * record.keyPositions() + k) * 3 + d)]};
        }
        sum += std::exp(logit);
      }
      record.normaliser.push_back(static_cast<float>(std::log(sum)));
    }
  }
  return std::make_shared<const NodeAttention>(std::move(attention));
}

MapRequest requestOf(std::shared_ptr<const NodeAttention> attention) {
  return {.probe = clipOf(8),
          .attention = std::move(attention),
          .answer = {},
          .place = {4, 6, 8},
          .query = {},
          .node = u"L1.dST"_s};
}

TEST(ClipMaps, AQuestionIsAnsweredFromTheRecord) {
  MapRequest request = requestOf(queryKeyRecord({1, 1, 1}, {4, 6, 8}, {4, 3, 4}));
  request.query = QueryChoice{{2, 5, 3}, false};
  const auto row = framesOf(request);
  const auto expectedRow = space::attentionOfQuery(request.attention->record, {2, 5, 3});
  ASSERT_TRUE(expectedRow);
  EXPECT_EQ(row.values, expectedRow->values);
  EXPECT_EQ(row.grid, (widgets::TokenGrid{4, 3, 4}));
  EXPECT_EQ(*row.asked, (widgets::TokenPoint{2, 5, 3}));
  EXPECT_EQ(row.askedGrid, (widgets::TokenGrid{4, 6, 8}));
  EXPECT_NEAR(row.uniform, 1.0 / 48, 1e-12);
  EXPECT_EQ(row.label, u"L1.dST: what frames 5 to 6, row 6, column 4 attends to"_s);

  // With pooled keys a place looks at the key that covers it.
  request.query->whoLooksHere = true;
  const auto column = framesOf(request);
  const auto expectedColumn = space::attentionToKey(request.attention->record, {2, 2, 1});
  ASSERT_TRUE(expectedColumn);
  EXPECT_EQ(column.values, expectedColumn->values);
  EXPECT_EQ(*column.asked, (widgets::TokenPoint{2, 2, 1}));
  EXPECT_TRUE(column.asksWhoLooks);
}

TEST(ClipMaps, GroupsOfFramesAreAskedInTheirFrame) {
  MapRequest request = requestOf(queryKeyRecord({4, 1, 1}, {1, 6, 8}, {1, 6, 8}));
  request.query = QueryChoice{{3, 0, 7}, false};
  const auto row = framesOf(request);
  EXPECT_EQ(row.grid, (widgets::TokenGrid{4, 6, 8}));
  const auto mass = widgets::massPerFrame(row);
  EXPECT_NEAR(mass[3], 1, 1e-5);
  EXPECT_EQ(mass[0], 0);
}

TEST(ClipMaps, WhatANodeDoesNotTellApartIsSaid) {
  const auto temporal = queryKeyRecord({1, 1, 1}, {4, 1, 1}, {4, 1, 1});
  EXPECT_TRUE(describeNode(temporal->record).contains(u"one weight for each frame"_s));
  const auto spatial = queryKeyRecord({1, 1, 1}, {1, 6, 8}, {1, 6, 8});
  EXPECT_TRUE(describeNode(spatial->record).contains(u"one map for the whole clip"_s));
  EXPECT_TRUE(describeNode(queryKeyRecord({1, 1, 1}, {4, 6, 8}, {4, 6, 8})->record).isEmpty());
  MapRequest request = requestOf(temporal);
  request.query = QueryChoice{{1, 5, 5}, false};
  const auto frames = framesOf(request);
  EXPECT_EQ(*frames.asked, (widgets::TokenPoint{1, 0, 0}));
  EXPECT_EQ(frames.label, u"L1.dST: what frames 3 to 4 attends to"_s);
}

TEST(ClipMaps, PicturesThatCouldNotBeReadAreGreyAndTheClipStaysWhole) {
  const auto frames = framesOf(requestOf(nullptr));
  ASSERT_EQ(frames.frameCount(), 8);
  EXPECT_EQ(frames.pictures[1].size(), QSize(32, 24));
  EXPECT_FALSE(frames.hasMap());
  EXPECT_EQ(frames.label, u"L1.dST"_s);
}

TEST(ClipMaps, AStrangersCropStaysOnThePicture) {
  auto clip = std::make_shared<ProbeClip>(*clipOf(2));
  clip->row.cropX = -3;
  clip->row.cropWidth = 0.5F;
  MapRequest request = requestOf(nullptr);
  request.probe = clip;
  EXPECT_EQ(framesOf(request).crop, QRectF(0, 0, 1, 1));
}

TEST(ClipMaps, AnEnginesAnswerIsChecked) {
  const nlohmann::json map{{"grid", {1, 2, 2}}, {"values", {0.1, 0.2, 0.3, 0.4}}};
  const auto good =
      engineAnswer({{"map", map}, {"attends_to", map}, {"uniform", 0.25}, {"step", 7}});
  ASSERT_TRUE(good);
  EXPECT_EQ(good->step, 7);
  EXPECT_EQ(good->attendsTo->values[2], 0.3F);
  EXPECT_FALSE(good->attendedBy);
  for (const auto& bad :
       {nlohmann::json::array(), nlohmann::json::object(), nlohmann::json{{"map", 3}},
        nlohmann::json{{"map", {{"grid", {1, 2}}, {"values", {1, 2}}}}},
        nlohmann::json{{"map", {{"grid", {1, 2, 2}}, {"values", {1, 2}}}}},
        nlohmann::json{{"map", {{"grid", {1, 2, 2}}, {"values", "many"}}}},
        nlohmann::json{{"map", {{"grid", {0, 2, 2}}, {"values", nullptr}}}},
        nlohmann::json{
            {"map", {{"grid", {1LL << 40, 1LL << 40, 1LL << 40}}, {"values", {1.0}}}}}}) {
    EXPECT_FALSE(engineAnswer(bad)) << bad.dump();
  }
}

TEST(ClipMaps, AnEnginesAnswerTakesThePlaceOfTheRecord) {
  auto mean = std::make_shared<NodeAttention>(*queryKeyRecord({1, 1, 1}, {4, 6, 8}, {4, 6, 8}));
  mean->record.payload = space::AttentionPayload::Map;
  mean->record.queries.clear();
  mean->record.keys.clear();
  mean->record.map.assign(192, 1.0F / 192);
  EXPECT_EQ(answersOf(mean->record), Answers::Engine);
  MapRequest request = requestOf(mean);
  request.query = QueryChoice{{2, 5, 3}, false};
  EXPECT_FALSE(framesOf(request).asked) << "the mean map, until the engine has answered";
  auto answer = std::make_shared<EngineAnswer>();
  answer->step = 44;
  answer->map = {{1, 1, 1}, {1}};
  answer->attendsTo = space::AttentionMap{{4, 6, 8}, std::vector<float>(192, 0.5F)};
  request.answer = answer;
  const auto frames = framesOf(request);
  EXPECT_EQ(frames.step, 44);
  EXPECT_EQ(frames.values[5], 0.5F);
  ASSERT_TRUE(frames.asked);
}

TEST(ClipMaps, MapsAreMutedWhileTheCellContributesNothing) {
  RunView view;
  Moment moment;
  moment.step = 20;
  moment.place.name = "res3";
  EXPECT_TRUE(whyMuted(view, moment).isEmpty()) << "nobody measured";
  view.points = std::make_shared<const std::vector<run::PointRow>>(
      std::vector<run::PointRow>{{.step = 10, .name = "contribution/res3", .value = 0},
                                 {.step = 30, .name = "contribution/res3", .value = 0.2}});
  EXPECT_TRUE(whyMuted(view, moment).contains(u"contributes nothing"_s));
  moment.step = 30;
  EXPECT_TRUE(whyMuted(view, moment).isEmpty());
}

}  // namespace
}  // namespace attelier::ui
