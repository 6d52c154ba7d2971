"""The fault catalogue (reliability 2): for each row the tests that meet it, or why there is none.

`test_catalogue.py` holds that every row is told and every named test is there.
"""

from typing import NamedTuple


class Row(NamedTuple):
    """`tests`: "file::name", from the folder of the tests; empty where `why` says why there is none."""

    what: str
    tests: tuple[str, ...] = ()
    why: str = ""


CALLS, TOKENS = "faults/test_api_faults_calls.py", "faults/test_api_faults_tokens.py"
ANSWERS, WRITES = "faults/test_api_faults_answers.py", "faults/test_api_faults_writes.py"
SCREENS, SURVIVE = "faults/test_api_faults_screens.py", "web/test_forms_survive.py"
BROWSER, GUARDS = "browser/test_forms_survive.py", "welkin/test_guards.py"
OVERLAPS = "services/test_overlaps.py"
CLAIMS, RECONCILING = "services/test_claims.py", "services/test_reconciling.py"
RACES, CRASH, AMBIGUOUS = "faults/test_races.py", "faults/test_crash.py", "faults/test_ambiguous.py"
PANEL, CHANGE = "web/test_appointments_panel.py", "services/test_appointments_change.py"
ZONES, LOST = (
    "zones/test_transitions.py",
    f"{CALLS}::test_f05_to_f08_f16_f17_a_create_is_sent_once_and_its_outcome_unknown",
)
EVERY_PAGE = f"{SCREENS}::test_f01_to_f20_no_page_breaks_and_none_offers_time_it_could_not_read"
EVERY_FORM = f"{SCREENS}::test_f01_to_f20_a_booking_that_cannot_be_checked_comes_back_with_what_was_typed"
CHECKED = f"{SCREENS}::test_f02_f05_to_f08_a_booking_without_an_answer_is_being_checked_and_sent_once"
ONE_VISIT = f"{WRITES}::test_f05_f06_f08_a_booking_whose_answer_is_lost_becomes_one_visit"
MIXED = f"{WRITES}::test_f05_f06_mixed_so_that_nobody_can_guess"
BLIND = f"{AMBIGUOUS}::test_lost_answers_make_no_second_visit_and_no_untrue_answer"

