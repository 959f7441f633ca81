#include "net/stream.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <sys/ioctl.h>

#include "core/deadline.hpp"
#include "core/task.hpp"
#include "net/input_buffer.hpp"
#include "testkit/raw_connection.hpp"
#include "testkit/run_task.hpp"

namespace pms::net {
namespace {

constexpr std::size_t read_bytes = 4096;  // what an InputBuffer that is always emptied has room for
constexpr int max_reads_in_a_row = 16;
constexpr int all_reads = 20;

/// What happened while a sender that is always ahead was read.
struct Observed {
  int reads_before_others = 0;
  bool others_ran = false;
  int reads = 0;
};

/// Accepts a connection and waits until more has arrived than may be read in a row.
core::Task<Socket> accept_with_backlog(boost::asio::basic_socket_acceptor<Tcp, core::Executor>& acceptor) {
  auto [failure, socket] = co_await acceptor.async_accept(as_result);
  const auto deadline = core::Deadline::after(std::chrono::seconds(10));
  int arrived = 0;
  while (arrived < static_cast<int>(all_reads * read_bytes) && !deadline.passed())
    ::ioctl(socket.native_handle(), FIONREAD, &arrived);
  co_return std::move(socket);
}

core::Task<Observed> read_backlog(boost::asio::basic_socket_acceptor<Tcp, core::Executor>& acceptor) {
  Stream stream(co_await accept_with_backlog(acceptor));
  Observed observed;
  boost::asio::post(acceptor.get_executor(), [&] {
    observed.others_ran = true;
    observed.reads_before_others = observed.reads;
  });
  InputBuffer input;
  while (observed.reads < all_reads && !stream.ended()) {
    if (stream.receive_now(input, 1)) {
      ++observed.reads;
      input.consume(input.unread().size());
    } else if (!co_await stream.readable()) {
      break;
    }
  }
  co_return observed;
}

TEST(Stream, LetsOthersRunAfterSixteenReadsInARow) {
  testkit::TestLoop loop;
  boost::asio::basic_socket_acceptor<Tcp, core::Executor> acceptor(loop.context().get_executor());
  acceptor.open(Tcp::v4());
  acceptor.set_option(boost::asio::socket_base::receive_buffer_size(256 * 1024));
  acceptor.bind({boost::asio::ip::address_v4::loopback(), 0});
  acceptor.listen();
  testkit::RawConnection sender(acceptor.local_endpoint().port());
  sender.send(std::string(all_reads * read_bytes, 'x'));
  const Observed observed = loop.run(read_backlog(acceptor));
  EXPECT_EQ(observed.reads, all_reads);
  EXPECT_TRUE(observed.others_ran);
  EXPECT_LE(observed.reads_before_others, max_reads_in_a_row);
}

}  // namespace
}  // namespace pms::net
