// Hands work from a coroutine to a thread of this driver, and the result back.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <functional>

#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::database::sqlite {

/// Ends one waiting operation. Called once, from any thread.
template <class T>
using Completion = std::move_only_function<void(core::Result<T>)>;

/// Returns an awaitable that gives `start` a Completion<T> and resumes the coroutine on its own
/// io_context when that is called. The io_context keeps running meanwhile: asio::co_spawn counts
/// the coroutine as work.
template <class T, class Start>
auto completed_by(core::Executor executor, Start start) {
  return boost::asio::async_initiate<const boost::asio::deferred_t, void(core::Result<T>)>(
      [executor](auto handler, Start start) {
        start(Completion<T>([executor, handler = std::move(handler)](core::Result<T> result) mutable {
          boost::asio::post(executor, [handler = std::move(handler), result = std::move(result)]() mutable {
            std::move(handler)(std::move(result));
          });
        }));
      },
      boost::asio::deferred, std::move(start));
}

}  // namespace pms::database::sqlite
