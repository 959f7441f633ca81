// Tests a document and the pages that show it, with a running server.
#include "pages/documents.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <string>
#include <string_view>
#include <utility>

#include "testkit/services/server_fixture.hpp"

namespace pms::pages {
namespace {

using testing::HasSubstr;

constexpr std::string_view document = R"({"openapi":"3.0.3","servers":[{"url":"/"}],"paths":{}})";

class Documents : public testkit::ServerTest {
 protected:
  std::string get(std::string_view path, std::string_view fields = "") {
    if (!server) start();
    testkit::RawConnection client(server->port());
    client.send(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{}\r\n", path, fields));
    return client.receive_all();
  }
};

TEST_F(Documents, AreServedWithTheServersOfWhereTheyAreAskedFor) {
  mount_documents(router, document);
  const std::string here = get("/v3/api-docs");
  EXPECT_EQ(testkit::status_of(here), 200);
  EXPECT_EQ(testkit::header_of(here, "Content-Type"), "application/json");
  EXPECT_EQ(testkit::body_of(here), document);
  const std::string behind_gateway = get("/v3/api-docs", "X-Forwarded-Prefix: /api/billing\r\n");
  EXPECT_EQ(testkit::body_of(behind_gateway), R"({"openapi":"3.0.3","servers":[{"url":"/api/billing"}],"paths":{}})");
}

TEST_F(Documents, TakeNoPrefixThatIsNoPath) {
  mount_documents(router, document);
  for (std::string_view odd : {"api", "/api/", "/a\"b", "/a\\b", "https://elsewhere.example", "/a b"})
    EXPECT_EQ(testkit::body_of(get("/v3/api-docs", fmt::format("X-Forwarded-Prefix: {}\r\n", odd))), document) << odd;
}

TEST_F(Documents, AreNotSentAgainToThoseWhoHaveThem) {
  mount_documents(router, document);
  const std::string etag = testkit::header_of(get("/v3/api-docs"), "ETag");
  const std::string of_gateway = testkit::header_of(get("/v3/api-docs", "X-Forwarded-Prefix: /api\r\n"), "ETag");
  EXPECT_NE(etag, of_gateway);
  const std::string again = get("/v3/api-docs", fmt::format("If-None-Match: {}\r\n", etag));
  EXPECT_EQ(testkit::status_of(again), 304);
  EXPECT_EQ(testkit::header_of(again, "ETag"), etag);
  EXPECT_EQ(testkit::body_of(again), "");
  EXPECT_EQ(testkit::status_of(get("/v3/api-docs", fmt::format("If-None-Match: {}\r\n", of_gateway))), 200);
}

class SwaggerUi : public Documents {
 protected:
  SwaggerUi() {
    mount_swagger_ui(router, {{"patients", "/api-docs/patients"}, {"billing", "/api-docs/billing"}}, files);
  }

  static constexpr StaticContent files[] = {
      {.name = "index.html", .content_type = "text/html", .version = "1", .plain = "<html>", .gzip = "packed html"},
      {.name = "swagger-ui-bundle.js", .content_type = "text/javascript", .version = "2", .plain = "code"}};
};

TEST_F(SwaggerUi, ServesItsFilesWithTheirTypes) {
  const std::string page = get("/swagger-ui/index.html");
  EXPECT_EQ(testkit::status_of(page), 200);
  EXPECT_EQ(testkit::header_of(page, "Content-Type"), "text/html");
  EXPECT_EQ(testkit::header_of(page, "X-Content-Type-Options"), "nosniff");
  EXPECT_THAT(testkit::header_of(page, "Content-Security-Policy"), HasSubstr("default-src 'none'"));
  EXPECT_EQ(testkit::body_of(page), "<html>");
  EXPECT_EQ(testkit::body_of(get("/swagger-ui/swagger-ui-bundle.js")), "code");
  EXPECT_EQ(testkit::status_of(get("/swagger-ui/nothing.js")), 404);
}

TEST_F(SwaggerUi, ListsTheDocumentsToChooseFrom) {
  EXPECT_EQ(testkit::body_of(get("/swagger-ui/documents.json")),
            R"([{"name":"patients","url":"/api-docs/patients"},{"name":"billing","url":"/api-docs/billing"}])");
}

TEST_F(SwaggerUi, IsFoundWithoutTheNameOfItsPage) {
  for (const auto& [path, location] :
       {std::pair{"/swagger-ui", "swagger-ui/index.html"}, std::pair{"/swagger-ui/", "index.html"}}) {
    const std::string answer = get(path);
    EXPECT_EQ(testkit::status_of(answer), 308);
    EXPECT_EQ(testkit::header_of(answer, "Location"), location);
  }
}

TEST_F(SwaggerUi, IsCompressedForThoseWhoAcceptIt) {
  const std::string packed = get("/swagger-ui/index.html", "Accept-Encoding: br, gzip;q=0.5\r\n");
  EXPECT_EQ(testkit::header_of(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(testkit::header_of(packed, "Vary"), "Accept-Encoding");
  EXPECT_EQ(testkit::body_of(packed), "packed html");
  const std::string plain = get("/swagger-ui/index.html", "Accept-Encoding: br\r\n");
  EXPECT_EQ(testkit::header_of(plain, "Content-Encoding"), "");
  EXPECT_NE(testkit::header_of(plain, "ETag"), testkit::header_of(packed, "ETag"));
}

TEST(AcceptEncoding, NamesGzip) {
  for (std::string_view field : {"gzip", "deflate, GZIP", "br;q=1.0, gzip;q=0.001", "*", "gzip ; q=1"})
    EXPECT_TRUE(accepts_gzip(field)) << field;
  for (std::string_view field : {"", "br", "gzip;q=0", "gzip; q=0.000, *", "*;q=0", "xgzip"})
    EXPECT_FALSE(accepts_gzip(field)) << field;
}

TEST_F(Documents, SayThatTheirPagesAreMissingFromABuildWithoutThem) {
  mount_swagger_ui(router, {{"patients", "/v3/api-docs"}}, {});
  const std::string answer = get("/swagger-ui/index.html");
  EXPECT_EQ(testkit::status_of(answer), 404);
  EXPECT_EQ(testkit::header_of(answer, "Content-Type"), "application/problem+json");
  EXPECT_THAT(testkit::body_of(answer), HasSubstr("run ./dev setup"));
}

}  // namespace
}  // namespace pms::pages
