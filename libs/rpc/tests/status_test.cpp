#include "rpc/status.hpp"

#include <gtest/gtest.h>

#include "core/result.hpp"

namespace pms::rpc {
namespace {

using core::Errc;

constexpr Errc with_a_code_of_their_own[] = {
    Errc::invalid,  Errc::unauthenticated,     Errc::permission_denied, Errc::not_found,
    Errc::conflict, Errc::precondition_failed, Errc::unprocessable,     Errc::resource_exhausted,
    Errc::internal, Errc::unavailable,         Errc::deadline_exceeded,
};

TEST(Status, AnErrorComesBackAsItWentOut) {
  for (Errc code : with_a_code_of_their_own) {
    const grpc::Status status = to_status({.code = code, .message = "what happened"});
    EXPECT_FALSE(status.ok());
    const core::Error error = to_error(status);
    EXPECT_EQ(error.code, code) << to_string(status.error_code());
    EXPECT_EQ(error.message, "what happened");
  }
}

TEST(Status, AFullDiskIsAnExhaustedResource) {
  EXPECT_EQ(to_status({.code = Errc::storage_full}).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST(Status, AConstraintThatReachesTheCallerIsADefect) {
  EXPECT_EQ(to_status({.code = Errc::violation}).error_code(), grpc::StatusCode::INTERNAL);
}

TEST(Status, WhatThePeerHasAndWeHaveNotIsMappedToTheNearest) {
  EXPECT_EQ(to_error({grpc::StatusCode::CANCELLED, ""}).code, Errc::unavailable);
  EXPECT_EQ(to_error({grpc::StatusCode::OUT_OF_RANGE, ""}).code, Errc::invalid);
  EXPECT_EQ(to_error({grpc::StatusCode::UNIMPLEMENTED, ""}).code, Errc::internal);
}

TEST(Status, CodesAreNamedAsInTheSpecification) {
  EXPECT_EQ(to_string(grpc::StatusCode::OK), "OK");
  EXPECT_EQ(to_string(grpc::StatusCode::FAILED_PRECONDITION), "FAILED_PRECONDITION");
  EXPECT_EQ(to_string(grpc::StatusCode::UNAUTHENTICATED), "UNAUTHENTICATED");
}

}  // namespace
}  // namespace pms::rpc
