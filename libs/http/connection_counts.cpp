#include "http/connection_counts.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "net/address.hpp"

namespace pms::http {

ClientKey::ClientKey(const boost::asio::ip::address& peer) {
  const auto address = net::without_mapping(peer);
  v4_ = address.is_v4();
  if (v4_) {
    bits_ = address.to_v4().to_uint();
    return;
  }
  const auto bytes = address.to_v6().to_bytes();
  for (std::size_t i = 0; i < 8; ++i) bits_ = bits_ << 8 | bytes[i];
}

ConnectionCounts::Open ConnectionCounts::add(const ClientKey& client) {
  core::MutexLock lock(mutex_);
  return {.all = ++all_, .of_client = ++by_client_[client]};
}

void ConnectionCounts::remove(const ClientKey& client) {
  core::MutexLock lock(mutex_);
  --all_;
  const auto entry = by_client_.find(client);
  if (--entry->second == 0) by_client_.erase(entry);
}

std::size_t ConnectionCounts::all() const {
  core::MutexLock lock(mutex_);
  return all_;
}

bool EvictionList::evict_longest_idle() {
  if (connections_.empty()) return false;
  connections_.front().evict();
  return true;
}

bool EvictionList::evict_longest_idle_of(const ClientKey& client) {
  const auto found = std::ranges::find(connections_, client, &EvictableConnection::client);
  if (found == connections_.end()) return false;
  found->evict();
  return true;
}

}  // namespace pms::http
