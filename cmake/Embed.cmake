# Files that are embedded in a binary, so that an executable needs no other files. Generated headers
# are added to the target pms_generated (CMakeLists.txt), for tools that read sources without
# building them.

# pms_embed_migrations(<target> <namespace> <folder>): makes V<number>__<name>.<engine>.sql of the
# folder into `std::span<const pms::database::Migration> <namespace>::migrations()`, declared in the
# generated header "migrations.hpp".
function(pms_embed_migrations target namespace folder)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  file(GLOB inputs CONFIGURE_DEPENDS ${folder}/*.sql)
  add_custom_command(
    OUTPUT ${out}/migrations.cpp ${out}/migrations.hpp
    COMMAND ${CMAKE_COMMAND} -DMODE=migrations -DINPUT=${folder} -DOUT=${out} -DNAMESPACE=${namespace} -DNAME=migrations
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${inputs} ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake VERBATIM)
  set_property(GLOBAL APPEND PROPERTY PMS_GENERATED ${out}/migrations.hpp)
  target_sources(${target} PRIVATE ${out}/migrations.cpp ${out}/migrations.hpp)
  target_include_directories(${target} PRIVATE ${out})
endfunction()

# pms_embed_file(<target> <namespace> <file> <function>): makes `std::string_view
# <namespace>::<function>()`, declared in the generated header "<function>.hpp".
function(pms_embed_file target namespace file function)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  add_custom_command(
    OUTPUT ${out}/${function}.cpp ${out}/${function}.hpp
    COMMAND ${CMAKE_COMMAND} -DMODE=file -DINPUT=${file} -DOUT=${out} -DNAMESPACE=${namespace} -DNAME=${function}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${file} ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake VERBATIM)
  set_property(GLOBAL APPEND PROPERTY PMS_GENERATED ${out}/${function}.hpp)
  target_sources(${target} PRIVATE ${out}/${function}.cpp ${out}/${function}.hpp)
  target_include_directories(${target} PRIVATE ${out})
endfunction()

# Debian's own interpreter, which has python3-yaml: the python3 on PATH may be another one.
find_program(PMS_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)

# pms_embed_openapi(<target> <namespace> <name>): makes openapi/<name>.yaml into JSON and that into
# `std::string_view <namespace>::<name>_document()`, declared in the generated header
# "<name>_document.hpp".
function(pms_embed_openapi target namespace name)
  set(json ${CMAKE_CURRENT_BINARY_DIR}/embedded/${name}.json)
  set(sources ${CMAKE_SOURCE_DIR}/openapi/${name}.yaml ${CMAKE_SOURCE_DIR}/openapi/shared.yaml)
  set(script ${CMAKE_SOURCE_DIR}/cmake/openapi_json.py)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  add_custom_command(OUTPUT ${json} COMMAND ${PMS_PYTHON} ${script} ${CMAKE_SOURCE_DIR}/openapi/${name}.yaml ${json}
                     DEPENDS ${sources} ${script} VERBATIM)
  pms_embed_file(${target} ${namespace} ${json} ${name}_document)
endfunction()

# pms_embed_swagger_ui(<target> <folder of our pages>): the files of Swagger UI, as far as ./dev has
# fetched them, and ours. They go through the linker, which takes a megabyte in a moment; a compiler
# takes long for such a literal.
set(PMS_SWAGGER_UI ${CMAKE_SOURCE_DIR}/build/swagger-ui CACHE PATH "Where the files of Swagger UI are")
function(pms_embed_swagger_ui target folder)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.html ${folder}/*.js ${folder}/*.css ${PMS_SWAGGER_UI}/*.css ${PMS_SWAGGER_UI}/*.js
                                    ${PMS_SWAGGER_UI}/*.png ${PMS_SWAGGER_UI}/*.LICENSE.txt)
  set(names "")
  foreach(file ${files})
    get_filename_component(name ${file} NAME)
    list(APPEND names ${name} ${name}.gz)
  endforeach()
  set(script ${CMAKE_SOURCE_DIR}/cmake/swagger_ui_table.py)
  add_custom_command(
    OUTPUT ${out}/swagger_ui_files.cpp ${out}/swagger_ui_files.o
    COMMAND ${PMS_PYTHON} ${script} ${out} ${files}
    COMMAND ${CMAKE_COMMAND} -E chdir ${out}/files
            ${CMAKE_LINKER} -r -z noexecstack -b binary -o ${out}/swagger_ui_files.o ${names}
    COMMAND ${CMAKE_OBJCOPY} --rename-section .data=.rodata,alloc,load,readonly,data,contents ${out}/swagger_ui_files.o
    DEPENDS ${files} ${script} VERBATIM)
  set_source_files_properties(${out}/swagger_ui_files.o PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  target_sources(${target} PRIVATE ${out}/swagger_ui_files.cpp ${out}/swagger_ui_files.o)
endfunction()
