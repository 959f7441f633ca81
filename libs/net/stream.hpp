// Connected TCP sockets that coroutines read and write, without a system call or a turn of the scheduler that is not
// needed: reading begins when bytes are known to be there, and resumes its coroutine directly.
//
// In place of Asio's sockets by measurement: those try to read before they wait, which nearly always fails when
// requests and answers alternate, and take each read through the scheduler. Under 64 connections a relayed request
// made 3.7 calls of recv where it makes 2 now, and a twentieth of the whole request's CPU time went with them.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include "core/task.hpp"
#include "net/input_buffer.hpp"

namespace pms::net {

using Tcp = boost::asio::ip::tcp;
using Socket = boost::asio::basic_stream_socket<Tcp, core::Executor>;

/// For Asio's own operations: `auto [failure, socket] = co_await acceptor.async_accept(as_result);`
constexpr auto as_result = boost::asio::as_tuple(boost::asio::deferred);

class Readiness;
using StreamHook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// A coroutine that waits, as a completion handler kept in place.
class Waiter {
 public:
  Waiter() = default;
  ~Waiter() { drop(); }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// To be awaited; the result is what resume() is given.
  auto wait() {
    return boost::asio::async_initiate<const boost::asio::deferred_t&, void(bool)>(
        [this](auto&& handler) { keep(std::forward<decltype(handler)>(handler)); }, boost::asio::deferred);
  }
  bool waits() const { return take_ != nullptr; }
  /// Resumes the coroutine; it may wait here again meanwhile.
  void resume(bool result) { std::exchange(take_, nullptr)(kept_, &result); }
  /// Lets go of the coroutine.
  void drop() {
    if (waits()) std::exchange(take_, nullptr)(kept_, nullptr);
  }

 private:
  template <class Handler>
  void keep(Handler&& handler) {
    using Kept = std::decay_t<Handler>;
    static_assert(sizeof(Kept) <= sizeof(kept_));
    new (kept_) Kept(std::forward<Handler>(handler));
    take_ = [](void* kept, const bool* result) {
      Kept taken(std::move(*static_cast<Kept*>(kept)));
      static_cast<Kept*>(kept)->~Kept();
      if (result != nullptr) std::move(taken)(*result);
    };
  }

  alignas(void*) std::byte kept_[4 * sizeof(void*)];
  void (*take_)(void*, const bool*) = nullptr;
};

/// Belongs to one io_context and is used on its thread only.
class Stream : public StreamHook {
 public:
  /// Takes over a connected socket.
  explicit Stream(Socket);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Reads what is there, at most what `input` has room for, which is at least `room`. False: nothing has come, or
  /// ended().
  bool receive_now(InputBuffer& input, std::size_t room);
  /// Nothing will come any more: closed_by_peer() in good order, or broken.
  bool ended() const { return ended_; }
  bool closed_by_peer() const { return closed_by_peer_; }

  /// Sends what the kernel takes of both, one behind the other, without waiting. Nothing: the connection is broken.
  std::optional<std::size_t> send_now(std::string_view first, std::string_view second = {});

  /// `const bool ready = co_await stream.readable();` False: cancelled. Only after receive_now() or send_now() did less
  /// than they were asked to.
  auto readable() { return reader_.wait(); }
  auto writable() { return writer_.wait(); }

  /// Resumes whoever waits, with false.
  void cancel();
  /// No more will be sent.
  void finish_sending();
  void shut_down();

  /// Whether bytes or an end have come that nobody has read. Asks the kernel.
  bool has_input() const;
  Tcp::endpoint peer() const;

 private:
  friend class Readiness;

  void on_events(std::uint32_t events);
  /// The io_context ends: of the coroutines that wait, too.
  void let_go();

  Readiness& readiness_;
  int descriptor_;
  Waiter reader_;
  Waiter writer_;
  bool may_have_input_ = true;
  bool hung_up_ = false;  // the other side sends no more: what is there is to be read to its end
  bool ended_ = false;
  bool closed_by_peer_ = false;
};

}  // namespace pms::net
