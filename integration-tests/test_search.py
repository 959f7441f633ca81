"""Searching the patients through the gateway."""

import sqlite3
import unicodedata
import uuid

import pytest

from patients import create
from problems import assert_problem


def search(client, text, **parameters):
    answer = client.get("/api/patients", params={"searchValue": text} | parameters)
    assert answer.status_code == 200, answer.text
    return answer


def found(client, text, **parameters):
    return [patient["id"] for patient in search(client, text, **parameters).json()["patients"]]


def a_word():
    """Returns a word that the name of no other patient contains."""
    return "".join(chr(ord("g") + int(digit, 16)) for digit in uuid.uuid4().hex[:16])


def test_patients_are_found_by_parts_of_their_names(admin):
    word = a_word()
    zoe = create(admin, name=f"Zoë Müller-{word.title()}")["id"]
    hans = create(admin, name=f"{word.upper()} Hans")["id"]
    assert found(admin, word) == [hans, zoe]
    assert found(admin, word[3:9].upper()) == [hans, zoe]
    assert found(admin, f"mull {word} zo") == [zoe]
    assert found(admin, f"{word} z") == [zoe]
    assert found(admin, f"{word} ns") == []
    assert found(admin, f"{word} {a_word()}") == []
    body = search(admin, word, size=1).json()
    assert (body["totalElements"], body["totalPages"]) == (2, 2)
    assert "totalElementsIsLowerBound" not in body


def test_a_search_follows_a_rename_and_a_deletion(admin):
    word, other = a_word(), a_word()
    patient = create(admin, name=word)["id"]
    assert admin.patch(f"/api/patients/{patient}", json={"name": other}).status_code == 200
    assert (found(admin, word), found(admin, other)) == ([], [patient])
    assert admin.delete(f"/api/patients/{patient}").status_code == 204
    assert found(admin, other) == []


def test_a_patient_is_found_by_the_complete_email_in_any_case(admin):
    patient = create(admin)
    assert found(admin, patient["email"].upper()) == [patient["id"]]
    assert found(admin, patient["email"][1:]) == []


@pytest.mark.parametrize("field", ["name", "email", "registeredDate", "dateOfBirth"])
@pytest.mark.parametrize("sort", ["asc", "desc"])
def test_the_pages_of_a_search_are_reached_by_links(admin, field, sort):
    word = a_word()
    created = {
        create(admin, name=f"Zoë {word} {number % 3}", dateOfBirth=f"19{60 + number}-01-01")["id"]
        for number in range(7)
    }
    answer = search(admin, word, size=3, sort=sort, sortField=field)
    patients = answer.json()["patients"]
    while "next" in answer.links:
        answer = admin.get("/api/patients" + answer.links["next"]["url"])
        assert answer.status_code == 200, answer.text
        assert answer.json()["totalElements"] == 7
        patients += answer.json()["patients"]
    assert len(patients) == 7
    assert {patient["id"] for patient in patients} == created
    keys = [(patient[field].lower(), patient["id"]) for patient in patients]
    assert keys == sorted(keys, reverse=sort == "desc")
    assert [
        patient["id"]
        for number in (1, 2, 3)
        for patient in search(admin, word, size=3, page=number, sort=sort, sortField=field).json()["patients"]
    ] == [patient["id"] for patient in patients]


@pytest.mark.parametrize(
    "name, searches",
    [
        ("Zoe\u0308 Nun\u0303ez", ["ZO\u00cb", "nu\u00f1ez zoe"]),
        ("مريم بنت عبد الله", ["مريم", "عبد الله"]),
        ("מרים כהן", ["כהן"]),
        ("王小明", ["王", "小明", "王小明"]),
        ("Işık İnan", ["ISIK", "isik inan"]),
        ("Groß ﬁona Ægir Sørensen", ["GROSS", "fiona", "aegir sorensen"]),
        ("Ada 👩🏽‍⚕️ 𝒜𝒹𝒶", ["👩🏽‍⚕️"]),
        ("O’Brien “Bob”", ["o'brien", "“bob”", "bob"]),
    ],
)
def test_a_name_in_any_script_is_preserved_and_found_in_any_normalization_form(admin, name, searches):
    word = a_word()
    name = f"{name} {word}"
    created = create(admin, name=name, address=name)
    read = admin.get(f"/api/patients/{created['id']}").json()
    assert (read["name"], read["address"]) == (name, name)
    for text in searches:
        for form in ("NFC", "NFD"):
            assert found(admin, f"{unicodedata.normalize(form, text)} {word}") == [created["id"]], (text, form)


def test_sorting_ignores_the_normalization_form(admin):
    word = a_word()
    names = [f"Zo\u00eb {word}", f"Zoe\u0308 {word}", f"ZOE {word}", f"Zod {word}", f"Zof {word}"]
    created = {create(admin, name=name)["id"]: name for name in names}
    assert [created[patient] for patient in found(admin, word)] == [names[3], names[0], names[1], names[2], names[4]]


@pytest.mark.parametrize(
    "text", ['"', "*", "zoe OR ada", "name_search:ada", "^ada", "ada*", "(ada", "ada) --", "%", "_", "'"]
)
def test_search_text_is_never_parsed_as_an_expression(admin, text):
    create(admin)
    assert found(admin, f"{text} {a_word()}") == []


def test_a_blank_search_lists_all_patients(admin):
    create(admin)
    assert search(admin, " ").json()["totalElements"] == admin.get("/api/patients").json()["totalElements"]


def test_an_invalid_search_is_rejected_naming_the_parameter(admin):
    for parameters in (
        "searchValue=a%00b",
        "searchValue=%ff",
        f"searchValue={'x' * 255}",
        "searchValue=a&searchValue=b",
    ):
        assert_problem(admin.get("/api/patients?" + parameters), 400, "searchValue")
    word = a_word()
    for _ in range(2):
        create(admin, name=word)
    link = search(admin, word, size=1).links["next"]["url"]
    assert_problem(admin.get(f"/api/patients{link}&searchValue={word}"), 400, "searchValue")


@pytest.fixture(scope="module")
def crowded(module_deployments):
    """A system with more patients of one name than a search counts."""
    system = module_deployments.create("all-in-one").start().settle()
    with sqlite3.connect(system.data / "patient.db", timeout=20) as database:
        database.execute(
            """
            INSERT INTO patient
              (id, version, change_id, name, registered_date, name_search, name_sort, created_at, updated_at)
            WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 10001)
            SELECT
              printf('0190a8f0-0000-7000-8000-%012d', number),
              1, 'c', 'Common', '2024-01-01', '  common', 'common', 1, 1
            FROM numbers"""
        )
    database.close()
    return system


def test_more_than_ten_thousand_matches_are_reported_as_a_lower_bound(crowded):
    with crowded.client() as client:
        body = search(client, "common").json()
        assert (body["totalElements"], body["totalElementsIsLowerBound"]) == (10_000, True)
        assert len(body["patients"]) == 10
