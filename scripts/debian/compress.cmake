# Debian wants pages and changelogs compressed. CPack calls this when all files are in place.
set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share)
file(GLOB files ${share}/man/man?/*.? ${share}/doc/tenantscope/changelog*)
foreach(file ${files})
  execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
