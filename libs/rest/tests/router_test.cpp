// Tests routes, tokens and permissions with a running server.
#include "rest/router.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <optional>
#include <string>
#include <string_view>

#include "clinic/caller.hpp"
#include "clinic/permissions.hpp"
#include "core/task.hpp"
#include "http/message.hpp"
#include "security/access_token.hpp"
#include "security/keys.hpp"
#include "security/token_verifier.hpp"
#include "testkit/fake_clock.hpp"
#include "testkit/services/server_fixture.hpp"

namespace pms::rest {
namespace {

class Routes : public testing::Test {
 protected:
  Routes() {
    router.get("/things", Public{}, named("list"));
    router.post("/things", Public{}, named("create"));
    router.get("/things/mine", Public{}, named("mine"));
    router.get("/things/{id}", Public{}, named("one"));
    router.get("/things/{id}/parts/{part}", Public{}, named("part"));
    router.get("/me", Authenticated{}, [](http::Request& request) -> core::Task<http::Response> {
      co_return http::ok(request.caller->user_id);
    });
    router.remove("/things/{id}", clinic::Permission::patient_delete, named("removed"));
  }

  static RouteHandler named(std::string name) {
    return [name](http::Request& request) -> core::Task<http::Response> { return answer(name, request); };
  }
  static core::Task<http::Response> answer(std::string name, http::Request& request) {
    co_return http::ok(fmt::format("{} {} {}", name, request.path_parameters[0], request.path_parameters[1]));
  }

  std::string send(std::string_view request_line, std::string_view fields = "") {
    if (!server) {
      boost::asio::io_context* loops[] = {&loop.context()};
      server.emplace(http::ServerSettings{.service = "test-service", .log_requests = false}, loops, router);
      EXPECT_TRUE(server->bind());
      server->start();
    }
    testkit::RawConnection client(server->port());
    client.send(fmt::format("{} HTTP/1.1\r\nHost: x\r\n{}\r\n", request_line, fields));
    return client.receive_answer();
  }

  std::string bearer(clinic::Role role) {
    clinic::Caller caller;
    caller.user_id = "0190a1b2-0000-7000-8000-000000000001";
    caller.session = "session";
    caller.token_id = "token";
    caller.email = "someone@example.com";
    caller.roles = {role};
    caller.issued_at = clock.now();
    caller.expires_at = clock.now() + std::chrono::minutes(15);
    return fmt::format("Authorization: Bearer {}\r\n", security::sign_token(caller, {}, key));
  }

