# The kinds of target there are. Each takes a name, its files and what it links to; everything else is the same for all.

# Two precompiled headers for the whole tree: one for the code, one that adds GoogleTest.
add_library(pms_pch STATIC ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
target_precompile_headers(pms_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled.hpp)
target_link_libraries(pms_pch PUBLIC Boost::headers fmt::fmt Threads::Threads)
if(PMS_TESTS)
  add_library(pms_test_pch STATIC ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
  target_precompile_headers(pms_test_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled.hpp <gtest/gtest.h>)
  target_link_libraries(pms_test_pch PUBLIC Boost::headers fmt::fmt GTest::gtest Threads::Threads)
endif()

# pms_library(core SOURCES … LINKS …): the shared library of libs/<name>, as target pms_<name>.
function(pms_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(pms_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(pms_${name} PUBLIC pms_pch ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
  target_precompile_headers(pms_${name} REUSE_FROM pms_pch)
endfunction()

# pms_service(patient-service SOURCES … LINKS …): everything of a service but its main, as target pms_patient_service,
# and the executable patient-service from src/main.cpp. A service's own headers are included from its src/.
function(pms_service name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  string(REPLACE "-" "_" target pms_${name})
  add_library(${target} STATIC ${ARG_SOURCES})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC pms_pch ${ARG_LINKS})
  target_precompile_headers(${target} REUSE_FROM pms_pch)
  pms_executable(${name} SOURCES src/main.cpp LINKS ${target})
endfunction()

function(pms_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS})
  target_precompile_headers(${name} REUSE_FROM pms_pch)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# pms_test(core_test SOURCES … LINKS …): one GoogleTest executable, each test its own ctest entry. INCLUDES names
# further include folders (a service's src/).
function(pms_test name)
  if(NOT PMS_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;INCLUDES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${ARG_INCLUDES})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} pms_test_pch GTest::gtest GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name} REUSE_FROM pms_test_pch)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  include(GoogleTest)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 120)
endfunction()
