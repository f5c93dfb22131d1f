# Texts in other languages.
#
#   attelier_translations(attelier)   -> resources/translations/*.ts in the program, as :/attelier/translations/attelier_de.qm
#   cmake --build … --target update_translations   -> lupdate over widgets/, ui/ and app/window into those files
#
# attelier_en.ts holds plurals only ("1 clip", "2 clips"). Where lrelease (package qt6-l10n-tools) is not installed the
# program is built without them and speaks the English of its sources.

# Not those of PATH, which may be another Qt's.
foreach(_program lrelease lupdate)
  string(TOUPPER "ATTELIER_${_program}" _variable)
  find_program(${_variable} NAMES ${_program} HINTS "${QT6_INSTALL_PREFIX}/${QT6_INSTALL_BINS}" NO_DEFAULT_PATH)
endforeach()
mark_as_advanced(ATTELIER_LRELEASE ATTELIER_LUPDATE)

function(attelier_translations target)
  if(NOT ATTELIER_LRELEASE)
    message(STATUS "No lrelease (qt6-l10n-tools): the window speaks English only")
    return()
  endif()
  set(folder "${CMAKE_BINARY_DIR}/translations")
  file(MAKE_DIRECTORY "${folder}")
  file(GLOB texts CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/resources/translations/attelier_*.ts")
  set(binaries "")
  foreach(text IN LISTS texts)
    cmake_path(GET text STEM LAST_ONLY name)
    add_custom_command(
      OUTPUT "${folder}/${name}.qm"
      COMMAND "${ATTELIER_LRELEASE}" -silent "${text}" -qm "${folder}/${name}.qm"
      DEPENDS "${text}"
      VERBATIM)
    list(APPEND binaries "${folder}/${name}.qm")
  endforeach()
  if(binaries)
    qt_add_resources(${target} translations PREFIX /attelier/translations BASE "${folder}" FILES ${binaries})
  endif()
endfunction()

if(ATTELIER_LUPDATE AND NOT TARGET update_translations)
  set(_folder "${CMAKE_SOURCE_DIR}/resources/translations")
  set(_update "${ATTELIER_LUPDATE}" -silent -I . -locations none -no-obsolete -source-language en app/window ui widgets)
  add_custom_target(
    update_translations
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${_folder}"
    COMMAND ${_update} -target-language de -ts "${_folder}/attelier_de.ts"
    COMMAND ${_update} -pluralonly -target-language en -ts "${_folder}/attelier_en.ts"
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
    VERBATIM)
endif()
