/**
 * Six years in days, leap days included: 6 x 365 = 2190 would end one or two days early.
 *
 * Six years is this project's requirement for every log and archive. The regulation attaches it to documentation
 * (164.316(b)(2)(i)) and to the accounting of disclosures (164.528), which these logs support.
 */
export const SIX_YEARS_DAYS = 2192;
