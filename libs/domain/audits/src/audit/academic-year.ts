import { dateInLondon, type Instant } from '#kernel';

/** The academic year, from 1 September in London, that a moment lies in, written `2024/25`; compares in time as text. */
export function academicYearOf(at: Instant): string {
  const [year, month] = dateInLondon(at).split('-').map(Number) as [number, number];
  const first = month >= 9 ? year : year - 1;
  return `${first}/${String((first + 1) % 100).padStart(2, '0')}`;
}
