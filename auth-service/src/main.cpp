#include "app.hpp"
#include "runtime/run.hpp"

int main(int argc, char** argv) { return pms::runtime::run_service<pms::auth::App>(argc, argv); }
