"""The functions a dashboard query may call: a closed list, names as DuckDB's parser reports them.

Each one computes from its arguments alone. What reads files, settings, variables, catalogues or other
statements, writes logs, sleeps, or builds very large values is simply not here; so is whatever a later DuckDB
adds, until somebody puts it on the list.
"""

from __future__ import annotations

_OPERATORS = "+ - * / // % ^ ** || ~~ !~~ ~~* !~~* ~~~ ~ ^@ & | << >> ->> @>"
_AGGREGATES = """
    any_value arg_max arg_min argmax argmin array_agg avg bool_and bool_or count count_if count_star countif
    first first_value fsum kahan_sum kurtosis last last_value list listagg mad max max_by mean median min min_by
    mode quantile quantile_cont quantile_disc skewness stddev stddev_pop stddev_samp string_agg group_concat sum
    var_pop var_samp variance approx_count_distinct approx_quantile corr covar_pop covar_samp regr_intercept
    regr_r2 regr_slope
"""
_WINDOWS = "cume_dist dense_rank lag lead nth_value ntile percent_rank rank rank_dense row_number"
_NUMBERS = """
    abs cbrt ceil ceiling degrees even exp floor greatest isfinite isinf isnan least ln log log10 log2 mod pi pow
    power radians round round_even roundbankers sign sqrt trunc fdiv fmod
"""
_TEXT = """
    ascii char_length character_length chr concat concat_ws contains ends_with instr lcase left len length
    levenshtein like_escape not_like_escape ilike_escape not_ilike_escape lower ltrim position prefix
    regexp_extract regexp_full_match regexp_matches regexp_replace replace reverse right rtrim split split_part
    starts_with str_split string_split strip_accents strlen strpos substr substring suffix translate trim ucase
    unicode upper
"""
_TIMES = """
    age current_date current_localtimestamp date_add date_diff date_part date_sub date_trunc datediff datepart
    datesub datetrunc day dayname dayofmonth dayofweek dayofyear epoch epoch_ms epoch_us hour isodow isoyear
    last_day make_date make_timestamp minute month monthname now quarter second strftime strptime time_bucket
    timezone to_days to_hours to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years today
    try_strptime week weekday weekofyear year yearweek get_current_timestamp
"""
_VALUES = """
    array_extract coalesce error hash if ifnull list_contains list_distinct list_element list_extract list_sort
    list_value md5 nullif row struct_extract struct_pack typeof unnest
"""
_COLLATION = "icu_collate_zh icu_collate_zh_cn icu_sort_key"

ALLOWED_FUNCTIONS = frozenset(
    " ".join((_OPERATORS, _AGGREGATES, _WINDOWS, _NUMBERS, _TEXT, _TIMES, _VALUES, _COLLATION)).split()
)

PROBE_FUNCTIONS = frozenset(
    [
        "col_description",
        "format_type",
        "obj_description",
        "pg_get_constraintdef",
        "pg_get_expr",
        "pg_table_is_visible",
        "pg_type_is_visible",
        "version",
        "current_schema",
        "generate_subscripts",
        "array_to_string",
    ]
)
"""What SQLAlchemy's reflection of names and types calls besides."""
