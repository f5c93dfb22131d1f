#include "ui/dialogs/field_texts.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

struct Text {
  const char* name;
  const char* text;
};

constexpr Text kLabels[] = {
    {"dataset.clips", QT_TRANSLATE_NOOP("RunField", "Folder or &list")},
    {"dataset.train", QT_TRANSLATE_NOOP("RunField", "Training list")},
    {"dataset.select", QT_TRANSLATE_NOOP("RunField", "Select list")},
    {"dataset.report", QT_TRANSLATE_NOOP("RunField", "Report list")},
    {"dataset.classes", QT_TRANSLATE_NOOP("RunField", "Class names")},
    {"dataset.format", QT_TRANSLATE_NOOP("RunField", "Form of the lists")},
    {"dataset.split_number", QT_TRANSLATE_NOOP("RunField", "Split number")},
    {"dataset.select_share", QT_TRANSLATE_NOOP("RunField", "Share for select")},
    {"dataset.report_share", QT_TRANSLATE_NOOP("RunField", "Share for report")},
    {"dataset.split_seed", QT_TRANSLATE_NOOP("RunField", "Seed of the splits")},
    {"dataset.short_below", QT_TRANSLATE_NOOP("RunField", "Short below")},
    {"dataset.count_frames", QT_TRANSLATE_NOOP("RunField", "Count frames by decoding")},
    {"dataset.scan_threads", QT_TRANSLATE_NOOP("RunField", "Threads that look")},
    {"synthetic.task", QT_TRANSLATE_NOOP("RunField", "Tas&k")},
    {"synthetic.lit", QT_TRANSLATE_NOOP("RunField", "Frames that count")},
    {"synthetic.items", QT_TRANSLATE_NOOP("RunField", "Glyphs a frame")},
    {"synthetic.noise", QT_TRANSLATE_NOOP("RunField", "Noise")},
    {"synthetic.amplitude", QT_TRANSLATE_NOOP("RunField", "Background amplitude")},
    {"synthetic.bar_width", QT_TRANSLATE_NOOP("RunField", "Width of lamp and plaque")},
    {"synthetic.train_clips", QT_TRANSLATE_NOOP("RunField", "Training clips")},
    {"synthetic.select_clips", QT_TRANSLATE_NOOP("RunField", "Select clips")},
    {"synthetic.report_clips", QT_TRANSLATE_NOOP("RunField", "Report clips")},
    {"sampling.frames", QT_TRANSLATE_NOOP("RunField", "&Frames")},
    {"sampling.height", QT_TRANSLATE_NOOP("RunField", "&Height")},
    {"sampling.width", QT_TRANSLATE_NOOP("RunField", "&Width")},
    {"sampling.short_side", QT_TRANSLATE_NOOP("RunField", "Short side")},
    {"sampling.sampling", QT_TRANSLATE_NOOP("RunField", "Sampling of frames")},
    {"sampling.stride", QT_TRANSLATE_NOOP("RunField", "Stride")},
    {"sampling.random_crop", QT_TRANSLATE_NOOP("RunField", "Random crop")},
    {"sampling.crop_scale_min", QT_TRANSLATE_NOOP("RunField", "Smallest crop")},
    {"sampling.flip", QT_TRANSLATE_NOOP("RunField", "Chance of mirroring")},
    {"sampling.flip_swaps", QT_TRANSLATE_NOOP("RunField", "Labels that mirroring swaps")},
    {"sampling.brightness", QT_TRANSLATE_NOOP("RunField", "Brightness jitter")},
    {"sampling.contrast", QT_TRANSLATE_NOOP("RunField", "Contrast jitter")},
    {"sampling.saturation", QT_TRANSLATE_NOOP("RunField", "Saturation jitter")},
    {"loader.load_threads", QT_TRANSLATE_NOOP("RunField", "Decoder threads")},
    {"loader.queue_batches", QT_TRANSLATE_NOOP("RunField", "Batches in the making")},
    {"loader.cache_mib", QT_TRANSLATE_NOOP("RunField", "Memory for decoded frames")},
    {"loader.balanced", QT_TRANSLATE_NOOP("RunField", "Balance classes")},
    {"network.backbone", QT_TRANSLATE_NOOP("RunField", "Backb&one")},
    {"network.input", QT_TRANSLATE_NOOP("RunField", "&Input")},
    {"network.places", QT_TRANSLATE_NOOP("RunField", "Places")},
    {"network.dropout", QT_TRANSLATE_NOOP("RunField", "Dropout")},
    {"network.separable_stem", QT_TRANSLATE_NOOP("RunField", "Separable stem")},
    {"network.attention_budget_mb", QT_TRANSLATE_NOOP("RunField", "Largest whole attention map")},
    {"space.levels", QT_TRANSLATE_NOOP("RunField", "&Levels")},
    {"space.kinds", QT_TRANSLATE_NOOP("RunField", "Operation &kinds")},
    {"space.activations", QT_TRANSLATE_NOOP("RunField", "&Activations")},
    {"space.share_weights", QT_TRANSLATE_NOOP("RunField", "S&hare weights between places")},
    {"operations.grouping", QT_TRANSLATE_NOOP("RunField", "Grouping")},
    {"operations.key_reduction", QT_TRANSLATE_NOOP("RunField", "Reduction of queries and keys")},
    {"operations.value_reduction", QT_TRANSLATE_NOOP("RunField", "Reduction of values")},
    {"operations.min_channels", QT_TRANSLATE_NOOP("RunField", "Least channels")},
    {"operations.scale", QT_TRANSLATE_NOOP("RunField", "Scaling of dot products")},
    {"operations.norm_by_n", QT_TRANSLATE_NOOP("RunField", "Divide by number of keys")},
    {"operations.kv_pool", QT_TRANSLATE_NOOP("RunField", "Pooling of keys and values")},
    {"operations.node_norm", QT_TRANSLATE_NOOP("RunField", "Norm on every operation")},
    {"operations.input_scale", QT_TRANSLATE_NOOP("RunField", "Scale inputs")},
    {"operations.zero_init_bn", QT_TRANSLATE_NOOP("RunField", "Start as identity")},
    {"operations.residual", QT_TRANSLATE_NOOP("RunField", "Residual")},
    {"derivation.top_nodes", QT_TRANSLATE_NOOP("RunField", "&Top nodes (alpha)")},
    {"derivation.top_predecessors", QT_TRANSLATE_NOOP("RunField", "Top p&redecessors (beta)")},
    {"derivation.forced", QT_TRANSLATE_NOOP("RunField", "Forced nodes")},
    {"derivation.forbidden", QT_TRANSLATE_NOOP("RunField", "Forbidden nodes")},
    {"derivation.sink_gate", QT_TRANSLATE_NOOP("RunField", "Gate of the sink")},
    {"training.steps", QT_TRANSLATE_NOOP("RunField", "St&eps")},
    {"training.epochs", QT_TRANSLATE_NOOP("RunField", "Epoc&hs")},
    {"training.batch", QT_TRANSLATE_NOOP("RunField", "B&atch")},
    {"training.optimiser", QT_TRANSLATE_NOOP("RunField", "Optimiser")},
    {"training.learning_rate", QT_TRANSLATE_NOOP("RunField", "Learning rate")},
    {"training.momentum", QT_TRANSLATE_NOOP("RunField", "Momentum")},
    {"training.weight_decay", QT_TRANSLATE_NOOP("RunField", "Weight decay")},
    {"training.warmup_share", QT_TRANSLATE_NOOP("RunField", "Warm-up")},
    {"training.schedule", QT_TRANSLATE_NOOP("RunField", "Schedule")},
    {"training.gradient_clip", QT_TRANSLATE_NOOP("RunField", "Gradient clip")},
    {"training.label_smoothing", QT_TRANSLATE_NOOP("RunField", "Label smoothing")},
    {"training.precision", QT_TRANSLATE_NOOP("RunField", "Prec&ision")},
    {"training.seed", QT_TRANSLATE_NOOP("RunField", "See&d")},
    {"connections.same_optimiser", QT_TRANSLATE_NOOP("RunField", "The network's optimiser")},
    {"connections.connection_learning_rate",
     QT_TRANSLATE_NOOP("RunField", "Learning rate of connections")},
    {"connections.connection_momentum", QT_TRANSLATE_NOOP("RunField", "Momentum of connections")},
    {"connections.frozen_share", QT_TRANSLATE_NOOP("RunField", "Frozen at the start")},
    {"connections.mean_share", QT_TRANSLATE_NOOP("RunField", "Time constant of the mean")},
    {"connections.entropy_penalty", QT_TRANSLATE_NOOP("RunField", "Entropy penalty")},
    {"connections.sharpen_from", QT_TRANSLATE_NOOP("RunField", "Sharpen from")},
    {"connections.sharpen_penalty", QT_TRANSLATE_NOOP("RunField", "Sharpening penalty")},
    {"watch.validation_epochs", QT_TRANSLATE_NOOP("RunField", "Passes between validations")},
    {"watch.validation_clips", QT_TRANSLATE_NOOP("RunField", "Clips of a validation")},
    {"watch.probe_clips", QT_TRANSLATE_NOOP("RunField", "Probe clips")},
    {"watch.weights_per_second", QT_TRANSLATE_NOOP("RunField", "Records of weights")},
    {"watch.attention_per_second", QT_TRANSLATE_NOOP("RunField", "Records of attention")},
    {"watch.weights_budget", QT_TRANSLATE_NOOP("RunField", "Records of weights kept")},
    {"watch.attention_budget_mb", QT_TRANSLATE_NOOP("RunField", "Attention kept")},
    {"watch.checkpoint_seconds", QT_TRANSLATE_NOOP("RunField", "Time between checkpoints")},
    {"watch.checkpoint_steps", QT_TRANSLATE_NOOP("RunField", "Steps between checkpoints")},
    {"compute.device", QT_TRANSLATE_NOOP("RunField", "De&vice")},
    {"compute.threads", QT_TRANSLATE_NOOP("RunField", "&Threads")},
    {"place.name", QT_TRANSLATE_NOOP("RunField", "Na&me of the run")},
    {"place.folder", QT_TRANSLATE_NOOP("RunField", "Fo&lder")},
    {"place.seeds", QT_TRANSLATE_NOOP("RunField", "N&umber of seeds")},
    {"start.after", QT_TRANSLATE_NOOP("RunField", "Start a&fter")},
    {"start.background", QT_TRANSLATE_NOOP("RunField", "Give way to other programs")},
    {"start.on_done", QT_TRANSLATE_NOOP("RunField", "Command at the end")},
    {"resume.steps", QT_TRANSLATE_NOOP("RunField", "St&eps of the whole run")},
    {"resume.device", QT_TRANSLATE_NOOP("RunField", "De&vice")},
    {"resume.allow_changed_data", QT_TRANSLATE_NOOP("RunField", "&Allow changed clips")},
    {"resume.clips_root", QT_TRANSLATE_NOOP("RunField", "C&lips are now in")},
    {"evaluate.control", QT_TRANSLATE_NOOP("RunField", "&Random controls")},
    {"evaluate.place", QT_TRANSLATE_NOOP("RunField", "P&lace")},
    {"evaluate.again", QT_TRANSLATE_NOOP("RunField", "Train a&new")},
    {"evaluate.out", QT_TRANSLATE_NOOP("RunField", "Folder of the evaluations")},
    {"evaluate.clips_root", QT_TRANSLATE_NOOP("RunField", "Clips are now in")},
};

