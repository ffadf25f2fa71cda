-- What a log tells of things that its reader must not know of. Restrictive: they narrow what the others let through.

-- What is done about a child stands in the log of each of its cases, once for each. That there is such a case is for who
-- comes to it: not for the officer of a school where somebody corrected a birth date.
create policy of_a_case_i_know on audit_events as restrictive for select to ondersteuningsroute_api
  using (case_id is null or object_type not in ('young-person', 'guardian', 'gezag', 'identity-number', 'emergency-access')
         or app_sees(case_id));

-- That another decides than usually is kept from the parents (see `consent_exceptions`), so it stands in no log of theirs.
create policy exceptions_untold on audit_events as restrictive for select to ondersteuningsroute_api
  using (action <> 'consent.except' or not app_of_family()
         or exists (select from cases c where c.id = case_id and c.young_person_id = app_person()));
