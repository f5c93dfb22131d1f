#include "ui/clips/video_drop.h"

#include <QMimeData>
#include <QMimeDatabase>
#include <QUrl>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

QStringList videosOf(const QMimeData* data) {
  QStringList files;
  const QMimeDatabase types;
  const QList<QUrl> urls = data->urls();
  for (const QUrl& url : urls) {
    const QString file = url.toLocalFile();
    if (file.isEmpty()) continue;
    const QString type = types.mimeTypeForFile(file, QMimeDatabase::MatchExtension).name();
    if (type.startsWith(u"video/"_s) || type == u"image/gif"_s) files << file;
  }
  return files;
}

}  // namespace attelier::ui
