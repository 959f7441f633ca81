// What every executable does first.
#pragma once

namespace pms::runtime {

/// Opens each standard stream that is closed as /dev/null. Otherwise the first files and sockets
/// would get the numbers 0 to 2, and log lines would be written into them. An executable that calls
/// prepare_process() runs this by itself, before any library is initialised.
void open_standard_streams();

/// Prepares the process; call it at the start of main(). SIGXFSZ is ignored, so that a write beyond
/// a file-size limit fails instead of ending the process.
void prepare_process();

/// Returns whether SIGHUP is ignored, as under nohup. It then must stay ignored.
bool ignores_hangup();

}  // namespace pms::runtime