constexpr Text kGroups[] = {
    {"dataset", QT_TRANSLATE_NOOP("RunField", "Clips and their splits")},
    {"synthetic", QT_TRANSLATE_NOOP("RunField", "Synthetic task")},
    {"sampling", QT_TRANSLATE_NOOP("RunField", "Frames and crops")},
    {"loader", QT_TRANSLATE_NOOP("RunField", "Loading")},
    {"network", QT_TRANSLATE_NOOP("RunField", "Network")},
    {"space", QT_TRANSLATE_NOOP("RunField", "Search space")},
    {"operations", QT_TRANSLATE_NOOP("RunField", "Attention operations")},
    {"derivation", QT_TRANSLATE_NOOP("RunField", "Derivation of the cell")},
    {"training", QT_TRANSLATE_NOOP("RunField", "Training")},
    {"connections", QT_TRANSLATE_NOOP("RunField", "Connection weights")},
    {"watch", QT_TRANSLATE_NOOP("RunField", "What is recorded")},
    {"compute", QT_TRANSLATE_NOOP("RunField", "Computing")},
};

QString translated(const char* text) { return QCoreApplication::translate("RunField", text); }

template <std::size_t N>
const char* textOf(const Text (&texts)[N], std::string_view name) {
  const auto found = std::find_if(std::begin(texts), std::end(texts),
                                  [name](const Text& text) { return text.name == name; });
  return found == std::end(texts) ? nullptr : found->text;
}

