// Lists in the official layouts, made here with some clips missing; counts by hand. No video is
// decoded.

#include "engine/clips/dataset.h"

#include "engine/clips/csv.h"
#include "engine/clips/splits.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <set>

namespace attelier::clips {
namespace {

namespace fs = std::filesystem;

ClipProbe fakeProbe(const fs::path& file) {
  std::ifstream in(file);
  std::string word;
  in >> word;
  if (word != "clip") return {.state = ClipState::Unreadable, .reason = "not a clip"};
  return {.state = ClipState::Ok, .reason = {}, .frames = 10, .fps = 25, .width = 8, .height = 6};
}

class Lists : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::temp_directory_path() / (std::string("attelier_lists_") + test->name());
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }
  void clip(const std::string& name) const { write(name, "clip"); }
  Result<Dataset> open(DatasetSettings settings = {}) const {
    if (settings.clips.empty()) settings.clips = root_.string();
    return openDataset(settings, fakeProbe);
  }

  fs::path root_;
};

std::map<std::string, int> counts(const Dataset& dataset) {
  std::map<std::string, int> all;
  for (const auto& clip : dataset.clips) {
    ++all[std::string(splitName(clip.split)) + "/" + clipStateName(clip.state)];
  }
  return all;
}

const ClipRecord& named(const Dataset& dataset, const std::string& path) {
  for (const auto& clip : dataset.clips) {
    if (clip.path == path) return clip;
  }
  throw std::runtime_error("no clip " + path);
}

TEST_F(Lists, FolderOfClassesCarvesBothOtherSplits) {
  for (int i = 0; i < 10; ++i) {
    clip("jump/clip " + std::to_string(i) + ".mp4");
    clip("wave/" + std::to_string(i));
  }
  write("wave/notes.txt", "not looked at");
  write("wave/broken.mp4", "x");
  clip("wave/.hidden.mp4");
  const auto dataset = open();
  ASSERT_TRUE(dataset.has_value()) << describe(dataset.error());
  EXPECT_EQ(dataset->format, "folder");
  EXPECT_EQ(dataset->labels, (std::vector<std::string>{"jump", "wave"}));
  ASSERT_EQ(dataset->clips.size(), 21U);
  EXPECT_EQ(named(*dataset, "wave/broken.mp4").reason, "not a clip");
  std::map<std::pair<int, Split>, int> perClass;
  for (const auto& entry : dataset->clips) ++perClass[{entry.label, entry.split}];
  // jump: 2 of 10 report, 1.6 -> 2 of the 8 left select.
  EXPECT_EQ((perClass[{0, Split::Report}]), 2);
  EXPECT_EQ((perClass[{0, Split::Select}]), 2);
  EXPECT_EQ((perClass[{0, Split::Train}]), 6);
}

