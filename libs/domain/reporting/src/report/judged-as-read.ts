/** Said of every route that judges a report. */
export const JUDGED_AS_READ =
  'What is judged is what was read, if `If-Match` names it by the ETag of the report: refused with 412 if it was sent again meanwhile.';
