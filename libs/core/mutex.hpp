// A mutex that clang's thread-safety analysis understands. `./dev lint` compiles with
// -Wthread-safety, so a member declared PMS_GUARDED_BY(mutex_) can be used only while the mutex is
// held.
#pragma once

#include <mutex>

#if defined(__clang__)
#define PMS_THREAD_ANNOTATION(attribute) __attribute__((attribute))
#else
#define PMS_THREAD_ANNOTATION(attribute)
#endif

/// The member is read and written only while `mutex` is held.
#define PMS_GUARDED_BY(mutex) PMS_THREAD_ANNOTATION(guarded_by(mutex))
/// The function is called only while `mutex` is held.
#define PMS_REQUIRES(mutex) PMS_THREAD_ANNOTATION(requires_capability(mutex))

namespace pms::core {

class PMS_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void lock() PMS_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() PMS_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

/// Holds a mutex from its construction to its destruction.
class PMS_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) PMS_THREAD_ANNOTATION(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() PMS_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace pms::core
