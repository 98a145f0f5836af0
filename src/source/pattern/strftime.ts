// Dates in the names of log files, as strftime(3) writes them in the C locale: `app-%Y-%m-%d.log`.

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
] as const;

const two = (value: number): string => String(value).padStart(2, '0');

function dayOfYear(at: Date): number {
  const start = Date.UTC(at.getFullYear(), 0, 1);
  return (Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) - start) / 86_400_000 + 1;
}

const conversions: ReadonlyMap<string, (at: Date) => string> = new Map<string, (at: Date) => string>([
  ['%', () => '%'],
  ['a', (at) => (days[at.getDay()] ?? '').slice(0, 3)],
  ['A', (at) => days[at.getDay()] ?? ''],
  ['b', (at) => (months[at.getMonth()] ?? '').slice(0, 3)],
  ['B', (at) => months[at.getMonth()] ?? ''],
  ['d', (at) => two(at.getDate())],
  ['e', (at) => String(at.getDate()).padStart(2)],
  ['F', (at) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`],
  ['h', (at) => (months[at.getMonth()] ?? '').slice(0, 3)],
  ['H', (at) => two(at.getHours())],
  ['j', (at) => String(dayOfYear(at)).padStart(3, '0')],
  ['m', (at) => two(at.getMonth() + 1)],
  ['M', (at) => two(at.getMinutes())],
  ['S', (at) => two(at.getSeconds())],
  ['u', (at) => String(at.getDay() || 7)],
  ['w', (at) => String(at.getDay())],
  ['y', (at) => two(at.getFullYear() % 100)],
  ['Y', (at) => String(at.getFullYear())],
]);

/** `%d` and the like that are not known here, with their percent sign; the percent sign alone at the end. */
export function findUnknownConversions(text: string): string[] {
  return [...text.matchAll(/%(.?)/gs)]
    .map(([whole, letter]) => (conversions.has(letter ?? '') ? '' : whole))
    .filter((each) => each !== '');
}

/** Whether the name changes with time. */
export function hasDate(text: string): boolean {
  return [...text.matchAll(/%(.)/gs)].some(([, letter]) => letter !== '%' && conversions.has(letter ?? ''));
}

/** The name at a time (ms since 1970), in the local time zone. What is not known stays as it is. */
export function formatDate(text: string, atMs: number): string {
  const at = new Date(atMs);
  return text.replaceAll(/%(.)/gs, (whole, letter: string) => conversions.get(letter)?.(at) ?? whole);
}
