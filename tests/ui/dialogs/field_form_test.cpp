#include "ui/dialogs/field_form.h"

#include "tests/ui/dialogs/dialog_checks.h"
#include "ui/dialogs/engine_texts.h"
#include "ui/dialogs/field_row.h"
#include "ui/dialogs/message_bar.h"
#include "ui/dialogs/number_box.h"

#include <QCheckBox>
#include <QSignalSpy>
#include <QToolButton>
#include <QVBoxLayout>
#include <QWhatsThis>
#include <gmock/gmock.h>

#include <set>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using nlohmann::json;
using tests::showActive;
using tests::tabTo;

using Sections = std::vector<FormSection>;

const RunSchema& schema() { return RunSchema::builtIn(); }

std::vector<FormSection> everySection(bool more = false) {
  std::vector<FormSection> sections;
  for (const FieldGroup& group : schema().groups()) {
    sections.push_back(
        {QString::fromStdString(group.title), restOf(schema(), group.name, {}), more});
  }
  return sections;
}

std::vector<const FieldInfo*> everyField() {
  std::vector<const FieldInfo*> fields;
  for (const FieldGroup& group : schema().groups()) {
    for (const FieldInfo& info : group.fields) fields.push_back(&info);
  }
  return fields;
}

/// A form in a window, as dialogs have it.
struct FormWindow : QWidget {
  explicit FormWindow(const std::vector<FormSection>& sections) {
    form = new FieldForm(schema(), sections, this);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(form);
  }
  QString message(const std::string& path) const {
    return findChild<MessageBar*>(QString::fromStdString(path) + u".message"_s)->text();
  }
  FieldForm* form = nullptr;
};

/// Another valid value of a field, as it is typed.
std::string otherValue(const FieldInfo& info) {
  switch (info.elementType) {
    case FieldType::Integer: {
      const auto value = info.defaultValue.get<std::int64_t>();
      return std::to_string(info.maximum && value + 1 > *info.maximum ? value - 1 : value + 1);
    }
    case FieldType::Number: {
      const double value = info.defaultValue.get<double>();
      return info.maximum && value + 0.05 > *info.maximum
                 ? std::to_string(value - 0.05).substr(0, 4)
                 : std::to_string(value + 0.05).substr(0, 5);
    }
    default:
      return info.type == FieldType::List ? "one,two" : "/some/where";
  }
}

TEST(FieldForm, EveryFieldBeginsAtItsDefault) {
  FormWindow window(everySection());
  EXPECT_TRUE(window.form->isValid());
  EXPECT_EQ(window.form->changes(), json::object());
  for (const FieldInfo* info : everyField()) {
    EXPECT_EQ(window.form->valueOf(info->path()), info->defaultValue) << info->path();
    EXPECT_FALSE(window.findChild<QToolButton*>(QString::fromStdString(info->path()) + u".reset"_s)
                     ->isVisibleTo(&window))
        << info->path();
  }
}

TEST(FieldForm, EveryFieldIsFilledByTheKeyboardAndGivesItsWords) {
  FormWindow window(everySection());
  showActive(window);
  for (const FieldInfo* info : everyField()) {
    window.form->fill(json::object());
    ASSERT_EQ(window.form->changes(), json::object());
    QWidget* target = window.form->row(info->path())->editor().focusTarget();
    target->setFocus();
    target = window.focusWidget();
    QStringList expected;
    if (info->type == FieldType::Boolean) {
      QTest::keyClick(target, Qt::Key_Space);
      expected = schema().words(*info, !info->defaultValue.get<bool>());
    } else if (info->type == FieldType::Choice) {
      QTest::keyClick(target,
                      info->choices.back() == info->defaultValue ? Qt::Key_Home : Qt::Key_End);
      const bool toFirst = info->choices.back() == info->defaultValue;
      expected = schema().words(*info, toFirst ? info->choices.front() : info->choices.back());
    } else if (info->elementType == FieldType::Choice) {
      QTest::keyClick(target, Qt::Key_Space);
      json rest = info->defaultValue;
      rest.erase(0);
      expected = schema().words(*info, rest);
    } else {
      const std::string typed = otherValue(*info);
      QTest::keyClicks(target, QString::fromStdString(typed));
      expected = schema().words(*info, *fieldValueFromText(*info, typed, {}));
    }
    EXPECT_TRUE(window.form->isValid())
        << info->path() << window.message(info->path()).toStdString();
    const QStringList words = schema().arguments(window.form->changes());
    EXPECT_EQ(words, expected) << info->path() << ": " << words.join(u' ').toStdString();
    EXPECT_TRUE(window.findChild<QToolButton*>(QString::fromStdString(info->path()) + u".reset"_s)
                    ->isVisibleTo(&window))
        << info->path();
  }
}