CATALOGUE: dict[int, Row] = {
    1: Row(
        "the API is down",
        (
            f"{CALLS}::test_f01_an_api_that_is_away_was_sent_nothing",
            f"{SCREENS}::test_f01_a_week_that_was_seen_stays_readable_dated_and_comes_back",
            EVERY_PAGE,
            EVERY_FORM,
        ),
    ),
    2: Row(
        "slow before the first byte",
        (
            f"{CALLS}::test_f02_a_change_without_an_answer_is_unknown",
            f"{CALLS}::test_f02_a_read_without_an_answer_ends_with_its_deadline",
            "web/test_stalled_api.py::test_pages_that_need_no_call_are_answered_while_the_api_stalls",
            CHECKED,
        ),
    ),
    3: Row(
        "a byte at a time",
        (
            f"{CALLS}::test_f03_a_drip_is_ended_by_the_deadline_of_the_whole_call",
            f"{CALLS}::test_f03_a_dripping_answer_to_a_change_leaves_it_unknown",
            EVERY_PAGE,
        ),
    ),
    4: Row(
        "reset before anything was sent",
        (
            f"{CALLS}::test_f04_a_read_that_is_reset_is_read_again",
            f"{CALLS}::test_f04_a_read_that_is_always_reset_is_given_up_after_three",
        ),
    ),
    5: Row("reset after the effect of a create", (LOST, ONE_VISIT, MIXED, CHECKED, BLIND)),
    6: Row("reset before the effect of a create", (LOST, ONE_VISIT, MIXED, CHECKED, BLIND)),
    7: Row(
        "a late effect",
        (
            f"{WRITES}::test_f07_an_effect_that_comes_late_is_waited_for",
            f"{WRITES}::test_f07_an_effect_that_comes_after_it_was_sent_again_leaves_one_visit",
            LOST,
            BLIND,
        ),
    ),
    8: Row("5xx after the effect", (LOST, ONE_VISIT, CHECKED)),
    9: Row(
        "a change whose answer is lost",
        (
            f"{CALLS}::test_f09_a_change_whose_answer_is_lost_is_sent_once",
            f"{WRITES}::test_f09_a_move_whose_answer_is_lost_is_settled_by_what_the_visit_holds",
            f"{WRITES}::test_f09_a_cancel_whose_answer_is_lost_is_settled_too",
        ),
    ),
    10: Row(
        "tokens that end on the way",
        (
            f"{TOKENS}::test_f10_tokens_that_end_in_the_middle_of_pages_are_renewed_once_each",
            f"{TOKENS}::test_f10_tokens_of_a_second_are_good_enough",
        ),
    ),
    11: Row(
        "401 for ever, 401 of HTML",
        (
            f"{TOKENS}::test_f11_a_refusal_for_ever_costs_two_calls_for_the_first_and_one_for_the_next",
            f"{TOKENS}::test_f11_a_client_that_is_switched_off_is_not_asked_for_again_and_again",
            f"{TOKENS}::test_f11_a_change_that_is_refused_for_its_token_is_sent_again_with_a_new_one",
        ),
    ),
    12: Row(
        "no token to be had",
        (
            f"{TOKENS}::test_f12_an_old_token_is_used_to_its_end_while_there_is_no_new_one",
            f"{TOKENS}::test_f12_a_token_endpoint_that_is_silent_ends_with_the_deadline_of_the_call",
        ),
    ),
    13: Row(
        "403 on one resource",
        (
            f"{ANSWERS}::test_f13_what_is_closed_to_us_is_closed_alone",
            f"{SCREENS}::test_f13_f14_f20_a_clear_no_comes_back_in_the_form_and_leaves_nothing",
        ),
    ),
    14: Row(
        "429 with every kind of Retry-After",
        (
            f"{ANSWERS}::test_f14_a_short_wait_is_waited_for",
            f"{ANSWERS}::test_f14_a_long_wait_is_handed_on_and_nobody_asks_before_its_end",
            f"{ANSWERS}::test_f14_a_change_that_is_told_to_wait_has_not_happened_and_is_not_sent_again",
        ),
    ),
    15: Row(
        "bursts of 5xx",
        (
            f"{ANSWERS}::test_f15_a_tenth_of_errors_is_not_noticed_by_readers",
            f"{ANSWERS}::test_f15_a_lasting_outage_is_not_made_worse",
            f"{ANSWERS}::test_f15_with_the_breaker_an_outage_costs_next_to_nothing",
        ),
    ),
    16: Row(
        "answers that are cut",
        (
            LOST,
            f"{CALLS}::test_f16_a_read_that_is_half_heard_is_no_empty_calendar",
            f"{CALLS}::test_f16_a_read_that_is_cut_once_is_read_again",
            EVERY_PAGE,
        ),
    ),
    17: Row(
        "200 of something else",
        (
            f"{ANSWERS}::test_f17_nonsense_is_never_an_empty_calendar",
            f"{ANSWERS}::test_f17_what_can_be_read_is_read",
            f"{SCREENS}::test_f17_when_all_is_well_there_is_time_to_offer",
            EVERY_PAGE,
        ),
    ),
    18: Row(
        "words nobody knows",
        (
            f"{ANSWERS}::test_f18_a_word_nobody_knows_is_busy_time",
            f"{WRITES}::test_f18_time_under_a_status_nobody_knows_is_not_given_away",
        ),
    ),
    19: Row("rows with fields missing or wrong", (f"{ANSWERS}::test_f19_one_bad_row_leaves_the_others",)),
    20: Row(
        "odd bodies of errors",
        (f"{ANSWERS}::test_f20_no_error_body_breaks_its_reader_and_none_is_logged", EVERY_PAGE),
    ),
    21: Row(
        "a list that changes between its pages",
        (f"{ANSWERS}::test_f21_a_list_that_moves_is_whole_or_said_to_be_not",),
    ),
    22: Row(
        "pages that lie about themselves",
        (
            f"{ANSWERS}::test_f22_lies_about_pages_cost_few_calls_and_no_row",
            f"{ANSWERS}::test_f22_the_same_page_for_ever_ends",
        ),
    ),
    23: Row("one id twice", (f"{ANSWERS}::test_f23_of_two_rows_with_one_id_the_newer_one_counts",)),
    24: Row(
        "huge answers",
        (
            f"{ANSWERS}::test_f24_an_answer_that_is_too_large_is_refused_before_it_is_held",
            f"{ANSWERS}::test_f24_more_rows_than_anyone_wants_are_not_all_asked_for",
            f"{ANSWERS}::test_f24_a_visit_of_very_many_people_is_read",
            f"{GUARDS}::test_an_answer_is_read_up_to_the_limit",
        ),
    ),
    25: Row("reads that lag behind", ("services/test_kept_lately.py::test_a_visit_that_was_just_made_is_there",)),
    26: Row(
        "changed or deleted under our hands",
        (
            f"{WRITES}::test_f26_a_visit_that_was_deleted_meanwhile_is_told_as_gone",
            f"{WRITES}::test_f26_what_somebody_else_writes_at_the_same_moment_stays",
            f"{CHANGE}::test_a_visit_changed_meanwhile_is_not_overwritten",
            f"{OVERLAPS}::test_f26_a_foreign_move_onto_ours_is_found",
        ),
    ),
    27: Row(
        "a foreign overlap",
        (
            f"{OVERLAPS}::test_f26_f27_a_foreign_booking_in_the_same_second_is_found_by_the_look_after_ours",
            f"{OVERLAPS}::test_f27_every_one_of_many_is_found_and_both_visits_tell_of_it",
            f"{OVERLAPS}::test_f27_what_the_look_misses_is_found_by_the_next_poll",
            f"{OVERLAPS}::test_a_poll_finds_what_was_booked_in_welkin_later",
            f"{OVERLAPS}::test_it_is_settled_by_itself_when_it_is_gone",
        ),
    ),
    28: Row(
        "redirects and links to elsewhere",
        (
            f"{ANSWERS}::test_f28_nobody_is_followed_elsewhere",
            f"{ANSWERS}::test_f28_a_link_to_the_next_page_is_not_followed",
            f"{GUARDS}::test_a_client_that_followed_would_go_there",
        ),
    ),
    29: Row(
        "clocks that are off",
        (
            f"{TOKENS}::test_f29_a_clock_that_is_off_brings_no_storm_of_tokens",
            f"{TOKENS}::test_f29_a_clock_that_jumps_costs_one_token_at_most",
            f"{TOKENS}::test_f29_our_own_clock_put_back_brings_no_storm_either",
        ),
    ),
    30: Row(
        "connections that end while idle",
        (
            f"{CALLS}::test_f30_a_connection_that_ended_while_idle_is_not_noticed_by_a_read",
            f"{CALLS}::test_f30_a_change_on_a_connection_that_ended_while_idle_happens_at_most_once",
            f"{GUARDS}::test_a_connection_that_was_closed_while_idle_is_noticed_before_anything_is_sent",
        ),
    ),
    31: Row(
        "times that do not exist",
        (
            f"{ZONES}::test_the_changes_of_a_zone",
            "web/test_moments.py::test_what_is_offered_on_the_days_the_clock_changes",
        ),
    ),
    32: Row(
        "times that exist twice",
        (
            f"{ZONES}::test_the_changes_of_a_zone",
            "web/test_moments.py::test_the_two_showings_of_one_time_are_an_hour_apart",
        ),
    ),
    33: Row(
        "weekly hours across a change",
        (
            "domain/test_hours.py::test_hours_on_the_day_the_clock_changes",
            "web/test_hours.py::test_a_week_with_a_clock_change_says_so",
        ),
    ),
    34: Row("zones missing or odd", ("domain/test_zone.py::test_a_zone_is_found_by_its_name",)),
    35: Row(
        "three zones at once",
        (
            "web/test_find.py::test_both_clocks_are_told_where_they_differ",
            "domain/test_zone.py::test_every_instant_is_among_those_of_its_own_wall_time",
        ),
    ),
    36: Row(
        "borders of days and records",
        (
            "domain/test_recorded_hours.py::test_a_recorded_day",
            "domain/test_localday.py::test_the_days_that_a_window_touches",
            "domain/test_hours.py::test_hours_past_midnight_are_two_entries_and_one_interval",
        ),
    ),
    37: Row(
        "another edition of the zones",
        ("domain/test_recorded_hours.py::test_the_local_rendering_says_nothing", "zones/test_tzif.py"),
    ),
    38: Row(
        "one hour, many people",
        (f"{RACES}::test_one_hour_is_given_once", f"{RACES}::test_without_the_guard_the_hour_is_given_twice"),
    ),
    39: Row("partial overlaps", (f"{RACES}::test_mixed_changes_leave_no_overlap_and_lose_no_form",)),
    40: Row(
        "every two kinds of change",
        (
            f"{RACES}::test_two_changes_of_a_kind_may_meet",
            f"{CLAIMS}::test_a_visit_that_is_set_back_takes_its_time_again",
        ),
    ),
    41: Row(
        "an edit of something that has changed",
        (
            f"{PANEL}::test_words_changed_meanwhile_are_shown_beside_what_was_typed",
            f"{CHANGE}::test_a_visit_changed_meanwhile_is_not_overwritten",
        ),
    ),
    42: Row(
        "changes of one second",
        ("services/test_versions.py::test_it_tells_which_parts_changed",),
    ),
    43: Row(
        "pressed twice, sent twice",
        (
            f"{BROWSER}::test_a_press_and_enter_book_once",
            f"{SURVIVE}::test_a_hundred_replays_of_one_post_make_one_visit",
        ),
    ),
    44: Row(
        "back and once more",
        (
            f"{BROWSER}::test_back_and_submit_again_shows_the_visit_and_makes_no_second_one",
            f"{SURVIVE}::test_back_and_submit_again_leads_to_the_visit_that_is_there",
        ),
    ),
    45: Row(
        "offline in the middle",
        (f"{BROWSER}::test_without_a_connection_the_form_stays_and_the_same_press_books_once",),
    ),
    46: Row(
        "a part that is answered with an error",
        (
            f"{BROWSER}::test_every_answer_that_is_none_says_something_and_leaves_the_form",
            f"{BROWSER}::test_a_server_that_takes_too_long_says_so_and_leaves_the_form",
        ),
    ),
    47: Row(
        "the session ends over an open form",
        (
            f"{BROWSER}::test_a_session_that_ended_is_begun_again_in_place_and_the_press_goes_through",
            f"{SURVIVE}::test_after_the_session_the_form_is_there_for_the_same_person",
        ),
    ),
    48: Row(
        "another token in another tab",
        (
            f"{BROWSER}::test_a_login_in_another_tab_renews_the_token_silently",
            f"{SURVIVE}::test_a_part_with_an_old_token_gets_the_new_one",
        ),
    ),
    49: Row("rights that end", ("web/test_accounts.py::test_a_login_that_is_switched_off_is_out_at_once",)),
    50: Row(
        "a hold that nobody comes back for",
        (f"{RECONCILING}::test_what_never_left_is_given_back_when_its_lease_ends",),
    ),
    51: Row("two tabs", (f"{BROWSER}::test_two_tabs_of_one_person_do_not_disturb_each_other",)),
    52: Row(
        "killed in the middle of a write", (f"{CRASH}::test_what_died_is_stuck_until_somebody_looks_after_it", CRASH)
    ),
    53: Row(
        "killed between claim and send",
        (CRASH, f"{RECONCILING}::test_a_worker_that_wakes_up_after_its_lease_sends_nothing"),
    ),
    54: Row(
        "SQLite is locked",
        (
            f"{SURVIVE}::test_while_our_own_database_is_busy_with_another_change",
            "faults/test_regressions.py::test_many_processes_write_one_file_and_none_is_locked_out",
        ),
    ),
    55: Row(
        "PostgreSQL goes away", why="Not tried yet: a proxy that cuts each statement comes with the operations work."
    ),
    56: Row("deadlocks and timeouts of locks", (f"{CLAIMS}::test_what_passes_is_tried_again_a_few_times",)),
    57: Row(
        "Redis goes away",
        (
            "test_caching.py::test_f57_away_it_answers_as_there",
            "test_caching.py::test_f57_signing_in_works_and_is_limited_while_it_is_away",
        ),
    ),
    58: Row(
        "a full disk", why="Not tried yet: it needs a small disk of its own, which tests cannot make without rights."
    ),
    59: Row("a log that blocks", why="Logs go to standard error, which whoever runs the service empties."),
    60: Row("two editions of the code at once", why="Nothing has been released yet, so there is no older edition."),
    61: Row(
        "the worker was stopped",
        (f"{RECONCILING}::test_the_queue_is_given_work_only_where_there_is_some", MIXED),
    ),
    62: Row(
        "clocks of our own that differ",
        ("services/test_kept.py::test_the_clock_of_another_process_may_be_ahead_but_not_much",),
    ),
    63: Row("a bad configuration", ("test_settings.py::test_an_unsafe_mix_refuses_to_start",)),
}
