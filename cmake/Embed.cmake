# Files that travel inside the binary, so that an executable needs nothing beside it.

# pms_embed_migrations(<target> <namespace> <folder>): makes V<number>__<name>.<engine>.sql of the folder into
# `std::span<const pms::database::Migration> <namespace>::migrations()`, declared in <folder>/../migrations.hpp's stead by
# the generated header "migrations.hpp" (on the target's include path).
function(pms_embed_migrations target namespace folder)
  pms_embed_step(${target} ${namespace} ${folder} migrations "*.sql")
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

function(pms_embed_step target namespace folder name pattern)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  file(GLOB inputs CONFIGURE_DEPENDS ${folder}/${pattern})
  add_custom_command(
    OUTPUT ${out}/${name}.cpp ${out}/${name}.hpp
    COMMAND ${CMAKE_COMMAND} -DMODE=migrations -DINPUT=${folder} -DOUT=${out} -DNAMESPACE=${namespace} -DNAME=${name}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${inputs} ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake VERBATIM)
  target_sources(${target} PRIVATE ${out}/${name}.cpp ${out}/${name}.hpp)
  target_include_directories(${target} PRIVATE ${out})
endfunction()
