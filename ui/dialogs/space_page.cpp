#include "ui/dialogs/space_page.h"

#include "ui/dialogs/field_form.h"
#include "ui/dialogs/field_texts.h"

#include <QVBoxLayout>

namespace attelier::ui {

SpacePage::SpacePage(const RunSchema& schema, QWidget* parent) : QWidget(parent) {
  const std::vector<std::string> supergraph{"space.levels", "space.kinds", "space.activations",
                                            "space.share_weights"};
  const std::vector<std::string> network{"network.backbone", "network.input"};
  const std::vector<std::string> derivation{"derivation.top_nodes", "derivation.top_predecessors"};
  form_ = new FieldForm(schema,
                        {{.title = groupTitle("space", {}), .paths = supergraph},
                         {.title = groupTitle("derivation", {}), .paths = derivation},
                         {.title = groupTitle("network", {}), .paths = network},
                         {.title = tr("More about the derivation"),
                          .paths = restOf(schema, "derivation", derivation),
                          .isMore = true},
                         {.title = tr("More about the network"),
                          .paths = restOf(schema, "network", network),
                          .isMore = true},
                         {.title = groupTitle("operations", {}),
                          .paths = restOf(schema, "operations", {}),
                          .isMore = true}},
                        this);
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(form_);
  layout->addStretch(1);
}

}  // namespace attelier::ui
