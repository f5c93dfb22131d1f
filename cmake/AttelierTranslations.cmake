# Texts in other languages.
#
#   attelier_translations(attelier)        -> the .qm files in the program's resources, :/attelier/translations/attelier_de.qm
#   cmake --build … --target update_translations   -> lupdate over widgets/, ui/ and app/ into resources/translations/*.ts
#
# attelier_en.ts holds plurals only ("1 clip", "2 clips"). Where lrelease is not installed (qt6-tools-dev, qt6-l10n-tools)
# the program is built without them and speaks the English of its sources.

find_package(Qt6 QUIET COMPONENTS LinguistTools)

function(attelier_translations target)
  file(GLOB texts CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/resources/translations/attelier_*.ts")
  if(NOT TARGET Qt6::lrelease)
    message(STATUS "No lrelease: the window is built in English only")
    return()
  endif()
  set(binaries "")
  foreach(text IN LISTS texts)
    cmake_path(GET text STEM LAST_ONLY name)
    set(binary "${CMAKE_BINARY_DIR}/translations/${name}.qm")
    add_custom_command(
      OUTPUT "${binary}"
      COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/translations"
      COMMAND Qt6::lrelease -silent "${text}" -qm "${binary}"
      DEPENDS "${text}"
      VERBATIM)
    list(APPEND binaries "${binary}")
  endforeach()
  if(binaries)
    qt_add_resources(${target} translations PREFIX /attelier/translations BASE "${CMAKE_BINARY_DIR}/translations" FILES ${binaries})
  endif()
endfunction()

if(TARGET Qt6::lupdate AND NOT TARGET update_translations)
  set(_folder "${CMAKE_SOURCE_DIR}/resources/translations")
  add_custom_target(
    update_translations
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${_folder}"
    COMMAND Qt6::lupdate -silent -locations none -no-obsolete -source-language en -target-language de app/window ui widgets -ts
            "${_folder}/attelier_de.ts"
    COMMAND Qt6::lupdate -silent -locations none -no-obsolete -pluralonly -source-language en -target-language en app/window ui
            widgets -ts "${_folder}/attelier_en.ts"
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
    VERBATIM)
endif()
