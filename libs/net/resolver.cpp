#include "net/resolver.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace pms::net {

Resolver::Resolver(boost::asio::execution_context& context)
    : service(context), resolver_(static_cast<boost::asio::io_context&>(context).get_executor()) {}

/// The coroutines that wait are destroyed with their frames.
void Resolver::shutdown() {
  resolver_.cancel();
  for (auto& [key, name] : names_)
    for (Lookup* lookup : std::exchange(name.waiting, {})) lookup->waiter_.drop();
}

core::Task<Endpoints> Resolver::resolve(const std::string& host, std::uint16_t port, Lookup& lookup) {
  boost::system::error_code not_an_address;
  const auto address = boost::asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, not_an_address);
  if (!not_an_address) co_return Endpoints{{address, port}};
  Name& name = names_[{host, port}];
  if (!name.in_progress && std::chrono::steady_clock::now() >= name.valid_until) look_up(host, port, name);
  if (name.endpoints.empty() && name.in_progress) {
    const auto place = name.waiting.insert(name.waiting.end(), &lookup);
    const bool finished = co_await lookup.waiter_.wait();
    if (!finished) {
      name.waiting.erase(place);
      co_return Endpoints();
    }
  }
  Endpoints endpoints = name.endpoints;
  if (endpoints.size() > 1)
    std::ranges::rotate(endpoints, endpoints.begin() + static_cast<std::ptrdiff_t>(name.turn++ % endpoints.size()));
  co_return endpoints;
}

void Resolver::look_up(const std::string& host, std::uint16_t port, Name& name) {
  name.in_progress = true;
  resolver_.async_resolve(host, std::to_string(port),
                          [&name](boost::system::error_code failure, const AsioResolver::results_type& found) {
                            if (failure == boost::asio::error::operation_aborted) return;  // the process ends
                            Endpoints endpoints;
                            for (const auto& entry : found) endpoints.push_back(entry.endpoint());
                            finish(name, std::move(endpoints));
                          });
}

void Resolver::finish(Name& name, Endpoints endpoints) {
  name.in_progress = false;
  name.valid_until = std::chrono::steady_clock::now() + max_age;
  if (!endpoints.empty()) name.endpoints = std::move(endpoints);
  // A caller that is resumed may cancel others, which then leave the list.
  while (!name.waiting.empty()) {
    Lookup& lookup = *name.waiting.front();
    name.waiting.pop_front();
    lookup.waiter_.resume(true);
  }
}

}  // namespace pms::net
