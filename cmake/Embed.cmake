# Files that travel inside the binary, so that an executable needs nothing beside it.

# pms_embed_migrations(<target> <namespace> <folder>): makes V<number>__<name>.<engine>.sql of the folder into
# `std::span<const pms::database::Migration> <namespace>::migrations()`, declared in the generated header
# "migrations.hpp".
function(pms_embed_migrations target namespace folder)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  file(GLOB inputs CONFIGURE_DEPENDS ${folder}/*.sql)
  add_custom_command(
    OUTPUT ${out}/migrations.cpp ${out}/migrations.hpp
    COMMAND ${CMAKE_COMMAND} -DMODE=migrations -DINPUT=${folder} -DOUT=${out} -DNAMESPACE=${namespace} -DNAME=migrations
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${inputs} ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake VERBATIM)
  target_sources(${target} PRIVATE ${out}/migrations.cpp ${out}/migrations.hpp)
  target_include_directories(${target} PRIVATE ${out})
endfunction()

# pms_embed_file(<target> <namespace> <file> <function>): makes `std::string_view <namespace>::<function>()`, declared
# in the generated header "<function>.hpp".
function(pms_embed_file target namespace file function)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  add_custom_command(
    OUTPUT ${out}/${function}.cpp ${out}/${function}.hpp
    COMMAND ${CMAKE_COMMAND} -DMODE=file -DINPUT=${file} -DOUT=${out} -DNAMESPACE=${namespace} -DNAME=${function}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${file} ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake VERBATIM)
  target_sources(${target} PRIVATE ${out}/${function}.cpp ${out}/${function}.hpp)
  target_include_directories(${target} PRIVATE ${out})
endfunction()
