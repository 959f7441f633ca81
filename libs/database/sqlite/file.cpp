#include "database/sqlite/file.hpp"

#include <cerrno>
#include <expected>
#include <fmt/format.h>
#include <string_view>
#include <sys/stat.h>
#include <system_error>

namespace pms::database::sqlite {
namespace {

std::unexpected<core::Error> failed(std::string_view what, const std::filesystem::path& path, int error) {
  return core::fail(core::Errc::unavailable,
                    fmt::format("cannot {} {}: {}", what, path.string(), std::generic_category().message(error)));
}

core::Result<> ensure_folder(const std::filesystem::path& folder) {
  if (folder.empty() || mkdir(folder.c_str(), 0700) == 0) return {};
  if (errno == ENOENT) {
    if (auto made = ensure_folder(folder.parent_path()); !made) return made;
    if (mkdir(folder.c_str(), 0700) == 0) return {};
  }
  const int error = errno;
  std::error_code ignored;
  if (std::filesystem::is_directory(folder, ignored)) return {};
  return failed("create the folder", folder, error == EEXIST ? ENOTDIR : error);
}

}  // namespace

core::Result<> ensure_file(const std::filesystem::path& file) {
  if (auto made = ensure_folder(file.parent_path()); !made) return made;
  // This does not use open(): closing a descriptor of the file would drop the locks that another
  // connection of this process has on it.
  if (mknod(file.c_str(), S_IFREG | 0600, 0) != 0 && errno != EEXIST) return failed("create", file, errno);
  struct stat status{};
  if (stat(file.c_str(), &status) != 0) return failed("open", file, errno);
  if (!S_ISREG(status.st_mode))
    return core::fail(core::Errc::unavailable, fmt::format("{} is not a file", file.string()));
  return {};
}

std::optional<FileIdentity> identity_of(const std::filesystem::path& file) {
  struct stat status{};
  if (stat(file.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{.device = status.st_dev, .number = status.st_ino};
}

}  // namespace pms::database::sqlite
