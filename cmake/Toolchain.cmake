# Language level, warnings, sanitizers, linker and compiler cache: what every target is compiled
# with.
option(PMS_WARNINGS_AS_ERRORS "Treat warnings as errors" OFF)
option(PMS_LTO "Optimise across files when linking" OFF)
option(PMS_TESTS "Build the tests" ON)
set(PMS_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)

# -O1 is a third of the compile time of -O2 in coroutine-heavy files; line tables are enough for a
# readable backtrace.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")

add_compile_options(-pthread -Wall -Wextra -Wpedantic -Wconversion -fno-omit-frame-pointer)
if(PMS_WARNINGS_AS_ERRORS)
  add_compile_options(-Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these inside std::string, std::variant and coroutine frames that it inlined
  # itself.
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds
                      -Wno-stringop-overread -Wno-free-nonheap-object -Wno-dangling-pointer -Wno-use-after-free
                      -Wno-mismatched-new-delete -Wno-missing-field-initializers
                      -Wno-subobject-linkage)  # of a type in the anonymous namespace of a file in a unity build
endif()

if(PMS_SANITIZE)
  add_compile_options(-fsanitize=${PMS_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${PMS_SANITIZE})
  if(PMS_SANITIZE MATCHES thread)
    # The thread sanitizer knows no fences (g++ warns of each); Asio's mutexes order the same
    # things.
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()

if(PMS_LTO)
  add_compile_options(-flto=auto)
  add_link_options(-flto=auto -O3)
else()
  find_program(PMS_MOLD mold)
  if(PMS_MOLD)
    add_link_options(-fuse-ld=mold)
  endif()
endif()

find_program(PMS_CCACHE ccache)
if(PMS_CCACHE)
  # Precompiled headers are cached only with these.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
                                  CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${PMS_CCACHE})
  add_compile_options(-fpch-preprocess)
endif()

# Contracts are checked (core/assert.hpp) unless this is a release.
add_compile_definitions($<$<NOT:$<CONFIG:Release>>:PMS_ASSERTIONS>)

# One set of definitions for every target, so that all can share one precompiled header.
add_compile_definitions(
  BOOST_ASIO_SEPARATE_COMPILATION   # its implementation is compiled once, in libs/core/asio.cpp
  BOOST_ASIO_NO_DEPRECATED
  BOOST_ALL_NO_LIB
  NOMINMAX UTF8PROC_EXPORTS)        # Debian 13's packages define these for the targets that link them

include_directories(${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/libs)