  testkit::FakeClock clock;
  security::SigningKey key = security::SigningKey::generate();
  security::TokenVerifier verifier{{}, clock};
  Router router{"test-service", &verifier};
  testkit::TestLoop loop;
  std::optional<http::Server> server;
};

TEST_F(Routes, AreFoundByMethodAndPath) {
  EXPECT_EQ(testkit::body_of(send("GET /things")), "list  ");
  EXPECT_EQ(testkit::body_of(send("POST /things", "Content-Length: 0\r\n")), "create  ");
  EXPECT_EQ(testkit::body_of(send("GET /things/mine")), "mine  ");
  EXPECT_EQ(testkit::body_of(send("GET /things/7?x=y")), "one 7 ");
  EXPECT_EQ(testkit::body_of(send("GET /things/7/parts/8")), "part 7 8");
}

TEST_F(Routes, AnswerUnknownPathsWith404) {
  for (std::string_view path :
       {"/", "/thing", "/things/", "/things//parts/8", "/things/7/parts", "/things/7/parts/8/9", "//things"}) {
    const std::string answer = send(fmt::format("GET {}", path));
    EXPECT_EQ(testkit::status_of(answer), 404) << path;
    EXPECT_EQ(testkit::header_of(answer, "Content-Type"), "application/problem+json");
    EXPECT_THAT(testkit::body_of(answer), testing::HasSubstr(fmt::format(R"("instance":"{}")", path)));
  }
}

TEST_F(Routes, AnswerWrongMethodsWith405AndTheRightOnes) {
  const std::string answer = send("PUT /things", "Content-Length: 0\r\n");
  EXPECT_EQ(testkit::status_of(answer), 405);
  EXPECT_EQ(testkit::header_of(answer, "Allow"), "GET, HEAD, POST");
  EXPECT_EQ(testkit::status_of(send("TRACE /things")), 405);
}

TEST_F(Routes, AskForATokenWhereOneIsNeeded) {
  verifier.set_keys(security::KeySet({key.public_key()}));
  const std::string answer = send("GET /me");
  EXPECT_EQ(testkit::status_of(answer), 401);
  EXPECT_EQ(testkit::header_of(answer, "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(testkit::status_of(send("GET /me", "Authorization: Basic eDp5\r\n")), 401);
}

TEST_F(Routes, RefuseATokenThatIsNotGenuine) {
  verifier.set_keys(security::KeySet({security::SigningKey::generate().public_key()}));
  const std::string answer = send("GET /me", bearer(clinic::Role::admin));
  EXPECT_EQ(testkit::status_of(answer), 401);
  EXPECT_EQ(testkit::header_of(answer, "WWW-Authenticate"), "Bearer error=\"invalid_token\"");
}

TEST_F(Routes, AreUnavailableBeforeThereAreKeys) {
  const std::string answer = send("GET /me", bearer(clinic::Role::admin));
  EXPECT_EQ(testkit::status_of(answer), 503);
  EXPECT_EQ(testkit::header_of(answer, "Retry-After"), "1");
}

TEST_F(Routes, KnowTheirCaller) {
  verifier.set_keys(security::KeySet({key.public_key()}));
  EXPECT_EQ(testkit::body_of(send("GET /me", bearer(clinic::Role::analyst))), "0190a1b2-0000-7000-8000-000000000001");
}

TEST_F(Routes, AskForThePermission) {
  verifier.set_keys(security::KeySet({key.public_key()}));
  EXPECT_EQ(testkit::status_of(send("DELETE /things/7", bearer(clinic::Role::admin))), 200);
  const std::string answer = send("DELETE /things/7", bearer(clinic::Role::clinician));
  EXPECT_EQ(testkit::status_of(answer), 403);
  EXPECT_THAT(testkit::body_of(answer), testing::HasSubstr("patient:delete"));
}

TEST_F(Routes, AreRefusedBeforeTheBodyIsReceived) {
  verifier.set_keys(security::KeySet({key.public_key()}));
  const std::string announced = "Content-Length: 100000\r\n";
  const std::string asking = announced + "Expect: 100-continue\r\n";
  for (const std::string& fields : {announced, asking}) {
    EXPECT_EQ(testkit::status_of(send("POST /nowhere", fields)), 404);
    EXPECT_EQ(testkit::status_of(send("PUT /things", fields)), 405);
    const std::string answer = send("GET /me", fields);
    EXPECT_EQ(testkit::status_of(answer), 401);
    EXPECT_EQ(testkit::header_of(answer, "Connection"), "close");
    EXPECT_EQ(testkit::status_of(send("DELETE /things/7", bearer(clinic::Role::clinician) + fields)), 403);
  }
  // The server asks for the body of an admitted request.
  EXPECT_EQ(testkit::status_of(send("POST /things", asking)), 100);
}

TEST_F(Routes, KeepTheConnectionWhenTheyRefuseARequestThatHasArrived) {
  verifier.set_keys(security::KeySet({key.public_key()}));
  send("GET /things");
  testkit::RawConnection client(server->port());
  client.send(
      "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
      "DELETE /things/7 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
      "GET /things HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(testkit::status_of(client.receive_answer()), 404);
  EXPECT_EQ(testkit::status_of(client.receive_answer()), 401);
  EXPECT_EQ(testkit::body_of(client.receive_answer()), "list  ");
}

}  // namespace
}  // namespace pms::rest
