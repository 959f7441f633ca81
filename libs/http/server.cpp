#include "http/server.hpp"

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include "http/connection.hpp"
#include "net/readiness.hpp"
#include "net/stream.hpp"
#include "telemetry/log.hpp"

namespace pms::http {
namespace {

namespace asio = boost::asio;
using Acceptor = asio::basic_socket_acceptor<net::Tcp, core::Executor>;

constexpr std::chrono::milliseconds drain_poll{10};
/// When there is no descriptor or memory left, connections wait in the accept queue for this long.
constexpr std::chrono::milliseconds accept_pause{100};
/// This many connections above the maximum are answered 503; further ones are closed without an
/// answer.
constexpr std::size_t max_turned_away = 1'000;

/// A lane of the server, see LaneContext. Used on its thread only, once the server has started.
struct Lane : LaneContext {
  Lane(asio::io_context& context, std::size_t place, const std::atomic<bool>& draining)
      : LaneContext{.io = context, .number = place, .draining = draining} {}

  /// One per listener. Its accepting coroutine owns it, so that it is destroyed before its
  /// io_context.
  std::vector<Acceptor*> acceptors;
  using Connections = boost::intrusive::list<Connection, boost::intrusive::base_hook<LaneHook>,
                                             boost::intrusive::constant_time_size<false>>;
  Connections connections;

  /// `action` may destroy any of the connections, which then removes itself from its list.
  template <class Action>
  void on_every_connection(Action action) {
    Connections to_do;
    to_do.swap(connections);
    while (!to_do.empty()) {
      Connection& connection = to_do.front();
      to_do.pop_front();
      connections.push_back(connection);
      action(connection);
    }
  }
};

struct Listener {
  int descriptor;
  net::Tcp protocol;
};

core::Result<> listening_result(const boost::system::error_code& failure, const std::string& where,
                                const std::string& service) {
  if (!failure) return {};
  if (failure == asio::error::address_in_use)
    return core::fail(core::Errc::unavailable, fmt::format("port in use: {} ({})", where, service));
  return core::fail(core::Errc::unavailable, fmt::format("cannot listen on {}: {}", where, failure.message()));
}

core::Task<void> run(std::unique_ptr<Connection> connection, bool accepted) {
  try {
    if (accepted) {
      co_await connection->serve();
    } else {
      co_await connection->turn_away();
    }
  } catch (const std::exception& failure) {
    telemetry::log(telemetry::Level::error, "http", "a connection failed",
                   {{"what", std::string_view(failure.what())}});
  }
}

/// Ends a lane's reference to its acceptor, which is about to be destroyed.
struct Forget {
  Lane& lane;
  Acceptor& acceptor;
  ~Forget() { std::erase(lane.acceptors, &acceptor); }
};

}  // namespace

struct Server::State : ServerShared, std::enable_shared_from_this<Server::State> {
  State(ServerSettings settings, std::span<asio::io_context* const> io, Handler& handler)
      : ServerShared(std::move(settings), handler) {
    for (auto* context : io) lanes.push_back(std::make_unique<Lane>(*context, lanes.size(), draining));
  }
  ~State() { close_listeners(); }

  void close_listeners() {
    for (const Listener& listener : std::exchange(listeners, {})) ::close(listener.descriptor);
  }

  /// Closes the connection at once when not even a refusal can be afforded.
  void open_connection(Lane& lane, net::Socket socket) noexcept {
    try {
      if (counts.all() >= settings.max_connections + max_turned_away) return;
      auto connection = std::make_unique<Connection>(shared_from_this(), std::move(socket), lane);
      lane.connections.push_back(*connection);
      const bool accepted = has_room_for(*connection, lane);
      asio::co_spawn(lane.io.get_executor(), run(std::move(connection), accepted), asio::detached);
    } catch (const std::exception& failure) {
      telemetry::log(telemetry::Level::warning, settings.service, "cannot serve a connection",
                     {{"reason", std::string_view(failure.what())}});
    }
  }

  /// Makes room by closing the connection of this lane that has been idle longest, if necessary.
  bool has_room_for(const Connection& connection, Lane& lane) const {
    const auto [all, of_client] = connection.open_connections();
    if (settings.max_connections_per_client > 0 && of_client > settings.max_connections_per_client)
      return lane.idle.evict_longest_idle_of(connection.client());
    return all <= settings.max_connections || lane.idle.evict_longest_idle();
  }

  static core::Task<void> accept(std::shared_ptr<State> self, Lane& lane, Listener listener) {
    Acceptor acceptor(lane.io.get_executor(), listener.protocol, listener.descriptor);
    lane.acceptors.push_back(&acceptor);
    const Forget forget{lane, acceptor};
    // It may be closed while this coroutine does not wait for it: between two connections, or in
    // the pause.
    while (acceptor.is_open()) {
      auto [failure, socket] = co_await acceptor.async_accept(net::as_result);
      if (!failure) {
        self->open_connection(lane, std::move(socket));
      } else if (failure != asio::error::operation_aborted) {
        const std::string reason = failure.message();
        telemetry::log(telemetry::Level::warning, self->settings.service, "cannot accept connections",
                       {{"reason", std::string_view(reason)}});
        asio::steady_timer pause(lane.io, accept_pause);
        co_await pause.async_wait(net::as_result);
      }
    }
  }

