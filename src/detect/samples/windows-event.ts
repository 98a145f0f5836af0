// An event of the Windows event channel as a sample names it → what an agent sends. // spec ruleset §5.8
import { z } from 'zod';

const fieldsSchema = z.record(z.string(), z.string());

/** `level` and `keywords` as Windows has them; without both the event is an audit success. */
export const windowsEventSchema = z.strictObject({
  eventchannel: z.string(),
  id: z.int(),
  provider: z.string().default('Microsoft-Windows-Security-Auditing'),
  level: z.int().default(0),
  audit: z.enum(['success', 'failure']).optional(),
  data: fieldsSchema.default({}),
  user_data: fieldsSchema.optional(),
});

export type WindowsEvent = z.infer<typeof windowsEventSchema>;

const keywords = { success: '0x8020000000000000', failure: '0x8010000000000000', none: '0x8000000000000000' };

export function windowsEventText(event: WindowsEvent): string {
  const audit = event.audit ?? (event.level === 0 ? 'success' : 'none');
  const data = Object.entries(event.data).map(([name, value]) => `<Data Name='${name}'>${value}</Data>`);
  const userData = Object.entries(event.user_data ?? {}).map(([name, value]) => `<${name}>${value}</${name}>`);
  const rest =
    event.user_data === undefined
      ? `<EventData>${data.join('')}</EventData>`
      : `<UserData><LogFileCleared>${userData.join('')}</LogFileCleared></UserData>`;
  const xml =
    `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='${event.provider}'/>` +
    `<EventID>${event.id}</EventID><Version>0</Version><Level>${event.level}</Level><Task>12544</Task><Opcode>0</Opcode>` +
    `<Keywords>${keywords[audit]}</Keywords><TimeCreated SystemTime='2026-11-24T06:00:00.000000000Z'/>` +
    `<EventRecordID>4321</EventRecordID><Correlation/><Execution ProcessID='620' ThreadID='660'/>` +
    `<Channel>${event.eventchannel}</Channel><Computer>web1.example.com</Computer><Security/></System>${rest}</Event>`;
  return JSON.stringify({ Message: 'What Windows says of it.\r\n\r\nSubject:\r\n', Event: xml });
}
