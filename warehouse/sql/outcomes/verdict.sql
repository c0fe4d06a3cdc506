-- grain: one row per stored derivation of the slices looked up: the verdict as of its cut-off.
SELECT d.form_id, d.period, d.area_id, d.plan_hash, d.cutoff_at, d.verdict
FROM derived_slice AS d
SEMI JOIN looked_up AS l USING (form_id, period, area_id, plan_hash);
