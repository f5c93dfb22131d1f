#pragma once

#include "ui/dialogs/run_schema.h"

#include <QWidget>

namespace attelier::ui {

class FieldForm;

/// Second page of a new search: the network, the supergraph and how a cell is derived from it.
class SpacePage : public QWidget {
  Q_OBJECT
 public:
  explicit SpacePage(const RunSchema& schema, QWidget* parent = nullptr);

  FieldForm* form() const { return form_; }

 private:
  FieldForm* form_ = nullptr;
};

}  // namespace attelier::ui
