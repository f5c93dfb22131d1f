#include "engine/base/fields.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace attelier {

enum class Colour { Red, DarkBlue };
constexpr std::array kColourNames{EnumName{Colour::Red, "red"},
                                  EnumName{Colour::DarkBlue, "dark_blue"}};
static std::span<const EnumName<Colour>> enumNames(Colour) { return kColourNames; }

namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Inner {
  int topNodes = 3;
  double rate = 0.1;
  std::int64_t seed = 1;
  std::vector<int> sizes{4, 8};
  bool operator==(const Inner&) const = default;
};

struct Outer {
  std::string name = "a";
  bool quick = false;
  Colour colour = Colour::Red;
  std::optional<int> limit;
  std::vector<Colour> colours;
  Inner space{.topNodes = 5, .rate = 0.2, .seed = 1, .sizes = {1}};
  Inner other;
  bool operator==(const Outer&) const = default;
};

const Fields<Inner>& innerFields() {
  static const auto fields =
      Fields<Inner>("Inner")
          .add("top_nodes", &Inner::topNodes, "nodes kept",
               {.unit = "nodes", .minimum = 1, .maximum = 64})
          .add("rate", &Inner::rate, "learning rate",
               {.minimum = 0, .maximum = 1, .exclusiveMinimum = true})
          .add("seed", &Inner::seed, "seed of every draw")
          .add("sizes", &Inner::sizes, "sizes",
               {.minimum = 1, .maximum = 99, .minimumItems = 1, .maximumItems = 3})
          .require([](const Inner& inner) -> Status {
            if (inner.topNodes <= static_cast<int>(inner.sizes.size()) - 1) {
              return fail(ErrorCode::InvalidArgument, "top_nodes is less than sizes", "top_nodes");
            }
            return {};
          });
  return fields;
}

const Fields<Outer>& outerFields() {
  static const auto fields = Fields<Outer>("Outer")
                                 .add("name", &Outer::name, "name", {.maximumLength = 5})
                                 .add("quick", &Outer::quick, "hurry")
                                 .add("colour", &Outer::colour, "colour of it")
                                 .add("limit", &Outer::limit, "limit", {.minimum = 0})
                                 .add("colours", &Outer::colours, "more of them")
                                 .addGroup("space", &Outer::space, innerFields())
                                 .addGroup("other", &Outer::other, innerFields());
  return fields;
}

std::string errorOf(const char* text) {
  const auto result = outerFields().fromJson(json::parse(text), "run.json");
  return result ? "no error" : describe(result.error());
}

TEST(Fields, EveryFieldSurvivesJson) {
  const Outer changed{
      .name = "b",
      .quick = true,
      .colour = Colour::DarkBlue,
      .limit = 7,
      .colours = {Colour::Red, Colour::DarkBlue},
      .space = {.topNodes = 9, .rate = 0.5, .seed = -1234567890123, .sizes = {7, 6}},
      .other = {}};
  const json form = outerFields().toJson(changed);
  EXPECT_EQ(form["colour"], "dark_blue");
  EXPECT_EQ(form["space"]["top_nodes"], 9);
  EXPECT_EQ(outerFields().fromJson(json::parse(form.dump()), "").value(), changed);
}

TEST(Fields, AbsentFieldsKeepTheirDefaultAndTheOuterDefaultOfAGroup) {
  const auto config = outerFields().fromJson(json::parse(R"({"space":{"rate":0.3}})"), "").value();
  EXPECT_EQ(config.space.topNodes, 5);
  EXPECT_EQ(config.space.rate, 0.3);
  EXPECT_EQ(config.other, Inner{});
}

TEST(Fields, AnUnknownFieldNamesTheNearest) {
  EXPECT_EQ(errorOf(R"({"space":{"top_node":3}})"),
            "run.json: space: unknown field 'top_node'; did you mean 'top_nodes'?");
  EXPECT_THAT(errorOf(R"({"spce":{}})"), HasSubstr("did you mean 'space'?"));
  EXPECT_THAT(errorOf(R"({"zzzzzzzz":1})"), HasSubstr("known: name, quick, colour"));
}

TEST(Fields, WholeNumbersMayBeWrittenAsReals) {
  EXPECT_EQ(outerFields().fromJson({{"space", {{"top_nodes", 3.0}}}}, "")->space.topNodes, 3);
  EXPECT_THAT(errorOf(R"({"space":{"top_nodes":3.5}})"), HasSubstr("whole number"));
  EXPECT_THAT(errorOf(R"({"space":{"seed":1e300}})"), HasSubstr("too large"));
  EXPECT_THAT(errorOf(R"({"space":{"seed":18446744073709551615}})"), HasSubstr("too large"));
  EXPECT_THAT(errorOf(R"({"limit":3000000000})"), HasSubstr("too large"));
}

TEST(Fields, OutOfRangeNamesTheRange) {
  EXPECT_EQ(errorOf(R"({"space":{"top_nodes":65}})"),
            "run.json: space.top_nodes: top_nodes is 65; it must be 1 to 64");
  EXPECT_THAT(errorOf(R"({"space":{"rate":0}})"), HasSubstr("above 0, at most 1"));
  EXPECT_THAT(errorOf(R"({"space":{"sizes":[1,100]}})"), HasSubstr("sizes[1]"));
  EXPECT_THAT(errorOf(R"({"space":{"sizes":[]}})"), HasSubstr("1 to 3"));
  EXPECT_THAT(errorOf(R"({"limit":-1})"), HasSubstr("at least 0"));
}