TEST_F(Lists, FolderWithTrainAndVal) {
  clip("train/a/1.mp4");
  clip("train/b/2.mp4");
  clip("val/a/3.mp4");
  const auto dataset = open({.selectShare = 0});
  ASSERT_TRUE(dataset.has_value());
  EXPECT_EQ(dataset->labels, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(counts(*dataset), (std::map<std::string, int>{{"train/ok", 2}, {"report/ok", 1}}));
}

TEST_F(Lists, FlatFolderHasNoLabels) {
  clip("b.mp4");
  clip("a");
  write("readme.md", "text");
  const auto dataset = open({.selectShare = 0, .reportShare = 0});
  ASSERT_TRUE(dataset.has_value());
  EXPECT_EQ(dataset->format, "flat");
  EXPECT_TRUE(dataset->labels.empty());
  ASSERT_EQ(dataset->clips.size(), 2U);
  EXPECT_EQ(dataset->clips[0].path, "a");
  EXPECT_EQ(dataset->clips[0].label, -1);
}

TEST_F(Lists, CsvWithQuotesMarkAndCarriageReturns) {
  clip("a, b \"c\".mp4");
  clip("d.mp4");
  clip("e.mp4");
  write("list.csv",
        "\xEF\xBB\xBFpath,label,split,group\r\n\"a, b "
        "\"\"c\"\".mp4\",x,train,p1\r\nd.mp4,y,val,p2\r\n"
        "e.mp4,x,select,p3\r\ngone.mp4,y,test,p2\r\n");
  const auto dataset = open({.clips = (root_ / "list.csv").string()});
  ASSERT_TRUE(dataset.has_value()) << describe(dataset.error());
  EXPECT_EQ(dataset->format, "csv");
  EXPECT_EQ(counts(*dataset),
            (std::map<std::string, int>{
                {"train/ok", 1}, {"select/ok", 1}, {"report/ok", 1}, {"report/unreadable", 1}}));
  EXPECT_EQ(named(*dataset, "a, b \"c\".mp4").group, "p1");
  EXPECT_EQ(named(*dataset, "gone.mp4").reason, "file not found");
}

TEST_F(Lists, TwoCsvListsWithGroupsOfAManifest) {
  std::string train = "path,label\n";
  std::string manifest = "path,label,split,group\n";
  for (int i = 0; i < 20; ++i) {
    const std::string name = "c/" + std::to_string(i) + ".mp4";
    clip(name);
    train += name + ",c\n";
    manifest += name + ",c,train,film" + std::to_string(i / 4) + "\n";
  }
  clip("c/val.mp4");
  write("train_few.csv", train);
  write("val_few.csv", "path,label\nc/val.mp4,c\nc/0.mp4,c\n");
  write("manifest.csv", manifest);
  const auto dataset = open({.train = "train_few.csv", .report = "val_few.csv"});
  ASSERT_TRUE(dataset.has_value()) << describe(dataset.error());
  // Five films of four clips: one whole film is a fifth.
  EXPECT_EQ(counts(*dataset),
            (std::map<std::string, int>{{"train/ok", 16}, {"select/ok", 4}, {"report/ok", 2}}));
  std::set<std::string> films;
  for (const auto& entry : dataset->clips) {
    if (entry.split == Split::Select) films.insert(entry.group);
  }
  EXPECT_EQ(films.size(), 1U);
  // c/0.mp4 is in both lists: said, not hidden.
  EXPECT_THAT(dataset->warnings, testing::Contains(testing::HasSubstr("film0")));
}

TEST_F(Lists, ListsBesideTheClipsGetACommonRoot) {
  clip("films/a/1.mp4");
  clip("other/b/2.mp4");
  write("cross/train.csv", "path,label\n../films/a/1.mp4,a\n");
  write("cross/val.csv", "path,label\n../other/b/2.mp4,a\n");
  const auto dataset = open({.clips = (root_ / "cross").string(), .selectShare = 0});
  ASSERT_TRUE(dataset.has_value()) << describe(dataset.error());
  EXPECT_EQ(dataset->root, root_);
  EXPECT_EQ(dataset->clips[0].path, "films/a/1.mp4");
  EXPECT_EQ(dataset->clips[1].path, "other/b/2.mp4");
}

TEST_F(Lists, Ucf101) {
  clip("ApplyLipstick/v_ApplyLipstick_g08_c01.avi");
  clip("Archery/v_Archery_g09_c02.avi");
  clip("Archery/v_Archery_g01_c01.avi");
  write("ucfTrainTestlist/classInd.txt", "1 ApplyLipstick\r\n2 Archery\r\n3 BabyCrawling\r\n");
  write("ucfTrainTestlist/trainlist01.txt",
        "ApplyLipstick/v_ApplyLipstick_g08_c01.avi 1\r\nArchery/v_Archery_g09_c02.avi 2\r\n"
        "Archery/v_Archery_g09_c03.avi 2\r\n");
  write("ucfTrainTestlist/testlist01.txt",
        "Archery/v_Archery_g01_c01.avi\r\nBabyCrawling/v_BabyCrawling_g02_c01.avi\r\n");
  const auto dataset = open({.selectShare = 0});
  ASSERT_TRUE(dataset.has_value()) << describe(dataset.error());
  EXPECT_EQ(dataset->format, "ucf101");
  EXPECT_EQ(dataset->labels,
            (std::vector<std::string>{"ApplyLipstick", "Archery", "BabyCrawling"}));
  EXPECT_EQ(
      counts(*dataset),
      (std::map<std::string, int>{
          {"train/ok", 2}, {"train/unreadable", 1}, {"report/ok", 1}, {"report/unreadable", 1}}));
  EXPECT_EQ(named(*dataset, "Archery/v_Archery_g09_c02.avi").group, "Archery/g09");
  EXPECT_EQ(named(*dataset, "Archery/v_Archery_g01_c01.avi").label, 1);
}

TEST_F(Lists, Hmdb51) {
  clip("brush_hair/April_09_brush_hair_u_nm_np1_ba_goo_0.avi");
  clip("brush_hair/Blonde_brush_hair_f_nm_np2_ri_med_1.avi");
  clip("wave/Prelinger_wave_u_cm_np1_fr_med_0.avi");
  write("splits/brush_hair_test_split1.txt",
        "April_09_brush_hair_u_nm_np1_ba_goo_0.avi 1 \n"
        "Blonde_brush_hair_f_nm_np2_ri_med_1.avi 2 \nUnused_brush_hair_x_0.avi 0 \n");
  write("splits/brush_hair_test_split2.txt", "April_09_brush_hair_u_nm_np1_ba_goo_0.avi 2 \n");
  write("splits/wave_test_split1.txt",
        "Prelinger_wave_u_cm_np1_fr_med_0.avi 1 \nGone_wave_u_cm_np1_fr_med_1.avi 2 \n");
  const auto dataset = open({.selectShare = 0});
  ASSERT_TRUE(dataset.has_value()) << describe(dataset.error());
  EXPECT_EQ(dataset->format, "hmdb51");
  EXPECT_EQ(dataset->labels, (std::vector<std::string>{"brush_hair", "wave"}));
  EXPECT_EQ(counts(*dataset), (std::map<std::string, int>{
                                  {"train/ok", 2}, {"report/ok", 1}, {"report/unreadable", 1}}));
  EXPECT_EQ(named(*dataset, "brush_hair/April_09_brush_hair_u_nm_np1_ba_goo_0.avi").group,
            "April_09");
}

TEST_F(Lists, Kinetics) {
  clip("train/abseiling/0347ZoDXyP0_000095_000105.mp4");
  clip("-abc_DEF012.mp4");
  clip("validate/air_drumming/zzzzzzzzzzz_000000_000010.mp4");
  write("train.csv",
        "label,youtube_id,time_start,time_end,split\nabseiling,0347ZoDXyP0,95,105,train\n"
        "\"air drumming\",-abc_DEF012,7,17,train\nabseiling,missing0000,1,11,train\n");
  write("validate.csv",
        "label,youtube_id,time_start,time_end,split\nair drumming,zzzzzzzzzzz,0,10,validate\n");
  const auto dataset = open({.selectShare = 0});
  ASSERT_TRUE(dataset.has_value()) << describe(dataset.error());
  EXPECT_EQ(dataset->format, "kinetics");
  EXPECT_EQ(dataset->labels, (std::vector<std::string>{"abseiling", "air drumming"}));
  EXPECT_EQ(counts(*dataset), (std::map<std::string, int>{
                                  {"train/ok", 2}, {"train/unreadable", 1}, {"report/ok", 1}}));
  EXPECT_EQ(named(*dataset, "missing0000_000001_000011.mp4").reason, "file not found");
}

TEST_F(Lists, MomentsInTime) {
  clip("training/applauding/a.mp4");
  clip("validation/adult+female+singing/b.mp4");
  write("moments_categories.txt", "clapping,0\napplauding,1\nadult+female+singing,2\n");
  write("trainingSet.csv", "applauding/a.mp4,applauding,3,0\nclapping/c.mp4,clapping,2,1\n");
  write("validationSet.csv", "adult+female+singing/b.mp4,adult+female+singing,4,0\n");
  const auto dataset = open({.selectShare = 0});
  ASSERT_TRUE(dataset.has_value()) << describe(dataset.error());
  EXPECT_EQ(dataset->format, "moments");
  EXPECT_EQ(dataset->labels,
            (std::vector<std::string>{"clapping", "applauding", "adult+female+singing"}));
  EXPECT_EQ(counts(*dataset), (std::map<std::string, int>{
                                  {"train/ok", 1}, {"train/unreadable", 1}, {"report/ok", 1}}));
  EXPECT_EQ(named(*dataset, "training/applauding/a.mp4").label, 1);
  EXPECT_THAT(dataset->warnings,
              testing::Contains(testing::HasSubstr("no readable training clip")));
}

TEST_F(Lists, BadInputIsOneClearError) {
  const auto expectError = [&](const Result<Dataset>& result, ErrorCode code,
                               const std::string& part) {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, code) << describe(result.error());
    EXPECT_THAT(describe(result.error()), testing::HasSubstr(part));
  };
  expectError(open(), ErrorCode::NotFound, "looked for");
  expectError(open({.clips = "/nonexistent/clips"}), ErrorCode::NotFound, "no such");
  write("list.csv", "path,label,split\na.mp4,x,sometimes\n");
  expectError(open({.clips = (root_ / "list.csv").string()}), ErrorCode::Corrupt, "sometimes");
  write("quote.csv", "path,label\n\"a.mp4,x\n");
  expectError(open({.clips = (root_ / "quote.csv").string()}), ErrorCode::Corrupt, "line 2");
  write("gone.csv", "path,label\na.mp4,x\n");
  expectError(open({.clips = (root_ / "gone.csv").string()}), ErrorCode::NotFound,
              "file not found");
  write("classes.txt", "walk\nrun\n");
  clip("a.mp4");
  write("typo.csv", "path,label\na.mp4,wakl\n");
  expectError(open({.clips = (root_ / "typo.csv").string(), .classes = "classes.txt"}),
              ErrorCode::Corrupt, "walk");
  expectError(open({.format = ListFormat::Ucf101}), ErrorCode::NotFound, "ucf101");
}

