// The timestamp of alerts: local time with its offset. // spec ruleset §9

const minuteMs = 60_000;
let cachedMs = Number.NaN;
let cachedText = '';
let cachedMinute = Number.NaN;
let cachedPrefix = '';
let cachedOffset = '';

function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}

/** `2031-03-04T05:06:07.089+0000`. */
export function formatTimestamp(timeMs: number): string {
  // The messages of one read arrive together.
  if (timeMs !== cachedMs) {
    cachedText = formatNew(timeMs);
    cachedMs = timeMs;
  }
  return cachedText;
}

function formatNew(timeMs: number): string {
  const minute = Math.floor(timeMs / minuteMs);
  if (minute !== cachedMinute) cacheMinute(minute);
  const rest = Math.floor(timeMs - minute * minuteMs);
  const seconds = Math.floor(rest / 1000);
  return `${cachedPrefix}${pad(seconds)}.${pad(rest % 1000, 3)}${cachedOffset}`;
}

/** Consecutive alerts mostly share their minute, and asking for local time is slow. */
function cacheMinute(minute: number): void {
  const date = new Date(minute * minuteMs);
  const offset = -date.getTimezoneOffset();
  const sign = offset < 0 ? '-' : '+';
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  cachedPrefix = `${day}T${pad(date.getHours())}:${pad(date.getMinutes())}:`;
  cachedOffset = `${sign}${pad(Math.floor(Math.abs(offset) / 60))}${pad(Math.abs(offset) % 60)}`;
  cachedMinute = minute;
}
