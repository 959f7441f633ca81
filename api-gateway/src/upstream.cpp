#include "upstream.hpp"

#include "http/url.hpp"
#include "telemetry/log.hpp"

namespace pms::gateway {
namespace {

constexpr int failures_to_eject = 5;
constexpr std::chrono::seconds ejected_for{30};

}  // namespace

core::Result<std::unique_ptr<Upstream>> Upstream::make(std::string name, const std::vector<std::string>& urls,
                                                       std::size_t lanes, const core::Clock& clock) {
  const std::string key = "gateway.upstream." + name;
  if (urls.empty()) return core::fail_field(key, "must name at least one URL");
  std::unique_ptr<Upstream> upstream(new Upstream(std::move(name), clock));
  for (const std::string& text : urls) {
    const auto url = http::parse_url(text);
    if (!url) return core::fail_field(key, url.error().message);
    if (url->target != "/") return core::fail_field(key, "must be a URL without a path, like http://127.0.0.1:4000");
    upstream->replicas_.push_back(std::make_unique<Replica>(url->host, url->port, lanes));
  }
  return upstream;
}

Replica& Upstream::next() {
  if (replicas_.size() == 1) return *replicas_.front();
  const std::size_t turn = turn_.fetch_add(1, std::memory_order_relaxed);
  const auto now = clock_.steady_now();
  for (std::size_t i = 0; i < replicas_.size(); ++i) {
    Replica& replica = *replicas_[(turn + i) % replicas_.size()];
    if (in_use(replica, now)) return replica;
  }
  return *replicas_[turn % replicas_.size()];
}

void Upstream::failed(Replica& replica) {
  if (++replica.failures_in_a_row_ < failures_to_eject) return;
  const auto now = clock_.steady_now();
  const auto others = std::ranges::count_if(
      replicas_, [&](const auto& other) { return other.get() != &replica && in_use(*other, now); });
  if (others == 0 || !in_use(replica, now)) return;
  replica.failures_in_a_row_ = 0;
  replica.ejected_until_ = now + ejected_for;
  telemetry::log(telemetry::Level::warning, "api-gateway", "replica ejected",
                 {{"upstream", std::string_view(name_)}, {"replica", std::string_view(replica.authority())}});
}

}  // namespace pms::gateway
