#include "engine/search/training_settings.h"

namespace attelier::search {

std::span<const EnumName<OptimiserKind>> enumNames(OptimiserKind) {
  static constexpr EnumName<OptimiserKind> kNames[] = {{OptimiserKind::AdamW, "adamw"},
                                                       {OptimiserKind::Sgd, "sgd"}};
  return kNames;
}

std::span<const EnumName<LearningRateSchedule>> enumNames(LearningRateSchedule) {
  static constexpr EnumName<LearningRateSchedule> kNames[] = {
      {LearningRateSchedule::Cosine, "cosine"}, {LearningRateSchedule::Constant, "constant"}};
  return kNames;
}

std::span<const EnumName<Precision>> enumNames(Precision) {
  static constexpr EnumName<Precision> kNames[] = {{Precision::Float32, "float32"},
                                                   {Precision::Mixed, "mixed"}};
  return kNames;
}

const Fields<TrainingSettings>& trainingFields() {
  using S = TrainingSettings;
  static const Fields<S> kFields = [] {
    Fields<S> fields("How the weights of the network are trained");
    fields
        .add("steps", &S::steps, "training steps; 0 takes them from epochs",
             {.unit = "steps", .minimum = 0, .maximum = 1e9})
        .add("epochs", &S::epochs, "passes over the training clips, where steps is 0",
             {.unit = "epochs", .minimum = 0, .maximum = 1e6, .exclusiveMinimum = true})
        .add("batch", &S::batch, "clips a step", {.unit = "clips", .minimum = 1, .maximum = 65536})
        .add("optimiser", &S::optimiser, "update rule of the network's weights")
        .add("learning_rate", &S::learningRate, "highest learning rate of the network's weights",
             {.minimum = 0, .maximum = 100})
        .add("momentum", &S::momentum, "beta1 of AdamW, Nesterov momentum of SGD",
             {.minimum = 0, .maximum = 0.9999})
        .add("weight_decay", &S::weightDecay, "decay of weights, not of norms and biases",
             {.minimum = 0, .maximum = 10})
        .add("warmup_share", &S::warmupShare, "share of the steps with a rising learning rate",
             {.minimum = 0, .maximum = 1})
        .add("schedule", &S::schedule, "course of the learning rate after warm-up")
        .add("gradient_clip", &S::gradientClip, "largest norm of all gradients together; 0: none",
             {.minimum = 0, .maximum = 1e9})
        .add("label_smoothing", &S::labelSmoothing, "share of the target spread over all classes",
             {.minimum = 0, .maximum = 0.9})
        .add("precision", &S::precision,
             "mixed: products in bfloat16; fast on a GPU, slower than float32 on most CPUs")
        .add("seed", &S::seed, "source of every random draw", {.minimum = 0, .maximum = 9e15});
    return fields;
  }();
  return kFields;
}

const Fields<ConnectionSettings>& connectionFields() {
  using S = ConnectionSettings;
  static const Fields<S> kFields = [] {
    Fields<S> fields("How the connection weights are trained");
    fields
        .add("same_optimiser", &S::sameOptimiser,
             "train connection weights by the network's optimiser and learning rate")
        .add("connection_learning_rate", &S::learningRate, "Adam's learning rate for them",
             {.minimum = 0, .maximum = 100})
        .add("connection_momentum", &S::momentum, "Adam's beta1 for them",
             {.minimum = 0, .maximum = 0.9999})
        .add("frozen_share", &S::frozenShare, "share of the steps before they begin to move",
             {.minimum = 0, .maximum = 1})
        .add("mean_share", &S::meanShare,
             "time constant of their exponential mean as a share of the steps",
             {.minimum = 0, .maximum = 1})
        .add("entropy_penalty", &S::entropyPenalty,
             "weight of the entropy of sink and level weights in the loss",
             {.minimum = -10, .maximum = 10})
        .add("sharpen_from", &S::sharpenFrom,
             "share of the steps after which the entropy is penalised more and more; 1: never",
             {.minimum = 0, .maximum = 1})
        .add("sharpen_penalty", &S::sharpenPenalty,
             "weight of the entropy that sharpening reaches at the last step",
             {.minimum = 0, .maximum = 10});
    return fields;
  }();
  return kFields;
}

const Fields<WatchSettings>& watchFields() {
  using S = WatchSettings;
  static const Fields<S> kFields = [] {
    Fields<S> fields("What is written while a run trains");
    fields
        .add("validation_epochs", &S::validationEpochs,
             "passes between two validations; 0: ten validations over the run",
             {.unit = "epochs", .minimum = 0, .maximum = 1e6})
        .add("validation_clips", &S::validationClips,
             "clips a validation on the way looks at; 0: all of select; the last one looks at all",
             {.unit = "clips", .minimum = 0, .maximum = 1e9})
        .add("probe_clips", &S::probeClips, "clips whose attention is recorded",
             {.unit = "clips", .minimum = 0, .maximum = 64})
        .add("weights_per_second", &S::weightsPerSecond, "most records of connection weights",
             {.unit = "1/s", .minimum = 0, .maximum = 10})
        .add("attention_per_second", &S::attentionPerSecond, "most records of attention",
             {.unit = "1/s", .minimum = 0, .maximum = 1})
        .add("weights_budget", &S::weightsBudget,
             "records of weights kept; beyond, every second goes",
             {.unit = "records", .minimum = 16, .maximum = 1e7})
        .add("attention_budget_mb", &S::attentionBudgetMb,
             "attention kept; beyond, every second goes",
             {.unit = "MiB", .minimum = 1, .maximum = 1e6})
        .add("checkpoint_seconds", &S::checkpointSeconds, "time between checkpoints",
             {.unit = "s", .minimum = 0.1, .maximum = 1e6})
        .add("checkpoint_steps", &S::checkpointSteps, "steps between checkpoints; 0: by time only",
             {.unit = "steps", .minimum = 0, .maximum = 1e9});
    return fields;
  }();
  return kFields;
}

const Fields<ComputeSettings>& computeFields() {
  using S = ComputeSettings;
  static const Fields<S> kFields = [] {
    Fields<S> fields("Where the engine computes");
    fields
        .add("device", &S::device, "auto takes a GPU where one is",
             {.choices = {"auto", "cpu", "cuda"}})
        .add("threads", &S::threads, "threads that compute; 0: one a core",
             {.unit = "threads", .minimum = 0, .maximum = 1024});
    return fields;
  }();
  return kFields;
}

}  // namespace attelier::search
