#include "app.hpp"

int main(int argc, char** argv) { return pms::runtime::run_service<pms::auth::App>(argc, argv); }
