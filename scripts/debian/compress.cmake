# Debian wants pages and changelogs compressed. CPack calls this when all files are in place.
file(GLOB files ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/man/man?/*.? ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/doc/tenantscope/changelog*)
foreach(file ${files})
  execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
