#include "engine/base/fields.h"
#include "engine/clips/dataset.h"
#include "engine/clips/loader.h"
#include "engine/clips/sampling.h"
#include "engine/clips/synthetic.h"

#include <span>

namespace attelier::clips {
namespace {

constexpr EnumName<ListFormat> kListFormats[] = {
    {ListFormat::Auto, "auto"},         {ListFormat::Folder, "folder"},
    {ListFormat::Flat, "flat"},         {ListFormat::Csv, "csv"},
    {ListFormat::Ucf101, "ucf101"},     {ListFormat::Hmdb51, "hmdb51"},
    {ListFormat::Kinetics, "kinetics"}, {ListFormat::Moments, "moments"}};
constexpr EnumName<FrameSampling> kFrameSamplings[] = {{FrameSampling::Segments, "segments"},
                                                       {FrameSampling::Stride, "stride"}};
constexpr EnumName<SyntheticTask> kSyntheticTasks[] = {{SyntheticTask::When, "when"},
                                                       {SyntheticTask::Where, "where"},
                                                       {SyntheticTask::Meet, "meet"},
                                                       {SyntheticTask::Match, "match"}};

}  // namespace

constexpr std::span<const EnumName<ListFormat>> enumNames(ListFormat) { return kListFormats; }
constexpr std::span<const EnumName<FrameSampling>> enumNames(FrameSampling) {
  return kFrameSamplings;
}
constexpr std::span<const EnumName<SyntheticTask>> enumNames(SyntheticTask) {
  return kSyntheticTasks;
}

const char* listFormatName(ListFormat format) { return enumName(format); }

const char* syntheticTaskName(SyntheticTask task) { return enumName(task); }

const Fields<DatasetSettings>& datasetFields() {
  using S = DatasetSettings;
  static const Fields<S> fields = [] {
    Fields<S> f("Clips and their splits");
    f.add("clips", &S::clips, "folder of the clips, or one list file");
    f.add("train", &S::train, "list of training clips, relative to clips first");
    f.add("select", &S::select, "list of select clips; empty: carved out of train");
    f.add("report", &S::report, "list of report clips");
    f.add("classes", &S::classes, "list of class names; empty: found beside the lists");
    f.add("format", &S::format, "how the clips are listed; auto looks at the content");
    f.add("split_number", &S::splitNumber, "which list of UCF-101 and HMDB51",
          {.minimum = 1, .maximum = 3});
    f.add("select_share", &S::selectShare, "share of train that becomes select",
          {.minimum = 0, .maximum = 0.9});
    f.add("report_share", &S::reportShare,
          "share that becomes report where the data has no splits of its own",
          {.minimum = 0, .maximum = 0.9});
    f.add("split_seed", &S::splitSeed, "seed of the carving", {.minimum = 0});
    f.add("short_below", &S::shortBelow, "clips with fewer frames are marked short",
          {.unit = "frames", .minimum = 0, .maximum = 100000});
    f.add("count_frames", &S::countFrames, "decode every clip to its end to count its frames");
    f.add("scan_threads", &S::threads, "files looked at side by side; 0: one a core",
          {.minimum = 0, .maximum = 256});
    return f;
  }();
  return fields;
}

const Fields<SamplingSettings>& samplingFields() {
  using S = SamplingSettings;
  static const Fields<S> fields = [] {
    Fields<S> f("Frames and crops");
    f.add("frames", &S::frames, "frames of a clip",
          {.unit = "frames", .minimum = 1, .maximum = 512});
    f.add("height", &S::height, "height of a clip", {.unit = "px", .minimum = 8, .maximum = 2048});
    f.add("width", &S::width, "width of a clip", {.unit = "px", .minimum = 8, .maximum = 2048});
    f.add("short_side", &S::shortSide,
          "short side of the frames before the crop; 0: 8/7 of the larger of height and width",
          {.unit = "px", .minimum = 0, .maximum = 4096});
    f.add("sampling", &S::sampling, "segments: one frame of each of equal parts; stride: dense");
    f.add("stride", &S::stride, "distance of dense frames",
          {.unit = "frames", .minimum = 1, .maximum = 1000});
    f.add("random_crop", &S::randomCrop, "crop anywhere in training, else the centre");
    f.add("crop_scale_min", &S::cropScaleMin,
          "smallest training crop as a share of the largest; 1: always height x width",
          {.minimum = 0.1, .maximum = 1});
    f.add("flip", &S::flip, "chance of mirroring in training; labels with left or right stay",
          {.minimum = 0, .maximum = 1});
    f.add("flip_swaps", &S::flipSwaps, "pairs label=label that mirroring exchanges");
    f.add("brightness", &S::brightness, "jitter in training", {.minimum = 0, .maximum = 1});
    f.add("contrast", &S::contrast, "jitter in training", {.minimum = 0, .maximum = 1});
    f.add("saturation", &S::saturation, "jitter in training", {.minimum = 0, .maximum = 1});
    return f;
  }();
  return fields;
}

const Fields<LoaderSettings>& loaderFields() {
  using S = LoaderSettings;
  static const Fields<S> fields = [] {
    Fields<S> f("Loading");
    f.add("load_threads", &S::threads, "decoder threads; 0: one less than cores, at most 8",
          {.minimum = 0, .maximum = 256});
    f.add("queue_batches", &S::queueBatches, "batches in the making or waiting",
          {.minimum = 1, .maximum = 1024});
    f.add("cache_mib", &S::cacheMib, "memory for decoded small frames",
          {.unit = "MiB", .minimum = 0, .maximum = 1 << 24});
    f.add("balanced", &S::balanced, "train on each class equally often");
    return f;
  }();
  return fields;
}

const Fields<SyntheticSettings>& syntheticFields() {
  using S = SyntheticSettings;
  static const Fields<S> fields = [] {
    Fields<S> f("Synthetic task");
    f.add("task", &S::task, "which planted question the clips ask");
    f.add("lit", &S::lit, "frames that count; 0: 1, 3, 1 or 2, 3 by task",
          {.unit = "frames", .minimum = 0, .maximum = 8});
    f.add("items", &S::items, "glyphs a frame; 0: 1, 6, 6, 4 by task",
          {.minimum = 0, .maximum = 12});
    f.add("noise", &S::noise, "deviation of the noise on every value",
          {.unit = "grey levels", .minimum = 0, .maximum = 255});
    f.add("amplitude", &S::amplitude, "amplitude of the background",
          {.unit = "grey levels", .minimum = 0, .maximum = 255});
    f.add("bar_width", &S::barWidth, "width of lamp and plaque",
          {.unit = "px", .minimum = 1, .maximum = 32});
    f.add("train_clips", &S::trainClips, "clips of the train split",
          {.minimum = 1, .maximum = 1e9});
    f.add("select_clips", &S::selectClips, "clips of the select split",
          {.minimum = 1, .maximum = 1e9});
    f.add("report_clips", &S::reportClips, "clips of the report split",
          {.minimum = 1, .maximum = 1e9});
    f.require([](const S& s) -> Status {
      const bool pointer = s.task == SyntheticTask::Where || s.task == SyntheticTask::Meet;
      if (pointer && s.lit > kSyntheticFrames - 1) {
        return fail(ErrorCode::InvalidArgument,
                    "frame 0 holds the pointer, so at most 7 frames can count; take 1 to 7", "lit");
      }
      return {};
    });
    return f;
  }();
  return fields;
}

}  // namespace attelier::clips
