#include "security/revocations.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <optional>

#include "core/time.hpp"
#include "security/strict_json.hpp"

namespace pms::security {
namespace {

namespace json = boost::json;

constexpr std::string_view session_kind = "session";
constexpr std::string_view user_kind = "user";

std::optional<std::int64_t> number_member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

std::optional<Revocation> parse_revocation(const json::value& value) {
  if (!value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  auto number = number_member(object, "number");
  auto kind = text_member(object, "kind");
  auto id = text_member(object, "id");
  auto at = core::parse_timestamp(text_member(object, "at").value_or(""));
  auto expires_at = core::parse_timestamp(text_member(object, "expiresAt").value_or(""));
  if (!number || !id || !at || !expires_at || (kind != session_kind && kind != user_kind)) return std::nullopt;
  return Revocation{.number = *number,
                    .kind = kind == session_kind ? Revocation::Kind::session : Revocation::Kind::user,
                    .id = std::string(*id),
                    .at = *at,
                    .expires_at = *expires_at};
}

}  // namespace

std::string to_json(const RevocationFeed& feed) {
  json::array entries;
  for (const Revocation& revocation : feed.revocations) {
    std::string_view kind = revocation.kind == Revocation::Kind::session ? session_kind : user_kind;
    entries.push_back({{"number", revocation.number},
                       {"kind", json::string_view(kind.data(), kind.size())},
                       {"id", revocation.id},
                       {"at", core::format_timestamp(revocation.at)},
                       {"expiresAt", core::format_timestamp(revocation.expires_at)}});
  }
  return json::serialize(json::object{{"revocations", std::move(entries)}, {"last", feed.last}});
}

core::Result<RevocationFeed> parse_revocation_feed(std::string_view text) {
  auto document = parse_strict_object(text);
  const json::value* entries = document ? document->if_contains("revocations") : nullptr;
  auto last = document ? number_member(*document, "last") : std::nullopt;
  if (entries == nullptr || !entries->is_array() || !last)
    return core::fail(core::Errc::invalid, "not a feed of revocations");
  RevocationFeed feed{.revocations = {}, .last = *last};
  for (const json::value& entry : entries->get_array()) {
    auto revocation = parse_revocation(entry);
    if (!revocation) return core::fail(core::Errc::invalid, "the feed holds an entry that is not a revocation");
    feed.revocations.push_back(std::move(*revocation));
  }
  return feed;
}

void RevocationList::add(const Revocation& revocation) {
  std::lock_guard lock(mutex_);
  Entries& entries = revocation.kind == Revocation::Kind::session ? sessions_ : users_;
  auto [position, is_new] = entries.try_emplace(revocation.id, revocation);
  if (!is_new) {
    position->second.at = std::max(position->second.at, revocation.at);
    position->second.expires_at = std::max(position->second.expires_at, revocation.expires_at);
  }
  size_.store(sessions_.size() + users_.size(), std::memory_order_release);
  generation_.fetch_add(1, std::memory_order_release);
}

bool RevocationList::revoked(std::string_view session, std::string_view user, core::Timestamp issued_at) const {
  if (size_.load(std::memory_order_acquire) == 0) return false;
  std::lock_guard lock(mutex_);
  // Not by time: replicas' clocks differ, and a session that has ended gives no later token to spare.
  if (sessions_.contains(session)) return true;
  auto found = users_.find(user);
  return found != users_.end() && issued_at <= found->second.at;
}

void RevocationList::forget_expired(core::Timestamp now) {
  std::lock_guard lock(mutex_);
  auto expired = [now](const auto& entry) { return entry.second.expires_at <= now; };
  std::erase_if(sessions_, expired);
  std::erase_if(users_, expired);
  size_.store(sessions_.size() + users_.size(), std::memory_order_release);
}

}  // namespace pms::security
