#include "rpc/server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <fmt/format.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <thread>

#include "core/mutex.hpp"
#include "rpc/grpc_library.hpp"

namespace pms::rpc {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// The time that long-lived streams (health watches, reflection) get to notice the end.
constexpr std::chrono::milliseconds stream_grace{100};
/// How long the acceptor pauses if the process has no descriptor left.
constexpr std::chrono::milliseconds accept_pause{100};

using Socket = asio::basic_stream_socket<tcp, core::Executor>;

/// Both are process-wide switches, and plugins of every server created after them.
void enable_health_and_reflection() {
  static std::once_flag once;
  std::call_once(once, [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

void limit(grpc::ServerBuilder& builder, const ServerSettings& settings) {
  grpc::ResourceQuota quota("rpc");
  quota.Resize(64 * 1024 * 1024);
  quota.SetMaxThreads(4);  // reflection is the only service that needs its own thread
  builder.SetResourceQuota(quota);
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
  builder.SetMaxReceiveMessageSize(settings.max_message_bytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 1'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);  // detects clients that vanished
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);  // clients ping every 30 s
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
}

}  // namespace

/// The listening socket is ours, and gRPC receives accepted connections. Binding and serving are
/// therefore two steps, which gRPC's own listener does in one, and a port in use is an error of
/// ours instead of a line in gRPC's log.
struct Server::State : std::enable_shared_from_this<State> {
  State(ServerSettings server_settings, asio::io_context& io_context, Calls& server_calls)
      : settings(std::move(server_settings)),
        io(io_context),
        calls(server_calls),
        acceptor(io_context),
        pause(io_context) {}

  core::Result<> listen();
  core::Result<> build(std::vector<Mounted>);
  void accept();
  void hand_over(Socket);
  void accept_later();
  void close();
  void set_serving(bool);
  void stop(core::Deadline);

  const ServerSettings settings;
  asio::io_context& io;
  Calls& calls;
  std::vector<Mounted> services;
  std::uint16_t port = 0;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> connections;
  std::unique_ptr<grpc::Server> server;
  std::thread stopper;

  core::Mutex mutex;  // the end comes from a different thread than the connections
  bool closed PMS_GUARDED_BY(mutex) = false;
  asio::basic_socket_acceptor<tcp, core::Executor> acceptor;
  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, core::Executor>
      pause;
};

core::Result<> Server::State::listen() {
  const std::string address = fmt::format("{}:{}", settings.host, settings.port);
  boost::system::error_code error;
  tcp::resolver resolver(io);
  const auto found = resolver.resolve(settings.host, std::to_string(settings.port), tcp::resolver::passive, error);
  if (error || found.empty())
    return core::fail(core::Errc::unavailable, fmt::format("no such address: {} ({})", address, error.message()));
  const tcp::endpoint endpoint = *found.begin();
  acceptor.open(endpoint.protocol(), error);
  if (!error)
    acceptor.set_option(asio::socket_base::reuse_address(true),
                        error);  // allows the port while old connections are in TIME_WAIT
  if (!error) acceptor.set_option(tcp::no_delay(true), error);  // accepted sockets inherit it
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use)
    return core::fail(core::Errc::unavailable, fmt::format("port in use: {}", address));
  if (error)
    return core::fail(core::Errc::unavailable, fmt::format("cannot listen on {}: {}", address, error.message()));
  port = acceptor.local_endpoint().port();
  return {};
}

core::Result<> Server::State::build(std::vector<Mounted> mounted) {
  services = std::move(mounted);
  prepare_grpc_library();
  enable_health_and_reflection();
  grpc::ServerBuilder builder;
  limit(builder, settings);
  for (const Mounted& each : services) builder.RegisterService(each.service);
  connections = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD, grpc::InsecureServerCredentials());
  server = builder.BuildAndStart();
  if (server == nullptr) return core::fail(core::Errc::internal, "could not start the gRPC server");
  set_serving(false);
  return {};
}

void Server::State::accept() {
  core::MutexLock lock(mutex);
  if (closed) return;
  acceptor.async_accept([self = shared_from_this()](boost::system::error_code error, Socket socket) {
    if (error == asio::error::operation_aborted) return;
    // If there is no descriptor or memory left, connections wait in the queue until there is.
    if (error && error != asio::error::connection_aborted) return self->accept_later();
    if (!error) self->hand_over(std::move(socket));
    self->accept();
  });
}

void Server::State::hand_over(Socket socket) {
  boost::system::error_code error;
  socket.native_non_blocking(true, error);
  core::MutexLock lock(mutex);
  if (error || closed) return;
  grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
  connection.listener_fd = acceptor.native_handle();
  connection.fd = socket.release(error);
  if (!error) connections->HandleNewConnection(&connection);
}

void Server::State::accept_later() {
  core::MutexLock lock(mutex);
  if (closed) return;
  pause.expires_after(accept_pause);
  pause.async_wait([self = shared_from_this()](boost::system::error_code) { self->accept(); });
}

void Server::State::close() {
  core::MutexLock lock(mutex);
  closed = true;
  boost::system::error_code ignored;
  acceptor.close(ignored);
  pause.cancel();
}

void Server::State::set_serving(bool serving) {
  auto* health = server->GetHealthCheckService();
  health->SetServingStatus(serving);
  for (const Mounted& each : services) health->SetServingStatus(each.name, serving);
}

void Server::State::stop(core::Deadline deadline) {
  set_serving(false);
  close();
  calls.close(deadline);
  server->Shutdown(std::chrono::system_clock::now() + stream_grace);
}

Server::Server(ServerSettings settings, asio::io_context& io, Calls& calls)
    : state_(std::make_shared<State>(std::move(settings), io, calls)) {}

Server::~Server() {
  state_->close();
  if (state_->io.stopped()) state_->calls.abandon();
  if (state_->stopper.joinable()) state_->stopper.join();
  if (state_->server != nullptr) state_->server->Shutdown(std::chrono::system_clock::now() + stream_grace);
  state_->server.reset();
}

core::Result<> Server::bind() { return state_->listen(); }

core::Result<> Server::mount(std::vector<Mounted> services) { return state_->build(std::move(services)); }

std::uint16_t Server::port() const { return state_->port; }

void Server::start() {
  state_->set_serving(true);
  state_->accept();
}

core::Task<void> Server::drain(core::Deadline deadline) {
  constexpr asio::use_awaitable_t<core::Executor> awaitable;
  const auto executor = co_await asio::this_coro::executor;
  // gRPC's shutdown blocks, and the calls for which it waits need the I/O threads.
  auto initiate = [state = state_, deadline, executor](auto handler) {
    auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    state->stopper = std::thread([state = state.get(), deadline, executor, resume] {
      state->stop(deadline);
      asio::post(executor, [resume] { std::move (*resume)(); });
    });
  };
  auto stopping =
      asio::async_initiate<const asio::use_awaitable_t<core::Executor>, void()>(std::move(initiate), awaitable);
  co_await std::move(stopping);
}

}  // namespace pms::rpc
