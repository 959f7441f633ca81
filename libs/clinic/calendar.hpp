// The clinic's calendar: the current date in its time zone.
#pragma once

#include "core/clock.hpp"
#include "core/time.hpp"

namespace pms::clinic {

class Calendar {
 public:
  Calendar(const core::Clock& clock, core::TimeZone zone) : clock_(clock), zone_(std::move(zone)) {}

  core::Timestamp now() const { return clock_.now(); }
  core::Date date_of(core::Timestamp moment) const { return zone_.date_of(moment); }
  core::Date today() const { return zone_.date_of(clock_.now()); }

 private:
  const core::Clock& clock_;
  core::TimeZone zone_;
};

}  // namespace pms::clinic
