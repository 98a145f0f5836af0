// One line of logs/active-responses.log, whoever writes it: the agent, or a built-in run as a program. // spec active-response §7

// C0 and C1 controls, DEL, and what turns the direction of text.
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** JSON's own way of writing them, so that a line that was JSON stays JSON. */
export function escapeLogText(text: string): string {
  return text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** `YYYY/MM/DD HH:MM:SS`, local time. */
export function logTime(ms: number): string {
  const time = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}/${two(time.getMonth() + 1)}/${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
