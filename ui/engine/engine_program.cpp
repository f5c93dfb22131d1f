#include "ui/engine/engine_program.h"

#include "engine/run/run_lock.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QPointer>
#include <QStandardPaths>
#include <QTemporaryFile>
#include <QTimer>

#include <signal.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kPollMs = 50;
constexpr int kKillMs = 2000;
constexpr qsizetype kLongestOutput = 64 << 20;

QString findProgram() {
  const QString named = qEnvironmentVariable("ATTELIER_ENGINE");
  if (!named.isEmpty()) return QFileInfo(named).isExecutable() ? named : QString();
  const QString beside =
      QDir(QCoreApplication::applicationDirPath()).filePath(u"attelier-engine"_s);
  if (QFileInfo(beside).isExecutable()) return beside;
  return QStandardPaths::findExecutable(u"attelier-engine"_s);
}

ErrorCode codeNamed(const std::string& name) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
    if (name == errorCodeName(static_cast<ErrorCode>(code))) return static_cast<ErrorCode>(code);
  }
  return ErrorCode::Internal;
}

// What a command that failed said: its JSON object, else the last line of standard error.
Error errorOf(const QByteArray& output, const QByteArray& errors) {
  const auto json = nlohmann::json::parse(output.toStdString(), nullptr, false);
  if (json.is_object() && json.contains("error")) {
    const auto& error = json["error"];
    if (error.is_object()) {
      const auto text = [&](const char* key) {
        const auto found = error.find(key);
        return found != error.end() && found->is_string() ? found->get<std::string>()
                                                          : std::string();
      };
      return {codeNamed(text("code")), text("message"), text("where")};
    }
  }
  QString last = QString::fromUtf8(errors).trimmed().section(u'\n', -1);
  if (last.startsWith(u"attelier-engine: "_s)) last = last.mid(17);
  if (last.isEmpty())
    last = QCoreApplication::translate("attelier::ui::EngineProgram",
                                       "The engine ended without a word.");
  return {ErrorCode::Internal, last.toStdString(), {}};
}

QString quotedForShell(const QString& argument) {
  static const QString plain =
      u"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%"_s;
  const bool isPlain =
      !argument.isEmpty() &&
      std::all_of(argument.begin(), argument.end(), [](QChar c) { return plain.contains(c); });
  return isPlain ? argument : u'\'' + QString(argument).replace(u'\'', u"'\\''"_s) + u'\'';
}

// A process that is ours to ask about, though it is nobody's child: no signal is sent.
bool isRunning(qint64 pid) { return ::kill(static_cast<pid_t>(pid), 0) == 0; }

}  // namespace

EngineQuestion::EngineQuestion(QObject* parent) : QObject(parent) {}

EngineQuestion::~EngineQuestion() { cancel(); }

void EngineQuestion::cancel() {
  if (process_ == nullptr) return;
  QProcess* process = std::exchange(process_, nullptr);
  process->disconnect();
  process->setParent(nullptr);
  if (process->state() == QProcess::NotRunning) {
    process->deleteLater();
    return;
  }
  connect(process, &QProcess::finished, process, &QObject::deleteLater);
  process->terminate();
  QTimer::singleShot(kKillMs, process, &QProcess::kill);
}

EngineProgram::EngineProgram(QObject* parent) : QObject(parent), program_(findProgram()) {}

EngineProgram::EngineProgram(std::filesystem::path program, QObject* parent)
    : QObject(parent), program_(QString::fromStdString(program.string())) {}

QString EngineProgram::commandLine(const QString& program, const QStringList& arguments) {
  QStringList words{quotedForShell(program)};
  for (const auto& argument : arguments) words << quotedForShell(argument);
  return words.join(u' ');
}

