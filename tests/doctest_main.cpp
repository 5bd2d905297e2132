// The main of every room's tests. A run that executed no test case fails: a filter that matches nothing, or a
// file that dropped out of the build, must not look green.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <iostream>

namespace {

/// Fails the process when the run ends without one executed test case.
struct NothingRan : doctest::IReporter {
  explicit NothingRan(const doctest::ContextOptions&) {}
  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats& stats) override {
    executed() = stats.numTestCasesPassingFilters;
  }
  void test_case_start(const doctest::TestCaseData&) override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}

  static unsigned& executed() {
    static unsigned count = 0;
    return count;
  }
};

REGISTER_LISTENER("nothing_ran", 1, NothingRan);

}  // namespace

int main(int argc, char** argv) {
  doctest::Context context(argc, argv);
  const int status = context.run();
  if (context.shouldExit()) return status;
  if (NothingRan::executed() == 0) {
    std::cerr << "no test case ran\n";
    return 1;
  }
  return status;
}