TEST(FieldForm, ShowsAConfigurationAndGivesItBack) {
  FormWindow window(everySection());
  const json paper = schema().defaults("paper");
  window.form->fill(paper);
  json merged = schema().defaults();
  merged.merge_patch(window.form->changes());
  EXPECT_EQ(merged, paper);
  window.form->setBase(paper);
  EXPECT_EQ(window.form->changes(), json::object());
  EXPECT_EQ(window.form->valueOf("space.levels"), 4);
}

TEST(FieldForm, WrongNumbersAreRefusedInTheEnginesWords) {
  FormWindow window(everySection());
  for (const FieldInfo* info : everyField()) {
    const bool isNumber = info->type == FieldType::Integer || info->type == FieldType::Number;
    if (!isNumber) continue;
    for (const std::string wrong : {"many", "-1e15", "9e16"}) {
      auto* box = qobject_cast<NumberBox*>(window.form->row(info->path())->editor().focusTarget());
      ASSERT_NE(box, nullptr);
      box->setText(QString::fromStdString(wrong));
      auto value = fieldValueFromText(*info, NumberBox::plainNumber(box->text()).toStdString(), {});
      if (value) value = checkedFieldValue(*info, *value, {});
      if (value) continue;
      EXPECT_EQ(window.message(info->path()).toStdString(), value.error().message);
      EXPECT_EQ(window.form->firstWrong(), info->path());
      EXPECT_EQ(window.form->changes(), json::object()) << "a wrong value is no change";
      EXPECT_EQ(box->text().toStdString(), wrong) << "what was typed stays";
      box->setText({});
    }
  }
}

TEST(FieldForm, AtLeastOneOfAListOfChoicesMustStay) {
  FormWindow window(Sections{{.title = {}, .paths = {"space.kinds"}}});
  for (auto* box : window.findChildren<QCheckBox*>()) box->setChecked(false);
  EXPECT_EQ(window.message("space.kinds").toStdString(),
            "kinds has 0 elements; it must have 1 to 6");
}

TEST(FieldForm, BackToTheDefault) {
  FormWindow window(Sections{{.title = {}, .paths = {"training.batch"}}});
  showActive(window);
  tests::fill(window, u"training.batch"_s, u"24"_s);
  EXPECT_EQ(window.form->changes(), (json{{"training", {{"batch", 24}}}}));
  auto* reset = qobject_cast<QToolButton*>(tabTo(window, u"training.batch.reset"_s));
  ASSERT_NE(reset, nullptr);
  QTest::keyClick(reset, Qt::Key_Space);
  EXPECT_EQ(window.form->changes(), json::object());
  EXPECT_EQ(window.focusWidget()->objectName(), u"training.batch"_s) << "the focus is not lost";
}

TEST(FieldForm, ANewBaseKeepsWhatWasTyped) {
  FormWindow window(
      Sections{{.title = {}, .paths = {"training.batch", "training.steps", "training.optimiser"}}});
  window.form->fill({{"training", {{"batch", 24}}}});
  auto* steps =
      qobject_cast<NumberBox*>(window.form->row("training.steps")->editor().focusTarget());
  steps->setText(u"wrong"_s);
  window.form->setBase(schema().defaults("paper"));
  EXPECT_EQ(window.form->valueOf("training.batch"), 24);
  EXPECT_EQ(window.form->valueOf("training.optimiser"), "sgd") << "what was not touched follows";
  EXPECT_EQ(steps->text(), u"wrong"_s);
  window.form->fill({{"training", {{"batch", 64}}}});
  EXPECT_EQ(window.form->changes(), json::object()) << "64 is the preset's own";
}

TEST(FieldForm, ARefusalOfTheEngineStaysUntilTheFieldIsEdited) {
  FormWindow window(Sections{{.title = u"More"_s, .paths = {"synthetic.lit"}, .isMore = true}});
  showActive(window);
  EXPECT_FALSE(window.form->row("synthetic.lit")->editor().isVisible());
  EXPECT_TRUE(window.form->refuse("synthetic.lit", u"frame 0 holds the pointer"_s));
  EXPECT_FALSE(window.form->refuse("training.batch", u"no field of this form"_s));
  EXPECT_TRUE(window.form->row("synthetic.lit")->editor().isVisible()) << "its section opens";
  EXPECT_EQ(window.form->firstWrong(), "synthetic.lit");
  tests::fill(window, u"synthetic.lit"_s, u"2"_s);
  EXPECT_TRUE(window.form->isValid());
}

TEST(FieldForm, DetailsByKeyboard) {
  FormWindow window(Sections{{.title = {}, .paths = {"training.learning_rate"}}});
  showActive(window);
  auto* button = qobject_cast<QToolButton*>(tabTo(window, u"training.learning_rate.details"_s));
  ASSERT_NE(button, nullptr);
  const QString details = window.form->row("training.learning_rate")->details();
  for (const char* part : {"highest learning rate", "From 0 to 100", "0.002", "--learning-rate"}) {
    EXPECT_TRUE(details.contains(QLatin1String(part))) << part;
  }
  QTest::keyClick(button, Qt::Key_Space);
  QWhatsThis::hideText();
}

