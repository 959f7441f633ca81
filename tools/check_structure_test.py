#!/usr/bin/env python3
"""Creates small trees that break one rule each, and expects the complaint."""

import tempfile
import unittest
from pathlib import Path

from check_structure import check

PORTS = {
    "libs/core/result.hpp": "",
    "libs/net/stream.hpp": "",
    "libs/database/database.hpp": "",
    "libs/database/sqlite/sqlite_database.hpp": "",
    "libs/http/message.hpp": "",
    "libs/rest/router.hpp": "",
    "libs/clinic/caller.hpp": "",
    "libs/testkit/fake_clock.hpp": "",
    "patient-service/src/domain/patient.hpp": "",
    "patient-service/src/app.hpp": "",
    "billing-service/src/domain/account.hpp": "",
}


class Structure(unittest.TestCase):
    def breaches(self, path, text="", header=True):
        with tempfile.TemporaryDirectory() as folder:
            files = {**PORTS, path: text}
            if header and path.endswith(".cpp"):
                files.setdefault(path[:-4] + ".hpp", "")
            for name, content in files.items():
                file = Path(folder, name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(content, encoding="utf-8")
            return check(Path(folder))

    def accepts(self, path, text=""):
        self.assertEqual(self.breaches(path, text), [])

    def refuses(self, path, text, complaint, header=True):
        breaches = self.breaches(path, text, header)
        self.assertEqual(len(breaches), 1, breaches)
        self.assertIn(complaint, breaches[0])
        self.assertTrue(breaches[0].startswith(path + ":"), breaches[0])

    def test_a_library_may_include_earlier_layers_and_its_own(self):
        self.accepts("libs/rest/paging.hpp", '#include "core/result.hpp"\n#include "http/message.hpp"\n')
        self.accepts("libs/rest/paging.cpp", '#include "rest/router.hpp"\n#include <string>\n')

    def test_a_library_includes_no_later_layer_and_none_beside_it(self):
        self.refuses("libs/rpc/server.cpp", '#include "rest/router.hpp"\n', "not of an earlier layer")
        self.refuses("libs/core/text.cpp", '\n#include "net/stream.hpp"\n', ":2: libs/core must not include")
        self.refuses("libs/database/open.cpp", '#  include "rest/router.hpp"\n', "not of an earlier layer")
        self.refuses("libs/http/server.cpp", '#include "rest/router.hpp"\n', "not of an earlier layer")
        self.refuses("libs/json/reader.cpp", '#include "net/stream.hpp"\n', "not of an earlier layer")

    def test_a_librarys_tests_may_use_the_testkit_but_its_code_may_not(self):
        self.accepts("libs/core/tests/time_test.cpp", '#include "testkit/fake_clock.hpp"\n')
        self.accepts("libs/core/benchmarks/uuid_benchmark.cpp", '#include "testkit/fake_clock.hpp"\n')
        self.refuses(
            "libs/core/time.cpp", '#include "testkit/fake_clock.hpp"\n', "libs/testkit is not of an earlier layer"
        )

    def test_a_library_includes_no_service(self):
        self.refuses("libs/http/server.cpp", '#include "domain/account.hpp"\n', "of billing-service")
        breaches = self.breaches("libs/http/server.cpp", '#include "patient-service/src/app.hpp"\n')
        self.assertIn("of patient-service", breaches[0])

    def test_a_new_library_needs_a_layer(self):
        self.refuses("libs/fhir/fhir.cpp", '#include "core/result.hpp"\n', "has no place in the layers")

    def test_a_service_includes_itself_and_libraries(self):
        include = '#include "domain/patient.hpp"\n#include "rest/router.hpp"\n'
        self.accepts("patient-service/src/routes/routes.cpp", include)
        self.accepts("patient-service/tests/api_test.cpp", '#include "testkit/fake_clock.hpp"\n')

    def test_a_service_includes_no_other_service(self):
        include = '#include "billing-service/src/domain/account.hpp"\n'
        self.refuses("patient-service/src/routes/routes.cpp", include, "services meet only in proto/")
        self.refuses("patient-service/tests/api_test.cpp", include, "services meet only in proto/")
        self.accepts("pms/src/serve.cpp", '#include "patient-service/src/app.hpp"\n')

    def test_a_service_is_not_built_on_the_testkit(self):
        self.refuses("patient-service/src/app.cpp", '#include "testkit/fake_clock.hpp"\n', "only tests")

    def test_the_domain_includes_nothing_around_it(self):
        for include in (
            "rest/router.hpp",
            "routes/routes.hpp",
            "storage/patients.hpp",
            "events/encoder.hpp",
            "clients/billing.hpp",
            "application/create.hpp",
            "database/database.hpp",
            "rpc/client.hpp",
        ):
            self.refuses("patient-service/src/domain/rules.cpp", f'#include "{include}"\n', "domain/ must not include")
        self.refuses("patient-service/src/domain/rules.cpp", "#include <boost/json.hpp>\n", "no JSON")

    def test_the_application_includes_the_domain_only(self):
        self.accepts("patient-service/src/application/create.cpp", '#include "domain/patient.hpp"\n')
        self.refuses(
            "patient-service/src/application/create.cpp", '#include "rest/router.hpp"\n', "dependencies point inward"
        )

    def test_the_gateways_folders_point_one_way(self):
        self.accepts("api-gateway/src/edge/admission.cpp", '#include "relay/relay.hpp"\n')
        self.accepts("api-gateway/src/relay/relay.cpp", '#include "routing/routes.hpp"\n')
        for room, include in (("relay", "edge/a.hpp"), ("routing", "relay/a.hpp"), ("routing", "edge/a.hpp")):
            self.refuses(f"api-gateway/src/{room}/file.cpp", f'#include "{include}"\n', "edge includes relay")

    def test_a_folder_of_a_service_is_not_named_like_a_library(self):
        breaches = self.breaches("patient-service/src/http/routes.cpp")
        self.assertIn("must not be named like a library", breaches[0])

    def test_only_the_clinic_library_uses_the_products_words(self):
        for text in ('const char* name = "patient";\n', "int billing_port = 0;\n", "/* x */ int Patients = 1;\n"):
            self.refuses("libs/config/load.cpp", text, "must not know")
        self.accepts("libs/config/load.cpp", "// A comment may mention a patient.\nint impatient = 0;\n")
        self.accepts("libs/http/message.cpp", '#include "clinic/caller.hpp"\nclinic::Caller caller;\n')
        self.accepts("libs/clinic/services.cpp", 'const char* name = "patient-service";\n')
        self.accepts("libs/config/tests/load_test.cpp", 'const char* name = "patient";\n')

    def test_events_contain_no_sql(self):
        text = 'constexpr auto pending = R"(\n  SELECT id FROM outbox)";\n'
        self.refuses("patient-service/src/events/events.cpp", text, "contains no SQL")
        self.accepts("patient-service/src/storage/rows.cpp", text)

    def test_the_application_knows_no_http_status(self):
        self.refuses("patient-service/src/application/create.cpp", "int status = 201;\n", "knows no HTTP status")
        self.accepts("patient-service/src/routes/create.cpp", "int status = 201;\n")

    def test_a_source_file_has_its_header(self):
        path = "libs/core/time.cpp"
        self.refuses(path, "", "must have a header of its own name, time.hpp", header=False)
        self.assertEqual(self.breaches("patient-service/src/main.cpp", header=False), [])
        self.assertEqual(self.breaches("libs/core/tests/time_test.cpp", header=False), [])

    def test_only_the_list_of_engines_names_a_driver(self):
        include = '#include "database/sqlite/sqlite_database.hpp"\n'
        self.accepts("libs/runtime/engines.cpp", include)
        self.accepts("libs/messaging/embedded/log.cpp", include)
        self.accepts("libs/database/tests/sqlite_test.cpp", include)
        self.refuses("patient-service/src/storage/patients.cpp", include, "only libs/runtime/engines.cpp may include")
        self.refuses("patient-service/src/app.cpp", include, "only libs/runtime/engines.cpp may include")
        self.refuses("libs/http/server.cpp", include, "only libs/runtime/engines.cpp may include")

    def test_an_engines_own_header_stays_in_its_folder(self):
        self.accepts("libs/database/sqlite/statement.cpp", "#include <sqlite3.h>\n")
        self.accepts("libs/database/tests/corrupt_test.cpp", "#include <sqlite3.h>\n")
        self.refuses("libs/database/open.cpp", "#include <sqlite3.h>\n", "only in libs/…/sqlite/")

    def test_a_public_header_of_a_service_is_readable_from_outside(self):
        self.accepts("patient-service/src/config.hpp", '#include "core/result.hpp"\n#include "app.hpp"\n')
        self.refuses("patient-service/src/config.hpp", '#include "domain/patient.hpp"\n', "what lies beside it")

    def test_no_include_climbs_out_of_its_folder(self):
        self.refuses("libs/http/server.cpp", '#include "../core/result.hpp"\n', "climbs out")

    def test_names_say_something(self):
        for path in (
            "libs/core/util.hpp",
            "libs/http/string_helpers.hpp",
            "patient-service/src/common.hpp",
            "docs/misc.md",
        ):
            self.refuses(path, "", "says nothing")
        self.accepts("auth-service/src/common_passwords.hpp")
        self.accepts("build/dev/util.cpp")


if __name__ == "__main__":
    unittest.main()