EngineQuestion* EngineProgram::ask(QStringList arguments, QObject* context,
                                   std::function<void(const Result<nlohmann::json>&)> callback,
                                   bool addJson) {
  if (addJson) arguments << u"--json"_s;
  auto* question = new EngineQuestion(context);
  auto* process = new QProcess(question);
  question->process_ = process;
  auto output = std::make_shared<QByteArray>();
  auto errors = std::make_shared<QByteArray>();
  connect(process, &QProcess::readyReadStandardOutput, question, [process, output] {
    output->append(process->readAllStandardOutput());
    if (output->size() > kLongestOutput) process->kill();
  });
  connect(process, &QProcess::readyReadStandardError, question, [process, question, errors] {
    errors->append(process->readAllStandardError());
    if (errors->size() > kLongestOutput) errors->clear();
    for (qsizetype end; (end = errors->indexOf('\n')) >= 0 && errors->count('\n') > 1;) {
      Q_EMIT question->progressed(QString::fromUtf8(errors->left(end)));
      errors->remove(0, end + 1);
    }
  });
  const auto finish = [question, process,
                       callback = std::move(callback)](const Result<nlohmann::json>& result) {
    if (question->process_ != process) return;
    question->process_ = nullptr;
    process->deleteLater();
    callback(result);
    question->deleteLater();
  };
  connect(process, &QProcess::finished, question,
          [process, output, errors, finish](int code, QProcess::ExitStatus status) {
            output->append(process->readAllStandardOutput());
            errors->append(process->readAllStandardError());
            auto json = nlohmann::json::parse(output->toStdString(), nullptr, false);
            const bool isDone = status == QProcess::NormalExit && code == 0;
            if (isDone && !json.is_discarded()) {
              finish(json);
            } else {
              finish(tl::unexpected(errorOf(*output, *errors)));
            }
          });
  connect(process, &QProcess::errorOccurred, question,
          [this, finish](QProcess::ProcessError error) {
            if (error == QProcess::FailedToStart) {
              finish(fail(ErrorCode::NotFound,
                          tr("The engine could not be started; is it installed beside the window?")
                              .toStdString(),
                          program_.toStdString()));
            }
          });
  process->start(program_, arguments);
  return question;
}

void EngineProgram::startDetached(const QStringList& arguments, const std::filesystem::path& folder,
                                  QObject* context, std::function<void(const Status&)> started) {
  QTemporaryFile output(QDir::temp().filePath(u"attelier-start-XXXXXX.log"_s));
  output.setAutoRemove(false);
  if (!output.open()) {
    started(
        fail(ErrorCode::Io, output.errorString().toStdString(), QDir::tempPath().toStdString()));
    return;
  }
  const QString log = output.fileName();
  output.close();
  QProcess process;
  process.setProgram(program_);
  process.setArguments(arguments);
  process.setStandardInputFile(QProcess::nullDevice());
  process.setStandardOutputFile(log, QIODevice::Append);
  process.setStandardErrorFile(log, QIODevice::Append);
  qint64 pid = 0;
  if (!process.startDetached(&pid)) {
    QFile::remove(log);
    started(fail(
        ErrorCode::NotFound,
        tr("The engine could not be started; is it installed beside the window?").toStdString(),
        program_.toStdString()));
    return;
  }
  auto* poll = new QTimer(context);
  connect(poll, &QTimer::timeout, context, [poll, pid, folder, log, started = std::move(started)] {
    const auto end = [&](const Status& status) {
      poll->stop();
      poll->deleteLater();
      QFile::remove(log);
      started(status);
    };
    const bool lives = isRunning(pid);
    if (lives && folder.empty()) return end({});
    if (!folder.empty()) {
      std::error_code ignored;
      const auto locked = run::isLocked(folder / "engine.lock");
      if (locked && *locked && std::filesystem::exists(folder / "run.db", ignored)) return end({});
    }
    if (lives) return;
    QFile file(log);
    const QByteArray said = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    std::error_code ignored;
    if (!folder.empty() && std::filesystem::exists(folder / "run.db", ignored)) return end({});
    end(tl::unexpected(errorOf(said, said)));
  });
  poll->start(kPollMs);
}

}  // namespace attelier::ui