TEST_F(Lists, ReportCountsAndSurvivesAnyFileName) {
  clip("a/\xFF weird \n\"name\".mp4");
  clip("a/\xD1\x8E\xD0\xBD\xD0\xB8.mp4");
  const auto dataset = open({.selectShare = 0, .reportShare = 0});
  ASSERT_TRUE(dataset.has_value());
  const auto report = nlohmann::json::parse(datasetReport(*dataset).dump());
  EXPECT_EQ(report["total"]["clips"], 2);
  EXPECT_EQ(report["total"]["train"], 2);
  EXPECT_EQ(report["classes"][0]["label"], "a");
  EXPECT_EQ(report["clips"][0]["path"], "a/\xD1\x8E\xD0\xBD\xD0\xB8.mp4");
  EXPECT_EQ(report["clips"][1]["path"], "a/\\xff weird \n\"name\".mp4");
}

TEST(Carving, KeepsGroupsWholeAndEveryClassInTrain) {
  // Six persons, each in every one of ten classes.
  std::vector<ClipRecord> clips;
  for (int person = 0; person < 6; ++person) {
    for (int label = 0; label < 10; ++label) {
      ClipRecord clip;
      clip.path = std::to_string(person) + "/" + std::to_string(label);
      clip.label = label;
      clip.group = "person " + std::to_string(person);
      clips.push_back(clip);
    }
  }
  auto other = clips;
  carveSplit(clips, Split::Select, 0.2, 1);
  carveSplit(other, Split::Select, 0.2, 1);
  std::set<std::string> groups;
  int selected = 0;
  for (std::size_t i = 0; i < clips.size(); ++i) {
    EXPECT_EQ(clips[i].split, other[i].split);
    if (clips[i].split == Split::Select) {
      groups.insert(clips[i].group);
      ++selected;
    }
  }
  EXPECT_EQ(selected, 10);
  EXPECT_EQ(groups.size(), 1U);
  EXPECT_TRUE(findLeaks(clips).empty());
  clips[0].split = clips[0].split == Split::Select ? Split::Train : Split::Select;
  EXPECT_EQ(findLeaks(clips).size(), 1U);
}

TEST(Csv, KeepsEmptyCellsAndLinesInsideQuotes) {
  const auto rows = parseCsv("a,,\"x\ny\"\n\n\"\",b\r\nlast", "here");
  ASSERT_TRUE(rows.has_value());
  EXPECT_EQ(*rows, (std::vector<CsvRow>{{"a", "", "x\ny"}, {"", "b"}, {"last"}}));
}

}  // namespace
}  // namespace attelier::clips
