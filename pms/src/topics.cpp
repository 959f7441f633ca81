#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <expected>
#include <google/protobuf/util/json_util.h>
#include <string>

#include "commands.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "messaging/event_log.hpp"
#include "patient/v1/patient_event.pb.h"
#include "runtime/engines.hpp"
#include "system.hpp"

namespace pms {
namespace {

constexpr std::size_t page = 1'000;

/// Returns the event in its JSON mapping, or null if the bytes are not a PatientEvent.
boost::json::value decoded(const std::string& bytes) {
  ::patient::v1::PatientEvent event;
  std::string text;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  if (!event.ParseFromString(bytes) || !google::protobuf::util::MessageToJsonString(event, &text, options).ok())
    return nullptr;
  return boost::json::parse(text);
}

void print_record_json(const messaging::StoredRecord& stored) {
  boost::json::object headers;
  for (const auto& [name, value] : stored.record.headers) headers[name] = value;
  boost::json::object line{{"topic", stored.topic},
                           {"partition", stored.partition},
                           {"offset", stored.offset},
                           {"timestamp", core::format_timestamp(stored.timestamp)},
                           {"key", stored.record.key},
                           {"headers", std::move(headers)},
                           {"event", decoded(stored.record.value)}};
  fmt::print("{}\n", boost::json::serialize(line));
}

void print_record(const messaging::StoredRecord& stored) {
  fmt::print("{:>3} {:>8}  {}  {}  {}\n", stored.partition, stored.offset, core::format_timestamp(stored.timestamp),
             stored.record.key, stored.header("ce_type").value_or("-"));
}

core::Task<core::Result<>> print_topic(messaging::EventLog& log, std::string topic, bool json) {
  auto partitions = co_await log.partitions(topic);
  if (!partitions) co_return std::unexpected(partitions.error());
  for (std::int32_t partition = 0; partition < *partitions; ++partition) {
    std::int64_t next = 0;
    for (;;) {
      auto records = co_await log.read(topic, partition, next, page);
      if (!records) co_return std::unexpected(records.error());
      for (const auto& stored : *records) json ? print_record_json(stored) : print_record(stored);
      if (records->empty()) break;
      next = records->back().offset + 1;
    }
  }
  co_return core::Result<>{};
}

}  // namespace

int read_topic(const std::string& topic, bool json, const PropertyFlags& flags) {
  SystemConfig config;
  if (auto failed = load(config, flags)) return *failed;
  if (!runtime::event_log_exists(config.patient.events.url)) {
    fmt::print(stderr, "pms: no event log exists yet at {}\n", config.patient.events.url);
    return 1;
  }
  runtime::Settings process = config.process;
  process.threads = 1;
  runtime::Runtime runtime(process);
  auto log = runtime::open_event_log(config.patient.events.url);
  if (!log) {
    fmt::print(stderr, "pms: {}\n", log.error().message);
    return 1;
  }
  runtime.start_threads();
  const auto printed = runtime.wait(print_topic(**log, topic, json));
  runtime.stop_threads();
  if (printed) return 0;
  fmt::print(stderr, "pms: {}\n", printed.error().message);
  return 1;
}

}  // namespace pms
