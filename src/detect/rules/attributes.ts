// The attributes of `<rule>`. // spec ruleset §6.1
import type { DialectElement } from '../../config/dialect.ts';
import type { Report } from '../report.ts';

export interface RuleAttributes {
  readonly id: number;
  readonly level: number;
  /** N, undefined where absent. */
  readonly frequency: number | undefined;
  readonly timeframe: number;
  readonly ignoreSeconds: number;
  readonly minimumSize: number;
  readonly noAlert: boolean;
  readonly sortsLast: boolean;
  readonly overwrite: boolean;
}

/** Seconds of a composite rule that names none. */
const defaultTimeframe = 360;

const numeric: Readonly<Record<string, { readonly digits: number; readonly least: number; readonly most: number }>> = {
  id: { digits: 6, least: 0, most: 999_999 },
  level: { digits: 2, least: 0, most: 16 },
  frequency: { digits: 4, least: 2, most: 9999 },
  timeframe: { digits: 5, least: 0, most: 99_999 },
  ignore: { digits: 6, least: 0, most: 999_999 },
  maxsize: { digits: 4, least: 0, most: 9999 },
  noalert: { digits: 1, least: 0, most: 1 },
  accuracy: { digits: 1, least: 0, most: 9 },
};

/** Undefined, with the errors told, where they are not valid. */
export function readAttributes(element: DialectElement, report: Report): RuleAttributes | undefined {
  const before = report.errorCount;
  const numbers = new Map<string, number>();
  let overwrite = false;
  for (const { name, value, position } of element.attributes) {
    const key = name.toLowerCase();
    const range = numeric[key];
    if (key === 'overwrite') {
      if (value !== 'yes' && value !== 'no') report.error(position, `overwrite="${value}" is not yes or no.`);
      overwrite = value === 'yes';
    } else if (range === undefined) report.error(position, `"${name}" is not an attribute of <rule>.`);
    else if (!/^\d+$/.test(value) || value.length > range.digits || !isWithin(Number(value), range)) {
      report.error(position, `${key}="${value}" is not a number from ${range.least} to ${range.most}.`);
    } else numbers.set(key, Number(value));
  }
  const id = numbers.get('id');
  const level = numbers.get('level');
  if (report.errorCount > before) return undefined;
  if (id === undefined || level === undefined) {
    report.error(element.position, '<rule> needs an id and a level.');
    return undefined;
  }
  return {
    id,
    level,
    frequency: numbers.get('frequency'),
    timeframe: numbers.get('timeframe') ?? defaultTimeframe,
    ignoreSeconds: numbers.get('ignore') ?? 0,
    minimumSize: numbers.get('maxsize') ?? 0,
    noAlert: numbers.get('noalert') === 1,
    sortsLast: numbers.get('accuracy') === 0,
    overwrite,
  };
}

function isWithin(value: number, range: { readonly least: number; readonly most: number }): boolean {
  return value >= range.least && value <= range.most;
}
