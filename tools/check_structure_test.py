#!/usr/bin/env python3
"""Builds small trees that break one rule each and expects the complaint."""

import tempfile
import unittest
from pathlib import Path

from check_structure import check

PORTS = {
    "libs/core/result.hpp": "",
    "libs/resilience/deadline.hpp": "",
    "libs/database/database.hpp": "",
    "libs/database/sqlite/sqlite_database.hpp": "",
    "libs/http/router.hpp": "",
    "libs/testkit/fake_clock.hpp": "",
    "patient-service/src/domain/patient.hpp": "",
    "patient-service/src/app.hpp": "",
    "billing-service/src/domain/account.hpp": "",
}


class Structure(unittest.TestCase):
    def breaches(self, path, text=""):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in {**PORTS, path: text}.items():
                file = Path(folder, name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(content, encoding="utf-8")
            return check(Path(folder))

    def accepts(self, path, text=""):
        self.assertEqual(self.breaches(path, text), [])

    def refuses(self, path, text, complaint):
        breaches = self.breaches(path, text)
        self.assertEqual(len(breaches), 1, breaches)
        self.assertIn(complaint, breaches[0])
        self.assertTrue(breaches[0].startswith(path + ":"), breaches[0])

    def test_a_library_may_include_earlier_layers_and_its_own(self):
        self.accepts("libs/http/server.hpp", '#include "core/result.hpp"\n#include "database/database.hpp"\n')
        self.accepts("libs/http/server.cpp", '#include "http/router.hpp"\n#include <string>\n')

    def test_a_library_includes_no_later_layer_and_none_beside_it(self):
        self.refuses("libs/rpc/server.cpp", '#include "http/router.hpp"\n', "not of an earlier layer")
        self.refuses("libs/core/text.cpp", '\n#include "resilience/deadline.hpp"\n', ":2: libs/core must not include")
        self.refuses("libs/database/open.cpp", '#  include "http/router.hpp"\n', "not of an earlier layer")

    def test_a_librarys_tests_may_use_the_testkit_but_its_code_may_not(self):
        self.accepts("libs/core/tests/time_test.cpp", '#include "testkit/fake_clock.hpp"\n')
        self.accepts("libs/core/benchmarks/uuid_benchmark.cpp", '#include "testkit/fake_clock.hpp"\n')
        self.refuses("libs/core/time.cpp", '#include "testkit/fake_clock.hpp"\n', "libs/testkit is not of an earlier layer")

    def test_a_library_includes_no_service(self):
        self.refuses("libs/http/server.cpp", '#include "patient-service/src/app.hpp"\n', "of patient-service")
        self.refuses("libs/http/server.cpp", '#include "domain/account.hpp"\n', "of billing-service")

    def test_a_new_library_needs_a_layer(self):
        self.refuses("libs/fhir/fhir.cpp", '#include "core/result.hpp"\n', "has no place in the layers")

    def test_a_service_includes_itself_and_libraries(self):
        self.accepts("patient-service/src/http/routes.cpp", '#include "domain/patient.hpp"\n#include "http/router.hpp"\n')
        self.accepts("patient-service/tests/api_test.cpp", '#include "testkit/fake_clock.hpp"\n')

    def test_a_service_includes_no_other_service(self):
        include = '#include "billing-service/src/domain/account.hpp"\n'
        self.refuses("patient-service/src/http/routes.cpp", include, "services meet only in proto/")
        self.refuses("patient-service/tests/api_test.cpp", include, "services meet only in proto/")
        self.accepts("pms/src/serve.cpp", '#include "patient-service/src/app.hpp"\n')

    def test_a_service_is_not_built_on_the_testkit(self):
        self.refuses("patient-service/src/app.cpp", '#include "testkit/fake_clock.hpp"\n', "only tests")

    def test_the_domain_knows_nothing_of_the_rooms_around_it(self):
        for include in ("http/router.hpp", "storage/patients.hpp", "messaging/encoder.hpp", "application/create.hpp",
                        "database/database.hpp", "rpc/client.hpp"):
            self.refuses("patient-service/src/domain/rules.cpp", f'#include "{include}"\n', "domain/ must not include")
        self.refuses("patient-service/src/domain/rules.cpp", "#include <boost/json.hpp>\n", "no JSON")

    def test_the_application_knows_the_domain_only(self):
        self.accepts("patient-service/src/application/create.cpp", '#include "domain/patient.hpp"\n')
        self.refuses("patient-service/src/application/create.cpp", '#include "http/router.hpp"\n', "dependencies point inward")

    def test_only_the_composition_root_names_an_engine(self):
        include = '#include "database/sqlite/sqlite_database.hpp"\n'
        self.accepts("patient-service/src/app.cpp", include)
        self.accepts("libs/database/open.cpp", include)
        self.refuses("patient-service/src/storage/patients.cpp", include, "only app.cpp may include")
        self.refuses("libs/http/server.cpp", include, "only app.cpp may include")

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
        for path in ("libs/core/util.hpp", "libs/http/string_helpers.cpp", "patient-service/src/common.cpp", "docs/misc.md"):
            self.refuses(path, "", "says nothing")
        self.accepts("auth-service/src/common_passwords.cpp")
        self.accepts("build/dev/util.cpp")


if __name__ == "__main__":
    unittest.main()
