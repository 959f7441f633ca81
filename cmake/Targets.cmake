# pms_library, pms_service, pms_executable, pms_test: a target is a folder, and a new source file in
# it is found by itself.
#
# Two things keep builds short (docs/decisions/0001-unity-builds.md has the measurements): one
# precompiled header for all production code and one for all tests, which are built before anything
# else; and unity builds, which compile several small files as one, so that the templates of Asio,
# Protobuf and GoogleTest are instantiated once for all of them. Names in anonymous namespaces must
# therefore be unique within a folder's target.
option(PMS_UNITY "Compile several source files as one" ON)
set(unity_files 8)       # an edited file is compiled with at most seven others
set(unity_test_files 6)

add_library(pms_pch STATIC ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
target_precompile_headers(pms_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled.hpp)
target_link_libraries(pms_pch PUBLIC Boost::headers fmt::fmt Threads::Threads)
if(PMS_TESTS)
  add_library(pms_test_pch STATIC ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
  target_precompile_headers(pms_test_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled.hpp <gtest/gtest.h>)
  target_link_libraries(pms_test_pch PUBLIC Boost::headers fmt::fmt GTest::gtest Threads::Threads)
endif()

function(pms_build_in_batches target files)
  if(PMS_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${files})
  endif()
endfunction()

# pms_library(core LINKS …): the .cpp files of libs/core, as target pms_core.
# pms_library(database_sqlite FOLDER sqlite …): those of a folder inside it, as a target of its own:
# a driver.
function(pms_library name)
  cmake_parse_arguments(ARG "" "FOLDER" "LINKS;PRIVATE_LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_FOLDER}/*.cpp)
  add_library(pms_${name} STATIC ${sources})
  target_link_libraries(pms_${name} PUBLIC pms_pch ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
  target_precompile_headers(pms_${name} REUSE_FROM pms_pch)
  pms_build_in_batches(pms_${name} ${unity_files})
endfunction()

# pms_service(patient-service LINKS …): everything of a service but its main, as target
# pms_patient_service, and the executable patient-service from src/main.cpp. A service's own headers
# are included from its src/.
function(pms_service name)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  string(REPLACE "-" "_" target pms_${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/*.cpp)
  list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/src/main.cpp)
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC pms_pch ${ARG_LINKS})
  target_precompile_headers(${target} REUSE_FROM pms_pch)
  pms_build_in_batches(${target} ${unity_files})
  pms_executable(${name} MAIN src/main.cpp LINKS ${target})
endfunction()

# pms_executable(pms LINKS …): an executable of the .cpp files in src/, or of one MAIN only.
function(pms_executable name)
  cmake_parse_arguments(ARG "" "MAIN" "LINKS" ${ARGN})
  if(NOT ARG_MAIN)
    file(GLOB_RECURSE ARG_MAIN CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/*.cpp)
  endif()
  add_executable(${name} ${ARG_MAIN})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS})
  target_precompile_headers(${name} REUSE_FROM pms_pch)
  pms_build_in_batches(${name} ${unity_files})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# pms_test(core_test LINKS …): one GoogleTest executable of the .cpp files in tests/, each test its
# own ctest entry. INCLUDES names further include folders (a service's src/).
function(pms_test name)
  if(NOT PMS_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "LINKS;INCLUDES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/tests/*.cpp)
  add_executable(${name} ${sources})
  target_include_directories(${name} PRIVATE ${ARG_INCLUDES})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} pms_test_pch GTest::gtest GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name} REUSE_FROM pms_test_pch)
  pms_build_in_batches(${name} ${unity_test_files})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  include(GoogleTest)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 120)
endfunction()

# pms_benchmark(search_benchmark LINKS …): the .cpp files in benchmarks/, built only when asked for
# by name.
function(pms_benchmark name)
  cmake_parse_arguments(ARG "" "" "LINKS;INCLUDES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/benchmarks/*.cpp)
  add_executable(${name} EXCLUDE_FROM_ALL ${sources})
  target_include_directories(${name} PRIVATE ${ARG_INCLUDES})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()
