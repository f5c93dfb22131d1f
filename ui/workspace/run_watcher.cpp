#include "ui/workspace/run_watcher.h"

#include "ui/workspace/run_reading.h"

#include <QPointer>
#include <QThreadPool>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace attelier::ui {

namespace {

using Clock = std::chrono::steady_clock;
using Callback = std::function<void(const CommandResult&)>;

constexpr double kUnfocusedPerSecond = 5;
constexpr double kMinimisedPerSecond = 1;
constexpr auto kPollOfAnswers = std::chrono::milliseconds(20);
constexpr auto kEnginePatience = std::chrono::seconds(5);
constexpr auto kAnswerPatience = std::chrono::minutes(10);

struct Asked {
  run::CommandKind kind = run::CommandKind::Pause;
  nlohmann::json arguments;
  std::string slot;
  QPointer<QObject> context;
  Callback callback;
  std::string id;  // once stored
  bool isAnswered = false;
  Clock::time_point since{};
};

CommandResult resultOf(const run::CommandAnswer& answer) {
  switch (answer.state) {
    case run::CommandState::Done:
      return answer.answer;
    case run::CommandState::Failed:
      return fail(ErrorCode::InvalidArgument,
                  answer.answer.is_object()
                      ? answer.answer.value("message", std::string("it failed"))
                      : std::string("it failed"));
    case run::CommandState::Superseded:
      return fail(ErrorCode::Interrupted, "a newer question took its place");
    default:
      return fail(ErrorCode::NotFound, "the engine ended before it answered; resume the run");
  }
}

}  // namespace

class RunWatcher::Impl {
 public:
  Impl(RunWatcher* owner, std::filesystem::path run, double readingsPerSecond)
      : path(std::move(run)), perSecond(readingsPerSecond), owner_(owner) {
    thread_ = std::jthread([this](const std::stop_token& stop) {
      try {
        loop(stop);
      } catch (const std::exception& error) {
        tellFailed(Error{ErrorCode::Internal, error.what(), path.string()});
      }
    });
  }

  // The window must not wait for a reading that is under way: from here on nothing is told any
  // more, and whoever deletes this waits.
  void abandon() {
    {
      const std::lock_guard lock(ownerMutex_);
      owner_ = nullptr;
    }
    thread_.request_stop();
    wake();
  }

  void wake() {
    const std::lock_guard lock(mutex);
    isWoken = true;
    condition.notify_all();
  }

  const std::filesystem::path path;
  std::mutex mutex;
  std::condition_variable condition;
  bool isWoken = false;
  Wanted wanted;
  Pace pace = Pace::Active;
  double perSecond;
  std::deque<Asked> asked;  // not yet stored
  std::vector<std::string> cancelled;

 private:
  void loop(const std::stop_token& stop) {
    auto reading = RunReading::open(path);
    // An engine that has just begun has the lock before its rows can be read.
    while (!reading && !stop.stop_requested() &&
           run::isLocked(path / "engine.lock").value_or(false)) {
      std::unique_lock lock(mutex);
      condition.wait_for(lock, kPollOfAnswers, [&] { return stop.stop_requested(); });
      lock.unlock();
      reading = RunReading::open(path);
    }
    if (!reading) {
      tellFailed(reading.error());
      return;
    }
    while (!stop.stop_requested()) {
      const auto start = Clock::now();
      Wanted now;
      Pace paceNow;
      double rate;
      {
        const std::lock_guard lock(mutex);
        now = wanted;
        paceNow = pace;
        isWoken = false;
        rate = pace == Pace::Active      ? perSecond
               : pace == Pace::Unfocused ? std::min(perSecond, kUnfocusedPerSecond)
                                         : kMinimisedPerSecond;
        for (auto& question : asked) waiting_.push_back(std::move(question));
        asked.clear();
        for (const auto& slot : cancelled) {
          std::erase_if(waiting_, [&](const Asked& question) { return question.slot == slot; });
        }
        cancelled.clear();
      }
      storeCommands();
      if (start >= nextReading_ || now != lastWanted_) {
        if (auto view = (*reading)->next(now, paceNow == Pace::Minimised)) deliver(std::move(view));
        lastWanted_ = now;
        nextReading_ = start + std::chrono::duration_cast<Clock::duration>(
                                   std::chrono::duration<double>(1 / rate));
      }
      pollAnswers();
      std::unique_lock lock(mutex);
      auto until = nextReading_;
      if (!waiting_.empty()) until = std::min(until, Clock::now() + kPollOfAnswers);
      condition.wait_until(lock, until, [&] { return isWoken || stop.stop_requested(); });
    }
  }

