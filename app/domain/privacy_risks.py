"""What can go wrong for a child or a family, what is done about it, and which test fails when that is taken away.

The table of a data protection impact assessment (AVG 35), in the words of whoever reads it: docs/privacy.md is made
of it (`app.privacy_document`), and a test holds that every test named here exists.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk: for whom, what may happen, what is done about it and where, the tests, and what remains."""

    whom: str
    what: str
    measure: str
    tests: tuple[str, ...]
    remains: str


_SENTENCES = "tests/policy/sentences"

RISKS: tuple[Risk, ...] = (
    Risk(
        "kind",
        "Iemand zonder taak in de zaak leest mee.",
        "Eén tabel zegt wie wat mag (`app/domain/policy.py`), elke lezing gaat langs dezelfde"
        " poort (`app/db/reach.py`); de"
        " database kent daarnaast zelf de zaken en compartimenten van wie vraagt (row-level security).",
        (
            "tests/policy/test_matrix.py::test_every_operation_does_what_the_table_says",
            f"{_SENTENCES}/test_school.py::test_a_colleague_of_the_same_school_who_is_not_involved_sees_nothing",
            "tests/policy/test_bypass.py::test_with_the_service_passed_by_the_walls_show_the_own_cases_and_compartments_alone",
        ),
        "Wie betrokken is, kan doorvertellen wat hij of zij las.",
    ),
    Risk(
        "kind, ouders",
        "Een organisatie leest door nadat de toestemming is ingetrokken of verlopen.",
        "Of toestemming geldt, wordt bij elke vraag opnieuw uitgerekend; een intrekking wacht op"
        " lezingen die nog lopen.",
        (
            f"{_SENTENCES}/test_consent.py::test_after_a_withdrawal_the_jgz_gets_404_everywhere_at_once",
            f"{_SENTENCES}/test_consent.py::test_consent_that_has_expired_opens_nothing",
            "tests/api/test_withdrawal_race.py::test_of_another_process_too_no_answer_leaves_after_a_withdrawal",
        ),
        "Wat vóór de intrekking is gelezen of gekopieerd, blijft daar bekend.",
    ),
    Risk(
        "kind, ouders",
        "Iemand die niet mag beslissen, geeft toestemming; of een beslisser wordt overgeslagen.",
        "Wie beslist volgt uit leeftijd, gezag en een regelset met wetsartikel"
        " (`app/domain/gezag.py`); onbekend gezag opent"
        " niets. De beslistabel staat in [who-decides](who-decides.md) en wordt door de tests uitgevoerd.",
        (
            f"{_SENTENCES}/test_consent.py::test_unknown_gezag_opens_nothing_even_when_both_parents_say_yes",
            f"{_SENTENCES}/test_consent.py::test_parents_in_conflict_do_not_speak_for_each_other",
            f"{_SENTENCES}/test_consent.py::test_at_thirteen_the_parents_consent_without_the_youth_opens_nothing",
        ),
        "Het gezag wordt ingevoerd; er is geen koppeling met de BRP of het gezagsregister.",
    ),
    Risk(
        "kind van 12 tot 18",
        "Ouders lezen wat van de jeugdige zelf is.",
        "Vanaf 12 heeft de jeugdige een eigen inzage en eigen notities; vanaf 16 beslist hij of"
        " zij per ouder over leven,"
        " gezondheid en redenen van verzuim.",
        (
            f"{_SENTENCES}/test_compartments.py::test_from_twelve_what_the_youth_keeps_the_parents_do_not_read",
            f"{_SENTENCES}/test_compartments.py::test_at_sixteen_the_youth_decides_which_parent_sees_health_and_takes_it_back",
            f"{_SENTENCES}/test_family.py::test_from_sixteen_parents_no_longer_read_about_home_and_health",
        ),
        "Een jeugdige kan onder druk staan om toch te delen.",
    ),
    Risk(
        "ouders in conflict",
        "De ene ouder leest wat de andere in vertrouwen zei.",
        "Wat een ouder voor zichzelf houdt, is voor die ouder en de vakmensen in de zaak; ook het"
        " logboek verraadt het niet.",
        (
            f"{_SENTENCES}/test_compartments.py::test_what_one_parent_keeps_the_other_parent_does_not_read",
            f"{_SENTENCES}/test_compartments.py::test_that_one_parent_keeps_something_does_not_appear_from_the_log",
        ),
        "Een vakman kan in een gewone notitie toch iets over de andere ouder schrijven.",
    ),
    Risk(
        "kind",
        "Een rol ziet meer dan haar taak vraagt: de leerkracht zorg, het stagnatiepunt inhoud.",
        "Compartimenten (leren, leven, gezondheid, verzuim, veiligheid, proces) per rol en per"
        " grondslag; wat leerplicht en"
        " samenwerkingsverband vastleggen blijft in het hunne.",
        (
            f"{_SENTENCES}/test_stuck.py::test_the_stagnatiepunt_sees_the_process_and_not_a_word_about_the_child",
            f"{_SENTENCES}/test_consent.py::test_with_consent_about_health_the_intern_begeleider_reads_it_and_the_teacher_still_does_not",
            f"{_SENTENCES}/test_compartments.py::test_what_leerplicht_records_stays_with_leerplicht",
            f"{_SENTENCES}/test_compartments.py::test_what_the_samenwerkingsverband_records_is_for_it_and_the_school_alone",
        ),
        "Wie schrijft kiest zelf de woorden: in een notitie over leren kan iets over thuis staan.",
    ),
    Risk(
        "kind, gezin",
        "Iemand leidt af dat er een Meldcode-spoor is.",
        "Een eigen spoor met eigen tabellen en een eigen logboek; alleen wie eraan meedoet en de "
        "aandachtsfunctionaris weten ervan. De zaak zegt bij elk kind in dezelfde woorden dat de Meldcode is "
        "overwogen.",
        (
            "tests/attacks/test_meldcode_hidden.py::test_no_answer_about_the_case_or_the_child_differs_for_anybody",
            "tests/attacks/test_meldcode_hidden.py::test_no_table_but_its_own_changes_by_a_track_and_no_fact_leaves",
            f"{_SENTENCES}/test_meldcode.py::test_who_keeps_the_logins_and_who_guards_the_data_see_no_track",
        ),
        "Wie de databaseserver beheert, ziet dat er rijen bij komen.",
    ),
    Risk(
        "kind",
        "Een burgerservicenummer lekt, of een nummer van school reist naar jeugdhulp.",
        "Nummers staan versleuteld onder sleutels die gewisseld kunnen worden, worden gevonden met een "
        "gesleutelde hash, alleen getoond voor een taak, en elke inzage is een regel in het logboek.",
        (
            "tests/api/test_identity_numbers.py::test_nothing_that_is_kept_of_it_holds_the_number_or_a_digest_that_can_be_tried_out",
            "tests/domain/test_numbers.py::test_a_number_from_a_school_travels_to_school_leerplicht_and_family_alone",
            "tests/api/test_identity_numbers.py::test_each_look_is_a_row_of_its_own_that_the_family_finds_in_the_log",
        ),
        "Wie sleutelbestand en database samen heeft, leest de nummers.",
    ),
    Risk(
        "iedereen in de zaak",
        "In een vrije tekst staat een nummer, telefoonnummer of mailadres.",
        "Wie schrijft wordt gewaarschuwd; naar een signaleringsregister wordt zo'n tekst geweigerd; logregels"
        " worden erop nagekeken.",
        (
            "tests/api/test_free_text_notice.py::test_every_field_in_which_somebody_writes_freely_is_looked_at",
            "tests/domain/test_free_text.py::test_towards_the_registry_each_of_them_is_refused_with_its_place_and_without_its_text",
        ),
        "Namen en adressen in een tekst worden niet herkend.",
    ),
    Risk(
        "iedereen in de zaak",
        "Logregels, cijfers of foutteksten bevatten persoonsgegevens.",
        "Logregels dragen geen waarden; alle uitvoer van een hele testronde wordt doorzocht op geplante gegevens.",
        (
            "tests/watch/test_nothing_of_a_person.py::test_no_line_no_number_and_no_refusal_holds_anything_of_a_person",
            "tests/watch/test_logs.py::test_a_number_a_phone_number_and_a_mail_address_are_taken_out_of_our_own_lines",
        ),
        "Wat een proxy of een koppeling van anderen opschrijft.",
    ),
    Risk(
        "kind, vakmensen",
        "Het logboek wordt achteraf herschreven.",
        "Alleen bijschrijven; een keten van hashes per organisatie; de koppen getekend buiten de database; "
        "`verify-audit` vindt wat is veranderd, weggenomen of afgekapt.",
        (
            "tests/house/test_audit_chain.py::test_whatever_is_done_to_it_is_found",
            "tests/house/test_audit_chain.py::test_a_tail_cut_off_with_all_its_seals_is_found_by_its_heads_outside",
            "tests/house/test_audit_chain.py::test_who_has_the_database_and_not_the_key_can_forge_no_head",
        ),
        "Wat tussen twee ronden van de worker is geschreven, is nog niet verzegeld.",
    ),
    Risk(
        "kind",
        "Gegevens blijven te lang, verdwijnen te vroeg, of komen terug uit een reservekopie.",
        "Een bewaarklasse per soort en per organisatie, vernietigen door twee mensen, een bewaarplicht die "
        "stilzet, een register buiten de database dat een teruggezette kopie weer opschoont.",
        (
            "tests/retention/test_destruction.py::test_each_organisations_part_is_proposed_by_its_own_class_and_never_a_whole_case",
            "tests/retention/test_destruction.py::test_one_person_is_never_two_whatever_the_service_thinks",
            "tests/retention/test_destruction.py::test_a_restored_backup_revives_nothing",
        ),
        "Sommige termijnen zijn betwist; elke organisatie stelt de hare vast.",
    ),
    Risk(
        "kind, gezin",
        "Noodtoegang wordt een sluipweg.",
        "Reden, kort vast einde, alleen lezen, nakijken door een tweede persoon, het gezin hoort het tenzij "
        "dat onveilig is.",
        (
            f"{_SENTENCES}/test_emergency.py::test_emergency_access_ends_by_itself_and_is_not_prolonged_by_the_same_person",
            f"{_SENTENCES}/test_emergency.py::test_nobody_reviews_his_or_her_own_emergency_access_in_another_role",
            f"{_SENTENCES}/test_emergency.py::test_while_it_is_not_safe_the_family_is_not_told_and_then_it_is",
        ),
        "Wat in die uren is gelezen, is gelezen.",
    ),
    Risk(
        "kind, ouders",
        "Een andere grond dan toestemming wordt een uitweg.",
        "Elke grond heeft haar rollen, haar motivering en wie zij binnenlaat; wie op toestemming binnen is, "
        "haalt niemand op een andere grond binnen.",
        (
            "tests/domain/test_grounds.py::test_each_needs_its_role_and_a_motivation",
            f"{_SENTENCES}/test_consent.py::test_the_school_cannot_go_around_the_parents_by_naming_another_ground_for_the_jgz",
            f"{_SENTENCES}/test_pushing.py::test_who_is_here_on_consent_brings_nobody_in_on_another_ground",
        ),
        "Of een motivering deugt, beoordeelt een mens.",
    ),
    Risk(
        "kind, ouders",
        "Het gezin weet niet wie meelas, of kan niets laten rechtzetten.",
        "`/me` zegt in gewone woorden wie wat zag en waarom; eigen verklaring, correctie, bezwaar, "
        "vernietiging met een klok van drie maanden, alles mee naar huis.",
        (
            "tests/api/test_my_case.py::test_who_looked_and_why_is_told_in_words",
            "tests/api/test_data_requests.py::test_under_twelve_both_parents_ask_to_destroy_and_the_three_months_begin_then",
            "tests/api/test_data_requests.py::test_to_destroy_is_refused_on_a_ground_of_the_law_alone",
        ),
        "Wie niet kan of wil inloggen is op een vakman aangewezen.",
    ),
    Risk(
        "iedereen",
        "Een gestolen of oud token opent de zaak.",
        "Eén uitgever, korte tokens, de persoon wordt bij elke vraag opgezocht, een koppeling kan meteen "
        "worden beëindigd; handelingen vragen een betrouwbaarheidsniveau.",
        (
            "tests/api/test_edge.py::test_every_forged_token_gets_the_same_401",
            "tests/api/test_recorded.py::test_a_code_binds_once_in_time_and_with_enough_assurance",
        ),
        "Een apparaat dat iemand anders in handen heeft.",
    ),
    Risk(
        "kind",
        "Uit een lijst, telling, volgorde, fouttekst, versie of cursor blijkt meer dan mag.",
        "Lijst, telling en zoeken gaan langs dezelfde poort als de zaak zelf; wat niet zichtbaar is, bestaat "
        "niet (404); versies zijn van wat de vrager ziet.",
        (
            "tests/attacks/test_forgery.py::test_a_version_is_of_one_object_as_one_caller_sees_it",
            "tests/attacks/test_forgery.py::test_a_cursor_is_a_place_and_no_right",
            f"{_SENTENCES}/test_school.py::test_a_list_or_a_single_piece_shows_no_more_than_the_dossier_does",
        ),
        "Tijdverschillen onder zware last zijn niet uitputtend gemeten.",
    ),
    Risk(
        "kind",
        "Een verjaardag of een veranderd gezag blijft onopgemerkt.",
        "Wie beslist wordt op de dag zelf uitgerekend; toestemming van vóór de verjaardag staat dan op «te "
        "vernieuwen».",
        (
            f"{_SENTENCES}/test_consent.py::test_when_the_youth_turned_twelve_yesterday_the_parents_consent_no_longer_carries_until_the_youth_answers",
            f"{_SENTENCES}/test_consent.py::test_at_sixteen_the_youth_decides_alone",
        ),
        "Veranderd gezag werkt pas als iemand het invoert.",
    ),
)