  /// Opens the connections that the kernel has already accepted, then accepts no more.
  void stop_accepting(Lane& lane) {
    for (Acceptor* acceptor : lane.acceptors) {
      boost::system::error_code failure;
      acceptor->non_blocking(true, failure);
      for (;;) {
        net::Socket socket(lane.io.get_executor());
        acceptor->accept(socket, failure);
        if (failure) break;
        open_connection(lane, std::move(socket));
      }
      acceptor->close(failure);
    }
  }

  /// Listens on one more address, at the same port as on those before it.
  boost::system::error_code listen(const asio::ip::address& address) {
    const net::Tcp::endpoint endpoint(address, port);
    boost::system::error_code failure;
    Acceptor acceptor(lanes.front()->io.get_executor());
    acceptor.open(endpoint.protocol(), failure);
    if (!failure) acceptor.set_option(Acceptor::reuse_address(true), failure);
    if (!failure) acceptor.bind(endpoint, failure);
    if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
    if (failure) return failure;
    port = acceptor.local_endpoint().port();
    listeners.push_back({.descriptor = acceptor.release(), .protocol = endpoint.protocol()});
    return {};
  }

  template <class Action>
  void on_every_lane(Action action) {
    for (auto& lane : lanes)
      asio::post(lane->io, [self = shared_from_this(), &lane = *lane, action] { action(*self, lane); });
  }

  std::vector<std::unique_ptr<Lane>> lanes;
  std::vector<Listener> listeners;  // one per address; each lane accepts from a duplicate
  std::uint16_t port = 0;
  std::atomic<std::size_t> lanes_accepting{0};
};

core::Task<bool> Handler::await_admission(Exchange&) { co_return true; }

Server::Server(ServerSettings settings, std::span<asio::io_context* const> io, Handler& handler)
    : state_(std::make_shared<State>(std::move(settings), io, handler)) {}

Server::~Server() {
  state_->close_listeners();
  close_connections();
}

core::Result<> Server::bind() {
  const auto& settings = state_->settings;
  const auto where = fmt::format("{}:{}", settings.host, settings.port);
  state_->port = settings.port;
  // Here, where it can be reported that no descriptor is left for it.
  try {
    for (auto& lane : state_->lanes) asio::use_service<net::Readiness>(lane->io);
  } catch (const std::exception& exception) {
    return core::fail(core::Errc::unavailable, fmt::format("cannot listen on {}: {}", where, exception.what()));
  }
  if (settings.host == "localhost") {
    auto failure = state_->listen(asio::ip::address_v4::loopback());
    if (!failure) failure = state_->listen(asio::ip::address_v6::loopback());
    // A machine without IPv6 has no ::1.
    if (failure == asio::error::address_family_not_supported || failure == std::errc::address_not_available) return {};
    return listening_result(failure, where, settings.service);
  }
  boost::system::error_code failure;
  const auto address = asio::ip::make_address(settings.host, failure);
  if (failure)
    return core::fail(core::Errc::invalid, fmt::format("cannot listen on {}: the host must be an IP address", where));
  return listening_result(state_->listen(address), where, settings.service);
}

std::uint16_t Server::port() const { return state_->port; }

void Server::start() {
  state_->lanes_accepting = state_->lanes.size();
  for (auto& lane : state_->lanes) {
    for (Listener listener : state_->listeners) {
      listener.descriptor = ::fcntl(listener.descriptor, F_DUPFD_CLOEXEC, 0);
      asio::co_spawn(lane->io.get_executor(), State::accept(state_, *lane, listener), asio::detached);
    }
  }
}

core::Task<void> Server::drain(core::Deadline deadline) {
  auto state = state_;
  if (!state->draining.exchange(true)) {
    state->close_listeners();
    state->on_every_lane([](State& self, Lane& lane) {
      self.stop_accepting(lane);
      lane.on_every_connection([](Connection& connection) { connection.begin_drain(); });
      --self.lanes_accepting;
    });
  }
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while ((state->lanes_accepting.load() > 0 || state->counts.all() > 0) && !deadline.passed()) {
    timer.expires_after(drain_poll);
    auto [stopped] = co_await timer.async_wait(net::as_result);
    if (stopped) co_return;
  }
  close_connections();
}

void Server::close_connections() {
  state_->on_every_lane([](State&, Lane& lane) {
    boost::system::error_code ignored;
    for (Acceptor* acceptor : lane.acceptors) acceptor->close(ignored);
    lane.on_every_connection([](Connection& connection) { connection.close(); });
  });
}

}  // namespace pms::http
