#include "routes/etag.hpp"

#include <fmt/format.h>

namespace pms::patient {

std::string etag_of(std::int64_t version) { return fmt::format("\"{}\"", version); }

}  // namespace pms::patient
