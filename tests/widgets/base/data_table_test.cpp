#include "widgets/base/data_table.h"

#include <QLocale>
#include <gtest/gtest.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {
namespace {

const DataTable kTable{
    u"Weights"_s, {u"node"_s, u"weight, of 1"_s}, {{u"L1.dT"_s, 0.25}, {u"a \"b\""_s, 1e-7}}};

TEST(DataTable, CsvIsInTheCLocaleAndQuoted) {
  QLocale::setDefault(QLocale(QLocale::German));
  EXPECT_EQ(commaSeparated(kTable),
            "node,\"weight, of 1\"\r\nL1.dT,0.25\r\n\"a \"\"b\"\"\",1e-07\r\n");
  EXPECT_EQ(tabSeparated(kTable).section(u'\n', 1, 1), u"L1.dT\t0,25"_s);
  QLocale::setDefault(QLocale::c());
}

}  // namespace
}  // namespace attelier::widgets
