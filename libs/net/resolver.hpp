// Looks up the addresses of host names, so that no request waits for a name server once a name has
// been found: a look-up repeats in the background, and until it succeeds the last answer is used.
#pragma once

#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/task.hpp"
#include "net/stream.hpp"

namespace pms::net {

using Endpoints = std::vector<Tcp::endpoint>;

/// There is one for each io_context, which owns it; used on its thread only.
class Resolver : public boost::asio::execution_context::service {
 public:
  using key_type = Resolver;
  static inline boost::asio::execution_context::id id;

  /// An answer older than this, also that there are no addresses, is looked up again when it is
  /// used next.
  static constexpr std::chrono::seconds max_age{5};

  explicit Resolver(boost::asio::execution_context&);

  /// A caller that waits for the first answer for a name, and can stop to.
  class Lookup {
   public:
    void cancel() {
      if (waiter_.waits()) waiter_.resume(false);
    }

   private:
    friend class Resolver;
    Waiter waiter_;
  };

  /// Returns the addresses of a name, an IP address or "localhost" (127.0.0.1), in turn a different
  /// one first. Empty: there are none, or the look-up was cancelled.
  core::Task<Endpoints> resolve(const std::string& host, std::uint16_t port, Lookup&);

 private:
  struct Name {
    Endpoints endpoints;
    core::SteadyTime valid_until = core::SteadyTime::min();
    bool in_progress = false;
    std::size_t turn = 0;
    std::list<Lookup*> waiting;
  };

  void shutdown() override;
  void look_up(const std::string& host, std::uint16_t port, Name&);
  static void finish(Name&, Endpoints);

  using AsioResolver = boost::asio::ip::basic_resolver<Tcp, core::Executor>;
  AsioResolver resolver_;
  std::map<std::pair<std::string, std::uint16_t>, Name> names_;  // entries are never removed
};

}  // namespace pms::net
