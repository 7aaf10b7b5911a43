"""What `./manage up` says when all is ready: whom one may log in as, on one screen."""

from setup.up import welcome


def account(locality: str, login: str) -> dict[str, str]:
    return {"locality": locality, "role": "承办人", "name": "林清", "login": login, "password": f"{login}-secret"}


TWO_LOCALITIES = [
    account("淄博市", "linqing"), account("淄博市", "zhouping"), account("开化县", "hekai"), account("开化县", "xumin"),
]  # fmt: skip


def test_the_first_locality_shows_all_its_accounts_and_each_other_one_its_first():
    shown = "\n".join(welcome(TWO_LOCALITIES))
    assert [login for login in ("linqing", "zhouping", "hekai", "xumin") if login in shown] == [
        "linqing", "zhouping", "hekai",
    ]  # fmt: skip


def test_what_is_left_out_is_said_with_the_way_to_it():
    assert welcome(TWO_LOCALITIES)[-1] == "   and 1 more: ./manage bihuan demonstrate"
    assert "more" not in "\n".join(welcome(TWO_LOCALITIES[:2]))


def test_columns_stand_below_each_other_whatever_the_script():
    headings, *lines = welcome(TWO_LOCALITIES)[:-1]
    assert headings.startswith("   locality  role")
    assert {line.index("承办人") for line in lines} == {len("   淄博市    ")}


def test_no_account_is_no_fault():
    assert len(welcome([])) == 1
