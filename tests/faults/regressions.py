"""What went wrong in other schedulers and libraries, and the tests that would see it here (reliability 5).

For each number of that list: the threads, what went wrong there, and the tests by file and name; or why it cannot
happen here. `test_regressions.py` holds that every number is told and every named test is there.
"""

from typing import NamedTuple


class Regression(NamedTuple):
    """`tests`: "file::name", from the folder of the tests; empty where `why` says why there is none."""

    threads: str
    what: str
    tests: tuple[str, ...] = ()
    why: str = ""


CLAIMS, CLAIMING = "services/test_claims.py", "services/test_claiming.py"
SURVIVE = "browser/test_forms_survive.py"
GUARDS = "welkin/test_guards.py"

REGRESSIONS: dict[int, Regression] = {
    1: Regression(
        "calcom/cal.diy #13397, #5820",
        "many at once book one slot",
        (f"{CLAIMS}::test_of_many_at_once_one_has_the_time", "faults/test_races.py"),
    ),
    2: Regression(
        "calcom/cal.diy #10789, #29958",
        "what makes a waiting thing real skips the check",
        (
            f"{CLAIMS}::test_a_visit_is_not_set_back_over_what_was_booked_since",
            f"{CLAIMS}::test_granted_leave_takes_the_hosts_time_beside_the_visits_that_are_there",
            f"{CLAIMING}::test_whatever_makes_time_busy_claims_it_under_the_locks",
        ),
    ),
    3: Regression("calcom/cal.diy #22803", "a series is booked without the guard", why="There are no series yet."),
    4: Regression(
        "calcom/cal.diy #13360",
        "two who join first make two sessions",
        ("services/test_joining.py::test_many_who_join_at_once_never_overfill_and_nobody_who_was_told_yes_is_missing",),
    ),
    5: Regression(
        "calcom/cal.diy #22401, #22400",
        "what is kept decides a booking",
        ("faults/test_regressions.py::test_a_booking_reads_the_calendar_itself",),
    ),
    6: Regression(
        "calcom/cal.diy #28151",
        "a lock of rows that are not there yet",
        (
            f"{CLAIMS}::test_of_many_at_once_one_has_the_time",
            "services/test_on_postgres.py::test_writes_and_mirrors_on_postgres",
        ),
    ),
    7: Regression(
        "calcom/cal.diy #13865, #16414, #21710, #21589, #21623",
        "the key of a booking outlives it, or hits itself",
        (
            f"{CLAIMS}::test_a_move_takes_the_new_time_and_gives_back_the_old",
            f"{CLAIMS}::test_another_host_takes_over_and_the_first_is_free",
            f"{CLAIMS}::test_what_is_cancelled_or_deleted_is_free_at_once",
        ),
    ),
    8: Regression(
        "calcom/cal.diy #6909, #10973, #20064, #18935",
        "one's own hold is in one's way, or stays",
        (
            "services/test_reconciling.py::test_what_never_left_is_given_back_when_its_lease_ends",
            f"{CLAIMS}::test_a_move_takes_the_new_time_and_gives_back_the_old",
        ),
    ),
    9: Regression(
        "calcom/cal.diy #24260",
        "a slot that is offered cannot be booked",
        (
            "oracle/test_properties.py::test_what_is_offered_can_be_booked_and_is_then_offered_no_more",
            "oracle/test_properties.py::test_no_conflict_stands_against_what_is_offered",
        ),
    ),
    10: Regression(
        "calcom/cal.diy #6622",
        "what another tab took is an error",
        ("faults/test_regressions.py::test_a_time_that_was_taken_in_another_tab_is_told_in_the_form",),
    ),
    11: Regression(
        "alextselegidis/easyappointments #31, #845, #982",
        "whoever is picked is not checked again",
        (f"{CLAIMS}::test_what_was_taken_after_the_check_is_seen_under_the_locks",),
    ),
    12: Regression(
        "alextselegidis/easyappointments #1431, #1783",
        "the back office has a way around",
        (
            f"{CLAIMS}::test_an_override_is_marked_and_only_for_whom_it_doubles",
            "services/test_appointments_book.py::test_an_override_needs_the_right_and_keeps_its_reason",
        ),
    ),
    13: Regression(
        "LibreBooking/librebooking #147",
        "two are told yes, one has it",
        ("faults/test_checker.py::test_a_broken_run_is_found_out", "faults/test_races.py"),
    ),
    14: Regression(
        "fossasia/eventyay #1359, #1378",
        "a quick branch skips the lock",
        (
            f"{CLAIMING}::test_whatever_makes_time_busy_claims_it_under_the_locks",
            f"{CLAIMING}::test_a_path_that_claims_nothing_would_be_seen",
        ),
    ),
    15: Regression(
        "odoo/odoo #252960",
        "a second channel goes around the guard",
        (
            "services/test_choke_point.py::test_services_write_through_the_choke_point_only",
            f"{CLAIMING}::test_every_writer_is_in_one_of_the_tables",
        ),
    ),
    16: Regression(
        "pretix/pretix #2408",
        "the order of locks, and a wait without end",
        (
            "faults/test_regressions.py::test_locks_are_asked_for_in_one_order",
            f"{CLAIMS}::test_what_passes_is_tried_again_a_few_times",
        ),
    ),
    17: Regression(
        "indico/indico #4315, #4705",
        "nothing matches everything; what is cancelled stands in the way",
        (
            "faults/test_regressions.py::test_a_change_of_nobodys_time_claims_nothing",
            "domain/test_conflict.py::test_what_does_not_stand_in_the_way",
        ),
    ),
    18: Regression(
        "delta-whiplash/CloudMeet #43",
        "a call between the check and the insert",
        (
            "faults/test_regressions.py::test_nothing_is_asked_while_the_time_is_taken",
            "faults/test_regressions.py::test_nothing_is_locked_while_the_api_is_asked",
        ),
    ),
    19: Regression(
        "newtheatre/rooms #83",
        "a conditional write that changed no row is taken for done",
        (
            "services/test_reconciling.py::test_a_worker_that_wakes_up_after_its_lease_sends_nothing",
            "services/test_appointments_book.py::test_a_form_pressed_eight_times_at_once_gives_one_visit",
        ),
    ),
    20: Regression(
        "Bahmni PatientDoubleBookingConflict",
        "a patient at two places; ends that touch",
        (
            "services/test_claims.py::test_the_database_refuses_what_overlaps",
            "services/test_claims.py::test_a_booking_takes_the_time_of_clinician_and_patient",
            "domain/test_conflict.py::test_what_does_not_stand_in_the_way",
        ),
    ),
    21: Regression(
        "calcom/cal.diy #1092, #4702, #10517",
        "the wall time moves with the clock",
        ("domain/test_slots_clocks.py::test_every_hour_of_the_day_is_offered_as_often_as_it_is_shown",),
    ),
    22: Regression(
        "calcom/cal.diy #6217",
        "no slot on the day of the change",
        ("domain/test_raster.py::test_the_repeated_hour_is_offered_twice",),
    ),
    23: Regression(
        "calcom/cal.diy #12137",
        "a window that ends on the day of the change",
        ("oracle/test_properties.py::test_what_is_offered_can_be_booked_and_is_then_offered_no_more",),
    ),
    24: Regression(
        "calcom/cal.diy #30021",
        "shifts after noon on that day",
        ("zones/test_transitions.py::test_each_clock_shows_what_the_data_say",),
    ),
    25: Regression(
        "calcom/cal.diy #2250",
        "there and back between zones is not the same",
        ("web/test_moments.py::test_an_instant_shows_what_was_typed_and_a_choice_leads_to_one",),
    ),
    26: Regression(
        "the recorded hours",
        "borders at midnight UTC, days off, open ends, 23:59",
        ("domain/test_recorded_hours.py::test_a_recorded_week", "domain/test_recorded_hours.py::test_a_recorded_day"),
    ),
    27: Regression(
        "jawah/urllib3.future #280, psf/requests #3458, urllib3/urllib3 #1911",
        "a POST is sent twice",
        (f"{GUARDS}::test_a_change_whose_connection_dies_reaches_the_server_once",),
    ),
    28: Regression(
        "axiomhq/axiom-py #184",
        "POST in the list of what is retried",
        (f"{GUARDS}::test_no_retry_is_configured_but_in_the_one_loop",),
    ),
    29: Regression(
        "Lightmatter/welkin-health client.py",
        "an HTML 401, a shared token, a query in the log",
        (
            f"{GUARDS}::test_two_clients_of_one_tenant_do_not_share_a_token",
            f"{GUARDS}::test_the_token_is_nowhere_but_in_memory",
            f"{GUARDS}::test_at_info_no_library_writes_a_query_to_the_log",
        ),
    ),
    30: Regression(
        "HyphaApp/hypha #4531, pretalx/pretalx #2635, IBM/mcp-context-forge #2910, bigskysoftware/htmx #2052",
        "a login page inside a part of a page",
        (f"{SURVIVE}::test_a_session_that_ended_is_begun_again_in_place_and_the_press_goes_through",),
    ),
    31: Regression(
        "bigskysoftware/htmx #3432",
        "the back button after a login shows nothing",
        (f"{SURVIVE}::test_back_and_submit_again_shows_the_visit_and_makes_no_second_one",),
    ),
    32: Regression(
        "bigskysoftware/htmx #497",
        "back or reload shows a bare part",
        ("web/test_headers.py::test_every_answer_of_every_route_carries_the_headers",),
    ),
    33: Regression(
        "bigskysoftware/htmx #1113, #3048, #3049, #3305, #3193",
        "pages of patients in the browser's storage",
        ("faults/test_regressions.py::test_no_page_is_kept_in_the_browser",),
    ),
    34: Regression(
        "bigskysoftware/htmx #3483",
        "a second submit just before the redirect",
        (f"{SURVIVE}::test_a_press_and_enter_book_once", "browser/test_booking.py::test_a_double_click_books_once"),
    ),
    35: Regression(
        "bigskysoftware/htmx #1843, #2438",
        "two buttons of one form at once",
        (f"{SURVIVE}::test_a_press_and_enter_book_once",),
    ),
    36: Regression(
        "evoila/meho #2055",
        "an error that says nothing",
        (f"{SURVIVE}::test_every_answer_that_is_none_says_something_and_leaves_the_form",),
    ),
    37: Regression(
        "suitenumerique/conversations #721, jazzband/django-redis #57 and #6, dimagi/commcare-cloud #6682, "
        "sebleier/django-redis-cache #143",
        "Redis away is a server error",
        (
            "test_caching.py::test_f57_away_it_answers_as_there",
            "test_caching.py::test_f57_signing_in_works_and_is_limited_while_it_is_away",
        ),
    ),
    38: Regression(
        "APSL/django-yubin #72",
        "work begun before its commit, or lost after it",
        (
            "services/test_reconciling.py::test_what_left_before_its_worker_ended_is_looked_for",
            "faults/test_crash.py",
        ),
    ),
    39: Regression(
        "healthchecks v2.3, v2.7, v2.9, v4.3, v4.4-dev",
        "two changes of one row at once",
        ("services/test_joining.py::test_two_joins_through_daybook_do_not_take_each_other_out",),
    ),
    40: Regression(
        "SQLite, a read that becomes a write",
        "locked at once instead of after a wait",
        ("faults/test_regressions.py::test_many_processes_write_one_file_and_none_is_locked_out",),
    ),
    41: Regression(
        "alextselegidis/easyappointments #1387, #1849",
        "what is somebody else's can be changed by its id",
        ("services/test_joining.py::test_a_stranger_adds_nobody", "web/test_appointments_book.py::"
         "test_nobody_out_of_reach_is_booked_by_a_made_up_form"),
    ),
    42: Regression(
        "alextselegidis/easyappointments #664, #208",
        "records of people inside the page's JSON",
        why="No page holds JSON of people: the board's and the forms' data are the HTML itself.",
    ),
    43: Regression(
        "calcom/cal.diy #21667",
        "guessable links show names",
        ("web/test_headers.py::test_a_stranger_is_sent_to_the_login",),
    ),
    44: Regression(
        "Indico GHSA-wgpj-7c2j-vfjm, GHSA-rrqf-w74j-24ff, GHSA-2v95-h47v-g4x9, GHSA-fmqq-25x9-c6hm, PYSEC-2026-2182",
        "the Host header, `next`, confirm texts, downloads",
        (
            "web/test_failures.py::test_a_host_that_is_not_ours",
            "web/test_accounts.py::test_a_login_never_leads_to_another_site",
        ),
    ),
    45: Regression(
        "healthchecks v1.22",
        "an absolute address in `next`",
        ("web/test_accounts.py::test_a_login_never_leads_to_another_site",),
    ),
    46: Regression(
        "Automattic/edit-flow #975, geoff-maddock/events-tracker #2104", "feeds", why="There are no feeds yet."
    ),
    47: Regression(
        "apache/superset #13735, django-import-export #1543, netresearch/timetracker #318",
        "formulas in exports",
        why="There are no exports yet.",
    ),
    48: Regression("Lightmatter/django-welkin views.py", "an unsigned webhook", why="There are no webhooks."),
    49: Regression(
        "TRUNCATE, INSERT OR REPLACE",
        "an audit trail that can be changed",
        ("services/test_audit_chain.py::test_the_database_refuses_whatever_is_no_new_line",),
    ),
}  # fmt: skip
