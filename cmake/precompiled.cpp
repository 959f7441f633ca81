// The one file of pms_pch and pms_test_pch: a library needs one to carry a precompiled header.
