// wazuh-slack: tells a Slack channel of an alert, by an incoming webhook. // spec active-response §6

import type { Alert } from '../../alert/alert.ts';
import { errorText } from '../../alert/error-text.ts';
import type { BuiltInAction } from '../contract.ts';

/** Slack takes 3,000 characters of a text. */
const longestText = 2900;

export function createWazuhSlack(): BuiltInAction {
  return {
    name: 'wazuh-slack',
    about: {
      does: 'Tells a Slack channel of the alert: rule and level, agent, location and log.',
      how: 'Posts to the address in `<extra_args>`, an incoming webhook of Slack. It is not repeated where Slack cannot be reached; the history says so.',
      needs: 'An `https:` address as the first of `<extra_args>`.',
    },
    async act({ alert, extraArgs, timeoutMs }, host) {
      const url = parseHook(extraArgs[0]);
      if (url === undefined)
        return { ok: false, error: "Cannot read 'extra_args' from data: the address of a webhook is needed" };
      try {
        const status = await host.post(url, JSON.stringify(messageOf(alert)), timeoutMs);
        return status >= 200 && status < 300
          ? { ok: true, value: `told ${url.host}` }
          : { ok: false, error: `${url.host} answered with status ${status}` };
      } catch (error) {
        return { ok: false, error: `${url.host} cannot be reached: ${errorText(error)}` };
      }
    },
  };
}

/** The address is a secret: only its host is ever shown. */
function parseHook(text: string | undefined): URL | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isHere = url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  return url.protocol === 'https:' || isHere ? url : undefined;
}

function messageOf(alert: Alert): object {
  const { rule, agent, location, full_log: log } = alert;
  const { level = 0 } = rule;
  const fields = [
    { title: 'Agent', value: `(${agent.id}) - ${agent.name ?? ''}` },
    { title: 'Location', value: location ?? '' },
    { title: 'Rule ID', value: `${rule.id} (level ${level})` },
  ];
  const color = level >= 8 ? 'danger' : level >= 5 ? 'warning' : 'good';
  const text = typeof log === 'string' ? escapeMarkup(log.slice(0, longestText)) : '';
  return {
    attachments: [{ color, pretext: 'Alert', title: escapeMarkup(rule.description), text, fields, ts: alert.id }],
  };
}

/** What a log says must not call people or make links in the channel. */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
