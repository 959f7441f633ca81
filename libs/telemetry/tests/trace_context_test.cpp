#include "telemetry/trace_context.hpp"

#include <gtest/gtest.h>
#include <string>

namespace pms::telemetry {
namespace {

const std::string trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string parent_id = "00f067aa0ba902b7";
const std::string header = "00-" + trace_id + "-" + parent_id + "-01";

TEST(TraceContext, BegunAnewIsAValidHeader) {
  const TraceContext begun = begin_trace();
  EXPECT_EQ(begun.traceparent(), "00-" + begun.trace_id + "-" + begun.parent_id + "-01");
  const auto continued = continue_trace(begun.traceparent());
  ASSERT_TRUE(continued);
  EXPECT_EQ(continued->trace_id, begun.trace_id);
  EXPECT_NE(begin_trace().trace_id, begun.trace_id);
}

TEST(TraceContext, ContinuedKeepsTheTraceAndHasASpanOfItsOwn) {
  const auto continued = continue_trace(header);
  ASSERT_TRUE(continued);
  EXPECT_EQ(continued->trace_id, trace_id);
  EXPECT_NE(continued->parent_id, parent_id);
  EXPECT_EQ(continued->parent_id.size(), 16U);
  EXPECT_TRUE(continued->sampled);
}

TEST(TraceContext, KeepsTheDecisionNotToSample) {
  const auto continued = continue_trace("00-" + trace_id + "-" + parent_id + "-02");
  ASSERT_TRUE(continued);
  EXPECT_FALSE(continued->sampled);
  EXPECT_TRUE(continued->traceparent().ends_with("-00"));
}

TEST(TraceContext, OfALaterVersionIsReadAsFarAsItIsKnown) {
  EXPECT_TRUE(continue_trace("01-" + trace_id + "-" + parent_id + "-01"));
  EXPECT_TRUE(continue_trace("cc-" + trace_id + "-" + parent_id + "-01-what-follows"));
  EXPECT_FALSE(continue_trace("cc-" + trace_id + "-" + parent_id + "-01.what-follows"));
  EXPECT_FALSE(continue_trace("ff-" + trace_id + "-" + parent_id + "-01"));
}

TEST(TraceContext, RefusesWhatIsNoTraceparent) {
  for (const std::string& text :
       {std::string(), header.substr(1), header + "-", header + "0",
        "00-" + std::string(32, '0') + "-" + parent_id + "-01", "00-" + trace_id + "-" + std::string(16, '0') + "-01",
        "00-" + trace_id + "_" + parent_id + "-01", "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + parent_id + "-01",
        "00-" + trace_id + "-" + parent_id + "-0x", "0g-" + trace_id + "-" + parent_id + "-01"})
    EXPECT_FALSE(continue_trace(text)) << text;
}

TEST(TraceContext, KnowsWhetherItContinuesATrace) {
  EXPECT_TRUE(trace_from("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").continued);
  EXPECT_FALSE(trace_from("").continued);
}

TEST(TraceContext, FromAnInvalidHeaderBeginsAnew) {
  EXPECT_EQ(trace_from(header).trace_id, trace_id);
  EXPECT_EQ(trace_from("nonsense").trace_id.size(), 32U);
}

}  // namespace
}  // namespace pms::telemetry