  // Newest wins: while one view waits for the window, a newer one takes its place.
  void deliver(std::shared_ptr<const RunView> view) {
    bool isWaiting = false;
    {
      const std::lock_guard lock(deliveryMutex_);
      isWaiting = delivery_ != nullptr;
      delivery_ = std::move(view);
    }
    if (isWaiting) return;
    post([this](RunWatcher* owner) {
      std::shared_ptr<const RunView> newest;
      {
        const std::lock_guard lock(deliveryMutex_);
        newest = std::move(delivery_);
        delivery_ = nullptr;
      }
      if (newest) Q_EMIT owner->viewed(newest);
    });
  }

  void tellFailed(const Error& error) {
    post([error](RunWatcher* owner) { Q_EMIT owner->failed(error); });
  }

  // Runs `action` in the window's thread; what was posted dies with the owner.
  template <typename Action>
  void post(Action action) {
    const std::lock_guard lock(ownerMutex_);
    if (owner_ == nullptr) return;
    QMetaObject::invokeMethod(
        owner_, [owner = owner_, action = std::move(action)] { action(owner); },
        Qt::QueuedConnection);
  }

  void storeCommands() {
    for (auto& question : waiting_) {
      if (!question.id.empty() || question.isAnswered) continue;
      if (question.since == Clock::time_point{}) question.since = Clock::now();
      const auto id = store(question);
      if (id) {
        question.id = *id;
        continue;
      }
      if (!mayComeYet(question)) answer(question, tl::unexpected(id.error()));
    }
    dropAnswered();
  }

  // An engine that has just begun holds the lock before it can be asked.
  bool mayComeYet(const Asked& question) const {
    return run::isLocked(path / "engine.lock").value_or(false) &&
           Clock::now() - question.since < kEnginePatience;
  }

  void dropAnswered() {
    std::erase_if(waiting_, [](const Asked& question) { return question.isAnswered; });
  }

  Result<std::string> store(const Asked& question) {
    if (!client_) {
      ATTELIER_ASSIGN(const auto folder, run::RunFolder::open(path));
      ATTELIER_ASSIGN(client_, run::CommandClient::open(folder));
    }
    return client_->issue(question.kind, question.arguments, question.slot);
  }

  void pollAnswers() {
    for (auto& question : waiting_) {
      if (question.id.empty()) continue;  // not stored yet
      const auto state = client_->poll(question.id);
      if (!state) {
        answer(question, tl::unexpected(state.error()));
      } else if (state->state == run::CommandState::Lost && mayComeYet(question)) {
        question.id.clear();  // an engine that has just begun threw away what was there before it
      } else if (state->state != run::CommandState::Issued &&
                 state->state != run::CommandState::Taken) {
        answer(question, resultOf(*state));
      } else if (Clock::now() - question.since > kAnswerPatience) {
        answer(question, fail(ErrorCode::Busy, "the engine has not answered for ten minutes"));
      }
    }
    dropAnswered();
  }

  void answer(Asked& question, CommandResult result) {
    question.isAnswered = true;
    post([context = question.context, callback = std::move(question.callback),
          result = std::move(result)](RunWatcher*) {
      if (context) callback(result);
    });
  }

  std::mutex ownerMutex_;
  RunWatcher* owner_;
  std::mutex deliveryMutex_;
  std::shared_ptr<const RunView> delivery_;
  Clock::time_point nextReading_{};
  Wanted lastWanted_;
  std::unique_ptr<run::CommandClient> client_;
  std::deque<Asked> waiting_;
  std::jthread thread_;  // last: it uses all of the above
};

RunWatcher::RunWatcher(std::filesystem::path run, double perSecond, QObject* parent)
    : QObject(parent), impl_(std::make_unique<Impl>(this, std::move(run), perSecond)) {}

RunWatcher::~RunWatcher() {
  Impl* dying = impl_.release();
  dying->abandon();
  QThreadPool::globalInstance()->start([dying] { delete dying; });
}

const std::filesystem::path& RunWatcher::path() const { return impl_->path; }

void RunWatcher::want(Wanted wanted) {
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->wanted == wanted) return;
    impl_->wanted = std::move(wanted);
  }
  impl_->wake();
}

void RunWatcher::setPace(Pace pace) {
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->pace == pace) return;
    impl_->pace = pace;
  }
  impl_->wake();
}

void RunWatcher::setReadingsPerSecond(double perSecond) {
  const std::lock_guard lock(impl_->mutex);
  impl_->perSecond = perSecond;
}

void RunWatcher::command(run::CommandKind kind, const nlohmann::json& arguments,
                         const std::string& slot, QObject* context, Callback callback) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->asked.push_back(Asked{.kind = kind,
                                 .arguments = arguments,
                                 .slot = slot,
                                 .context = context,
                                 .callback = std::move(callback),
                                 .id = {}});
  }
  impl_->wake();
}

void RunWatcher::cancel(const std::string& slot) {
  {
    const std::lock_guard lock(impl_->mutex);
    std::erase_if(impl_->asked, [&](const Asked& question) { return question.slot == slot; });
    impl_->cancelled.push_back(slot);
  }
  impl_->wake();
}

void RunWatcher::wake() { impl_->wake(); }

}  // namespace attelier::ui
