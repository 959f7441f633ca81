// TCP sockets with a concrete executor, and sending without a detour through the scheduler.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <string_view>

#include "core/task.hpp"

namespace pms::http {

using Tcp = boost::asio::ip::tcp;
using Socket = boost::asio::basic_stream_socket<Tcp, core::Executor>;

/// Awaited at once: `auto [failure, size] = co_await socket.async_read_some(buffer, as_result);`
constexpr auto as_result = boost::asio::as_tuple(boost::asio::deferred);

/// Sends what the kernel takes at once; almost always all of it, which saves a turn of the scheduler per message.
/// Returns the bytes sent (0 when the kernel has no room), or nothing when the connection is broken.
std::optional<std::size_t> send_now(Socket&, std::string_view);

/// The same for two pieces, one behind the other.
std::optional<std::size_t> send_now(Socket&, std::string_view first, std::string_view second);

}  // namespace pms::http
