#include "security/revocations.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <optional>

#include "core/time.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

namespace pms::security {
namespace {

constexpr std::string_view session_kind = "session";
constexpr std::string_view user_kind = "user";

std::optional<std::int64_t> number_member(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

std::optional<Revocation> parse_revocation(const boost::json::value& value) {
  if (!value.is_object()) return std::nullopt;
  const boost::json::object& object = value.get_object();
  auto number = number_member(object, "number");
  auto kind = json::text_member(object, "kind");
  auto id = json::text_member(object, "id");
  auto expires_at = core::parse_timestamp(json::text_member(object, "expiresAt").value_or(""));
  if (!number || !id || !expires_at || (kind != session_kind && kind != user_kind)) return std::nullopt;
  const bool of_session = kind == session_kind;
  auto version = of_session ? 0 : number_member(object, "version");
  if (!version) return std::nullopt;
  return Revocation{.number = *number,
                    .kind = of_session ? Revocation::Kind::session : Revocation::Kind::user,
                    .id = std::string(*id),
                    .version = *version,
                    .expires_at = *expires_at};
}

}  // namespace

std::string to_json(const RevocationFeed& feed) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object().key("revocations").begin_array();
  for (const Revocation& revocation : feed.revocations) {
    const bool of_session = revocation.kind == Revocation::Kind::session;
    writer.begin_object()
        .field("number", revocation.number)
        .field("kind", of_session ? session_kind : user_kind)
        .field("id", revocation.id)
        .field("expiresAt", core::format_timestamp(revocation.expires_at));
    if (!of_session) writer.field("version", revocation.version);
    writer.end_object();
  }
  writer.end_array().field("last", feed.last).end_object();
  return text;
}

core::Result<RevocationFeed> parse_revocation_feed(std::string_view text) {
  const auto document = json::parse_object(text);
  const boost::json::value* entries = document ? document->if_contains("revocations") : nullptr;
  auto last = document ? number_member(*document, "last") : std::nullopt;
  if (entries == nullptr || !entries->is_array() || !last)
    return core::fail(core::Errc::invalid, "not a feed of revocations");
  RevocationFeed feed{.revocations = {}, .last = *last};
  for (const boost::json::value& entry : entries->get_array()) {
    auto revocation = parse_revocation(entry);
    if (!revocation) return core::fail(core::Errc::invalid, "the feed contains an entry that is not a revocation");
    feed.revocations.push_back(std::move(*revocation));
  }
  return feed;
}

void RevocationList::add(const Revocation& revocation) {
  core::MutexLock lock(mutex_);
  Entries& entries = revocation.kind == Revocation::Kind::session ? sessions_ : users_;
  auto [position, is_new] = entries.try_emplace(revocation.id, revocation);
  if (!is_new) {
    position->second.version = std::max(position->second.version, revocation.version);
    position->second.expires_at = std::max(position->second.expires_at, revocation.expires_at);
  }
  size_.store(sessions_.size() + users_.size(), std::memory_order_release);
  generation_.fetch_add(1, std::memory_order_release);
}

bool RevocationList::revoked(std::string_view session, std::string_view user, std::int64_t user_version) const {
  if (size_.load(std::memory_order_acquire) == 0) return false;
  core::MutexLock lock(mutex_);
  if (sessions_.contains(session)) return true;
  auto found = users_.find(user);
  return found != users_.end() && user_version < found->second.version;
}

void RevocationList::forget_expired(core::Timestamp now) {
  core::MutexLock lock(mutex_);
  auto expired = [now](const auto& entry) { return entry.second.expires_at <= now; };
  std::erase_if(sessions_, expired);
  std::erase_if(users_, expired);
  size_.store(sessions_.size() + users_.size(), std::memory_order_release);
}

}  // namespace pms::security