TEST(Fields, WrongTypesAreRefused) {
  EXPECT_THAT(errorOf(R"({"name":3})"), HasSubstr("must be a text"));
  EXPECT_THAT(errorOf(R"({"name":"abcdef"})"), HasSubstr("longer than 5 bytes"));
  EXPECT_THAT(errorOf(R"({"quick":1})"), HasSubstr("true or false"));
  EXPECT_THAT(errorOf(R"({"space":[]})"), HasSubstr("must be an object"));
  EXPECT_THAT(errorOf(R"({"colour":"darkblue"})"), HasSubstr("did you mean 'dark_blue'?"));
  EXPECT_THAT(errorOf(R"({"space":{"rate":null}})"), HasSubstr("must be a number"));
  EXPECT_THAT(errorOf(R"([])"), HasSubstr("must be an object"));
}

TEST(Fields, NonFiniteNumbersAreRefused) {
  for (const double value : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_FALSE(outerFields().fromJson({{"space", {{"rate", value}}}}, ""));
    EXPECT_FALSE(outerFields().fromJson({{"space", {{"top_nodes", value}}}}, ""));
  }
  Outer config;
  for (const char* text : {"nan", "inf", "-inf", "1e999"}) {
    EXPECT_FALSE(outerFields().set(config, "space.rate", text)) << text;
  }
}

TEST(Fields, AFailedChangeChangesNothing) {
  Outer config;
  EXPECT_FALSE(
      outerFields().apply(config, json::parse(R"({"quick":true,"space":{"rate":9}})"), ""));
  EXPECT_EQ(config, Outer{});
}

TEST(Fields, ConditionsOnSeveralFields) {
  EXPECT_EQ(errorOf(R"({"space":{"top_nodes":1,"sizes":[1,2]}})"),
            "run.json: space.top_nodes: top_nodes is less than sizes");
}

TEST(Fields, CommandLineTextsSetFields) {
  Outer config;
  const auto& fields = outerFields();
  EXPECT_TRUE(fields.set(config, "space.top_nodes", "7"));
  EXPECT_TRUE(fields.set(config, "quick", "true"));
  EXPECT_TRUE(fields.set(config, "colours", "red,dark_blue"));
  EXPECT_TRUE(fields.set(config, "limit", "4"));
  EXPECT_EQ(config.space.topNodes, 7);
  EXPECT_TRUE(config.quick);
  EXPECT_EQ(config.colours.size(), 2U);
  EXPECT_EQ(config.limit, 4);
  EXPECT_TRUE(fields.set(config, "limit", "none"));
  EXPECT_EQ(config.limit, std::nullopt);
  EXPECT_THAT(describe(fields.set(config, "top_nodes", "7").error()),
              HasSubstr("'space.top_nodes' or 'other.top_nodes'"));
  EXPECT_THAT(describe(fields.set(config, "space.top_node", "7").error()),
              HasSubstr("did you mean 'space.top_nodes'?"));
  EXPECT_FALSE(fields.set(config, "space.top_nodes", "7x"));
  EXPECT_FALSE(fields.set(config, "space.top_nodes", ""));
}

TEST(Fields, InfosListEveryFieldWithItsGroupAndDefault) {
  const auto& infos = outerFields().infos();
  ASSERT_EQ(infos.size(), 13U);
  EXPECT_EQ(infos[5].path(), "space.top_nodes");
  EXPECT_EQ(infos[5].defaultValue, 5);
  EXPECT_EQ(infos[9].path(), "other.top_nodes");
  EXPECT_EQ(infos[9].defaultValue, 3);
  EXPECT_EQ(optionName("top_nodes"), "top-nodes");
  EXPECT_EQ(fieldNameOfOption("--top-nodes"), "top_nodes");
  EXPECT_EQ(helpText(infos[9]), "nodes kept (nodes; 1 to 64; default 3)");
}

TEST(Fields, SchemaSaysWhatIsAllowed) {
  const auto schema = outerFields().schema();
  EXPECT_EQ(schema["additionalProperties"], false);
  const auto& nodes = schema["properties"]["space"]["properties"]["top_nodes"];
  EXPECT_EQ(nodes["type"], "integer");
  EXPECT_EQ(nodes["minimum"], 1);
  EXPECT_EQ(nodes["maximum"], 64);
  EXPECT_EQ(nodes["default"], 5);
  EXPECT_EQ(schema["properties"]["colour"]["enum"], json::parse(R"(["red","dark_blue"])"));
  EXPECT_EQ(schema["properties"]["space"]["properties"]["rate"]["exclusiveMinimum"], 0);
}

TEST(Fields, ADeclarationMayNotRepeatAName) {
  Fields<Inner> fields;
  fields.add("seed", &Inner::seed, "");
  EXPECT_THROW(fields.add("seed", &Inner::topNodes, ""), ContractViolation);
}

}  // namespace
}  // namespace attelier