QString numberText(const nlohmann::json& value) {
  QLocale locale;
  locale.setNumberOptions(QLocale::OmitGroupSeparator);
  if (!value.is_number_float()) return locale.toString(value.get<qlonglong>());
  const double real = value.get<double>();
  const bool isWhole = std::floor(real) == real && std::abs(real) < 1e15;
  return isWhole ? locale.toString(static_cast<qlonglong>(real))
                 : locale.toString(real, 'g', QLocale::FloatingPointShortest);
}

QString rangeText(const FieldInfo& info) {
  const auto number = [](double value) { return valueText(value); };
  if (info.minimum && info.maximum) {
    const QString text = info.exclusiveMinimum
                             ? QCoreApplication::translate("RunField", "Above %1, at most %2.")
                             : QCoreApplication::translate("RunField", "From %1 to %2.");
    return text.arg(number(*info.minimum), number(*info.maximum));
  }
  if (info.minimum) {
    return QCoreApplication::translate("RunField", "At least %1.").arg(number(*info.minimum));
  }
  return info.maximum
             ? QCoreApplication::translate("RunField", "At most %1.").arg(number(*info.maximum))
             : QString();
}

}  // namespace

QString fieldLabel(const FieldInfo& info) {
  if (const char* text = textOf(kLabels, info.path())) return translated(text);
  QString name = QString::fromStdString(info.name);
  name.replace(u'_', u' ');
  return name.left(1).toUpper() + name.mid(1);
}

