# `cpack -G DEB` makes one package a component, `cpack -G TGZ` one archive that runs wherever it is unpacked.

set(CPACK_PACKAGE_NAME attelier)
set(CPACK_PACKAGE_VENDOR "Attelier developers")
set(CPACK_PACKAGE_CONTACT "Attelier developers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Search attention cells for video networks")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_GENERATOR "DEB;TGZ")
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_THREADS 0)

set(CPACK_COMPONENTS_ALL "")
if(TARGET attelier-engine)
  list(APPEND CPACK_COMPONENTS_ALL cli)
endif()
if(TARGET attelier)
  list(APPEND CPACK_COMPONENTS_ALL gui)
endif()

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_CLI_PACKAGE_NAME attelier-engine)
set(CPACK_DEBIAN_GUI_PACKAGE_NAME attelier)
set(CPACK_COMPONENT_CLI_DESCRIPTION
    "Trains a supergraph of attention operations on video clips, derives a cell from its\nconnection weights, and retrains it beside controls. Carries its own LibTorch.")
set(CPACK_COMPONENT_GUI_DESCRIPTION
    "Shows a search while it runs: the supergraph, what each node attends to in a clip, the\nhistory; starts and steers the engine.")
set(CPACK_DEBIAN_GUI_PACKAGE_DEPENDS "attelier-engine (= ${PROJECT_VERSION}), fonts-dejavu-core | fonts-noto-core")
set(CPACK_DEBIAN_GUI_PACKAGE_RECOMMENDS "qt6-wayland, qt6-translations-l10n")

# What Debian has is depended on; LibTorch is in the package.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
if(TARGET attelier-engine)
  file(GLOB _vendored "${_nvidia}/*/lib")
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${_torch}" ${_vendored})
endif()

include(CPack)
