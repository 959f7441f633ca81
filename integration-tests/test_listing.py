"""The list of patients: pages, order, cursors, totals."""

import re
import unicodedata

import pytest

from patients import create
from problems import assert_problem


@pytest.fixture(scope="module")
def listed(admin):
    """Patients whose order depends on every rule: equal names, diacritics, cases and dates."""
    names = ["Zoë", "zoe", "Zoe", "Änne", "anna", "Anna", "Anna", "Øystein", "élodie", "Elodie"]
    for year, name in enumerate(names * 3, start=1950):
        create(admin, name=name, dateOfBirth=f"{year}-01-01", registeredDate=f"{2020 - year % 7}-03-01")


def page(client, **parameters):
    answer = client.get("/api/patients", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer


def next_link(answer):
    link = re.fullmatch(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
    return link and link[1]


def walk(client, **parameters):
    """Yields every patient of a list by following the links."""
    answer = page(client, **parameters)
    while True:
        yield from answer.json()["patients"]
        link = next_link(answer)
        if not link:
            return
        answer = client.get("/api/patients" + link)
        assert answer.status_code == 200, answer.text


PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "’": "'"})


def folded(text):
    """The sort key of a name: without case, diacritics and invisible characters."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    seen = [letter for letter in decomposed if unicodedata.category(letter) not in ("Mn", "Mc", "Me", "Cf")]
    return "".join(seen).translate(PLAIN)


def test_the_first_page_has_ten_patients_and_the_totals(admin, listed):
    body = page(admin).json()
    assert (body["page"], body["size"], len(body["patients"])) == (1, 10, 10)
    assert body["totalElements"] >= 30
    assert body["totalPages"] == -(-body["totalElements"] // 10)
    assert "totalElementsIsLowerBound" not in body


def test_a_patient_in_the_list_equals_the_patient_read_by_its_id(admin, listed):
    first = page(admin).json()["patients"][0]
    assert admin.get(f"/api/patients/{first['id']}").json() == first


def test_the_total_counts_every_patient_once(admin, listed):
    before = page(admin).json()["totalElements"]
    for _ in range(3):
        create(admin)
    assert page(admin).json()["totalElements"] == before + 3


@pytest.mark.parametrize("sort", ["asc", "desc"])
@pytest.mark.parametrize("field", ["name", "email", "registeredDate", "dateOfBirth"])
def test_following_the_links_returns_every_patient_once_and_in_order(admin, listed, field, sort):
    patients = list(walk(admin, size=7, sort=sort, sortField=field))
    ids = [patient["id"] for patient in patients]
    assert len(set(ids)) == len(ids) == page(admin).json()["totalElements"]

    keys = [folded(patient[field]) if field == "name" else patient[field] for patient in patients]
    assert keys == sorted(keys, reverse=sort == "desc")


def test_pages_by_number_equal_pages_by_link(admin, listed):
    by_link = [patient["id"] for patient in walk(admin, size=9)]
    pages = page(admin, size=9).json()["totalPages"]
    by_number = [
        patient["id"]
        for number in range(1, pages + 1)
        for patient in page(admin, size=9, page=number).json()["patients"]
    ]
    assert by_number == by_link


def test_a_page_beyond_the_last_is_empty(admin, listed):
    body = page(admin, page=900, size=100).json()
    assert body["patients"] == []
    assert body["page"] == 900


def test_the_last_page_has_no_next_link(admin, listed):
    pages = page(admin, size=10).json()["totalPages"]
    assert next_link(page(admin, size=10, page=pages)) is None
    assert next_link(page(admin, size=10, page=pages - 1))


@pytest.mark.parametrize(
    "parameters, field",
    [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=x", "page"),
        ("page=", "page"),
        ("page=1.5", "page"),
        ("page=99999999999999999999", "page"),
        ("page=2&page=3", "page"),
        ("size=0", "size"),
        ("size=101", "size"),
        ("size=ten", "size"),
        ("sort=up", "sort"),
        ("sortField=address", "sortField"),
        ("cursor=nonsense", "cursor"),
        ("cursor=", "cursor"),
        ("colour=red", "colour"),
    ],
)
def test_an_invalid_parameter_is_named(admin, parameters, field):
    assert_problem(admin.get(f"/api/patients?{parameters}"), 400, field)


def test_a_page_number_beyond_the_limit_suggests_following_the_links(admin):
    problem = assert_problem(admin.get("/api/patients?page=1002&size=100"), 400, "page")
    assert "next" in str(problem["errors"])
