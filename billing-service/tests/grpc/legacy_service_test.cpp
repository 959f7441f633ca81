#include "grpc/legacy_service.hpp"

#include <chrono>
#include <gmock/gmock.h>
#include <memory>
#include <string>
#include <utility>

#include "grpc_fixture.hpp"

namespace pms::billing {
namespace {

using testing::HasSubstr;

class LegacyBillingService : public Grpc {
 protected:
  std::pair<grpc::Status, ::BillingResponse> create_over(const std::shared_ptr<grpc::Channel>& channel,
                                                         const std::string& patient_id,
                                                         const std::string& name = "Ada") {
    ::BillingRequest request;
    request.set_patientid(patient_id);
    request.set_name(name);
    request.set_email("ada@example.com");
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 10s);
    ::BillingResponse response;
    const grpc::Status status = ::BillingService::NewStub(channel)->CreateBillingAccount(&context, request, &response);
    return {status, response};
  }

  /// An in-process peer has no loopback address and therefore stands for a client on another
  /// machine.
  grpc::Status create_from_elsewhere(LegacyService& service) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service);
    const auto server = builder.BuildAndStart();
    const auto status = create_over(server->InProcessChannel({}), "p1").first;
    server->Shutdown();
    return status;
  }

  LegacyService for_this_machine_{calls_, create_, false};
  LegacyService for_anyone_{calls_, create_, true};
};

TEST_F(LegacyBillingService, CreatesAnAccountWithoutAToken) {
  const auto [status, response] = create_over(channel_, "p1");
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.accountid(), account_of("p1").id);
  EXPECT_EQ(response.status(), "ACTIVE");
  EXPECT_EQ(account_of("p1").patient_version, 0);
}

TEST_F(LegacyBillingService, ReturnsTheAccountThatIsThere) {
  const auto first = create("p1", "Ada", 1);
  const auto [status, response] = create_over(channel_, "p1", "Eve");
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.accountid(), first->id);
  EXPECT_EQ(account_of("p1").name, "Ada");
}

TEST_F(LegacyBillingService, SaysThatAnAccountIsClosed) {
  ASSERT_TRUE(loop_.run(close_(create("p1", "Ada")->id, soon())));
  EXPECT_EQ(create_over(channel_, "p1").second.status(), "CLOSED");
}

TEST_F(LegacyBillingService, NamesTheFieldThatIsWrongAsItsClientsKnowIt) {
  const auto [status, response] = create_over(channel_, "");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("patientId: "));
}

TEST_F(LegacyBillingService, RefusesClientsOnOtherMachinesAndSaysWhatToDo) {
  const grpc::Status status = create_from_elsewhere(for_this_machine_);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(status.error_message(), HasSubstr("billing.grpc.legacy-from-anywhere"));
  EXPECT_TRUE(all_accounts().empty());
}

TEST_F(LegacyBillingService, AnswersThemWhenConfiguredTo) {
  const grpc::Status status = create_from_elsewhere(for_anyone_);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(all_accounts().size(), 1U);
}

}  // namespace
}  // namespace pms::billing