QString fieldName(const FieldInfo& info) { return fieldLabel(info).remove(u'&'); }

QString fieldHelp(const FieldInfo& info) { return translated(info.help.c_str()); }

QString fieldUnit(const FieldInfo& info) {
  return info.unit.empty() ? QString() : translated(info.unit.c_str());
}

QString groupTitle(const std::string& group, const std::string& declared) {
  const char* text = textOf(kGroups, group);
  return translated(text != nullptr ? text : declared.c_str());
}

QString fieldDetails(const FieldInfo& info, const QString& defaultText, const QString& option) {
  QStringList sentences{u"<b>"_s + fieldName(info).toHtmlEscaped() + u"</b>"_s,
                        fieldHelp(info).toHtmlEscaped()};
  QString limits = rangeText(info);
  if (!info.unit.empty()) {
    limits += (limits.isEmpty() ? QString() : u" "_s) +
              QCoreApplication::translate("RunField", "In %1.").arg(fieldUnit(info));
  }
  if (!limits.isEmpty()) sentences << limits;
  if (!defaultText.isEmpty()) {
    sentences << QCoreApplication::translate("RunField", "By default %1.")
                     .arg(defaultText.toHtmlEscaped());
  }
  if (!option.isEmpty()) {
    sentences << QCoreApplication::translate("RunField", "On the command line: %1")
                     .arg(u"<tt>"_s + option.toHtmlEscaped() + u"</tt>"_s);
  }
  return u"<p>"_s + sentences.join(u"<br/>"_s) + u"</p>"_s;
}

QString valueText(const nlohmann::json& value) {
  if (value.is_null()) return QCoreApplication::translate("RunField", "none");
  if (value.is_boolean()) {
    return value.get<bool>() ? QCoreApplication::translate("RunField", "on")
                             : QCoreApplication::translate("RunField", "off");
  }
  if (value.is_number()) return numberText(value);
  if (value.is_string()) return QString::fromStdString(value.get<std::string>());
  if (!value.is_array()) {
    return QString::fromStdString(
        value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  QStringList parts;
  for (const auto& element : value) {
    // As it is typed: no decimal comma inside a list.
    parts << (element.is_string() ? QString::fromStdString(element.get<std::string>())
                                  : QString::fromStdString(element.dump()));
  }
  return parts.join(u',');
}

QString errorText(const Error& error) {
  const QString message = QString::fromStdString(error.message);
  const QString where = QString::fromStdString(error.where);
  return where.contains(u'/') ? u"%1: %2"_s.arg(where, message) : message;
}

}  // namespace attelier::ui