TEST(FieldForm, TheWheelScrollsPastWhatHasNoFocus) {
  FormWindow window(Sections{{.title = {}, .paths = {"training.batch", "training.optimiser"}}});
  showActive(window);
  QWidget* optimiser = window.form->row("training.optimiser")->editor().focusTarget();
  window.form->row("training.batch")->editor().focusTarget()->setFocus();
  QWheelEvent wheel(QPointF(5, 5), optimiser->mapToGlobal(QPointF(5, 5)), {}, QPoint(0, -120),
                    Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
  QApplication::sendEvent(optimiser, &wheel);
  EXPECT_EQ(window.form->changes(), json::object());
}

TEST(FieldForm, WhatIsFoldedAwayIsMadeWhenItOpens) {
  FormWindow window(everySection(/*more=*/true));
  showActive(window);
  EXPECT_EQ(window.findChild<QWidget*>(u"training.batch"_s), nullptr);
  window.form->setBase(schema().defaults("tasks"));
  EXPECT_EQ(window.form->valueOf("training.batch"), 32);
  EXPECT_EQ(window.form->changes(), json::object());
  window.form->fill({{"training", {{"batch", 8}}}});
  EXPECT_TRUE(window.findChild<QWidget*>(u"training.batch"_s)->isVisible());
  EXPECT_EQ(window.findChild<QWidget*>(u"synthetic.lit"_s), nullptr) << "the others stay folded";
  EXPECT_EQ(window.form->changes(), (json{{"training", {{"batch", 8}}}}));
  auto* steps =
      qobject_cast<NumberBox*>(window.form->row("training.steps")->editor().focusTarget());
  EXPECT_EQ(steps->findChild<QLineEdit*>()->placeholderText(), u"400"_s) << "the base from before";
}

TEST(FieldForm, OrderNamesAndKeys) {
  FormWindow window(everySection(/*more=*/true));
  showActive(window);
  // Opened in another order than they stand in.
  window.form->focusField("training.batch");
  for (const FieldInfo* info : everyField()) window.form->focusField(info->path());
  tests::expectTabFollowsScreen(window);
  tests::expectNames(window);
}

TEST(FieldTexts, AllOfTheEnginesCanBeTranslated) {
  std::set<std::string> texts(std::begin(kEngineTexts), std::end(kEngineTexts));
  for (const FieldInfo* info : everyField()) {
    EXPECT_TRUE(texts.contains(info->help)) << info->help;
    EXPECT_TRUE(info->unit.empty() || texts.contains(info->unit)) << info->unit;
  }
}

TEST(NumberBox, StepsByItsLastDigit) {
  NumberBox box(*schema().find("training.learning_rate"));
  box.stepBy(1);
  EXPECT_EQ(box.text(), u"0.003"_s) << "from the default 0.002";
  box.setText(u"0.0010"_s);
  box.stepBy(-1);
  EXPECT_EQ(box.text(), u"0.0009"_s);
  box.setText(u"0.1"_s);
  box.stepBy(-1);
  EXPECT_EQ(box.text(), u"0.09"_s) << "no jump to zero";
  box.setText(u"nonsense"_s);
  box.stepBy(1);
  EXPECT_EQ(box.text(), u"nonsense"_s);
}

TEST(NumberBox, StepsStayInRange) {
  NumberBox box(*schema().find("space.levels"));
  box.setText(u"16"_s);
  box.stepBy(1);
  EXPECT_EQ(box.text(), u"16"_s);
  box.stepBy(-100);
  EXPECT_EQ(box.text(), u"1"_s);
}

TEST(NumberBox, ReadsNumbersAsTheyAreWrittenHere) {
  QLocale::setDefault(QLocale(QLocale::German));
  EXPECT_EQ(NumberBox::plainNumber(u"0,002"_s), u"0.002"_s);
  EXPECT_EQ(NumberBox::plainNumber(u"0.002"_s), u"0.002"_s) << "and as everywhere";
  EXPECT_EQ(NumberBox::plainNumber(u" 12800 "_s), u"12800"_s);
  NumberBox box(*schema().find("training.learning_rate"));
  box.stepBy(1);
  EXPECT_EQ(box.text(), u"0,003"_s);
  QLocale::setDefault(QLocale::c());
  EXPECT_EQ(NumberBox::plainNumber(u"9000000000000000"_s), u"9000000000000000"_s);
  EXPECT_EQ(NumberBox::plainNumber(u"inf"_s), u"inf"_s) << "left to the engine's refusal";
}

}  // namespace
}  // namespace attelier::ui
