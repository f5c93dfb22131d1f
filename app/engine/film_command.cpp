#include "app/engine/command.h"
#include "app/engine/count_line.h"
#include "app/engine/printing.h"
#include "app/engine/signals.h"
#ifdef ATTELIER_WITH_VIDEO
#include "engine/clips/video/film.h"
#endif

#include <memory>

namespace attelier::app {

namespace {

struct FilmOptions {
  std::string folder, file;
  double fps = 25.0;
  bool overwrite = false;
  bool progress = false;
};

Status runFilm(const FilmOptions& options, const Invocation& invocation) {
#ifdef ATTELIER_WITH_VIDEO
  catchSignals();
  clips::Film film;
  {
    CountLine line(CountLine::formOf(invocation.json, options.progress));
    ATTELIER_ASSIGN(
        film, clips::writeFilm(options.folder, options.file,
                               {.fps = options.fps, .overwrite = options.overwrite}, line.token(),
                               [&line](std::int64_t done, std::int64_t of) {
                                 line.show("pictures", done, of);
                               }));
  }
  if (invocation.json) {
    printJson({{"file", options.file},
               {"frames", film.frames},
               {"fps", options.fps},
               {"width", film.width},
               {"height", film.height},
               {"bytes", film.bytes},
               {"codec", film.codec}});
  } else {
    printText(options.file + ": " + std::to_string(film.frames) + " frames of " +
              std::to_string(film.width) + "x" + std::to_string(film.height) + ", " + film.codec +
              ", " + bytesText(film.bytes));
  }
  return {};
#else
  static_cast<void>(invocation);
  return fail(ErrorCode::Unsupported, "this engine was built without video", options.file);
#endif
}

}  // namespace

void addFilm(CLI::App& program, Invocation& invocation) {
  const auto options = std::make_shared<FilmOptions>();
  CLI::App* command = addCommand(
      program, invocation, "film",
      "Make an MP4 of the PNG and JPEG pictures of a folder, in the order of their names", true,
      [options, &invocation] { return runFilm(*options, invocation); });
  command->add_option("folder", options->folder, "Folder of pictures of one size")
      ->required()
      ->type_name("FOLDER");
  command->add_option("file", options->file, "Film to write")->required()->type_name("FILE.mp4");
  command->add_option("--fps", options->fps, "Pictures a second (1/s; 0.1 to 240; default 25)")
      ->type_name("NUMBER");
  command->add_flag("--overwrite", options->overwrite, "Replace a film that is there");
  addProgress(*command, options->progress);
}

}  // namespace attelier::app
