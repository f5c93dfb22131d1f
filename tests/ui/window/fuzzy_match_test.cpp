#include "ui/window/fuzzy_match.h"

#include <gtest/gtest.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

int score(const QString& typed, const QString& text) {
  const auto match = fuzzyMatch(typed, text);
  return match ? match->score : -1;
}

TEST(FuzzyMatch, WantsAllLettersInOrder) {
  EXPECT_TRUE(fuzzyMatch(u"ccp"_s, u"Copy command line, please"_s));
  EXPECT_FALSE(fuzzyMatch(u"ccp"_s, u"Copy"_s));
  EXPECT_FALSE(fuzzyMatch(u"ba"_s, u"ab"_s));
  EXPECT_FALSE(fuzzyMatch(u"a"_s, QString()));
  EXPECT_EQ(fuzzyMatch(QString(), u"anything"_s)->positions.size(), 0);
}

TEST(FuzzyMatch, TellsWhichLettersWereMeant) {
  // The starts of the words, not the first letters that come.
  EXPECT_EQ(fuzzyMatch(u"cl"_s, u"Copy calm line"_s)->positions, (QList<qsizetype>{0, 10}));
  EXPECT_EQ(fuzzyMatch(u"pau"_s, u"Spa Pause"_s)->positions, (QList<qsizetype>{4, 5, 6}));
}

TEST(FuzzyMatch, StartsOfWordsAndNeighboursCountMore) {
  EXPECT_GT(score(u"op"_s, u"Open run"_s), score(u"op"_s, u"Stop"_s));
  EXPECT_GT(score(u"run"_s, u"Open run"_s), score(u"run"_s, u"Return now"_s));
  EXPECT_GT(score(u"nr"_s, u"New run"_s), score(u"nr"_s, u"Unread"_s));
}

TEST(FuzzyMatch, CaseAndAccentsCountNothing) {
  EXPECT_EQ(score(u"ubersicht"_s, u"Übersicht"_s), score(u"Übersicht"_s, u"Übersicht"_s));
  EXPECT_TRUE(fuzzyMatch(u"OPEN"_s, u"open"_s));
}

}  // namespace
}  // namespace attelier::ui
