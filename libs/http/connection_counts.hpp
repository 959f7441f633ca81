// How many connections a server has, in total and of each client address, and which of them could
// be closed to make room for others.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "core/mutex.hpp"

namespace pms::http {

/// Stands for a client: its IPv4 address, or the first 64 bits of its IPv6 address, since a single
/// client usually has a whole /64 network.
class ClientKey {
 public:
  explicit ClientKey(const boost::asio::ip::address&);
  bool operator==(const ClientKey&) const = default;

 private:
  friend struct ClientKeyHash;
  std::uint64_t bits_ = 0;
  bool v4_ = false;
};

struct ClientKeyHash {
  std::size_t operator()(const ClientKey& key) const { return std::hash<std::uint64_t>()(key.bits_ ^ key.v4_); }
};

/// Thread-safe.
class ConnectionCounts {
 public:
  struct Open {
    std::size_t all = 0;
    std::size_t of_client = 0;
  };

  /// Counts a new connection. Returns the numbers with it.
  Open add(const ClientKey&);
  void remove(const ClientKey&);
  std::size_t all() const;

 private:
  mutable core::Mutex mutex_;
  std::size_t all_ PMS_GUARDED_BY(mutex_) = 0;
  // A client cannot make many keys collide: it would need a network of its own for each.
  std::unordered_map<ClientKey, std::size_t, ClientKeyHash> by_client_ PMS_GUARDED_BY(mutex_);
};

using EvictionHook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>,
                                                      boost::intrusive::tag<struct EvictionTag>>;

/// A connection that may be closed to make room while it is idle: nothing has arrived since its
/// last response. It is then in the list of its lane.
class EvictableConnection : public EvictionHook {
 public:
  virtual const ClientKey& client() const = 0;
  /// Closes the connection and destroys it.
  virtual void evict() = 0;

 protected:
  ~EvictableConnection() = default;
};

/// The idle connections of one lane, the longest idle first. Used on the lane's thread only.
class EvictionList {
 public:
  void add(EvictableConnection& connection) { connections_.push_back(connection); }
  /// Evicts the connection that has been idle longest. Returns false when none is idle.
  bool evict_longest_idle();
  /// The same among the connections of one client.
  bool evict_longest_idle_of(const ClientKey&);

 private:
  boost::intrusive::list<EvictableConnection, boost::intrusive::base_hook<EvictionHook>,
                         boost::intrusive::constant_time_size<false>>
      connections_;
};

}  // namespace pms::http
